"""The phrases that users follow."""

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from app.domain.claims import PinVariant
from app.domain.errors import NotFound, StaleRevision
from app.domain.ids import PinId, WatchId
from app.domain.pins import Pin
from app.storage.paging import PageOf, Place, newest_first
from app.storage.tables import pin, pin_watch


def add_pin(conn: sa.Connection, new: Pin) -> None:
    """Follow a phrase."""
    row = {"id": new.id, "name": new.name, "created_at": new.created_at, "revision": new.revision}
    conn.execute(sa.insert(pin).values(**row, variants=_variants(new)))
    _set_watches(conn, new)


def change_pin(conn: sa.Connection, old: Pin, new: Pin) -> None:
    """Replace ``old`` by ``new`` if nobody else changed it.

    Raises:
        StaleRevision: somebody did.
    """
    mine = sa.and_(pin.c.id == old.id, pin.c.revision == old.revision)
    values = {"name": new.name, "variants": _variants(new), "revision": new.revision}
    if conn.execute(sa.update(pin).where(mine).values(values)).rowcount != 1:
        raise StaleRevision(f"Pin {old.id} was changed since you read it.")
    _set_watches(conn, new)


def get_pin(conn: sa.Connection, pin_id: PinId) -> Pin:
    """The pin.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(pin).where(pin.c.id == pin_id)).one_or_none()
    if row is None:
        raise NotFound("pin", pin_id)
    return _build_all(conn, [row])[0]


def list_pins(conn: sa.Connection, *, after: Place | None = None, limit: int = 50) -> PageOf[Pin]:
    """A page of pins, newest first."""
    created, key = pin.c.created_at, pin.c.id
    page = newest_first(conn, sa.select(pin), at=created, key=key, after=after, limit=limit, build=lambda row: row)
    return PageOf(_build_all(conn, page.items), page.next)


def get_pins(conn: sa.Connection, ids: Iterable[PinId]) -> dict[PinId, Pin]:
    """Those of the pins that exist, by id."""
    wanted = list(set(ids))
    rows = conn.execute(sa.select(pin).where(pin.c.id.in_(wanted))).all() if wanted else []
    return {one.id: one for one in _build_all(conn, rows)}


_BOUND_HERE = sa.select(pin_watch.c.pin_id).where(pin_watch.c.watch_id.in_(sa.bindparam("watches", expanding=True)))
_BOUND = sa.select(pin_watch.c.pin_id).where(pin_watch.c.pin_id == pin.c.id)
_FOLLOWED = (
    sa.select(pin)
    .where(sa.or_(pin.c.id.in_(_BOUND_HERE), sa.not_(_BOUND.exists())))
    .order_by(pin.c.created_at, pin.c.id)
)


def find_pins_of_watch(conn: sa.Connection, watch_id: WatchId) -> tuple[Pin, ...]:
    """The pins that are followed on this watch: its own, and those followed everywhere."""
    return find_pins_of_watches(conn, [watch_id])[watch_id]


def find_pins_of_watches(conn: sa.Connection, watch_ids: Collection[WatchId]) -> dict[WatchId, tuple[Pin, ...]]:
    """The same for each of several watches."""
    found = _build_all(conn, conn.execute(_FOLLOWED, {"watches": list(watch_ids)}).all())
    return {key: tuple(one for one in found if not one.watch_ids or key in one.watch_ids) for key in watch_ids}


def remove_pin(conn: sa.Connection, pin_id: PinId) -> None:
    """Follow a phrase no longer; what was found stays.

    Raises:
        NotFound: there is no such pin.
    """
    if conn.execute(sa.delete(pin).where(pin.c.id == pin_id)).rowcount == 0:
        raise NotFound("pin", pin_id)


def bind_pins(conn: sa.Connection, watch_id: WatchId, pin_ids: Iterable[PinId]) -> None:
    """Follow pins that are bound to certain watches on this watch too; those followed everywhere stay so.

    Raises:
        NotFound: one of the pins does not exist.
    """
    for pin_id in pin_ids:
        known = get_pin(conn, pin_id)
        if known.watch_ids and watch_id not in known.watch_ids:
            conn.execute(sa.insert(pin_watch).values(pin_id=pin_id, watch_id=watch_id))


def _variants(of: Pin) -> list[dict[str, str]]:
    return [{"language": variant.language, "phrase": variant.phrase} for variant in of.variants]


def _set_watches(conn: sa.Connection, of: Pin) -> None:
    conn.execute(sa.delete(pin_watch).where(pin_watch.c.pin_id == of.id))
    if of.watch_ids:
        rows = [{"pin_id": of.id, "watch_id": watch_id} for watch_id in dict.fromkeys(of.watch_ids)]
        conn.execute(sa.insert(pin_watch), rows)


def _build_all(conn: sa.Connection, rows: Iterable[sa.Row[Any]]) -> tuple[Pin, ...]:
    wanted = list(rows)
    if not wanted:
        return ()
    bound: dict[PinId, list[WatchId]] = {}
    query = sa.select(pin_watch).where(pin_watch.c.pin_id.in_([row.id for row in wanted]))
    for row in conn.execute(query.order_by(pin_watch.c.watch_id)):
        bound.setdefault(row.pin_id, []).append(row.watch_id)
    return tuple(
        Pin(
            id=row.id,
            name=row.name,
            variants=tuple(PinVariant(one["language"], one["phrase"]) for one in row.variants),
            watch_ids=tuple(bound.get(row.id, ())),
            created_at=row.created_at,
            revision=row.revision,
        )
        for row in wanted
    )
