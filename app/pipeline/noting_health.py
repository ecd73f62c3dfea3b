"""How a watch fares after a look: its health, the gap in its coverage, and the news of both, told once each time."""

from datetime import datetime

from app.domain.checks import Purpose
from app.domain.claims import Level
from app.domain.destinations import Subject
from app.domain.events import EventType
from app.domain.failing import Failing, failing_of
from app.domain.ids import EventId
from app.domain.observations import READ, Gap, Outcome, VisitOutcome
from app.domain.watches import Watch, WatchHealth
from app.pipeline.looking import Look
from app.pipeline.messages import watch_message
from app.pipeline.telling import News
from app.storage import observations, watches
from app.storage.database import Connection
from app.storage.events import NewEvent
from app.storage.identity import new_id

FAILING_FROM = 2
GAPS_OF_A_DAY = 100


def note_health(
    conn: Connection, look: Look, *, outcome: VisitOutcome, now: datetime, usual_seconds: float
) -> tuple[News, ...]:
    """Mark the watch, open or close the gap in its coverage, and tell of the change once.

    Where a watch fails and recovers all day, further turns are told only where they last.
    """
    watch = look.watch
    if look.check.purpose is not Purpose.LIST:
        return ()
    is_read = outcome in READ
    failures = 0 if is_read else look.check.failures + 1
    health = WatchHealth.HEALTHY if is_read else WatchHealth.FAILING if failures >= FAILING_FROM else watch.health
    identity = getattr(look.reading, "identity", None)
    watches.mark_watch_checked(conn, watch.id, now=now, outcome=outcome, health=health, identity=identity)
    if not is_read:
        observations.open_gap(conn, Gap(watch.id, now, None, Outcome(outcome), look.detail))
    news: tuple[News, ...] = ()
    if WatchHealth.FAILING in (health, watch.health):
        failing = failing_of(
            observations.list_gaps(conn, watch.id, limit=GAPS_OF_A_DAY), now=now, usual_seconds=usual_seconds
        )
        news = _recovered(watch, failing, now) if is_read else _failed(look, Outcome(outcome), failing, now)
    if is_read:
        observations.close_gap(conn, watch.id, now=now)
    return news


def _failed(look: Look, outcome: Outcome, failing: Failing, now: datetime) -> tuple[News, ...]:
    watch, detail = look.watch, look.detail
    was_told = watch.health is WatchHealth.FAILING and failing.was_told_by(watch.last_checked_at)
    if was_told or not failing.was_told_by(now):
        return ()
    if failing.is_last_told_at_once():
        detail = f"{detail}; for the third time within a day: further ones are told where they last an hour"
    return (_news(watch, EventType.WATCH_FAILING, outcome, detail, now),)


def _recovered(watch: Watch, failing: Failing, now: datetime) -> tuple[News, ...]:
    was_told = failing.was_told_by(watch.last_checked_at)
    return (_news(watch, EventType.WATCH_RECOVERED, None, None, now),) if was_told else ()


def _news(watch: Watch, kind: EventType, outcome: Outcome | None, detail: str | None, now: datetime) -> News:
    event_id = EventId(new_id())
    body = watch_message(kind, event_id, now, watch, outcome=outcome, detail=detail)
    subject = Subject(kind, watch.id, watch.tags, (), Level.MAJOR)
    return News(NewEvent(event_id, kind, now, body), subject)
