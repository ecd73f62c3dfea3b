"""The work list as people go through it: what is open with the most severe first, and how many came each day."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.domain.claims import Level
from app.domain.flags import Flag, ReviewState
from app.domain.ids import PinId, WatchId
from app.storage.flags import build_flags, narrowed
from app.storage.paging import PageOf, Place, newest_first
from app.storage.tables import flag

DAY_SECONDS = 86_400
LEVELS = list(Level)


class Severity(NamedTuple):
    """Where a page ended: the rank of the level, the time and the id of its last flag."""

    rank: int
    at: datetime
    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class WorkWish:
    """Which flags somebody wants to see; None is any. Those in no state of review are in all of them."""

    review_state: ReviewState | None = ReviewState.OPEN
    min_level: Level | None = None
    watch_id: WatchId | None = None
    pin_id: PinId | None = None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One page of the work list, and where the next one begins; None where this was the last."""

    flags: tuple[Flag, ...]
    next: Severity | None


def list_work(conn: sa.Connection, wish: WorkWish, *, after: Severity | None = None, limit: int = 25) -> WorkPage:
    """A page of the work list: what is open with the most severe first, anything else with the newest first."""
    query = narrowed(
        sa.select(flag),
        review_state=wish.review_state,
        min_level=wish.min_level,
        watch_id=wish.watch_id,
        pin_id=wish.pin_id,
    )
    page = _most_severe(conn, query, after, limit) if wish.review_state is ReviewState.OPEN else None
    if page is None:
        place = Place(after.at, after.id) if after else None
        at, key = flag.c.created_at, flag.c.id
        page = newest_first(conn, query, at=at, key=key, after=place, limit=limit, build=lambda row: row)
    found = build_flags(conn, page.items)
    last = found[-1] if page.next else None
    return WorkPage(found, Severity(last.level.rank, last.created_at, last.id) if last else None)


def count_days(conn: sa.Connection, *, since: datetime) -> Mapping[date, Mapping[Level, int]]:
    """How many flags of each level came on each day (of UTC) since then; days without any are left out."""
    day = _day_of(conn).label("day")
    query = sa.select(day, flag.c.level_rank, sa.func.count()).where(flag.c.created_at >= since)
    found: dict[date, dict[Level, int]] = {}
    for number, rank, count in conn.execute(query.group_by(day, flag.c.level_rank)):
        found.setdefault(_date_of(int(number)), {})[LEVELS[rank]] = count
    return found


def _most_severe(conn: sa.Connection, query: sa.Select[Any], after: Severity | None, limit: int) -> PageOf[sa.Row[Any]]:
    order = (flag.c.level_rank, flag.c.created_at, flag.c.id)
    if after is not None:
        at = sa.bindparam(None, after.at, flag.c.created_at.type)
        query = query.where(sa.tuple_(*order) < sa.tuple_(after.rank, at, after.id))
    rows = conn.execute(query.order_by(*(column.desc() for column in order)).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return PageOf(tuple(rows[:limit]), Place(last.created_at, last.id) if last else None)


def _day_of(conn: sa.Connection) -> sa.ColumnElement[int]:
    """The number of the day since 1970 on which a flag came."""
    if conn.dialect.name == "sqlite":
        return sa.type_coerce(flag.c.created_at, sa.BigInteger) // (DAY_SECONDS * 1_000_000)
    return sa.cast(sa.func.floor(sa.extract("epoch", flag.c.created_at) / DAY_SECONDS), sa.BigInteger)


def _date_of(day: int) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date()
