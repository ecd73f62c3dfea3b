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
from app.storage.dialect import date_of_day, day_of
from app.storage.flags import build_flags, list_rows, narrowed
from app.storage.paging import PageOf, Place
from app.storage.tables import flag, flag_pin

MOST_COUNTED = 40_000
"""So many flags are counted for the days; that takes 50 ms."""
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

    @property
    def is_severe_first(self) -> bool:
        """What is open comes with the most severe first; all else with the newest first."""
        return self.review_state is ReviewState.OPEN


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One page of the work list, and where the next one begins; None where this was the last."""

    flags: tuple[Flag, ...]
    next: Severity | None


def list_work(conn: sa.Connection, wish: WorkWish, *, after: Severity | None = None, limit: int = 25) -> WorkPage:
    """A page of the work list, in the order of the wish."""
    query = narrowed(sa.select(flag), review_state=wish.review_state, min_level=wish.min_level, watch_id=wish.watch_id)
    if wish.is_severe_first and wish.pin_id:
        page = _most_severe_of_pin(conn, wish, wish.pin_id, after, limit)
    elif wish.is_severe_first:
        page = _most_severe(conn, query, after, limit)
    else:
        place = Place(after.at, after.id) if after else None
        page = list_rows(conn, query, pin_id=wish.pin_id, after=place, limit=limit)
    found = build_flags(conn, page.items)
    last = found[-1] if page.next else None
    return WorkPage(found, Severity(last.level.rank, last.created_at, last.id) if last else None)


@dataclass(frozen=True, slots=True)
class DaysOfFlags:
    """How many flags of each level came on each day (of UTC) from ``first`` on; days without any are left out."""

    first: date
    counts: Mapping[date, Mapping[Level, int]]


def count_days(conn: sa.Connection, *, since: datetime, most: int = MOST_COUNTED) -> DaysOfFlags:
    """The newest ``most`` flags since then by day; of more, from the first day of which all are counted."""
    at = flag.c.created_at
    newest = sa.select(at, flag.c.level_rank).where(at >= since).order_by(at.desc(), flag.c.id.desc()).limit(most + 1)
    some = newest.subquery()
    day = day_of(conn, some.c.created_at).label("day")
    query = sa.select(day, some.c.level_rank, sa.func.count()).group_by(day, some.c.level_rank)
    found: dict[date, dict[Level, int]] = {}
    total = 0
    for number, rank, count in conn.execute(query):
        found.setdefault(date_of_day(number), {})[LEVELS[rank]] = count
        total += count
    if total <= most:
        return DaysOfFlags(since.astimezone(UTC).date(), found)
    cut = min(found)
    del found[cut]
    return DaysOfFlags(cut + timedelta(days=1), found)


def _most_severe(conn: sa.Connection, query: sa.Select[Any], after: Severity | None, limit: int) -> PageOf[sa.Row[Any]]:
    order = (flag.c.level_rank, flag.c.created_at, flag.c.id)
    if after is not None:
        at = sa.bindparam(None, after.at, flag.c.created_at.type)
        query = query.where(sa.tuple_(*order) < sa.tuple_(after.rank, at, after.id))
    rows = conn.execute(query.order_by(*(column.desc() for column in order)).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return PageOf(tuple(rows[:limit]), Place(last.created_at, last.id) if last else None)


def _most_severe_of_pin(
    conn: sa.Connection, wish: WorkWish, pin_id: PinId, after: Severity | None, limit: int
) -> PageOf[sa.Row[Any]]:
    """The open flags that touched a pin, found by the pin; within a level by their ids, which begin with the time."""
    order = (flag_pin.c.open_rank, flag_pin.c.flag_id)
    least = wish.min_level.rank if wish.min_level else 0
    query = narrowed(sa.select(flag), watch_id=wish.watch_id).join(flag_pin, flag_pin.c.flag_id == flag.c.id)
    query = query.where(flag_pin.c.pin_id == pin_id, flag_pin.c.open_rank >= least)
    if after is not None:
        query = query.where(sa.tuple_(*order) < sa.tuple_(after.rank, after.id))
    rows = conn.execute(query.order_by(*(column.desc() for column in order)).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return PageOf(tuple(rows[:limit]), Place(last.created_at, last.id) if last else None)
