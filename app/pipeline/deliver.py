"""Delivering: take the alerts that are due, send each once, and note what became of it."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

import structlog

from app.delivery.hiding import without_address
from app.delivery.outgoing import Delivered, Failed, Outgoing, Rejected, Result
from app.delivery.posting import GONE_REASON
from app.delivery.senders import SENDERS
from app.domain.claims import Level
from app.domain.destinations import AlertState, Delivery, DestinationKind, DestinationState, Subject
from app.domain.errors import SecretUnreadable
from app.domain.events import EventType
from app.domain.gists import Deed, Gist
from app.domain.ids import AlertId, DestinationId, EventId
from app.domain.retry import GiveUp, TryAgain, after_failed_try, is_given_up_on
from app.pipeline.gathering import allow_timed, note_taken
from app.pipeline.messages import first_line
from app.pipeline.newsroom import Newsroom
from app.pipeline.telling import News, tell
from app.storage import destinations, outbox
from app.storage.database import Connection
from app.storage.events import NewEvent
from app.storage.identity import new_id
from app.storage.outbox import Finished, TakenAlert
from app.storage.server_time import now_in

log = structlog.get_logger()
Pace = Mapping[DestinationId, int]
USUAL_PACE: Pace = {}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one try means for the alert, and (``reason`` not None) that its destination gets nothing more for now."""

    state: AlertState
    next_try_at: datetime | None
    stop_reason: str | None = None


def take_alerts(newsroom: Newsroom, *, limit: int, types: Collection[EventType] = ()) -> tuple[TakenAlert, ...]:
    """Up to ``limit`` alerts that are due now, of these ``types`` (and digests) or of all, held for this worker."""
    with newsroom.database.write() as conn:
        return take_in(conn, newsroom, limit=limit, types=types)


def take_in(
    conn: Connection,
    newsroom: Newsroom,
    *,
    limit: int,
    types: Collection[EventType] = (),
    pace: Pace = USUAL_PACE,
    most_failing: int | None = None,
) -> tuple[TakenAlert, ...]:
    """The same as part of a transaction. ``pace`` says how many alerts of a destination may be on their way.

    At most ``most_failing`` go to destinations that took nothing of late.
    """
    now = now_in(conn, newsroom.clock)
    timed_allowances, timed = allow_timed(conn, newsroom, now=now)
    taken = outbox.take_alerts(
        conn,
        now=now,
        limit=limit,
        lease=outbox.new_lease(),
        lease_seconds=newsroom.rules.lease_seconds,
        allowances=timed_allowances,
        pace=pace,
        most_failing=most_failing,
        types={*types, EventType.DIGEST} if types else (),
    )
    of_destination: dict[DestinationId, list[TakenAlert]] = {}
    for one in taken:
        of_destination.setdefault(one.alert.destination_id, []).append(one)
    note_taken(conn, timed, of_destination, now=now)
    return taken


def give_back(newsroom: Newsroom, taken: Sequence[TakenAlert]) -> None:
    """Let others send what this worker took and will not; one that had gone out already comes with the same id."""
    if taken:
        with newsroom.database.write() as conn:
            outbox.give_back(conn, taken, now=now_in(conn, newsroom.clock))


async def deliver(newsroom: Newsroom, taken: TakenAlert) -> None:
    """Send one alert once and note how it went; one that another worker has meanwhile is let go."""
    result = await send(newsroom, taken)
    await asyncio.to_thread(note_results, newsroom, [(taken, result)])


async def deliver_once(newsroom: Newsroom, *, limit: int = 32, types: Collection[EventType] = ()) -> int:
    """Send every alert (of these ``types``, or of all) that is due now, once; how many there were."""
    taken = await asyncio.to_thread(take_alerts, newsroom, limit=limit, types=types)
    results = await asyncio.gather(*(send(newsroom, one) for one in taken))
    if taken:
        await asyncio.to_thread(note_results, newsroom, list(zip(taken, results, strict=True)))
    return len(taken)


async def send(newsroom: Newsroom, taken: TakenAlert) -> Result:
    """Send one alert once, and write nothing down."""
    try:
        opened = tuple(newsroom.seal.open(sealed) for sealed in taken.encrypted_secrets)
    except SecretUnreadable as error:
        return Failed(error.message, is_refused=False)
    sender = SENDERS[DestinationKind(taken.kind)]
    url = taken.url if sender.is_signed or not opened else opened[0]
    outgoing = Outgoing(
        id=str(taken.alert.event_id),
        body=taken.body.encode(),
        url=url,
        secrets=opened if sender.is_signed else (),
        sequence=taken.sequence,
        destination_id=str(taken.alert.destination_id),
        round=taken.round,
        language=taken.language,
    )
    timeout = newsroom.rules.webhook_timeout_seconds
    result = await sender.send(newsroom.ways, outgoing, now=newsroom.clock(), timeout_seconds=timeout)
    return result if isinstance(result, Failed) else replace(result, answer=without_address(result.answer, url))


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


Tried = tuple[TakenAlert, Result]


def note_results(newsroom: Newsroom, tried: Sequence[Tried]) -> None:
    """Write down how tries went, all of them in one transaction; those that another worker has meanwhile are let go."""
    with newsroom.database.write() as conn:
        lost, finished = note_in(conn, newsroom, tried)
    log_results(newsroom, finished, lost)


def note_in(conn: Connection, newsroom: Newsroom, tried: Sequence[Tried]) -> tuple[Collection[AlertId], list[Finished]]:
    """The same as part of a transaction; that a destination is paused is told in it."""
    now = newsroom.clock()
    finished, stops = [], []
    for taken, result in tried:
        verdict = judge(result, taken, now=now, jitter=newsroom.random())
        finished.append(Finished(taken, _tried(taken, result, now), verdict.state, verdict.next_try_at))
        stops.append(verdict.stop_reason)
    lost = outbox.finish_tries(conn, finished)
    kept = [(one, stop) for one, stop in zip(finished, stops, strict=True) if one.taken.alert.id not in lost]
    tell(conn, _note_destinations(conn, kept, now=now), now=now)
    return lost, finished


def log_results(newsroom: Newsroom, finished: Sequence[Finished], lost: Collection[AlertId]) -> None:
    """Say in the log how tries went. Call it when they are committed."""
    for one in finished:
        if one.taken.alert.id in lost:
            newsroom.meter.note_lease_lost("alert")
            log.warning("alert.let_go", **names_of(one.taken), message="Another worker has it, or nobody wants it.")
        else:
            tried = one.tried
            log.info("alert", **names_of(one.taken), number=tried.number, state=one.state, status=tried.http_status)


def _tried(taken: TakenAlert, result: Result, now: datetime) -> Delivery:
    return Delivery(
        alert_id=taken.alert.id,
        number=taken.alert.tries + 1,
        at=now,
        http_status=None if isinstance(result, Failed) else result.status,
        answer=None if isinstance(result, Failed) else result.answer,
        error=result.error if isinstance(result, Failed) else None,
        elapsed_seconds=0.0 if isinstance(result, Failed) else result.elapsed_seconds,
    )


def names_of(taken: TakenAlert) -> dict[str, str]:
    """The ids by which a try of an alert is found in the log and in the record; its address is not among them."""
    return {
        "alert_id": str(taken.alert.id),
        "destination_id": str(taken.alert.destination_id),
        "lease": taken.lease,
    }


def _note_destinations(
    conn: Connection, kept: Sequence[tuple[Finished, str | None]], *, now: datetime
) -> tuple[News, ...]:
    """Remember since when destinations fail, by their last try; leave those in peace where nothing will arrive."""
    stopped = {one.taken.alert.destination_id: reason for one, reason in kept if reason is not None}
    last = {one.taken.alert.destination_id: one.state is AlertState.DELIVERED for one, _ in kept}
    took = [key for key, is_well in last.items() if is_well and key not in stopped]
    failed = [key for key, is_well in last.items() if not is_well and key not in stopped]
    destinations.mark_failing(conn, took, failing_since=None)
    destinations.mark_failing(conn, failed, failing_since=now)
    return tuple(_stop(conn, key, reason, now) for key, reason in sorted(stopped.items()))


def _stop(conn: Connection, destination_id: DestinationId, reason: str, now: datetime) -> News:
    destinations.mark_disabled(conn, destination_id, reason=reason, failing_since=now)
    known = destinations.get_destination(conn, destination_id)
    event_id = EventId(new_id())
    kind = EventType.DESTINATION_PAUSED
    body = {
        "type": kind,
        "id": str(event_id),
        "time": now.isoformat(),
        **first_line(Gist(Deed.DESTINATION_PAUSED, who=known.name, new=reason)),
        "destination": {"id": str(known.id), "name": known.name, "state": DestinationState.DISABLED},
        "reason": reason,
    }
    return News(NewEvent(event_id, kind, now, body), Subject(kind, None, (), (), Level.MAJOR))
