"""Where alerts go, and the (encrypted) secrets they are signed with."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.claims import Action, FacetKind, Level
from app.domain.destinations import AlertFilter, Destination, DestinationKind, DestinationState
from app.domain.errors import NotFound, StaleRevision
from app.domain.events import EventType
from app.domain.ids import DestinationId, PinId, WatchId
from app.domain.statements import StatementState
from app.domain.timing import Timing
from app.storage.dialect import UtcTime
from app.storage.paging import PageOf, Place, newest_first
from app.storage.tables import destination
from app.storage.timings import timing_from_json, timing_to_json

PLAIN = ("id", "kind", "name", "url", "state", "state_reason", "failing_since", "created_at", "revision", "language")


def add_destination(conn: sa.Connection, new: Destination, *, secrets: Sequence[str]) -> None:
    """Keep a destination; ``secrets`` are encrypted already, newest first."""
    row = {name: getattr(new, name) for name in PLAIN}
    conn.execute(sa.insert(destination).values(**row, **_written(new), secrets=list(secrets)))


def get_destination(conn: sa.Connection, destination_id: DestinationId) -> Destination:
    """The destination.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(destination).where(destination.c.id == destination_id)).one_or_none()
    if row is None:
        raise NotFound("destination", destination_id)
    return _build(row)


def get_secrets(conn: sa.Connection, destination_id: DestinationId) -> tuple[str, ...]:
    """The encrypted secrets of a destination, newest first."""
    query = sa.select(destination.c.secrets).where(destination.c.id == destination_id)
    return tuple(conn.execute(query).scalar_one_or_none() or ())


def set_secrets(conn: sa.Connection, destination_id: DestinationId, secrets: Sequence[str]) -> None:
    """Replace the encrypted secrets of a destination."""
    mine = destination.c.id == destination_id
    conn.execute(sa.update(destination).where(mine).values(secrets=list(secrets)))


def list_destinations(conn: sa.Connection, *, after: Place | None = None, limit: int = 50) -> PageOf[Destination]:
    """A page of destinations, newest first."""
    created, key = destination.c.created_at, destination.c.id
    query = sa.select(destination)
    return newest_first(conn, query, at=created, key=key, after=after, limit=limit, build=_build)


_WISHES = sa.select(destination.c.id, destination.c.wish, destination.c.timing).order_by(destination.c.id)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a destination wants to hear, and when."""

    destination_id: DestinationId
    filter: AlertFilter
    timing: Timing


def list_wishes(conn: sa.Connection) -> tuple[Wish, ...]:
    """What each destination that is not removed wants to hear; paused ones too, their alerts wait."""
    return tuple(
        Wish(DestinationId(row.id), _wish_from_json(row.wish), timing_from_json(row.timing))
        for row in conn.execute(_WISHES)
    )


def change_destination(conn: sa.Connection, old: Destination, new: Destination) -> None:
    """Replace ``old`` by ``new`` if nobody else changed it.

    Raises:
        StaleRevision: somebody did.
    """
    mine = sa.and_(destination.c.id == old.id, destination.c.revision == old.revision)
    names = ("name", "url", "language", "state", "state_reason", "failing_since", "revision")
    values = {name: getattr(new, name) for name in names} | _written(new)
    if conn.execute(sa.update(destination).where(mine).values(values)).rowcount != 1:
        raise StaleRevision(f"Destination {old.id} was changed since you read it.")


def mark_failing(
    conn: sa.Connection, destination_ids: Iterable[DestinationId], *, failing_since: datetime | None
) -> None:
    """Note since when destinations take nothing, where that is not known already; None where they do again."""
    is_news = (
        destination.c.failing_since.is_not(None) if failing_since is None else destination.c.failing_since.is_(None)
    )
    ids = list(destination_ids)
    named = sa.select(destination.c.id).where(destination.c.id.in_(ids), is_news)
    news = () if not ids else conn.execute(named.order_by(destination.c.id)).scalars().all()
    if news:
        mine = sa.and_(destination.c.id.in_(news), is_news)
        conn.execute(sa.update(destination).where(mine).values(failing_since=failing_since))


def mark_disabled(conn: sa.Connection, destination_id: DestinationId, *, reason: str, failing_since: datetime) -> None:
    """Send nothing more to a destination until somebody resumes it."""
    since = sa.func.coalesce(destination.c.failing_since, sa.bindparam(None, failing_since, UtcTime()))
    values = {"state": DestinationState.DISABLED, "state_reason": reason, "failing_since": since}
    conn.execute(sa.update(destination).where(destination.c.id == destination_id).values(values))


def remove_destination(conn: sa.Connection, destination_id: DestinationId) -> None:
    """Forget a destination with its alerts and deliveries.

    Raises:
        NotFound: there is none.
    """
    if conn.execute(sa.delete(destination).where(destination.c.id == destination_id)).rowcount == 0:
        raise NotFound("destination", destination_id)


def _written(new: Destination) -> dict[str, Any]:
    return {"wish": _wish_to_json(new.wish), "timing": timing_to_json(new.timing)}


def _wish_to_json(wish: AlertFilter) -> dict[str, Any]:
    return {
        "event_types": list(wish.event_types),
        "watch_ids": [str(key) for key in wish.watch_ids],
        "tags": list(wish.tags),
        "pin_ids": [str(key) for key in wish.pin_ids],
        "min_level": wish.min_level,
        "actions": list(wish.actions),
        "facets": list(wish.facets),
        "states": list(wish.states),
        "languages": list(wish.languages),
    }


def _wish_from_json(value: Mapping[str, Any]) -> AlertFilter:
    return AlertFilter(
        event_types=tuple(EventType(name) for name in value["event_types"]),
        watch_ids=tuple(WatchId(uuid.UUID(key)) for key in value["watch_ids"]),
        tags=tuple(value["tags"]),
        pin_ids=tuple(PinId(uuid.UUID(key)) for key in value["pin_ids"]),
        min_level=Level(value["min_level"]),
        actions=tuple(Action(name) for name in value.get("actions", ())),
        facets=tuple(FacetKind(name) for name in value.get("facets", ())),
        states=tuple(StatementState(name) for name in value.get("states", ())),
        languages=tuple(value.get("languages", ())),
    )


def _build(row: sa.Row[Any]) -> Destination:
    values = {name: row._mapping[name] for name in PLAIN}
    values |= {"kind": DestinationKind(values["kind"]), "state": DestinationState(values["state"])}
    return Destination(**values, wish=_wish_from_json(row.wish), timing=timing_from_json(row.timing))
