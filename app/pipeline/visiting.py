"""Closing a check: the next one, the visit in the log, the host free again, and the health of the watch."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from app.domain.budget import affordable_at, paid_after
from app.domain.checks import Check, Purpose
from app.domain.errors import BodyTooLarge, BodyTruncated, TooManyRedirects, Unreachable
from app.domain.hazard import Clock
from app.domain.ids import ObservationId, StatementId, VisitId
from app.domain.observations import Observation, Outcome, Visit, VisitOutcome
from app.domain.schedule import look_after_failure, told_late
from app.domain.watches import Watch
from app.fetching.pace import HostPace, after_answer, gap_seconds, silent_gap_seconds
from app.pipeline.looking import Look, NotModified
from app.pipeline.newsroom import Newsroom
from app.pipeline.noting_health import note_health
from app.pipeline.planning import list_look, own_look
from app.pipeline.stalling import note_finished
from app.pipeline.telling import News
from app.storage import checks, observations
from app.storage.database import Connection
from app.storage.identity import new_id
from app.storage.standing import Standing

OWN_CHECK_FACTOR = 4
MICROSECONDS = 6
"""How many digits of a second are kept: more would only be noise."""
GIVE_UP_AFTER = {Purpose.OLDER: 6, Purpose.SECOND_LOOK: 30, Purpose.OWN_PLACE: 30}
"""Failures in a row. Thirty second looks are most of a week; the usual looks at the statement settle it after that."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one visit found of one statement, for the log."""

    statement_id: StatementId
    outcome: Outcome
    version_number: int | None
    detail: str | None = None


def close_check(
    conn: Connection,
    newsroom: Newsroom,
    look: Look,
    *,
    next_check: Check | None,
    refusals: int,
    outcome: VisitOutcome,
    found: int,
    now: datetime,
) -> tuple[VisitId, tuple[News, ...]]:
    """Let others ask the host, owe the next check, log the request, and note how the watch fares.

    It comes first in a transaction: whoever lost the lease writes nothing. Gives the news that the watch itself makes.

    Raises:
        LeaseLost: another worker has the check, or asks its host.
    """
    rest = rest_after(newsroom, look, refusals=refusals)
    next_at = now + timedelta(seconds=rest.seconds)
    checks.finish_check(conn, look.check, next_check=next_check)
    checks.release_host(
        conn,
        look.check,
        next_at=next_at,
        gap_seconds=rest.gap_seconds,
        refusals=rest.refusals,
        silences=rest.silences,
        paid_until=rest.paid_until,
    )
    visit = visit_of(look, outcome=outcome, found=found, now=now)
    observations.add_visit(conn, visit)
    usual = usual_seconds(newsroom, look.watch)
    health = note_health(conn, look, outcome=outcome, now=now, usual_seconds=usual)
    return visit.id, (*health, *note_finished(conn, newsroom, look.check, now=now))


def visit_of(look: Look, *, outcome: VisitOutcome, found: int, now: datetime) -> Visit:
    """The line of the log about one request."""
    page = look.page
    return Visit(
        id=VisitId(new_id()),
        watch_id=look.watch.id,
        at=now,
        url=look.request.url,
        outcome=outcome,
        detail=look.detail,
        http_status=page.status if page else None,
        elapsed_seconds=round(page.elapsed_seconds, MICROSECONDS) if page else None,
        wire_bytes=page.wire_bytes if page else None,
        found=found,
    )


@dataclass(frozen=True, slots=True)
class Rest:
    """How long a host is left alone: ``seconds`` in all, of which ``gap_seconds`` are its usual pause now.

    ``refusals`` and ``silences`` are how many times in a row it asked for less and did not answer, ``paid_until`` how
    far its budget is spent with this request.
    """

    seconds: float
    gap_seconds: float
    refusals: int
    silences: int
    paid_until: datetime


def rest_after(newsroom: Newsroom, look: Look, *, refusals: int) -> Rest:
    """How long the host is left alone now: its gap, or longer where it asked for that, is silent or has no budget.

    ``refusals`` is how many times in a row it asked for less.
    """
    delay = newsroom.polite.crawl_delay_seconds(look.check.host) if look.request.respect_robots else 0.0
    pace = HostPace(strikes=refusals, crawl_delay_seconds=delay)
    silences = _silences_after(look)
    now = newsroom.clock()
    if look.page is not None:
        pace = after_answer(pace, look.page.status, look.page.headers, now)
    gap = gap_seconds(pace, newsroom.rules.pace)
    asked = (pace.rest_until - now).total_seconds() if pace.rest_until else 0.0
    budget = newsroom.rules.host_requests_per_hour
    paid_until = paid_after(look.check.paid_until or now, budget, now)
    unpaid = (affordable_at(paid_until, budget, now) - now).total_seconds()
    silent = silent_gap_seconds(silences, newsroom.rules.pace)
    return Rest(max(gap, asked, unpaid, silent), gap, pace.strikes, silences, paid_until)


def _silences_after(look: Look) -> int:
    """How many times in a row the host of a check has not answered; where it was not asked that stays as it was."""
    match look.error:
        case Unreachable():
            return look.check.silences + 1
        case None | BodyTooLarge() | BodyTruncated() | TooManyRedirects():
            return 0
        case _:
            return look.check.silences


def add_seen(conn: Connection, visit_id: VisitId, seen: Iterable[Seen], *, now: datetime) -> None:
    """Log what was found of each statement."""
    observations.add_observations(conn, (observation_of(visit_id, one, now=now) for one in seen))


def observation_of(visit_id: VisitId, seen: Seen, *, now: datetime) -> Observation:
    """The line of the log about one statement in one visit."""
    return Observation(
        id=ObservationId(new_id()),
        statement_id=seen.statement_id,
        visit_id=visit_id,
        at=now,
        outcome=seen.outcome,
        detail=seen.detail,
        version_number=seen.version_number,
    )


def after_success(
    newsroom: Newsroom, look: Look, *, now: datetime, standing: Standing | None, shown: Sequence[Clock]
) -> Check | None:
    """The check that follows one that could be read and showed these statements; None where it was made once only."""
    match look.check.purpose:
        case Purpose.LIST:
            following = list_look(newsroom, look, shown, now=now)
        case Purpose.STATEMENT:
            following = own_look(newsroom, look, shown, now=now)
        case Purpose.OLDER | Purpose.SECOND_LOOK | Purpose.OWN_PLACE:
            return None
        case _:
            assert_never(look.check.purpose)
    following = told_late(following, now=now, late_seconds=(now - look.check.due_at).total_seconds())
    etag, last_modified = _validators(look)
    mark = look.check.mark if isinstance(look.reading, NotModified) else getattr(look.reading, "mark", None)
    return replace(
        look.check,
        due_at=following.due_at,
        reason=following.reason,
        failures=0,
        etag=etag,
        last_modified=last_modified,
        mark=mark,
        statement_id=standing.statement.id if standing else look.check.statement_id,
        fallback=None,
        lease=None,
        demand=following.demand,
    )


def _validators(look: Look) -> tuple[str | None, str | None]:
    """The ETag and Last-Modified to send next time: only those of the very address that is asked."""
    if look.page is None or look.page.redirects or look.page.status not in (200, 304):
        return None, None
    old = (look.check.etag, look.check.last_modified) if look.page.status == 304 else (None, None)
    headers = look.page.headers
    return headers.get("etag", old[0]), headers.get("last-modified", old[1])


def usual_seconds(newsroom: Newsroom, watch: Watch) -> int:
    """How often a watch is looked at when all is well."""
    return watch.interval_seconds or newsroom.rules.default_interval_seconds


def after_failure(newsroom: Newsroom, look: Look, *, now: datetime, rest_seconds: float) -> Check | None:
    """The same check again, later each time; what is asked once only is given up at last."""
    failures = look.check.failures + 1
    if failures >= GIVE_UP_AFTER.get(look.check.purpose, math.inf):
        return None
    usual = usual_seconds(newsroom, look.watch)
    if look.check.purpose in (Purpose.SECOND_LOOK, Purpose.OWN_PLACE):
        usual = max(int(newsroom.rules.second_look_seconds), 1)
    following = look_after_failure(
        now=now,
        failures=failures,
        usual_seconds=usual,
        jitter=newsroom.random(),
        retry_after_seconds=rest_seconds,
    )
    return replace(look.check, due_at=following.due_at, reason=following.reason, failures=failures, lease=None)
