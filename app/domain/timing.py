"""When alerts go out to a destination: at once, gathered into digests, never at night, never too many an hour.

An alert is written down with the moment at which it falls due (:func:`due_at`). When something is due, :func:`decide`
says what may leave now: each alert alone, all of them as one digest, or nothing before a later moment. Only alerts
that were never begun are gathered: one that has been tried keeps its id, and is tried again alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import assert_never

from app.domain.claims import Level

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_MINUTES = 24 * 60
MOST_AN_HOUR = 1000


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Each alert as soon as it is owed."""


@dataclass(frozen=True, slots=True)
class EveryMinutes:
    """One digest every so many minutes, counted from midnight UTC: every 30 minutes is at :00 and at :30."""

    minutes: int


@dataclass(frozen=True, slots=True)
class DailyAt:
    """One digest a day, when clocks in the zone show this time.

    On a day whose clocks skip it, it comes at the moment of the leap; where they show it twice, at the first time.
    """

    at: time
    zone: tzinfo


Rhythm = AtOnce | EveryMinutes | DailyAt


@dataclass(frozen=True, slots=True)
class QuietHours:
    """While clocks in the zone show ``begins`` or later and not yet ``ends``, nothing leaves; it may cross midnight.

    What falls into it comes as one digest at its end. Where ``lets_major_through``, alerts of the level major do not
    wait for it.
    """

    begins: time
    ends: time
    zone: tzinfo
    lets_major_through: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """When a destination wants to hear. ``most_an_hour`` counts every request, also one that is tried again."""

    rhythm: Rhythm = AtOnce()
    quiet: QuietHours | None = None
    most_an_hour: int | None = None


ANY_TIME = Timing()


def due_at(timing: Timing, *, now: datetime, level: Level) -> datetime:
    """The first moment at which an alert may leave that is owed since ``now``: that very moment, or a later one."""
    moment = _next_of(timing.rhythm, now)
    return moment if is_let_through(timing, level) else end_of_quiet(timing, moment)


def is_let_through(timing: Timing, level: Level) -> bool:
    """True where quiet hours do not hold up alerts of this level."""
    return timing.quiet is not None and timing.quiet.lets_major_through and level is Level.MAJOR


def is_quiet(quiet: QuietHours, now: datetime) -> bool:
    """True while the clocks of the zone show a time within the quiet hours."""
    shown = now.astimezone(quiet.zone).time()
    if quiet.begins <= quiet.ends:
        return quiet.begins <= shown < quiet.ends
    return shown >= quiet.begins or shown < quiet.ends


def end_of_quiet(timing: Timing, now: datetime) -> datetime:
    """``now`` where it is not quiet, or else the first moment after it that is not."""
    quiet = timing.quiet
    if quiet is None or not is_quiet(quiet, now):
        return now
    today = now.astimezone(quiet.zone).date()
    days = (today + number * DAY for number in (-1, 0, 1, 2))
    ends = sorted(moment for day in days for moment in _moments(day, quiet.ends, quiet.zone))
    return next(moment for moment in ends if moment > now and not is_quiet(quiet, moment))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is due at a destination. ``begun`` were tried before; ``fresh`` never, ``delayed`` of them had to wait."""

    begun: int
    fresh: int
    delayed: int


@dataclass(frozen=True, slots=True)
class Leave:
    """So many alerts, the oldest, may leave now, each alone."""

    most: int


@dataclass(frozen=True, slots=True)
class Gather:
    """All fresh ones become one digest, which may leave now, with ``alone`` of those that were begun."""

    alone: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing may leave before ``until``."""

    until: datetime


Decision = Leave | Gather | Hold


def decide(timing: Timing, waiting: Waiting, *, sent_at: Sequence[datetime], now: datetime) -> Decision:
    """What may leave now of what is due, by the rhythm and by the requests of the last hour (``sent_at``).

    Quiet hours are not looked at: what may not leave in them is not among what is ``waiting``. A digest of one would
    say less than the alert, which leaves alone then. Near the cap the last request of the hour is kept for a digest.
    """
    recent = sorted(at for at in sent_at if at > now - HOUR)
    cap = timing.most_an_hour
    free = waiting.begun + waiting.fresh if cap is None else cap - len(recent)
    if free <= 0 and cap is not None:
        return Hold(recent[-cap] + HOUR)
    for_fresh = free - waiting.begun
    is_storm = cap is not None and waiting.fresh >= max(for_fresh, 2)
    is_gathered = not isinstance(timing.rhythm, AtOnce) or waiting.delayed > 0 or is_storm
    if for_fresh > 0 and waiting.fresh > 1 and is_gathered:
        return Gather(waiting.begun)
    return Leave(free)


def _next_of(rhythm: Rhythm, now: datetime) -> datetime:
    match rhythm:
        case AtOnce():
            return now
        case EveryMinutes(minutes=minutes):
            step = timedelta(minutes=minutes)
            midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
            ahead = midnight - (midnight - now) // step * step
            return min(ahead, midnight + DAY)
        case DailyAt(at=at, zone=zone):
            today = now.astimezone(zone).date()
            moments = (_moments(today + number * DAY, at, zone)[0] for number in (-1, 0, 1, 2))
            return next(moment for moment in moments if moment >= now)
        case _:
            assert_never(rhythm)


def _moments(day: date, at: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """When clocks come to show a time of a day, the first and the last time; usually one moment.

    Where the time is skipped it is the moment of the leap.
    """
    first, last = (datetime.combine(day, at.replace(microsecond=0, fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    if first <= last:
        return first, last
    leap = _leap(last, first, zone)
    return leap, leap


def _leap(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The second between two moments in UTC at which the clocks of a zone leap forward."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
