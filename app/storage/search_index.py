"""The index that a search goes by: from each word to the wordings that hold it. Filled beside all other work.

A wording is kept without a place and is given one in a later transaction, together with its terms; many at once cost
much less than each by itself, and no check waits for it. So it is again when it ends, or when other people may read it:
until then it is found as it was. After a kill the filling goes on with those that wait.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from app.domain.ids import StatementId, WatchId
from app.domain.search_terms import gone_term, place_of, terms_of, watch_term
from app.domain.statements import StatementState
from app.domain.watches import Visibility
from app.storage.search_runs import Places, add_places, find_places, remove_places
from app.storage.sending import send
from app.storage.tables import claim, claim_wording, public_term, search_term, statement, version, watch
from app.storage.wording_texts import OF_CLAIM, TEXT

WORDINGS_AT_ONCE: Final = 800
"""The more there are, the more of their places go into one row; all are in memory together, with their words."""
PLACES_AT_ONCE: Final = 400
MOST_COUNTED: Final = 1_000
TABLES: Final = (search_term, public_term)

_KEY = tuple(claim_wording.primary_key)
_WORDS = (TEXT, claim_wording.c.words, claim_wording.c.language)
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
    .outerjoin(claim, OF_CLAIM)
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
    """Put the next wordings that wait into the index; how many, 0 where none waits.

    Of one that has its place already the words are there: it only stands no more, or again, or has other readers.
    """
    rows = conn.execute(_WAITING).all()
    everywhere, in_public, back = _none(), _none(), _none()
    hidden, placed = [], []
    for row in rows:
        place = place_of(row.first_seen_at, row.statement_id, row.number)
        is_new, is_public = row.place != place, row.visibility == Visibility.PUBLIC
        terms = _terms(row) if is_new or is_public else ()
        gone = (gone_term(),) if row.last_version is not None or row.state == StatementState.WITHDRAWN else ()
        _note(everywhere, (*terms, *gone) if is_new else gone, place)
        if not is_new and not gone:
            _note(back, (gone_term(),), place)
        if is_public:
            _note(in_public, (*terms, *gone), place)
        elif not is_new:
            hidden.append(row)
        key = {"of_statement_id": row.statement_id, "of_number": row.number, "of_first_version": row.first_version}
        placed.append({**key, "new_place": place})
    for table in TABLES:
        remove_places(conn, table, back)
    remove_places(conn, public_term, _of_nobody_public(conn, hidden))
    add_places(conn, search_term, everywhere)
    add_places(conn, public_term, in_public)
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
        .outerjoin(claim, OF_CLAIM)
        .where(mine)
        .with_for_update(of=claim_wording)
    )
    for rows in conn.execute(query).partitions(PLACES_AT_ONCE):
        placed = [row for row in rows if row.place is not None]
        places = claim_wording.c.place.in_([row.place for row in placed])
        shared = set(conn.execute(sa.select(claim_wording.c.place).where(places, sa.not_(mine))).scalars())
        gone = _none()
        for row in placed:
            if row.place not in shared:
                _note(gone, (*_terms(row), gone_term()), row.place)
        for table in TABLES:
            remove_places(conn, table, gone)


def _none() -> defaultdict[int, list[int]]:
    return defaultdict(list)


def _note(found: defaultdict[int, list[int]], terms: Iterable[int], place: int) -> None:
    for term in terms:
        found[term].append(place)


def _terms(row: Any) -> frozenset[int]:
    return terms_of(unpacked(row.words), row.text, row.language, WatchId(row.watch_id))


def unpacked(packed: bytes) -> tuple[int, ...]:
    """The stems of a wording."""
    return struct.unpack(f">{len(packed) // 4}i", packed)


def _of_nobody_public(conn: sa.Connection, rows: Sequence[Any]) -> Places:
    """The terms of wordings that strangers may not read (any more), where they can be found by them.

    None of a place that a wording shares which they may read.
    """
    found = _none()
    if not rows:
        return found
    of_watch = _none()
    for row in rows:
        of_watch[watch_term(row.watch_id)].append(row.place)
    there = find_places(conn, public_term, of_watch)
    query = sa.select(claim_wording.c.place).where(claim_wording.c.place.in_(there), claim_wording.c.is_public)
    hidden = there - set(conn.execute(query).scalars()) if there else there
    for row in rows:
        if row.place in hidden:
            _note(found, (*_terms(row), gone_term()), row.place)
    return found
