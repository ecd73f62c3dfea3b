"""The watchlist as it is kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.errors import DuplicateWatch, NotFound, StaleRevision
from app.domain.hazard import NOTHING_SEEN, Habit, Lesson, habit_of, learned
from app.domain.ids import WatchId
from app.domain.observations import VisitOutcome
from app.domain.watches import Selectors, SourceKind, Visibility, Watch, WatchHealth, WatchState
from app.storage import next_looks
from app.storage.dialect import insert_or_skip
from app.storage.paging import PageOf, Place, newest_first
from app.storage.sending import send
from app.storage.tables import check, host, watch, watch_tag
from app.storage.together import Turn, by_shape, write

_LIST = sa.and_(check.c.watch_id == watch.c.id, check.c.purpose == "list", sa.not_(check.c.is_paused))
NEXT_CHECK = sa.select(next_looks.AT).join(host, next_looks.HOST).where(_LIST).limit(1).scalar_subquery()
NEXT_REASON = sa.select(next_looks.REASON).join(host, next_looks.HOST).where(_LIST).limit(1).scalar_subquery()
QUERY = sa.select(watch, NEXT_CHECK.label("next_check_at"), NEXT_REASON.label("next_check_reason"))


def live_target(kind: SourceKind, target: str) -> str:
    """What may stand on the watchlist only once."""
    return f"{kind}:{target}"


def add_watch(conn: sa.Connection, new: Watch) -> None:
    """Put a watch on the list.

    Raises:
        DuplicateWatch: the same target is on it already.
    """
    row = {
        column.name: getattr(new, column.name)
        for column in watch.c
        if column.name not in {"selectors", "live_target", "habit"}
    }
    row |= {"selectors": _selectors_row(new.selectors), "live_target": live_target(new.kind, new.target)}
    added = conn.execute(insert_or_skip(conn, watch).values(row).returning(watch.c.id))
    if added.first() is None:
        existing = find_live_watch(conn, new.kind, new.target)
        raise DuplicateWatch(new.url, existing.id if existing else None)
    _set_tags(conn, new.id, new.tags)


def find_live_watch(conn: sa.Connection, kind: SourceKind, target: str) -> Watch | None:
    """The watch on this target that is not removed, if there is one."""
    row = conn.execute(QUERY.where(watch.c.live_target == live_target(kind, target))).one_or_none()
    return None if row is None else _build(row, _tags(conn, [row.id]))


def get_watch(conn: sa.Connection, watch_id: WatchId) -> Watch:
    """The watch, removed ones too.

    Raises:
        NotFound: there never was one.
    """
    row = conn.execute(QUERY.where(watch.c.id == watch_id)).one_or_none()
    if row is None:
        raise NotFound("watch", watch_id)
    return _build(row, _tags(conn, [row.id]))


_SEVERAL = QUERY.where(watch.c.id.in_(sa.bindparam("ids", expanding=True)))


def get_watches(conn: sa.Connection, ids: Iterable[WatchId]) -> dict[WatchId, Watch]:
    """Those of the watches that exist, by id."""
    wanted = list(set(ids))
    tags = _tags(conn, wanted)
    rows = conn.execute(_SEVERAL, {"ids": wanted})
    return {WatchId(row.id): _build(row, tags) for row in rows}


def list_watches(
    conn: sa.Connection,
    *,
    tag: str | None = None,
    state: WatchState | None = None,
    kind: SourceKind | None = None,
    visibility: Visibility | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> PageOf[Watch]:
    """A page of the watchlist, newest first; removed watches only where ``state`` asks for them."""
    query = QUERY.where(watch.c.state == state if state else watch.c.state != WatchState.REMOVED)
    if kind:
        query = query.where(watch.c.kind == kind)
    if visibility:
        query = query.where(watch.c.visibility == visibility)
    if tag:
        query = query.where(watch.c.id.in_(sa.select(watch_tag.c.watch_id).where(watch_tag.c.tag == tag)))
    page = newest_first(
        conn, query, at=watch.c.created_at, key=watch.c.id, after=after, limit=limit, build=lambda row: row
    )
    tags = _tags(conn, [row.id for row in page.items])
    return PageOf(tuple(_build(row, tags) for row in page.items), page.next)


def walk_watches(conn: sa.Connection, *, at_once: int = 200) -> Iterator[Watch]:
    """The whole watchlist, newest first, so many at a time in memory; without removed watches."""
    page = list_watches(conn, limit=at_once)
    yield from page.items
    while page.next is not None:
        page = list_watches(conn, after=page.next, limit=at_once)
        yield from page.items


def change_watch(conn: sa.Connection, old: Watch, new: Watch) -> None:
    """Replace ``old`` by ``new`` if nobody else changed it since ``old`` was read.

    Raises:
        StaleRevision: somebody did.
    """
    row = {name: getattr(new, name) for name in ("name", "publisher", "language", "state", "interval_seconds")}
    row |= {
        "respect_robots": new.respect_robots,
        "visibility": new.visibility,
        "selectors": _selectors_row(new.selectors),
        "updated_at": new.updated_at,
        "revision": new.revision,
        "live_target": None if new.state is WatchState.REMOVED else live_target(new.kind, new.target),
    }
    mine = sa.and_(watch.c.id == old.id, watch.c.revision == old.revision)
    if conn.execute(sa.update(watch).where(mine).values(row)).rowcount != 1:
        raise StaleRevision(f"Watch {old.id} was changed since you read it.")
    _set_tags(conn, new.id, new.tags)


def list_tags(conn: sa.Connection, *, limit: int = 100) -> tuple[str, ...]:
    """The tags that watches have, in the order of the alphabet."""
    query = sa.select(watch_tag.c.tag).distinct().order_by(watch_tag.c.tag).limit(limit)
    return tuple(conn.execute(query).scalars())


_ONE = watch.c.id == sa.bindparam("of_id")
_MARK_ONE = sa.update(watch).where(_ONE)
_HABITS = sa.select(watch.c.id, watch.c.habit).where(watch.c.id.in_(sa.bindparam("ids", expanding=True)))
_HABITS = _HABITS.order_by(watch.c.id).with_for_update()


def mark_watch_checked(
    conn: sa.Connection,
    watch_id: WatchId,
    *,
    now: datetime,
    outcome: VisitOutcome,
    health: WatchHealth,
    identity: str | None,
) -> None:
    """Note how the last check went, and the lasting identity once it is known."""
    row: dict[str, Any] = {"last_checked_at": now, "last_outcome": outcome, "health": health}
    if identity is not None:
        row["identity"] = identity
    write(conn, Turn.WATCH, _mark_all, [{**row, "of_id": watch_id}])


def _mark_all(conn: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    for several in by_shape(rows, key="of_id"):
        send(conn, _MARK_ONE, several)


def mark_watch_named(conn: sa.Connection, watch_id: WatchId, *, name: str) -> None:
    """Give a watch the name that its source has for it, where it has only its address for one; a user's word stays."""
    for column in (watch.c.name, watch.c.publisher):
        unnamed = sa.and_(watch.c.id == watch_id, column == watch.c.url)
        conn.execute(sa.update(watch).where(unnamed).values({column: name}))


def learn(conn: sa.Connection, watch_id: WatchId, lessons: Iterable[Lesson]) -> None:
    """Add what a look has taught of the habits of a watch; most looks teach nothing and cost nothing here.

    The row is held from reading to writing, so that two workers lose nothing of each other.
    """
    write(conn, Turn.HABIT, _learn_all, [(watch_id, lesson) for lesson in lessons])


def _learn_all(conn: sa.Connection, taught: Sequence[tuple[WatchId, Lesson]]) -> None:
    lessons: dict[WatchId, list[Lesson]] = {}
    for watch_id, lesson in taught:
        lessons.setdefault(watch_id, []).append(lesson)
    known = conn.execute(_HABITS, {"ids": list(lessons)})
    habits = [(row.id, learned(_habit(row.habit), tuple(lessons[row.id]))) for row in known]
    send(conn, _MARK_ONE, [{"of_id": watch_id, "habit": _habit_row(habit)} for watch_id, habit in habits])


def _habit_row(habit: Habit) -> dict[str, list[float]]:
    return {"edits": [round(one, 3) for one in habit.edits], "seconds": [round(one, 3) for one in habit.seconds]}


def forget_habit(conn: sa.Connection, watch_id: WatchId) -> None:
    """Forget what was learned of a watch."""
    conn.execute(sa.update(watch).where(watch.c.id == watch_id).values(habit=sa.null()))


def _habit(value: Mapping[str, list[float]] | None) -> Habit:
    if value is None:
        return NOTHING_SEEN
    return habit_of([float(one) for one in value["edits"]], [float(one) for one in value["seconds"]])


def _selectors_row(selectors: Selectors) -> dict[str, list[str]]:
    return {"include": list(selectors.include), "exclude": list(selectors.exclude)}


def _set_tags(conn: sa.Connection, watch_id: WatchId, tags: tuple[str, ...]) -> None:
    conn.execute(sa.delete(watch_tag).where(watch_tag.c.watch_id == watch_id))
    if tags:
        conn.execute(sa.insert(watch_tag), [{"watch_id": watch_id, "tag": tag} for tag in dict.fromkeys(tags)])


_TAGS = sa.select(watch_tag).where(watch_tag.c.watch_id.in_(sa.bindparam("ids", expanding=True)))
_TAGS = _TAGS.order_by(watch_tag.c.tag)


def _tags(conn: sa.Connection, ids: list[WatchId]) -> dict[WatchId, list[str]]:
    found: dict[WatchId, list[str]] = {}
    for row in conn.execute(_TAGS, {"ids": ids}):
        found.setdefault(row.watch_id, []).append(row.tag)
    return found


def _build(row: sa.Row[Any], tags: Mapping[WatchId, list[str]]) -> Watch:
    columns = row._mapping
    same = ("id", "url", "target", "name", "publisher", "language", "interval_seconds", "respect_robots", "identity")
    times = ("last_checked_at", "last_outcome", "next_check_at", "next_check_reason", "created_at", "updated_at")
    return Watch(
        **{name: columns[name] for name in (*same, *times, "revision")},
        kind=SourceKind(columns["kind"]),
        state=WatchState(columns["state"]),
        health=WatchHealth(columns["health"]),
        visibility=Visibility(columns["visibility"]),
        selectors=Selectors(tuple(columns["selectors"]["include"]), tuple(columns["selectors"]["exclude"])),
        tags=tuple(tags.get(columns["id"], ())),
        habit=_habit(columns["habit"]),
    )
