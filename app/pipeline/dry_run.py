"""Trying a filter on what happened: what a destination with it would have been told, of all that the feed kept."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.destinations import AlertFilter, is_wanted
from app.domain.errors import InvalidInput
from app.domain.events import EventType
from app.domain.ids import EventId
from app.domain.rehearsal import Message, Owed, rehearse
from app.domain.timing import ANY_TIME, Timing
from app.domain.words import ENGLISH, Words
from app.messages.reading import headline_in
from app.pipeline.newsroom import Newsroom
from app.storage import events
from app.storage.database import Connection

LONGEST = timedelta(days=90)
MOST_EXAMINED = 100_000
"""Events looked at, the newest first: a busy service has more in its last days than anybody reads."""
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class WouldBeTold:
    """One event that the filter lets through."""

    event_id: EventId
    type: EventType
    at: datetime
    headline: str


@dataclass(frozen=True, slots=True)
class Day:
    """How many events of one day (UTC) the filter lets through."""

    day: date
    wanted: int


@dataclass(frozen=True, slots=True)
class WouldLeave:
    """One message that would have left: one alert, or a digest of several. ``headline`` is that of the gravest."""

    at: datetime
    alerts: int
    headline: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a filter would have let through from ``since`` until now: how many, on which days, and the newest.

    ``messages`` is how many messages a timing would have made of it by now, ``digests`` how many of those of several
    alerts; what waits still is in none. ``newest_messages`` are the last of them.

    ``since`` is later than what was asked for where the feed holds too much, or no subjects, of the time before.
    """

    since: datetime
    until: datetime
    examined: int
    wanted: int
    by_day: tuple[Day, ...]
    newest: tuple[WouldBeTold, ...]
    messages: int
    digests: int
    newest_messages: tuple[WouldLeave, ...]


def try_filter(
    newsroom: Newsroom,
    wish: AlertFilter,
    timing: Timing = ANY_TIME,
    *,
    back: timedelta = timedelta(days=30),
    most: int = MOST_EXAMINED,
    words: Words = ENGLISH,
) -> DryRun:
    """What a destination with this filter and this timing would have been told of late; nothing is sent.

    Headlines are in ``words``.

    Raises:
        InvalidInput: ``back`` is no time, or too long.
    """
    if not timedelta() < back <= LONGEST:
        raise InvalidInput(f"A filter can be tried on the last {LONGEST.days} days at most, and on more than none.")
    until = newsroom.clock()
    since = until - back
    days: Counter[date] = Counter()
    newest: list[WouldBeTold] = []
    owed: list[tuple[EventId, Owed]] = []
    examined = 0
    oldest = until
    with newsroom.database.read() as conn:
        for told in events.each_told(conn, since=since, most=most):
            examined += 1
            oldest = told.at
            if not is_wanted(told.subject, wish):
                continue
            days[told.at.date()] += 1
            owed.append((told.id, Owed(told.at, told.subject.level)))
            if len(newest) < MOST_SHOWN:
                headline = headline_in(json.loads(told.body), words)
                newest.append(WouldBeTold(told.id, told.subject.type, told.at, headline))
        unknown_until = events.last_without_subject(conn)
        owed.reverse()
        messages = rehearse(timing, [one for _, one in owed], until=until)
        newest_messages = tuple(_shown(conn, message, owed, words) for message in reversed(messages[-MOST_SHOWN:]))
    begun = max(oldest if examined == most else since, unknown_until or since)
    by_day = tuple(Day(day, wanted) for day, wanted in sorted(days.items(), reverse=True))
    folded = sum(message.is_digest for message in messages)
    return DryRun(begun, until, examined, days.total(), by_day, tuple(newest), len(messages), folded, newest_messages)


def _shown(conn: Connection, message: Message, owed: Sequence[tuple[EventId, Owed]], words: Words) -> WouldLeave:
    gravest = max(message.alerts, key=lambda number: (owed[number][1].level.rank, -number))
    headline = headline_in(json.loads(events.get_body(conn, owed[gravest][0])), words)
    return WouldLeave(message.at, len(message.alerts), headline)
