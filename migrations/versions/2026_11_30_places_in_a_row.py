"""The places of a word many in a row, at a quarter of the room

Revision: 0031
Follows: 0030
Made: 2026-11-30 03:00:00.000000+00:00
"""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.domain.runs import MOST_PLACES, Run, places_in, run_of
from app.storage.step_progress import StepProgress

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

NAMES = ("search_term", "public_term")
ROWS_AT_ONCE = 1_000
KEY = (
    sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
)
RUN = (sa.Column("size", sa.SmallInteger(), nullable=False), sa.Column("others", sa.LargeBinary(), nullable=False))
PLACE = sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False)


def upgrade() -> None:
    """Every place is put into its row, in order; a few thousand of them are in memory at a time."""
    progress = StepProgress.of(op.get_context(), revision, NAMES)
    for name in NAMES:
        _exchange(name, (*KEY, *RUN), "first", _runs, progress)


def downgrade() -> None:
    progress = StepProgress.of(op.get_context(), revision, NAMES)
    for name in NAMES:
        _exchange(name, (KEY[0], PLACE), "place", _pairs, progress)


def _exchange(name: str, columns: Iterable[sa.Column[Any]], second: str, rows: Any, progress: StepProgress) -> None:
    """Put a table of other columns in the place of one, with the same places in it."""
    old = f"{name}_before"
    op.rename_table(name, old)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {old} RENAME CONSTRAINT pk_{name} TO pk_{old}")
    key = sa.PrimaryKeyConstraint("term", second, name=op.f(f"pk_{name}"))
    new = op.create_table(name, *(column._copy() for column in columns), key, sqlite_with_rowid=False)
    with _read(old) as found:
        made = rows(progress.each(old, found))
        while some := list(islice(made, ROWS_AT_ONCE)):
            op.get_bind().execute(sa.insert(new), some)
    op.drop_table(old)


def _read(name: str) -> Any:
    """The rows of a table in the order of its key, never many of them in memory."""
    options = {"stream_results": True, "yield_per": ROWS_AT_ONCE}
    return op.get_bind().execute(sa.text(f"SELECT * FROM {name} ORDER BY 1, 2"), execution_options=options)


def _runs(found: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for term, rows in groupby(found, key=itemgetter(0)):
        places = (row[1] for row in rows)
        while some := list(islice(places, MOST_PLACES)):
            yield {"term": term, **run_of(some)._asdict()}


def _pairs(found: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for term, *run in found:
        yield from ({"term": term, "place": place} for place in places_in(Run(*run)))
