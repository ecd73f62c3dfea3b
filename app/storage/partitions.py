"""Cutting the big tables into parts on PostgreSQL, so that each part stays small enough to be kept in order.

A row goes to its part by the hash of the first column of its key: nearly always the statement, so that one statement
with its whole history lies in one part of each table, and a question about it looks into that part alone. The program
does not notice: the tables keep their names, columns, indexes and rules.
"""

import re

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from app.domain.errors import Conflict, InvalidInput
from app.storage.database import Database
from app.storage.tables import metadata

OTHER_KEYS = {
    "capture": "sha256",
    "public_term": "term",
    "quote_term": "term",
    "search_term": "term",
    "visit": "watch_id",
    "visit_pack": "watch_id",
}
"""Big tables whose keys begin with something else."""
PART = re.compile(r"\w+_part_\d+")
MOST_PARTS = 1_024


def partitioned_by(table: sa.Table) -> str | None:
    """The column by which a table is cut; None where it stays whole."""
    first = next(iter(table.primary_key)).name
    return first if first in ("statement_id", OTHER_KEYS.get(table.name)) else None


def is_ours(thing: sa.sql.base.SchemaEventTarget, name: str | None, kind: str, *_: object) -> bool:
    """False for the parts of a table and for what PostgreSQL derives for each of them: Alembic passes over those."""
    if isinstance(thing, sa.ForeignKeyConstraint):
        return not any(PART.fullmatch(key.target_fullname.partition(".")[0]) for key in thing.elements)
    return kind != "table" or PART.fullmatch(name or "") is None


def count_parts(conn: sa.Connection) -> int:
    """Into how many parts the big tables are cut; 0 where they are whole."""
    if conn.dialect.name != "postgresql":
        return 0
    parts = sa.text(
        "SELECT count(*) FROM pg_inherits JOIN pg_class ON pg_class.oid = inhparent "
        "WHERE relkind = 'p' AND pg_table_is_visible(pg_class.oid) GROUP BY inhparent ORDER BY 1 DESC LIMIT 1"
    )
    return conn.execute(parts).scalar_one_or_none() or 0


def partition(database: Database, parts: int) -> None:
    """Cut the big tables of an empty database into ``parts`` parts; nothing happens where they are cut so already.

    Raises:
        InvalidInput: SQLite has no partitions, or that is no number of parts.
        Conflict: there are rows already.
    """
    if database.is_sqlite:
        raise InvalidInput("SQLite has no partitions; they are for PostgreSQL.")
    if not 2 <= parts <= MOST_PARTS:
        raise InvalidInput(f"A table can be cut into 2 to {MOST_PARTS} parts, not {parts}.")
    with database.write() as conn:
        if count_parts(conn) == parts and not _whole(conn):
            return
        filled = [table.name for table in _big() if _has_rows(conn, table)]
        if filled:
            raise Conflict(
                f"There are rows in {', '.join(filled)}. Make a new database with “walkback migrate --partitions "
                f"{parts}”, and move the record into it with “walkback copy”."
            )
        for table in _big():
            _cut(conn, table, parts)


def partition_new_tables(database: Database) -> None:
    """Cut what an upgrade has added to a database whose big tables are cut already, with the rows that are in it."""
    with database.write() as conn:
        parts = count_parts(conn)
        for table in _whole(conn) if parts else ():
            names = [column.name for column in table.columns]
            conn.exec_driver_sql(f'CREATE TEMPORARY TABLE moving (LIKE "{table.name}")')
            moving = sa.table("moving", *(sa.column(column.name, column.type) for column in table.columns))
            conn.execute(sa.insert(moving).from_select(names, sa.select(table)))
            _cut(conn, table, parts)
            conn.execute(sa.insert(table).from_select(names, sa.select(moving)))
            conn.exec_driver_sql("DROP TABLE moving")


def _big() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if partitioned_by(table)]


def _whole(conn: sa.Connection) -> list[sa.Table]:
    """Those of the big tables that are not cut."""
    kinds = sa.text("SELECT relname FROM pg_class WHERE relkind = 'p' AND pg_table_is_visible(oid)")
    cut = set(conn.execute(kinds).scalars())
    return [table for table in _big() if table.name not in cut]


def _cut(conn: sa.Connection, table: sa.Table, parts: int) -> None:
    """Make the table anew, in parts and without rows. Nothing refers to a table that is cut, but one: captures."""
    conn.exec_driver_sql(f'DROP TABLE "{table.name}" CASCADE')
    tables = sa.MetaData(naming_convention=metadata.naming_convention)
    for one in metadata.sorted_tables:
        one.to_metadata(tables)
    made = tables.tables[table.name]
    made.dialect_options["postgresql"]["partition_by"] = f"HASH ({partitioned_by(table)})"
    conn.execute(CreateTable(made))
    for part in range(parts):
        conn.exec_driver_sql(
            f'CREATE TABLE "{table.name}_part_{part:04}" PARTITION OF "{table.name}" '
            f"FOR VALUES WITH (MODULUS {parts}, REMAINDER {part})"
        )
    for index in sorted(made.indexes, key=lambda one: str(one.name)):
        index.create(conn)


def _has_rows(conn: sa.Connection, table: sa.Table) -> bool:
    return conn.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None
