"""When to look again after a look: what it showed, what is known of the habits there, and what the budgets allow."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime

from app.domain.hazard import Clock, Lesson, Phase, lessons_of
from app.domain.schedule import NextLook, Outlook, next_list_look, next_statement_look
from app.domain.statements import Statement
from app.domain.transitions import Edited, FirstSeen, Restored, Unchanged
from app.pipeline.findings import Finding, Technical
from app.pipeline.looking import Look
from app.pipeline.newsroom import Newsroom
from app.storage.standing import Standing


def born(statement: Statement) -> datetime:
    """When a statement was published, as far as can be believed: not later than it was first seen."""
    return min(statement.published_at or statement.first_seen_at, statement.first_seen_at)


def clock_of(standing: Standing) -> Clock:
    """What the age of a known statement is counted from."""
    return clock_since(standing.statement, standing.last_edited_at)


def clock_since(statement: Statement, last_edited_at: datetime | None) -> Clock:
    """The latest edit, or else the publication."""
    if last_edited_at is not None:
        return Clock(last_edited_at, Phase.EDITED)
    return Clock(born(statement), Phase.PUBLISHED, is_first_sight=statement.published_at is None)


def clocks_after(findings: Iterable[Finding], *, now: datetime) -> tuple[Clock, ...]:
    """The clocks of the statements that an answer shows, as they run from now on."""
    return tuple(_clock_after(one, now) for one in findings)


def _clock_after(finding: Finding, now: datetime) -> Clock:
    if finding.standing is None:
        published_at = finding.found.wording.published_at
        return Clock(min(published_at or now, now), Phase.PUBLISHED, is_first_sight=published_at is None)
    return Clock(now, Phase.EDITED) if _is_edit(finding) else clock_of(finding.standing)


def _is_edit(finding: Finding) -> bool:
    """True where the publisher's words changed; what our own rules changed is none."""
    match finding.what:
        case Edited() | Restored():
            return finding.technical is Technical.NO
        case FirstSeen() | Unchanged():
            return False


def lessons_after(findings: Iterable[Finding], *, now: datetime) -> tuple[Lesson, ...]:
    """What an answer teaches of the habits of its source."""
    known = ((one.standing, _is_edit(one)) for one in findings if one.standing is not None)
    taught = (lessons_of_one(standing, now=now, was_edited=edited) for standing, edited in known)
    return tuple(itertools.chain.from_iterable(taught))


def lessons_of_one(standing: Standing, *, now: datetime, was_edited: bool) -> tuple[Lesson, ...]:
    """What one statement teaches that was seen unchanged, or edited."""
    clock = clock_of(standing)
    watched_from = clock.since if clock.phase is Phase.EDITED else standing.statement.first_seen_at
    last_seen_at = standing.last_seen_at
    return lessons_of(clock, watched_from=watched_from, last_seen_at=last_seen_at, now=now, was_edited=was_edited)


def list_look(newsroom: Newsroom, look: Look, clocks: Sequence[Clock], *, now: datetime) -> NextLook:
    """The next look at the list or page of a watch, which shows these statements."""
    outlook = _outlook(newsroom, look, clocks)
    interval = look.watch.interval_seconds
    return next_list_look(now=now, interval_seconds=interval, outlook=outlook, rules=newsroom.rules.schedule)


def own_look(newsroom: Newsroom, look: Look, clocks: Sequence[Clock], *, now: datetime) -> NextLook:
    """The next look at statements by themselves, apart from the list; one request shows all of them."""
    outlook = _outlook(newsroom, look, clocks)
    interval = look.watch.interval_seconds
    return next_statement_look(now=now, interval_seconds=interval, outlook=outlook, rules=newsroom.rules.schedule)


def _outlook(newsroom: Newsroom, look: Look, clocks: Sequence[Clock]) -> Outlook:
    return Outlook(
        statements=clocks,
        habit=look.watch.habit,
        kind=look.watch.kind,
        allowance=look.check.allowance,
        jitter=newsroom.random(),
        is_first=look.watch.last_checked_at is None,
    )
