"""A table of SQLite written anew, row by row in its order: where its rows become smaller, so that the room is had back.

Nothing has to fit into memory. The file needs room for the table a second time, which later rows take.
"""

import re
from collections.abc import Iterator, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa

from app.storage import step_progress
from app.storage.step_progress import StepProgress

_KEPT: Final = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'index'"
_NAMES: Final = "SELECT name FROM pragma_table_info(?)"
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def declared(conn: sa.Connection, table: str) -> str:
    """The statement that makes a table as it is now."""
    return str(conn.exec_driver_sql(_KEPT, (table,)).scalars().first())


def write_anew(
    conn: sa.Connection,
    progress: StepProgress,
    table: str,
    *,
    made: str,
    values: Mapping[str, str],
    indexes: Mapping[str, str] = NOTHING,
) -> None:
    """Copy a table into another one that ``made`` makes, and put that in its place, with its indexes.

    ``values`` has what stands in a column from now on, as an expression over the row as it was; the others stay.
    ``indexes`` has what is called otherwise in the statements that make its indexes.
    """
    _, *kept = conn.exec_driver_sql(_KEPT, (table,)).scalars().all()
    conn.exec_driver_sql(re.sub(rf'^CREATE TABLE "?{table}"?', f'CREATE TABLE "{table}_anew"', made))
    names = conn.exec_driver_sql(_NAMES, (f"{table}_anew",)).scalars().all()
    taken = ", ".join(values.get(name, f'"{name}"') for name in names)
    some = f'SELECT {taken} FROM "{table}" WHERE rowid > ? AND rowid <= ? ORDER BY rowid'  # noqa: S608  (our names)
    for first, last in _runs(conn, table):
        progress.add(conn.exec_driver_sql(f'INSERT INTO "{table}_anew" {some}', (first, last)).rowcount)
    conn.exec_driver_sql(f'DROP TABLE "{table}"')
    conn.exec_driver_sql(f'ALTER TABLE "{table}_anew" RENAME TO "{table}"')
    for index in kept:
        conn.exec_driver_sql(reduce(lambda made, one: made.replace(*one), indexes.items(), index))


def _runs(conn: sa.Connection, table: str) -> Iterator[tuple[int, int]]:
    """Where each so many rows begin and end."""
    place, rowid = -(2**63), sa.literal_column("rowid", sa.Integer)
    while True:
        some = sa.select(rowid).select_from(sa.table(table)).where(rowid > place)
        some = some.order_by(rowid).limit(step_progress.ROWS_AT_ONCE)
        last = conn.execute(sa.select(sa.func.max(some.subquery().c.rowid))).scalar_one()
        if last is None:
            return
        yield place, last
        place = last
