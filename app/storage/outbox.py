"""The outbox: alerts that are due are taken by one worker at a time, and each try is written down.

Taking costs the same however many alerts are owed: of each destination only the oldest ones are looked at, by an index.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.destinations import Alert, AlertState, Delivery, DestinationState
from app.domain.events import EventType
from app.domain.ids import AlertId, DestinationId
from app.storage.alerts import build_alert
from app.storage.digests import settle_members
from app.storage.tables import alert, delivery, destination, digest, event
from app.storage.written import TryWritten, note

PENDING = alert.c.state == sa.literal_column("'pending'")
MOST_OF_DESTINATION = 4
"""Alerts of one destination that may be on their way at a time, where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class TakenAlert:
    """An alert with all that its sending needs; ``body`` is the JSON text to the letter.

    ``sequence`` is the place of the event in the feed, of a digest that of its newest member.
    """

    alert: Alert
    round: int
    lease: str
    body: str
    event_at: datetime
    sequence: int
    kind: str
    url: str
    encrypted_secrets: tuple[str, ...]
    language: str
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a destination with times of its own may be sent. ``now`` is how many alerts; None is any number.

    ``fresh`` is false where only what was begun may leave: the rest waits to be gathered.
    """

    now: int | None = None
    fresh: bool = True


ANY = Allowance()


def take_alerts(
    conn: sa.Connection,
    *,
    now: datetime,
    limit: int,
    lease: str,
    lease_seconds: float,
    allowances: Mapping[DestinationId, Allowance] | None = None,
    pace: Mapping[DestinationId, int] | None = None,
    types: Collection[EventType] = (),
    most_failing: int | None = None,
) -> tuple[TakenAlert, ...]:
    """Up to ``limit`` alerts that are due, of active destinations, the oldest first, few of any one destination.

    Only of these ``types``, where some are named. Destinations with a timing of their own are left alone, but for
    those that have an allowance. ``pace`` is how many alerts may be on their way to a destination, for all workers;
    without it, ``MOST_OF_DESTINATION``. ``most_failing`` is how many may be taken for those that took nothing of late.
    """
    chosen = _choose(
        conn,
        now=now,
        limit=limit,
        allowances=allowances or {},
        types=types,
        pace=pace or {},
        most_failing=limit if most_failing is None else most_failing,
    )
    if not chosen:
        return ()
    until = now + timedelta(seconds=lease_seconds)
    mine = sa.select(alert.c.id).where(alert.c.id.in_(chosen), PENDING, alert.c.next_try_at <= now)
    locked = conn.execute(mine.with_for_update(skip_locked=True)).scalars().all()
    began = sa.func.coalesce(alert.c.began_at, sa.bindparam(None, now, alert.c.began_at.type))
    held = {"lease": lease, "next_try_at": until, "began_at": began}
    conn.execute(sa.update(alert).where(alert.c.id.in_(locked)).values(held))
    return tuple(_taken(row, lease) for row in conn.execute(_TAKEN.where(alert.c.id.in_(locked))))


_BODY = sa.func.coalesce(event.c.body, digest.c.body).label("body")
_AT = sa.func.coalesce(event.c.at, digest.c.at).label("event_at")
_SEQUENCE = sa.func.coalesce(event.c.position, digest.c.last_position).label("sequence")
_TAKEN = (
    sa.select(
        alert,
        sa.type_coerce(_BODY, event.c.body.type).label("body"),
        sa.type_coerce(_AT, event.c.at.type).label("event_at"),
        _SEQUENCE,
        destination.c.kind,
        destination.c.url,
        destination.c.secrets,
        destination.c.language,
        destination.c.failing_since,
    )
    .join(destination, destination.c.id == alert.c.destination_id)
    .outerjoin(event, event.c.id == alert.c.event_id)
    .outerjoin(digest, digest.c.id == alert.c.event_id)
    .where(sa.or_(event.c.id.is_not(None), digest.c.id.is_not(None)))
    .order_by(_SEQUENCE)
)


def _choose(
    conn: sa.Connection,
    *,
    now: datetime,
    limit: int,
    allowances: Mapping[DestinationId, Allowance],
    types: Collection[EventType],
    pace: Mapping[DestinationId, int],
    most_failing: int,
) -> list[AlertId]:
    """The alerts that are due: of each destination the oldest first, then a few more of each, so that none waits long.

    Destinations that took their last alert come before those that did not, and these are tried with one at a time.
    """
    pending = sa.and_(PENDING, alert.c.type.in_(types)) if types else PENDING
    gathered = [key for key, allowed in allowances.items() if not allowed.fresh]
    if gathered:
        pending = sa.and_(pending, sa.or_(alert.c.began_at.is_not(None), alert.c.destination_id.not_in(gathered)))
    mine = sa.and_(alert.c.destination_id == destination.c.id, pending, alert.c.next_try_at <= now)
    oldest = sa.select(sa.func.min(alert.c.next_try_at)).where(mine).scalar_subquery()
    first = sa.select(alert.c.id).where(mine).order_by(alert.c.next_try_at, alert.c.id).limit(1).scalar_subquery()
    held = (alert.c.destination_id == destination.c.id, alert.c.lease.is_not(None), alert.c.next_try_at > now)
    in_hand = sa.select(sa.func.count()).where(*held).scalar_subquery()
    is_failing = destination.c.failing_since.is_not(None)
    waiting = (
        sa.select(destination.c.id, is_failing.label("is_failing"), first.label("first"), in_hand.label("in_hand"))
        .where(destination.c.state == DestinationState.ACTIVE, oldest.is_not(None))
        .where(sa.or_(destination.c.timing.is_(None), destination.c.id.in_(list(allowances))))
        .order_by(is_failing, oldest, destination.c.id)
        .limit(limit)
    )
    found = [(row, _free(row, allowances.get(row.id, ANY), pace)) for row in conn.execute(waiting)]
    found = [(row, free) for row, free in found if free > 0]
    well = [(row, free) for row, free in found if not row.is_failing]
    chosen: list[AlertId] = [row.first for row, _ in well]
    for row, free in well:
        more = min(free - 1, limit - len(chosen))
        if more > 0:
            ready = sa.select(alert.c.id).where(alert.c.destination_id == row.id, pending, alert.c.next_try_at <= now)
            ready = ready.where(alert.c.id != row.first).order_by(alert.c.next_try_at, alert.c.id).limit(more)
            chosen += conn.execute(ready).scalars()
    failing = [row.first for row, _ in found if row.is_failing]
    return chosen + failing[: min(limit - len(chosen), most_failing)]


def _free(row: sa.Row[Any], allowed: Allowance, pace: Mapping[DestinationId, int]) -> int:
    """How many more alerts of a destination may be taken."""
    free = (1 if row.is_failing else pace.get(row.id, MOST_OF_DESTINATION)) - row.in_hand
    return int(free if allowed.now is None else min(free, allowed.now))


@dataclass(frozen=True, slots=True)
class Finished:
    """One try that was made, and what it means for its alert."""

    taken: TakenAlert
    tried: Delivery
    state: AlertState
    next_try_at: datetime | None


def finish_tries(conn: sa.Connection, finished: Sequence[Finished]) -> set[AlertId]:
    """Note how tries went, and when the next are; the alerts that this worker lost meanwhile: they stay as they are."""
    ids = [one.taken.alert.id for one in finished]
    known = sa.select(alert.c.id, alert.c.lease).where(alert.c.id.in_(ids)).order_by(alert.c.id).with_for_update()
    leases = {row.id: row.lease for row in conn.execute(known)}
    mine = [one for one in finished if leases.get(one.taken.alert.id) == one.taken.lease]
    if not mine:
        return set(ids)
    conn.execute(_FINISH, [_row(one) for one in mine])
    conn.execute(
        sa.insert(delivery), [{column.name: getattr(one.tried, column.name) for column in delivery.c} for one in mine]
    )
    for one in mine:
        if one.taken.alert.type is EventType.DIGEST and one.state is not AlertState.PENDING:
            settle_members(conn, one.taken.alert.event_id, state=one.state, at=one.tried.at)
    note(conn, *(TryWritten(one.tried, one.state) for one in mine))
    return set(ids) - {one.taken.alert.id for one in mine}


_FINISH = (
    sa.update(alert)
    .where(alert.c.id == sa.bindparam("of"))
    .values(
        state=sa.bindparam("to_state"),
        tries=sa.bindparam("number"),
        round=sa.bindparam("to_round"),
        next_try_at=sa.bindparam("at", type_=alert.c.next_try_at.type),
        lease=None,
        delivered_at=sa.bindparam("arrived", type_=alert.c.delivered_at.type),
    )
)


def _row(one: Finished) -> dict[str, Any]:
    return {
        "of": one.taken.alert.id,
        "to_state": one.state,
        "number": one.tried.number,
        "to_round": one.taken.round + 1,
        "at": one.next_try_at,
        "arrived": one.tried.at if one.state is AlertState.DELIVERED else None,
    }


def give_back(conn: sa.Connection, taken: Iterable[TakenAlert], *, now: datetime) -> None:
    """Return alerts that this worker will not send, at once due again; what it has lost meanwhile stays as it is."""
    for one in taken:
        mine = sa.and_(alert.c.id == one.alert.id, alert.c.lease == one.lease)
        conn.execute(sa.update(alert).where(mine).values(lease=None, next_try_at=now))


def new_lease() -> str:
    """A token that says who has an alert in hand."""
    return secrets.token_hex(16)


def _taken(row: sa.Row[Any], lease: str) -> TakenAlert:
    return TakenAlert(
        alert=build_alert(row),
        round=row.round,
        lease=lease,
        body=row.body,
        event_at=row.event_at,
        sequence=row.sequence,
        kind=row.kind,
        url=row.url,
        encrypted_secrets=tuple(row.secrets),
        language=row.language,
        failing_since=row.failing_since,
    )
