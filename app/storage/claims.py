"""The ledger of each statement: every claim ever seen in it."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from app.domain.claims import EarlierKey, Ledger, StandingClaim
from app.domain.edits import Claim
from app.domain.errors import LeaseLost, NotFound
from app.domain.ids import ClaimId, StatementId, claim_id
from app.storage.claim_keys import key_of, left_out
from app.storage.claim_places import LAST_VERSION, NOWHERE, OF_LEDGER, Places
from app.storage.json_values import read_json
from app.storage.paging import PageOf
from app.storage.sending import send
from app.storage.spans import spans_from_json, spans_to_json
from app.storage.tables import claim, ledger, version
from app.storage.together import Turn, write
from app.storage.wording_texts import give_all_texts, give_texts, let_texts_go

PLAIN = ("number", "text", "first_version", "last_version", "standing", "removed_in")
KEPT = ("text", "first_version", "standing", "removed_in", "earlier_keys")
WORDED = ("key", *KEPT)
"""What changes of a claim where it does more than stand in one version more."""
FIRST_NUMBER = 1
EMPTY = "[]"

_words = attrgetter(*WORDED)
_MINE = sa.and_(claim.c.statement_id == sa.bindparam("of_statement"), claim.c.number == sa.bindparam("of_number"))
_OF_STATEMENTS: sa.BindParameter[Any] = sa.bindparam("of_statements", expanding=True)
_LEDGERS = (
    sa.select(
        sa.type_coerce(claim.c.statement_id, sa.String),
        *(sa.cast(claim.c[name], sa.Text) for name in ("spans", "earlier_keys")),
        *(claim.c[name] for name in ("key", "left_out", *PLAIN)),
    )
    .where(claim.c.statement_id.in_(_OF_STATEMENTS))
    .order_by(claim.c.statement_id, claim.c.number)
)
_PLACES = sa.select(sa.type_coerce(ledger.c.statement_id, sa.String), ledger.c.number, ledger.c.places)
_PLACES = _PLACES.where(ledger.c.statement_id.in_(_OF_STATEMENTS))
_ADD = sa.insert(claim)
_REWORD = sa.update(claim).where(_MINE)
_REWORD = _REWORD.values({name: sa.bindparam(name) for name in (*WORDED, "left_out", "last_version", "spans")})
_BEGIN = sa.insert(ledger)
_AS_LOADED = (ledger.c.number == sa.bindparam("old_number"), ledger.c.places == sa.bindparam("old_places"))
_MOVE = sa.update(ledger).where(ledger.c.statement_id == sa.bindparam("of_statement"), *_AS_LOADED)
_MOVE = _MOVE.values(number=sa.bindparam("number"), places=sa.bindparam("places"))


def load_ledger(conn: sa.Connection, statement_id: StatementId) -> Ledger | None:
    """The ledger of a statement; None where its claims were never computed."""
    return load_ledgers(conn, [statement_id]).get(statement_id)


def load_ledgers(conn: sa.Connection, statement_ids: Sequence[StatementId]) -> dict[StatementId, Ledger]:
    """The ledgers of those of these statements whose claims were computed.

    Each row says whose it is in the database's own way: to make an id of it would cost as much as the rest of the row.
    """
    wanted = {"of_statements": list(statement_ids)}
    places = {written: Places.from_row(number, rows) for written, number, rows in conn.execute(_PLACES, wanted)}
    found: dict[Any, list[StandingClaim]] = {}
    rows: Iterable[Any] = conn.execute(_LEDGERS, wanted).all()
    for written, spans, earlier, whole, cuts, number, text, first, until, standing, removed_in in rows:
        now = places.get(written, NOWHERE)
        at = now.spans.get(number) if standing else None
        last = until if at is None else now.version
        if at is None:
            at = () if spans == EMPTY else spans_from_json(read_json(spans))
        keys = () if earlier == EMPTY else tuple(EarlierKey(*one) for one in read_json(earlier))
        key = key_of(text, cuts) if whole is None else whole
        one = StandingClaim(number, key, text, first, last, standing, at, removed_in, keys)
        found.setdefault(written, []).append(one)
    ids = {written: one for one in statement_ids for written in (one, one.bytes)}
    return {ids[written]: Ledger(tuple(several)) for written, several in found.items()}


_STANDING = sa.select(claim.c.number).where(claim.c.statement_id == sa.bindparam("of_statement"), claim.c.standing)


def find_standing(conn: sa.Connection, statement_id: StatementId) -> frozenset[int]:
    """The numbers of the claims that are in the latest version of a statement."""
    return frozenset(conn.execute(_STANDING, {"of_statement": statement_id}).scalars())


def save_ledger(conn: sa.Connection, statement_id: StatementId, old: Ledger | None, new: Ledger) -> None:
    """Keep what changed between the ledger as it was loaded and as it is now.

    Nearly every claim of a new version only stands elsewhere in it: that is one row for all of them.

    Raises:
        LeaseLost: somebody else put another ledger in its place meanwhile.
    """
    write(conn, Turn.CLAIM, _save_all, [(statement_id, old, new)])


def _save_all(conn: sa.Connection, saved: Sequence[tuple[StatementId, Ledger | None, Ledger]]) -> None:
    begun: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    added: list[dict[str, Any]] = []
    reworded: list[dict[str, Any]] = []
    otherwise: list[tuple[StatementId, int]] = []
    for statement_id, old, new in saved:
        now = Places.of(new)
        known = {one.number: one for one in old.claims} if old else {}
        if old is not None and known:
            before = Places.of(old)
            row = {"of_statement": statement_id, "number": now.version, "places": now.rows}
            moved.append(row | {"old_number": before.version, "old_places": before.rows})
        elif new.claims:
            begun.append(_begin(statement_id, now))
        for one in new.claims:
            former = known.get(one.number)
            if former is None:
                added.append(_row(statement_id, one, now))
            elif _words(former) != _words(one) or (former != one and one.number not in now.spans):
                reworded.append({"of_statement": statement_id, "of_number": one.number} | _kept(one, now))
                if former.text != one.text:
                    otherwise.append((statement_id, one.number))
    send(conn, _BEGIN, begun)
    _update(conn, _MOVE, moved)
    send(conn, _ADD, added)
    give_texts(conn, otherwise)
    _update(conn, _REWORD, reworded)


def _update(conn: sa.Connection, statement: sa.Update, rows: Sequence[Mapping[str, Any]]) -> None:
    if send(conn, statement, rows) != len(rows):
        raise LeaseLost(f"The claims of statement {rows[0]['of_statement']} were found anew meanwhile.")


def replace_ledger(conn: sa.Connection, statement_id: StatementId, new: Ledger) -> None:
    """Keep this ledger in the place of the one that is there: the claims were found anew."""
    give_all_texts(conn, statement_id)
    for table in (claim, ledger):
        conn.execute(sa.delete(table).where(table.c.statement_id == statement_id))
    now = Places.of(new)
    send(conn, _BEGIN, [_begin(statement_id, now)] if new.claims else [])
    send(conn, _ADD, [_row(statement_id, one, now) for one in new.claims])
    let_texts_go(conn, statement_id)


def get_claim(conn: sa.Connection, key: ClaimId) -> Claim:
    """One claim.

    Raises:
        NotFound: there is none.
    """
    rows = conn.execute(claims_with_times().where(claim.c.id_start == id_start(key))).all()
    found = next((row for row in rows if claim_id(row.statement_id, row.number) == key), None)
    if found is None:
        raise NotFound("claim", key)
    return build_claim(found)


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
    """Claims, each with when it was first and last seen, and the latest compared version in which it stood."""
    first, last = version.alias("first"), version.alias("last")
    others = [column for column in claim.c if column is not claim.c.last_version]
    return (
        sa.select(*others, LAST_VERSION.label("last_version"), first.c.first_seen_at, last.c.last_seen_at)
        .outerjoin(ledger, OF_LEDGER)
        .join(first, sa.and_(first.c.statement_id == claim.c.statement_id, first.c.number == claim.c.first_version))
        .join(last, sa.and_(last.c.statement_id == claim.c.statement_id, last.c.number == LAST_VERSION))
    )


def _begin(statement_id: StatementId, now: Places) -> dict[str, Any]:
    return {"statement_id": statement_id, "number": now.version, "places": now.rows}


def _row(statement_id: StatementId, one: StandingClaim, now: Places) -> dict[str, Any]:
    return {
        "statement_id": statement_id,
        "id_start": id_start(claim_id(statement_id, one.number)),
        **{name: getattr(one, name) for name in PLAIN},
        **_key(one),
        "earlier_keys": one.earlier_keys,
        "spans": _spans(one, now),
    }


def _kept(one: StandingClaim, now: Places) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in KEPT}
    return {**values, **_key(one), "last_version": one.last_version, "spans": _spans(one, now)}


def _key(one: StandingClaim) -> dict[str, Any]:
    """What the row of a claim keeps of its key."""
    cuts = left_out(one.text, one.key)
    return {"key": one.key if cuts is None else None, "left_out": cuts}


def id_start(key: ClaimId) -> int:
    """The first half of an id, by which its claim is found."""
    return int.from_bytes(key.bytes[:8], signed=True)


def _spans(one: StandingClaim, now: Places) -> list[list[int]]:
    """What the row of a claim itself says of its places: nothing where ``ledger`` does."""
    return [] if one.number in now.spans else spans_to_json(one.spans)


def build_claim(row: sa.Row[Any]) -> Claim:
    """A claim out of a row of :func:`claims_with_times`."""
    same = ("statement_id", "number", "text", "standing", "first_version", "last_version", "removed_in")
    values = {name: row._mapping[name] for name in (*same, "first_seen_at", "last_seen_at")}
    return Claim(id=claim_id(row.statement_id, row.number), **values)
