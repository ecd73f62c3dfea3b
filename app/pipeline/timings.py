"""When a destination wants to hear, as people write it: read, checked, and said again in the same words."""

import re
from dataclasses import asdict, dataclass
from datetime import time, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.errors import InvalidInput
from app.domain.timing import (
    MOST_AN_HOUR,
    MOST_MINUTES,
    AtOnce,
    DailyAt,
    EveryMinutes,
    QuietHours,
    Rhythm,
    Timing,
)

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", re.ASCII)
LONGEST_ZONE = 64


@dataclass(frozen=True, slots=True)
class WrittenQuiet:
    """Quiet hours as they are written."""

    begins: str
    ends: str
    lets_major_through: bool = False


@dataclass(frozen=True, slots=True)
class WrittenTiming:
    """A timing as it is written: ``08:00`` and ``Europe/Kyiv``; without any wish alerts leave at once."""

    digest_minutes: int | None = None
    daily_at: str | None = None
    zone: str | None = None
    quiet_hours: WrittenQuiet | None = None
    most_an_hour: int | None = None


def timing_of(written: WrittenTiming) -> Timing:
    """The timing that is meant. Without a zone, times are UTC.

    Raises:
        InvalidInput: a time, a zone or a number is none, or two rhythms are asked for.
    """
    if written.digest_minutes is not None and written.daily_at is not None:
        raise InvalidInput("A digest comes every so many minutes or once a day, not both.", pointer="/daily_at")
    zone = zone_of(written.zone or "UTC")
    cap = written.most_an_hour
    if cap is not None and not 1 <= cap <= MOST_AN_HOUR:
        raise InvalidInput(f"At most 1 to {MOST_AN_HOUR} messages an hour.", pointer="/most_an_hour")
    return Timing(_rhythm(written, zone), _quiet(written.quiet_hours, zone), cap)


def written_timing(timing: Timing) -> WrittenTiming:
    """A timing as it is written."""
    rhythm, quiet = timing.rhythm, timing.quiet
    zones = [one.zone for one in (rhythm, quiet) if isinstance(one, DailyAt | QuietHours)]
    return WrittenTiming(
        digest_minutes=rhythm.minutes if isinstance(rhythm, EveryMinutes) else None,
        daily_at=rhythm.at.isoformat("minutes") if isinstance(rhythm, DailyAt) else None,
        zone=str(zones[0]) if zones else None,
        quiet_hours=None
        if quiet is None
        else WrittenQuiet(quiet.begins.isoformat("minutes"), quiet.ends.isoformat("minutes"), quiet.lets_major_through),
        most_an_hour=timing.most_an_hour,
    )


def told_timing(timing: Timing) -> dict[str, object]:
    """A timing as JSON tells it: what is written, by its names."""
    return asdict(written_timing(timing))


def in_words(timing: Timing) -> str:
    """A timing in words: ``a digest daily at 08:00 Europe/Kyiv, quiet 22:00-07:00, at most 10 an hour``."""
    written = written_timing(timing)
    zone = f" {written.zone}" if written.zone else ""
    parts = ["at once"]
    if written.digest_minutes is not None:
        parts = [f"a digest every {written.digest_minutes} min"]
    if written.daily_at is not None:
        parts = [f"a digest daily at {written.daily_at}{zone}"]
    if (quiet := written.quiet_hours) is not None:
        but = ", but for what is major" if quiet.lets_major_through else ""
        parts.append(f"quiet {quiet.begins}-{quiet.ends}{zone}{but}")
    if written.most_an_hour is not None:
        parts.append(f"at most {written.most_an_hour} an hour")
    return "; ".join(parts)


def zone_of(name: str) -> tzinfo:
    """The time zone of a name in the database of time zones.

    Raises:
        InvalidInput: there is none of that name.
    """
    unknown = InvalidInput(f"“{name}” is no time zone; write one like Europe/Kyiv or UTC.", pointer="/zone")
    if len(name) > LONGEST_ZONE or not ZONE.fullmatch(name):
        raise unknown
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise unknown from None


def _rhythm(written: WrittenTiming, zone: tzinfo) -> Rhythm:
    if written.digest_minutes is not None:
        if not 1 <= written.digest_minutes <= MOST_MINUTES:
            raise InvalidInput(f"A digest comes every 1 to {MOST_MINUTES} minutes.", pointer="/digest_minutes")
        return EveryMinutes(written.digest_minutes)
    return AtOnce() if written.daily_at is None else DailyAt(_clock(written.daily_at, "/daily_at"), zone)


def _quiet(written: WrittenQuiet | None, zone: tzinfo) -> QuietHours | None:
    if written is None:
        return None
    begins, ends = _clock(written.begins, "/quiet_hours/begins"), _clock(written.ends, "/quiet_hours/ends")
    if begins == ends:
        raise InvalidInput("Quiet hours end at another time than they begin.", pointer="/quiet_hours/ends")
    return QuietHours(begins, ends, zone, written.lets_major_through)


def _clock(written: str, pointer: str) -> time:
    if not CLOCK.fullmatch(written):
        raise InvalidInput(f"“{written}” is no time of day; write 08:00.", pointer=pointer)
    return time.fromisoformat(written)
