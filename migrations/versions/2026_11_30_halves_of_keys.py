"""Pairs of words lead to the first half of a key, in a quarter less room

Revision: 0037
Follows: 0036
Made: 2026-11-30 06:45:00.000000+00:00
"""

import struct
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.domain.word_pairs import kept_terms
from app.storage.step_progress import StepProgress

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ROWS_AT_ONCE = 1_000
OLD = "quote_term_before"
TERM = sa.Column("term", sa.Integer(), autoincrement=False, nullable=False)
START = sa.Column("key_start", sa.Integer(), autoincrement=False, nullable=False)
KEY = sa.Column("key_hash", sa.BigInteger(), autoincrement=False, nullable=False)


def upgrade() -> None:
    """Every pair is put into another table, in order; some thousand of them are in memory at a time."""
    progress = StepProgress.of(op.get_context(), revision, [OLD])
    new = _another(START)
    with _read(f"SELECT term, key_hash FROM {OLD} ORDER BY 1, 2") as found:  # noqa: S608  (our own name)
        _put(new, _halves(progress.each(OLD, found)))
    op.drop_table(OLD)


def downgrade() -> None:
    """The other half is in the wordings, and so are their pairs."""
    progress = StepProgress.of(op.get_context(), revision, ["claim_wording"])
    new = _another(KEY)
    op.drop_table(OLD)
    with _read("SELECT key_hash, words FROM claim_wording ORDER BY 1") as found:
        _put(new, _wholes(progress.each("claim_wording", found)))


def _another(second: sa.Column[Any]) -> sa.Table:
    op.rename_table("quote_term", OLD)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {OLD} RENAME CONSTRAINT pk_quote_term TO pk_{OLD}")
    key = sa.PrimaryKeyConstraint("term", second.name, name=op.f("pk_quote_term"))
    return op.create_table("quote_term", TERM._copy(), second._copy(), key, sqlite_with_rowid=False)


def _read(query: str) -> Any:
    options = {"stream_results": True, "yield_per": ROWS_AT_ONCE}
    return op.get_bind().execute(sa.text(query), execution_options=options)


def _put(new: sa.Table, rows: Iterator[dict[str, int]]) -> None:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        op.get_bind().execute(sa.insert(new), some)


def _halves(found: Iterable[Any]) -> Iterator[dict[str, int]]:
    for (term, start), _ in groupby(found, key=lambda row: (row[0], row[1] >> 32)):
        yield {"term": term, "key_start": start}


def _wholes(found: Iterable[Any]) -> Iterator[dict[str, int]]:
    for key, rows in groupby(found, key=itemgetter(0)):
        terms = {term for _, words in rows for term in kept_terms(struct.unpack(f">{len(words) // 4}i", words))}
        yield from ({"term": term, "key_hash": key} for term in sorted(terms))
