"""Every form of every claim, and finding one again by its key or by its pairs of words."""

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.domain.edits import Edit, EditKind
from app.domain.ids import EditId, StatementId, WatchId, claim_id
from app.domain.quotes import KeptWording, Sighting, WordingStep
from app.domain.statements import Statement
from app.domain.watches import Visibility
from app.domain.word_pairs import kept_terms
from app.storage.claim_places import LAST_VERSION, OF_LEDGER
from app.storage.dialect import insert_or_skip, numbers_bound, numbers_named
from app.storage.edits import get_edits
from app.storage.packed_numbers import pack_spans, spans_in
from app.storage.search_index import remove_terms, unpacked
from app.storage.sending import send
from app.storage.statements import get_statements
from app.storage.tables import claim, claim_wording, edit, ledger, quote_term, statement, version, watch
from app.storage.together import Turn, write
from app.storage.wording_texts import OF_CLAIM, TEXT, own_text

TERMS_AT_ONCE = 96
"""Pairs looked up by one statement; every one is an arm of it with a limit of its own."""
KEYS_AT_ONCE = 200
HALF_BITS, HALF = 32, 2**32 - 1


_OTHERS = tuple(column for column in claim_wording.c if column is not claim_wording.c.text)


def _sightings() -> sa.Select[Any]:
    """Wordings with their claims, the publisher, the times of the first and the last version, and the edit after it."""
    first, last = version.alias("first"), version.alias("last")
    until = sa.func.coalesce(claim_wording.c.last_version, LAST_VERSION)
    removing = sa.and_(
        edit.c.statement_id == claim_wording.c.statement_id,
        edit.c.kind == EditKind.WORDING,
        edit.c.from_version == claim_wording.c.last_version,
    )
    return (
        sa.select(
            *_OTHERS,
            TEXT,
            watch.c.publisher,
            claim.c.text.label("present_text"),
            claim.c.standing,
            until.label("until_version"),
            first.c.first_seen_at.label("seen_from"),
            last.c.last_seen_at.label("seen_until"),
            edit.c.id.label("removed_by"),
        )
        .select_from(claim_wording)
        .join(statement, statement.c.id == claim_wording.c.statement_id)
        .join(watch, watch.c.id == statement.c.watch_id)
        .join(claim, OF_CLAIM)
        .outerjoin(ledger, OF_LEDGER)
        .join(first, sa.and_(first.c.statement_id == statement.c.id, first.c.number == claim_wording.c.first_version))
        .join(last, sa.and_(last.c.statement_id == statement.c.id, last.c.number == until))
        .outerjoin(edit, removing)
    )


SIGHTINGS = _sightings()


class Example(NamedTuple):
    """One wording of those that share a key hash, with the digests of its stems."""

    key_hash: int
    text: str
    language: str
    words: tuple[int, ...]


_IS_PUBLIC = (
    sa.select(watch.c.visibility == sa.literal_column(f"'{Visibility.PUBLIC}'"))
    .join(statement, statement.c.watch_id == watch.c.id)
    .where(statement.c.id == sa.bindparam("of_statement", type_=statement.c.id.type))
    .scalar_subquery()
)
_ADD = sa.insert(claim_wording).values(is_public=_IS_PUBLIC, text=own_text())
_END = (
    sa.update(claim_wording)
    .where(
        claim_wording.c.statement_id == sa.bindparam("of_statement"),
        claim_wording.c.number == sa.bindparam("of_number"),
        claim_wording.c.last_version.is_(None),
    )
    .values(last_version=sa.bindparam("until"), is_searchable=False)
)


def save_wordings(conn: sa.Connection, statement_id: StatementId, step: WordingStep) -> None:
    """Keep what a version did to the forms of claims. Their pairs are kept by :func:`add_terms`."""
    write(conn, Turn.WORDING, _save_all, [(statement_id, step)])


def _save_all(conn: sa.Connection, saved: Sequence[tuple[StatementId, WordingStep]]) -> None:
    ended = [
        {"of_statement": statement_id, "of_number": number, "until": last_version}
        for statement_id, step in saved
        for number, last_version in step.ended
    ]
    gained = [_row(statement_id, one) for statement_id, step in saved for one in step.gained]
    send(conn, _END, ended)
    send(conn, _ADD, gained)


def add_terms(conn: sa.Connection, wordings: Iterable[KeptWording]) -> None:
    """Make wordings findable by their pairs of words.

    Call it once in a transaction, for all its wordings: their rows are added in order, so that two transactions that
    keep the same sentence wait for each other and never in a circle.
    """
    pairs = sorted({(term, key_start(one.key_hash)) for one in wordings for term in one.terms})
    rows = [{"term": term, "key_start": start} for term, start in pairs]
    send(conn, insert_or_skip(conn, quote_term), rows)


def remove_wordings(conn: sa.Connection, statement_ids: sa.Select[Any] | Sequence[StatementId]) -> None:
    """Forget all forms of the claims of some statements, and the pairs of those that stand nowhere else."""
    mine = claim_wording.c.statement_id.in_(statement_ids)
    remove_terms(conn, mine)
    known = conn.execute(sa.select(claim_wording.c.key_hash, claim_wording.c.words).where(mine).distinct()).all()
    conn.execute(sa.delete(claim_wording).where(mine))
    starts = sorted({key_start(row.key_hash) for row in known})
    left: set[tuple[int, int]] = set()
    for place in range(0, len(starts), KEYS_AT_ONCE):
        some = sa.or_(
            *(claim_wording.c.key_hash.between(*_keys_of(one)) for one in starts[place : place + KEYS_AT_ONCE])
        )
        query = sa.select(claim_wording.c.key_hash, claim_wording.c.words).where(some).distinct()
        left |= _pairs(conn.execute(query))
    gone = [{"gone_term": term, "of_key": start} for term, start in sorted(_pairs(known) - left)]
    if gone:
        named = (quote_term.c.term == sa.bindparam("gone_term"), quote_term.c.key_start == sa.bindparam("of_key"))
        conn.execute(sa.delete(quote_term).where(*named), gone)


def key_start(key_hash: int) -> int:
    """The first half of a digest of 64 bits, by which pairs of words lead to it."""
    return key_hash >> HALF_BITS


def _keys_of(start: int) -> tuple[int, int]:
    """The first and the last digest that begins so."""
    return start << HALF_BITS, start << HALF_BITS | HALF


def _pairs(rows: Iterable[Any]) -> set[tuple[int, int]]:
    return {(term, key_start(row.key_hash)) for row in rows for term in kept_terms(unpacked(row.words))}


def list_wordings(conn: sa.Connection, statement_id: StatementId) -> tuple[KeptWording, ...]:
    """Every form of every claim of a statement, by number and version."""
    mine = claim_wording.c.statement_id == statement_id
    order = (claim_wording.c.number, claim_wording.c.first_version)
    query = sa.select(*_OTHERS, TEXT).outerjoin(claim, OF_CLAIM).where(mine).order_by(*order)
    return tuple(
        KeptWording(
            number=row.number,
            text=row.text,
            language=row.language,
            spans=spans_in(row.spans),
            first_version=row.first_version,
            last_version=row.last_version,
            key_hash=row.key_hash,
            words=unpacked(row.words),
        )
        for row in conn.execute(query)
    )


def find_keys(conn: sa.Connection, terms: Sequence[int], *, most: int) -> list[tuple[int, int]]:
    """``(term, start of a key)`` of wordings that have one of these pairs; of each pair at most ``most``."""
    arm = "SELECT * FROM (SELECT term, key_start FROM quote_term WHERE term = :t{0} LIMIT :most) AS a{0}"
    found: list[tuple[int, int]] = []
    for start in range(0, len(terms), TERMS_AT_ONCE):
        some = terms[start : start + TERMS_AT_ONCE]
        query = sa.text(" UNION ALL ".join(arm.format(place) for place in range(len(some))))
        values = {f"t{place}": term for place, term in enumerate(some)} | {"most": most}
        found += [(term, start) for term, start in conn.execute(query, values)]
    return found


def find_examples(conn: sa.Connection, starts: Sequence[int]) -> tuple[Example, ...]:
    """For the first and the last key hash that begins so, nearly always the same, one wording that has it."""
    arm = "SELECT * FROM (SELECT {1} WHERE w.key_hash = :k{0} LIMIT 1) AS a{0}"
    columns = (
        "w.key_hash, coalesce(w.text, c.text) AS text, w.language, w.words FROM claim_wording AS w "
        "LEFT JOIN claim AS c ON c.statement_id = w.statement_id AND c.number = w.number"
    )
    ends = conn.execute(_ends(conn.dialect.name), {"starts": numbers_bound(conn, starts)})
    keys = list({key: None for two in ends for key in two if key is not None})
    found: list[Example] = []
    for place in range(0, len(keys), TERMS_AT_ONCE):
        some = keys[place : place + TERMS_AT_ONCE]
        query = sa.text(" UNION ALL ".join(arm.format(n, columns) for n in range(len(some))))
        rows = conn.execute(query, {f"k{n}": key for n, key in enumerate(some)})
        found += [Example(row.key_hash, row.text, row.language, unpacked(row.words)) for row in rows]
    return tuple(found)


ENDS = (
    "SELECT (SELECT min(w.key_hash) FROM claim_wording AS w "
    "WHERE w.key_hash >= starts.value << 32 AND w.key_hash <= (starts.value << 32) + 4294967295), "
    "(SELECT max(w.key_hash) FROM claim_wording AS w "
    "WHERE w.key_hash >= starts.value << 32 AND w.key_hash <= (starts.value << 32) + 4294967295) FROM {starts}"
)
"""The first and the last key hash that begins with each of some numbers."""


@lru_cache
def _ends(dialect: str) -> sa.TextClause:
    return sa.text(ENDS.format(starts=numbers_named(dialect, "starts")))


def list_sightings(
    conn: sa.Connection, keys: Sequence[int], *, watch_id: WatchId | None = None, most: int
) -> tuple[Sighting, ...]:
    """Wordings with one of these key hashes, with what is to be said of each; of each key at least ``most`` of them.

    The order is that of the index. More than that are left out where there are very many.
    """
    query = SIGHTINGS.where(claim_wording.c.key_hash.in_(sa.bindparam("keys", expanding=True)))
    if watch_id is not None:
        query = query.where(statement.c.watch_id == watch_id)
    enough = most * len(keys)
    rows = list(conn.execute(query.limit(enough + 1), {"keys": list(keys)}))
    if len(rows) > enough and len(keys) > 1:
        rows = [row for key in keys for row in conn.execute(query.limit(most), {"keys": [key]})]
    known = get_statements(conn, [row.statement_id for row in rows])
    return tuple(build_sighting(row, known[row.statement_id]) for row in rows)


def find_withdrawals(conn: sa.Connection, statement_ids: Iterable[StatementId]) -> dict[StatementId, Edit]:
    """For each of the statements that was ever withdrawn, the latest edit that says so."""
    query = sa.select(edit.c.id).where(edit.c.statement_id.in_(list(statement_ids)), edit.c.kind == EditKind.WITHDRAWN)
    found = get_edits(conn, conn.execute(query).scalars())
    return {one.statement_id: one for one in sorted(found.values(), key=lambda one: one.first_seen_changed_at)}


def build_sighting(row: sa.Row[Any], of: Statement) -> Sighting:
    """A sighting out of a row of :data:`SIGHTINGS`."""
    return Sighting(
        statement=of,
        publisher=row.publisher,
        claim_id=claim_id(of.id, row.number),
        number=row.number,
        text=row.text,
        language=row.language,
        key_hash=row.key_hash,
        spans=spans_in(row.spans),
        first_version=row.first_version,
        last_version=row.until_version,
        stands=row.last_version is None and row.until_version == of.version_count,
        first_seen_at=row.seen_from,
        last_seen_at=row.seen_until,
        removed_by=EditId(row.removed_by) if row.removed_by else None,
        present_text=row.present_text if row.standing else None,
    )


def _row(statement_id: StatementId, one: KeptWording) -> dict[str, Any]:
    return {
        "of_statement": statement_id,
        "statement_id": statement_id,
        "number": one.number,
        "first_version": one.first_version,
        "last_version": one.last_version,
        "language": one.language,
        "key_hash": one.key_hash,
        "of_number": one.number,
        "reads": one.text,
        "spans": pack_spans(one.spans),
        "words": _packed(one.words),
    }


def _packed(words: Sequence[int]) -> bytes:
    return struct.pack(f">{len(words)}i", *words)
