"""The ledger of each statement: every claim ever seen in it."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from app.domain.claims import EarlierKey, Ledger, StandingClaim
from app.domain.edits import Claim
from app.domain.errors import LeaseLost, NotFound
from app.domain.ids import ClaimId, StatementId, claim_id
from app.storage.paging import PageOf
from app.storage.sending import send
from app.storage.spans import spans_from_json, spans_to_json
from app.storage.tables import claim, version
from app.storage.together import Turn, write

PLAIN = ("number", "key", "text", "first_version", "last_version", "standing", "removed_in")
KEPT = ("key", "text", "first_version", "standing", "removed_in", "earlier_keys")
"""What changes of a claim where it does more than stand in one version more."""


_MINE = sa.and_(claim.c.statement_id == sa.bindparam("of_statement"), claim.c.number == sa.bindparam("of_number"))
_words = attrgetter(*KEPT)
_MOVED = ("last_version", "spans")
_LEDGERS = (
    sa.select(
        *(claim.c[name] for name in (*PLAIN, "spans", "earlier_keys")), sa.type_coerce(claim.c.statement_id, sa.String)
    )
    .where(claim.c.statement_id.in_(sa.bindparam("of_statements", expanding=True)))
    .order_by(claim.c.statement_id, claim.c.number)
)
_ADD = sa.insert(claim)
_MOVE = sa.update(claim).where(_MINE).values({name: sa.bindparam(name) for name in _MOVED})
_REWORD = sa.update(claim).where(_MINE).values({name: sa.bindparam(name) for name in (*KEPT, *_MOVED)})

FIRST_NUMBER = 1


def load_ledger(conn: sa.Connection, statement_id: StatementId) -> Ledger | None:
    """The ledger of a statement; None where its claims were never computed."""
    return load_ledgers(conn, [statement_id]).get(statement_id)


def load_ledgers(conn: sa.Connection, statement_ids: Sequence[StatementId]) -> dict[StatementId, Ledger]:
    """The ledgers of those of these statements whose claims were computed.

    Each row says whose it is in the database's own way: to make an id of it would cost as much as the rest of the row.
    """
    found: dict[Any, list[StandingClaim]] = {}
    rows = conn.execute(_LEDGERS, {"of_statements": list(statement_ids)})
    for number, key, text, first, last, standing, removed_in, spans, earlier, written in rows:
        keys = tuple(EarlierKey(*one) for one in earlier) if earlier else ()
        one = StandingClaim(number, key, text, first, last, standing, spans_from_json(spans), removed_in, keys)
        found.setdefault(written, []).append(one)
    ids = {written: one for one in statement_ids for written in (one, one.hex)}
    return {ids[written]: Ledger(tuple(several)) for written, several in found.items()}


_STANDING = sa.select(claim.c.number).where(claim.c.statement_id == sa.bindparam("of_statement"), claim.c.standing)


def find_standing(conn: sa.Connection, statement_id: StatementId) -> frozenset[int]:
    """The numbers of the claims that are in the latest version of a statement."""
    return frozenset(conn.execute(_STANDING, {"of_statement": statement_id}).scalars())


def save_ledger(conn: sa.Connection, statement_id: StatementId, old: Ledger | None, new: Ledger) -> None:
    """Keep what changed between the ledger as it was loaded and as it is now.

    Nearly every claim of a new version only stands elsewhere in it; such rows are written together.

    Raises:
        LeaseLost: somebody else put another ledger in its place meanwhile.
    """
    write(conn, Turn.CLAIM, _save_all, [(statement_id, old, new)])


def _save_all(conn: sa.Connection, saved: Sequence[tuple[StatementId, Ledger | None, Ledger]]) -> None:
    added: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    reworded: list[dict[str, Any]] = []
    for statement_id, old, new in saved:
        known = {one.number: one for one in old.claims} if old else {}
        for one in new.claims:
            before = known.get(one.number)
            if before is None:
                added.append(_row(statement_id, one))
            elif _words(before) != _words(one):
                reworded.append(_place(statement_id, one) | _kept(one))
            elif before != one:
                moved.append(_place(statement_id, one))
    send(conn, _ADD, added)
    _update(conn, _MOVE, moved)
    _update(conn, _REWORD, reworded)


def _update(conn: sa.Connection, statement: sa.Update, rows: Sequence[Mapping[str, Any]]) -> None:
    if send(conn, statement, rows) != len(rows):
        raise LeaseLost(f"The claims of statement {rows[0]['of_statement']} were found anew meanwhile.")


def replace_ledger(conn: sa.Connection, statement_id: StatementId, new: Ledger) -> None:
    """Keep this ledger in the place of the one that is there: the claims were found anew."""
    conn.execute(sa.delete(claim).where(claim.c.statement_id == statement_id))
    send(conn, _ADD, [_row(statement_id, one) for one in new.claims])


def get_claim(conn: sa.Connection, key: ClaimId) -> Claim:
    """One claim.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(claims_with_times().where(claim.c.id == key)).one_or_none()
    if row is None:
        raise NotFound("claim", key)
    return build_claim(row)


def list_claims(
    conn: sa.Connection,
    *,
    statement_id: StatementId | None = None,
    standing: bool | None = None,
    after: tuple[StatementId, int] | None = None,
    limit: int = 50,
) -> PageOf[Claim]:
    """A page of claims by statement and number; ``next`` is None, go on after the last claim's own place."""
    query = claims_with_times()
    if statement_id:
        query = query.where(claim.c.statement_id == statement_id)
    if standing is not None:
        query = query.where(claim.c.standing == standing)
    if after:
        query = query.where(sa.tuple_(claim.c.statement_id, claim.c.number) > sa.tuple_(*after))
    rows = conn.execute(query.order_by(claim.c.statement_id, claim.c.number).limit(limit))
    return PageOf(tuple(build_claim(row) for row in rows), None)


def list_standing_texts(
    conn: sa.Connection, statement_ids: Iterable[StatementId], *, limit: int
) -> tuple[tuple[StatementId, str], ...]:
    """The claims that stand now in these statements, in one reading."""
    mine = sa.and_(claim.c.statement_id.in_(list(statement_ids)), claim.c.standing)
    rows = conn.execute(sa.select(claim.c.statement_id, claim.c.text).where(mine).limit(limit))
    return tuple((StatementId(row.statement_id), row.text) for row in rows)


def find_first_words(conn: sa.Connection, statement_ids: Iterable[StatementId]) -> dict[StatementId, str]:
    """How the text of each of these statements begins, or began: the words of its first claim, as they last stood."""
    wanted = list(statement_ids)
    if not wanted:
        return {}
    mine = sa.and_(claim.c.statement_id.in_(wanted), claim.c.number == FIRST_NUMBER)
    rows = conn.execute(sa.select(claim.c.statement_id, claim.c.text).where(mine))
    return {StatementId(row.statement_id): row.text for row in rows}


def claims_with_times() -> sa.Select[Any]:
    """Claims, each with when it was first and last seen."""
    first, last = version.alias("first"), version.alias("last")
    return (
        sa.select(claim, first.c.first_seen_at, last.c.last_seen_at)
        .join(first, sa.and_(first.c.statement_id == claim.c.statement_id, first.c.number == claim.c.first_version))
        .join(last, sa.and_(last.c.statement_id == claim.c.statement_id, last.c.number == claim.c.last_version))
    )


def _row(statement_id: StatementId, one: StandingClaim) -> dict[str, Any]:
    return {
        "statement_id": statement_id,
        "id": claim_id(statement_id, one.number),
        **{name: getattr(one, name) for name in PLAIN},
        "earlier_keys": list(one.earlier_keys),
        "spans": spans_to_json(one.spans),
    }


def _place(statement_id: StatementId, one: StandingClaim) -> dict[str, Any]:
    values = {"last_version": one.last_version, "spans": spans_to_json(one.spans)}
    return {"of_statement": statement_id, "of_number": one.number, **values}


def _kept(one: StandingClaim) -> dict[str, Any]:
    return {**{name: getattr(one, name) for name in KEPT}, "earlier_keys": list(one.earlier_keys)}


def build_claim(row: sa.Row[Any]) -> Claim:
    """A claim out of a row of :func:`claims_with_times`."""
    same = ("id", "statement_id", "number", "text", "standing", "first_version", "last_version", "removed_in")
    return Claim(**{name: row._mapping[name] for name in (*same, "first_seen_at", "last_seen_at")})
