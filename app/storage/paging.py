"""Pages of a list: by comparing rows, never by counting past them.

What no index serves is looked for among so many rows at a time: a page may be short, or empty, and have a next one.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
MOST_WALKED = 5_000
"""So many rows are gone through for one page where something is looked for that no index has."""


class Place(NamedTuple):
    """Where a page ended: the time and the id of its last row."""

    at: datetime
    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class PageOf(Generic[T]):
    """One page of a list, and where the next one begins; None where this was the last."""

    items: tuple[T, ...]
    next: Place | None


def newest_first(
    conn: sa.Connection,
    query: sa.Select[Any],
    *,
    at: sa.Column[datetime],
    key: sa.Column[uuid.UUID],
    after: Place | None,
    limit: int,
    build: Callable[[sa.Row[Any]], T],
    sieve: Sequence[sa.ColumnElement[bool]] = (),
) -> PageOf[T]:
    """The ``limit`` rows of ``query`` after ``after``, newest first by (``at``, ``key``).

    ``sieve`` is what else they have to be, where no index says that; only the next :data:`MOST_WALKED` are asked.
    """
    place = sa.tuple_(at, key)
    if after is not None:
        query = query.where(place < _bound(at, after))
    query = query.order_by(at.desc(), key.desc())
    edge = _edge(conn, query, at, key) if sieve else None
    if edge is not None:
        query = query.where(place >= _bound(at, edge))
    rows = conn.execute(query.where(*sieve).limit(limit + 1)).all()
    items = tuple(build(row) for row in rows[:limit])
    if len(rows) <= limit:
        return PageOf(items, edge)
    last = rows[limit - 1]._mapping
    return PageOf(items, Place(last[at], last[key]))


def _bound(at: sa.Column[datetime], place: Place) -> Any:
    return sa.tuple_(sa.bindparam(None, place.at, at.type), place.id)


def _edge(
    conn: sa.Connection, query: sa.Select[Any], at: sa.Column[datetime], key: sa.Column[uuid.UUID]
) -> Place | None:
    """The last row that one page goes through; None where the list ends before it."""
    row = conn.execute(query.with_only_columns(at, key).offset(MOST_WALKED - 1).limit(1)).one_or_none()
    return None if row is None else Place(row[0], row[1])
