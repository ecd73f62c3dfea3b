"""Pages of a list: by comparing rows, never by counting past them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa

T = TypeVar("T")


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
) -> PageOf[T]:
    """The ``limit`` rows of ``query`` after ``after``, newest first by (``at``, ``key``)."""
    if after is not None:
        query = query.where(sa.tuple_(at, key) < sa.tuple_(sa.bindparam(None, after.at, at.type), after.id))
    rows = conn.execute(query.order_by(at.desc(), key.desc()).limit(limit + 1)).all()
    items = tuple(build(row) for row in rows[:limit])
    if len(rows) <= limit:
        return PageOf(items, None)
    last = rows[limit - 1]._mapping
    return PageOf(items, Place(last[at], last[key]))
