"""The index that a search goes by: from each word to the wordings that hold it. Filled beside all other work.

A wording is kept without a place and is given one in a later transaction, together with its terms; many at once cost
much less than each by itself, and no check waits for it. So it is again when it ends, or when other people may read it:
until then it is found as it was. After a kill the filling goes on with those that wait.
"""

import struct
from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa

from app.domain.ids import StatementId, WatchId
from app.domain.search_terms import gone_term, place_of, terms_of
from app.domain.statements import StatementState
from app.domain.watches import Visibility
from app.storage.dialect import insert_or_skip
from app.storage.sending import send
from app.storage.tables import claim_wording, public_term, search_term, statement, version, watch

WORDINGS_AT_ONCE: Final = 400
"""Each brings some twenty rows, and all of them are in memory together."""
PLACES_AT_ONCE: Final = 400
MOST_COUNTED: Final = 1_000
Pair = tuple[int, int]
"""A term and a place."""

_KEY = tuple(claim_wording.primary_key)
_WORDS = (claim_wording.c.text, claim_wording.c.words, claim_wording.c.language)
_WAITING = (
    sa.select(
        *_KEY,
        *_WORDS,
        claim_wording.c.place,
        version.c.first_seen_at,
        statement.c.watch_id,
        watch.c.visibility,
        claim_wording.c.last_version,
        statement.c.state,
    )
    .select_from(claim_wording)
    .join(statement, statement.c.id == claim_wording.c.statement_id)
    .join(watch, watch.c.id == statement.c.watch_id)
    .join(
        version,
        sa.and_(
            version.c.statement_id == claim_wording.c.statement_id, version.c.number == claim_wording.c.first_version
        ),
    )
    .where(claim_wording.c.is_searchable == sa.false())
    .limit(WORDINGS_AT_ONCE)
    .with_for_update(of=claim_wording, skip_locked=True)
)
_SET_PLACE = (
    sa.update(claim_wording)
    .where(*(column == sa.bindparam(f"of_{column.name}") for column in _KEY))
    .values(place=sa.bindparam("new_place"), is_searchable=True)
)


def index_some(conn: sa.Connection) -> int:
    """Put the next wordings that wait into the index; how many, 0 where none waits."""
    rows = conn.execute(_WAITING).all()
    everywhere: set[Pair] = set()
    in_public: set[Pair] = set()
    hidden: set[Pair] = set()
    back: list[Pair] = []
    placed = []
    for row in rows:
        place = place_of(row.first_seen_at, row.statement_id, row.number)
        pairs = [(term, place) for term in _terms(row)]
        if row.last_version is not None or row.state == StatementState.WITHDRAWN:
            pairs.append((gone_term(), place))
        elif row.place is not None:
            back.append((gone_term(), place))
        everywhere.update(pairs)
        if row.visibility == Visibility.PUBLIC:
            in_public.update(pairs)
        elif row.place is not None:
            hidden.update((*pairs, (gone_term(), place)))
        placed.append({f"of_{column.name}": row._mapping[column] for column in _KEY} | {"new_place": place})
    _remove(conn, back)
    _remove(conn, _of_nobody_public(conn, hidden), tables=(public_term,))
    _add(conn, search_term, everywhere)
    _add(conn, public_term, in_public)
    send(conn, _SET_PLACE, placed)
    return len(rows)


def change_readers(conn: sa.Connection, watch_id: WatchId, *, is_public: bool) -> None:
    """Let strangers find the wordings of a watch, or not any more; for a search they wait for the index."""
    _wait(conn, claim_wording.c.statement_id.in_(_of_watch(watch_id)), is_public=is_public)


def index_statement_again(conn: sa.Connection, statement_id: StatementId) -> None:
    """Let the wordings of a statement wait for the index: it was withdrawn, or came back."""
    _wait(conn, claim_wording.c.statement_id == statement_id)


def _of_watch(watch_id: WatchId) -> sa.Select[Any]:
    return sa.select(statement.c.id).where(statement.c.watch_id == watch_id)


def _wait(conn: sa.Connection, mine: sa.ColumnElement[bool], **others: bool) -> None:
    conn.execute(sa.update(claim_wording).where(mine).values(is_searchable=False, **others))


def count_waiting(conn: sa.Connection) -> int:
    """How many wordings wait for the index, up to :data:`MOST_COUNTED`."""
    waits = claim_wording.c.is_searchable == sa.false()
    some = sa.select(claim_wording.c.number).where(waits).limit(MOST_COUNTED)
    return int(conn.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one())


def remove_terms(conn: sa.Connection, mine: sa.ColumnElement[bool]) -> None:
    """Take wordings that are about to be deleted out of the index, but for terms of others that share a place.

    The wordings are locked first, as whoever puts them into the index does: neither then waits for the other's terms.
    """
    query = (
        sa.select(claim_wording.c.place, *_WORDS, statement.c.watch_id)
        .join(statement, statement.c.id == claim_wording.c.statement_id)
        .where(mine)
        .with_for_update(of=claim_wording)
    )
    for rows in conn.execute(query).partitions(PLACES_AT_ONCE):
        placed = [row for row in rows if row.place is not None]
        places = claim_wording.c.place.in_([row.place for row in placed])
        shared = set(conn.execute(sa.select(claim_wording.c.place).where(places, sa.not_(mine))).scalars())
        gone = [row for row in placed if row.place not in shared]
        _remove(conn, [(term, row.place) for row in gone for term in (*_terms(row), gone_term())])


def _terms(row: Any) -> frozenset[int]:
    return terms_of(unpacked(row.words), row.text, row.language, WatchId(row.watch_id))


def unpacked(packed: bytes) -> tuple[int, ...]:
    """The stems of a wording."""
    return struct.unpack(f">{len(packed) // 4}i", packed)


def _of_nobody_public(conn: sa.Connection, pairs: Iterable[Pair]) -> list[Pair]:
    """Those of the pairs whose place no wording that strangers may read shares."""
    hidden = list(pairs)
    places = claim_wording.c.place.in_({place for _, place in hidden})
    query = sa.select(claim_wording.c.place).where(places, claim_wording.c.is_public)
    shared = set(conn.execute(query).scalars()) if hidden else set()
    return [pair for pair in hidden if pair[1] not in shared]


def _remove(
    conn: sa.Connection, pairs: Iterable[Pair], *, tables: Iterable[sa.Table] = (search_term, public_term)
) -> None:
    rows = [{"of_term": term, "of_place": place} for term, place in sorted(set(pairs))]
    for table in tables:
        named = sa.and_(table.c.term == sa.bindparam("of_term"), table.c.place == sa.bindparam("of_place"))
        send(conn, sa.delete(table).where(named), rows)


def _add(conn: sa.Connection, table: sa.Table, pairs: Iterable[Pair]) -> None:
    """In order, so that two workers wait for each other and never in a circle."""
    send(conn, insert_or_skip(conn, table), [{"term": term, "place": place} for term, place in sorted(pairs)])
