"""Delivering: take the alerts that are due, send each once, and note what became of it."""

import asyncio
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

import structlog

from app.delivery.outgoing import Delivered, Failed, Outgoing, Rejected, Result, WaysOut
from app.delivery.posting import GONE_REASON
from app.delivery.senders import SENDERS
from app.domain.claims import Level
from app.domain.destinations import AlertState, Delivery, DestinationKind, DestinationState, Subject
from app.domain.errors import LeaseLost, NotFound, SecretUnreadable
from app.domain.events import EventType
from app.domain.gists import Deed, Gist
from app.domain.ids import EventId
from app.domain.retry import GiveUp, TryAgain, after_failed_try, is_given_up_on
from app.pipeline.messages import first_line
from app.pipeline.newsroom import Newsroom
from app.pipeline.telling import News, tell
from app.storage import alerts, destinations
from app.storage.alerts import TakenAlert
from app.storage.database import Connection
from app.storage.events import NewEvent
from app.storage.identity import new_id
from app.storage.server_time import now_in

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one try means for the alert, and (``reason`` not None) that its destination gets nothing more for now."""

    state: AlertState
    next_try_at: datetime | None
    stop_reason: str | None = None


def take_alerts(newsroom: Newsroom, *, limit: int, types: Collection[EventType] = ()) -> tuple[TakenAlert, ...]:
    """Up to ``limit`` alerts that are due now, of these ``types`` or of all, held for this worker."""
    lease = secrets.token_hex(16)
    lease_seconds = newsroom.rules.lease_seconds
    with newsroom.database.write() as conn:
        now = now_in(conn, newsroom.clock)
        return alerts.take_alerts(conn, now=now, limit=limit, lease=lease, lease_seconds=lease_seconds, types=types)


def give_back(newsroom: Newsroom, taken: Sequence[TakenAlert]) -> None:
    """Let others send what this worker took and will not; one that had gone out already comes with the same id."""
    if taken:
        with newsroom.database.write() as conn:
            alerts.give_back(conn, taken, now=now_in(conn, newsroom.clock))


async def deliver(newsroom: Newsroom, taken: TakenAlert) -> None:
    """Send one alert once and note how it went; one that another worker has meanwhile is let go."""
    result = await _send(newsroom, taken)
    try:
        await asyncio.to_thread(_note, newsroom, taken, result)
    except (LeaseLost, NotFound) as lost:
        if isinstance(lost, LeaseLost):
            newsroom.meter.note_lease_lost("alert")
        log.warning("alert.let_go", **names_of(taken), message=lost.message)


async def deliver_once(newsroom: Newsroom, *, limit: int = 32, types: Collection[EventType] = ()) -> int:
    """Send every alert (of these ``types``, or of all) that is due now, once; how many there were."""
    taken = await asyncio.to_thread(take_alerts, newsroom, limit=limit, types=types)
    await asyncio.gather(*(deliver(newsroom, one) for one in taken))
    return len(taken)


async def _send(newsroom: Newsroom, taken: TakenAlert) -> Result:
    try:
        opened = tuple(newsroom.seal.open(sealed) for sealed in taken.encrypted_secrets)
    except SecretUnreadable as error:
        return Failed(error.message, is_refused=False)
    sender = SENDERS[DestinationKind(taken.kind)]
    url = taken.url if sender.is_signed or not opened else opened[0]
    outgoing = Outgoing(str(taken.alert.event_id), taken.body.encode(), url, opened if sender.is_signed else ())
    timeout = newsroom.rules.webhook_timeout_seconds
    return await sender.send(WaysOut(newsroom.web), outgoing, now=newsroom.clock(), timeout_seconds=timeout)


def judge(result: Result, taken: TakenAlert, *, now: datetime, jitter: float) -> Verdict:
    """What a result means for the alert and its destination."""
    match result:
        case Delivered():
            return Verdict(AlertState.DELIVERED, None)
        case Rejected(is_final=True, reason=reason):
            return Verdict(AlertState.FAILED, None, reason or GONE_REASON)
        case Failed(is_refused=True, error=error):
            return Verdict(AlertState.FAILED, None, f"the address is refused: {error}")
        case Rejected() | Failed():
            asked = result.retry_after_seconds if isinstance(result, Rejected) else None
            stop = "five days without a success" if is_given_up_on(taken.failing_since, now) else None
            following = after_failed_try(taken.round + 1, now=now, jitter=jitter, retry_after_seconds=asked)
            match following:
                case TryAgain(at=at):
                    return Verdict(AlertState.PENDING, at, stop)
                case GiveUp():
                    return Verdict(AlertState.FAILED, None, stop)
                case _:
                    assert_never(following)
        case _:
            assert_never(result)


def _note(newsroom: Newsroom, taken: TakenAlert, result: Result) -> None:
    now = newsroom.clock()
    verdict = judge(result, taken, now=now, jitter=newsroom.random())
    tried = Delivery(
        alert_id=taken.alert.id,
        number=taken.alert.tries + 1,
        at=now,
        http_status=None if isinstance(result, Failed) else result.status,
        answer=None if isinstance(result, Failed) else result.answer,
        error=result.error if isinstance(result, Failed) else None,
        elapsed_seconds=0.0 if isinstance(result, Failed) else result.elapsed_seconds,
    )
    with newsroom.database.write() as conn:
        alerts.finish_try(conn, taken, tried, state=verdict.state, next_try_at=verdict.next_try_at)
        news = _note_destination(conn, taken, verdict, now=now)
        tell(conn, news, now=now)
    log.info("alert", **names_of(taken), number=tried.number, state=verdict.state, status=tried.http_status)


def names_of(taken: TakenAlert) -> dict[str, str]:
    """The ids by which a try of an alert is found in the log and in the record; its address is not among them."""
    return {
        "alert_id": str(taken.alert.id),
        "destination_id": str(taken.alert.destination_id),
        "lease": taken.lease,
    }


def _note_destination(conn: Connection, taken: TakenAlert, verdict: Verdict, *, now: datetime) -> tuple[News, ...]:
    """Remember since when a destination fails; leave it in peace where nothing will arrive there."""
    destination_id = taken.alert.destination_id
    delivered = verdict.state is AlertState.DELIVERED
    if verdict.stop_reason is None:
        destinations.mark_failing(conn, destination_id, failing_since=None if delivered else now)
        return ()
    destinations.mark_disabled(conn, destination_id, reason=verdict.stop_reason, failing_since=now)
    known = destinations.get_destination(conn, destination_id)
    event_id = EventId(new_id())
    kind = EventType.DESTINATION_PAUSED
    body = {
        "type": kind,
        "id": str(event_id),
        "time": now.isoformat(),
        **first_line(Gist(Deed.DESTINATION_PAUSED, who=known.name, new=verdict.stop_reason)),
        "destination": {"id": str(known.id), "name": known.name, "state": DestinationState.DISABLED},
        "reason": verdict.stop_reason,
    }
    return (News(NewEvent(event_id, kind, now, body), Subject(kind, None, (), (), Level.MAJOR)),)
