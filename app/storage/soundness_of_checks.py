"""Whether old checks are what was put into their packs, each of them once."""

import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from app.storage.check_packs import OBSERVATIONS, VISITS, Kind
from app.storage.packing import Damaged

KINDS: tuple[Kind[Any], ...] = (VISITS, OBSERVATIONS)
AT_A_TIME = 50


def count_packs(conn: sa.Connection) -> int:
    """How many packs there are."""
    return sum(conn.execute(sa.select(sa.func.count()).select_from(kind.packs)).scalar_one() for kind in KINDS)


def false_packs(conn: sa.Connection) -> Iterator[str | None]:
    """Of each pack of checks: what is wrong with it, or None."""
    for kind in KINDS:
        yield from _false_packs(conn, kind)


def _false_packs(conn: sa.Connection, kind: Kind[Any]) -> Iterator[str | None]:
    query = sa.select(kind.packs).order_by(kind.pack_of, kind.packs.c.first_id)
    before: tuple[uuid.UUID, uuid.UUID] | None = None
    for row in conn.execute(query.execution_options(yield_per=AT_A_TIME)):
        owner: uuid.UUID = row._mapping[kind.owner]
        overlaps = before is not None and before[0] == owner and before[1] >= row.first_id
        before = (owner, row.last_id)
        yield f"{kind.name(row)} begins before the one before it ends" if overlaps else _wrong_with(conn, kind, row)


def _wrong_with(conn: sa.Connection, kind: Kind[Any], row: sa.Row[Any]) -> str | None:
    try:
        packed = {one.id for one in kind.unpacked(row)}
    except Damaged as damaged:
        return str(damaged)
    between = (kind.loose.c.id >= row.first_id, kind.loose.c.id <= row.last_id)
    mine = sa.select(kind.loose.c.id).where(kind.of == row._mapping[kind.owner], *between)
    twice = packed.intersection(conn.execute(mine).scalars())
    return f"{kind.name(row)} holds {len(twice)} that are single rows too" if twice else None
