"""The work list: what is worth a look, and what people made of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.claims import Action, FacetKind, Level, StatementAction
from app.domain.edits import Edit
from app.domain.errors import NotFound, StaleRevision
from app.domain.flags import Flag, ReviewState
from app.domain.gists import gist_facts, read_gist
from app.domain.ids import FlagId, PinId, StatementId, WatchId
from app.domain.service import Amount
from app.storage.counting import MOST, ONE, count_up_to
from app.storage.paging import PageOf, Place, newest_first
from app.storage.sending import send
from app.storage.tables import flag, flag_pin, watch_tag
from app.storage.together import Turn, write

SPECIAL = {"level_rank", "facets", "gist"}
PLAIN = tuple(column.name for column in flag.c if column.name not in SPECIAL)


_ADD, _ADD_PINS = sa.insert(flag), sa.insert(flag_pin)
_OF_EDIT = (
    sa.select(flag)
    .where(flag.c.statement_id == sa.bindparam("of_statement"), flag.c.edit_id == sa.bindparam("of_edit"))
    .order_by(flag.c.score.desc(), flag.c.id)
)
_PINS_OF = (
    sa.select(flag_pin)
    .where(flag_pin.c.flag_id.in_(sa.bindparam("flag_ids", expanding=True)))
    .order_by(flag_pin.c.pin_id)
)


def add_flags(conn: sa.Connection, new: Iterable[Flag]) -> None:
    """Put these on the work list."""
    write(conn, Turn.FLAG, _add_all, new)


def _add_all(conn: sa.Connection, flags: Sequence[Flag]) -> None:
    send(conn, _ADD, [_row(one) for one in flags])
    pins = [
        {"flag_id": one.id, "pin_id": pin_id, "open_rank": open_rank_of(one)}
        for one in flags
        for pin_id in dict.fromkeys(one.pin_ids)
    ]
    send(conn, _ADD_PINS, pins)


def get_flag(conn: sa.Connection, flag_id: FlagId) -> Flag:
    """The flag.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(flag).where(flag.c.id == flag_id)).one_or_none()
    if row is None:
        raise NotFound("flag", flag_id)
    return build_flags(conn, [row])[0]


def list_flags(
    conn: sa.Connection,
    *,
    review_state: ReviewState | None = None,
    watch_id: WatchId | None = None,
    statement_id: StatementId | None = None,
    pin_id: PinId | None = None,
    tag: str | None = None,
    action: str | None = None,
    facet: FacetKind | None = None,
    min_level: Level | None = None,
    since: datetime | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> PageOf[Flag]:
    """A page of the work list, newest first."""
    query = narrowed(sa.select(flag), review_state=review_state, watch_id=watch_id)
    sieve: list[sa.ColumnElement[bool]] = []
    if min_level:
        sieve.append(flag.c.level_rank >= min_level.rank)
    if statement_id:
        query = query.where(flag.c.statement_id == statement_id)
    if action:
        sieve.append(flag.c.action == action)
    if since:
        query = query.where(flag.c.created_at >= since)
    if tag:
        tagged = sa.select(watch_tag.c.watch_id).where(watch_tag.c.tag == tag)
        sieve.append(flag.c.watch_id.in_(tagged))
    if facet:
        sieve.append(sa.cast(flag.c.facets, sa.Text).like(f'%"{facet}"%'))
    page = list_rows(conn, query, pin_id=pin_id, after=after, limit=limit, sieve=sieve)
    return PageOf(build_flags(conn, page.items), page.next)


def list_rows(
    conn: sa.Connection,
    query: sa.Select[Any],
    *,
    pin_id: PinId | None,
    after: Place | None,
    limit: int,
    sieve: Sequence[sa.ColumnElement[bool]] = (),
) -> PageOf[sa.Row[Any]]:
    """A page of a query over flags, newest first; of those that touched a pin, where one is named.

    The flags of a pin go by their ids, which begin with the time: so they are found by the pin, however many others
    there are.
    """
    if pin_id is None:
        at, key = flag.c.created_at, flag.c.id
        return newest_first(conn, query, at=at, key=key, after=after, limit=limit, build=lambda row: row, sieve=sieve)
    of_pin = query.join(flag_pin, flag_pin.c.flag_id == flag.c.id).where(flag_pin.c.pin_id == pin_id, *sieve)
    if after is not None:
        of_pin = of_pin.where(flag_pin.c.flag_id < after.id)
    rows = conn.execute(of_pin.order_by(flag_pin.c.flag_id.desc()).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return PageOf(tuple(rows[:limit]), Place(last.created_at, last.id) if last else None)


def narrowed(
    query: sa.Select[Any],
    *,
    review_state: ReviewState | None = None,
    watch_id: WatchId | None = None,
    min_level: Level | None = None,
) -> sa.Select[Any]:
    """A query over flags, held to those that somebody wants to see."""
    if review_state:
        query = query.where(flag.c.review_state == review_state)
    if watch_id:
        query = query.where(flag.c.watch_id == watch_id)
    if min_level:
        query = query.where(flag.c.level_rank >= min_level.rank)
    return query


def list_flags_of_edit(conn: sa.Connection, of: Edit) -> tuple[Flag, ...]:
    """What was flagged of one edit, most severe first."""
    return build_flags(conn, conn.execute(_OF_EDIT, {"of_statement": of.statement_id, "of_edit": of.id}).all())


def change_review(conn: sa.Connection, old: Flag, new: Flag) -> None:
    """Keep what a person made of a flag, if nobody else was faster.

    Raises:
        StaleRevision: somebody was.
    """
    mine = sa.and_(flag.c.id == old.id, flag.c.revision == old.revision)
    names = ("review_state", "note", "reviewed_at", "reviewed_by", "revision")
    if conn.execute(sa.update(flag).where(mine).values({name: getattr(new, name) for name in names})).rowcount != 1:
        raise StaleRevision(f"Flag {old.id} was reviewed since you read it.")
    if new.pin_ids:
        conn.execute(sa.update(flag_pin).where(flag_pin.c.flag_id == old.id).values(open_rank=open_rank_of(new)))


def open_rank_of(one: Flag) -> int | None:
    """The rank of its level while nobody has looked at it: the flags of a pin are found by that, most severe first."""
    return one.level.rank if one.review_state is ReviewState.OPEN else None


def count_flags(conn: sa.Connection) -> dict[ReviewState, int]:
    """How many flags are in each review state."""
    query = sa.select(flag.c.review_state, sa.func.count()).group_by(flag.c.review_state)
    found = {ReviewState(state): count for state, count in conn.execute(query)}
    return {state: found.get(state, 0) for state in ReviewState}


def count_some_flags(conn: sa.Connection, *, most: int = MOST) -> Mapping[ReviewState, Amount]:
    """How many flags are in each review state; counting ends behind ``most``."""
    return {
        state: count_up_to(conn, sa.select(ONE).select_from(flag).where(flag.c.review_state == state), most)
        for state in ReviewState
    }


def build_flags(conn: sa.Connection, rows: Iterable[sa.Row[Any]]) -> tuple[Flag, ...]:
    """Flags out of whole rows, each with its pins, in their order."""
    wanted = list(rows)
    pins: dict[FlagId, list[PinId]] = {}
    for row in conn.execute(_PINS_OF, {"flag_ids": [row.id for row in wanted]}) if wanted else ():
        pins.setdefault(row.flag_id, []).append(row.pin_id)
    return tuple(_build(row, tuple(pins.get(row.id, ()))) for row in wanted)


def _row(one: Flag) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(one, name) for name in PLAIN}
    return row | {"level_rank": one.level.rank, "facets": list(one.facets), "gist": _gist(one)}


def _build(row: sa.Row[Any], pin_ids: tuple[PinId, ...]) -> Flag:
    values = {name: row._mapping[name] for name in PLAIN}
    values |= {
        "action": _action(values["action"]),
        "level": Level(values["level"]),
        "review_state": ReviewState(values["review_state"]),
        "facets": tuple(FacetKind(name) for name in row.facets),
    }
    return Flag(**values, pin_ids=pin_ids, gist=read_gist(row.gist))


def _gist(one: Flag) -> dict[str, Any] | None:
    return None if one.gist is None else gist_facts(one.gist)


def _action(value: str) -> Action | StatementAction:
    return Action(value) if value in set(Action) else StatementAction(value)
