"""Moving a whole database: every table row by row into another one, and then a comparison of what both say.

source, one view of it ─▶ batches in the order of keys ─▶ target, a transaction a batch ─▶ both counted and hashed

The source is read in one transaction: the copy is what stood there at the moment when that began. A copy that was
interrupted is begun again by the same command: what is there already and the same is passed over. Until a copy is
whole, the target carries a mark by which every other command leaves it alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.errors import Conflict
from app.storage.canonical import TableHash, digester, plain_table
from app.storage.database import Database
from app.storage.migrating import migrate
from app.storage.schema import COPY_MARK, check_revision, current_revision
from app.storage.tables import alert, check, metadata

BATCH = 1_000
SMALLER_BATCHES = {
    "capture": 32,
    "version": 200,
    "latest_text": 200,
    "event": 200,
    "observation_pack": 100,
    "visit_pack": 100,
}
"""Rows in hand at a time, where one may be large."""
Progress = Callable[[str, int], None]
"""Told of a table and of how many of its rows have been read or compared since it was last told."""


@dataclass(frozen=True, slots=True)
class TableCheck:
    """What both databases say of one table."""

    name: str
    rows: int
    rows_there: int
    sha256: str
    sha256_there: str

    @property
    def is_same(self) -> bool:
        """True where count and hash agree."""
        return (self.rows, self.sha256) == (self.rows_there, self.sha256_there)


def name_of(database: Database) -> str:
    """By which a half copy knows its source again: the address without the password."""
    url = database.engine.url
    if database.is_sqlite and url.database:
        url = url.set(database=str(Path(url.database).resolve()))
    return url.render_as_string(hide_password=True)


def count_rows(database: Database) -> dict[str, int]:
    """The rows of every table, in the order in which they are copied: what is referred to comes first."""
    with database.read() as conn:
        return {table.name: _count(conn, table) for table in metadata.sorted_tables}


def count_held(database: Database, *, now: datetime) -> int:
    """Checks and alerts that workers have in hand at this moment."""
    held = sa.select(sa.func.count()).where(check.c.lease.is_not(None), check.c.due_at > now)
    sending = sa.select(sa.func.count()).where(alert.c.lease.is_not(None), alert.c.next_try_at > now)
    with database.read() as conn:
        return conn.execute(held).scalar_one() + conn.execute(sending).scalar_one()


def prepare(source: Database, target: Database) -> bool:
    """Make the target ready, with tables where it has none; True where it holds a half copy of the same source.

    Raises:
        Conflict: it holds something else, or is the source itself.
        SchemaMismatch: one of the two is not of this program's shape.
    """
    if name_of(source) == name_of(target):
        raise Conflict("The copy would go into the very database that it comes from.")
    check_revision(source)
    if current_revision(target) is None:
        migrate(target)
    check_revision(target, called="The target of the copy")
    with target.write() as conn:
        if sa.inspect(conn).has_table(COPY_MARK.name):
            if conn.execute(sa.select(COPY_MARK.c.source)).scalar_one_or_none() != name_of(source):
                raise Conflict("The target holds half a copy of another database. Begin with an empty one.")
            return True
        filled = [table.name for table in metadata.sorted_tables if _has_rows(conn, table)]
        if filled:
            raise Conflict(f"The target is not empty: it has rows in {', '.join(filled)}.")
        COPY_MARK.create(conn)
        conn.execute(sa.insert(COPY_MARK).values(source=name_of(source)))
    return False


def copy_rows(source: Database, target: Database, *, progress: Progress) -> dict[str, TableHash]:
    """Write every row of the source into the prepared target; what the source said, by table."""
    with source.read() as reading:
        return {table.name: _copy_table(reading, target, table, progress) for table in metadata.sorted_tables}


def compare(target: Database, said: dict[str, TableHash], *, progress: Progress) -> tuple[TableCheck, ...]:
    """Read the target from one end to the other and hold it against what the source said."""
    checks = []
    with target.read() as conn:
        for table in metadata.sorted_tables:
            there, digest = TableHash(), digester(table)
            with _stream(conn, table) as batches:
                for rows in batches:
                    there.add(map(digest, rows))
                    progress(table.name, len(rows))
            was = said[table.name]
            checks.append(TableCheck(table.name, was.rows, there.rows, was.hex, there.hex))
    return tuple(checks)


def finish(target: Database) -> None:
    """Take the mark off, and let the database look at what it has got, so that it plans its readings well."""
    with target.write() as conn:
        COPY_MARK.drop(conn)
        conn.exec_driver_sql("ANALYZE")


def _copy_table(reading: sa.Connection, target: Database, table: sa.Table, progress: Progress) -> TableHash:
    said, digest = TableHash(), digester(table)
    with target.read() as conn:
        is_fresh = not _has_rows(conn, table)
    with _stream(reading, table) as batches:
        for rows in batches:
            digests = [digest(row) for row in rows]
            said.add(digests)
            with target.write() as conn:
                _write(conn, table, rows if is_fresh else _changed(conn, table, rows, digests))
            progress(table.name, len(rows))
    if not is_fresh:
        _remove_others(reading, target, table, said.rows)
    return said


@contextmanager
def _stream(conn: sa.Connection, table: sa.Table) -> Iterator[Iterable[Sequence[sa.Row[Any]]]]:
    """The rows of a table in the order of their keys, a batch at a time, never more of them in memory."""
    batch = SMALLER_BATCHES.get(table.name, BATCH)
    plain = plain_table(table, conn.dialect.name)
    query = sa.select(*plain.columns).order_by(*(plain.c[key.name] for key in table.primary_key))
    options = {"stream_results": True, "yield_per": batch}
    with conn.execute(query, execution_options=options) as rows:
        yield rows.partitions(batch)


def _write(conn: sa.Connection, table: sa.Table, rows: Sequence[sa.Row[Any]]) -> None:
    """Put these rows in place of those with the same keys."""
    if not rows:
        return
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    new = insert(plain_table(table, conn.dialect.name))
    keys = [column.name for column in table.primary_key]
    others = {column.name: new.excluded[column.name] for column in table.columns if column.name not in keys}
    put = new.on_conflict_do_update(index_elements=keys, set_=others) if others else new.on_conflict_do_nothing()
    conn.execute(put, [dict(row._mapping) for row in rows])


def _changed(
    conn: sa.Connection, table: sa.Table, rows: Sequence[sa.Row[Any]], digests: Sequence[bytes]
) -> list[sa.Row[Any]]:
    """Those of the rows that the target does not have so."""
    plain, digest = plain_table(table, conn.dialect.name), digester(table)
    there = {
        digest(row)
        for row in conn.execute(
            sa.select(*plain.columns).where(_is_among([plain.c[key.name] for key in table.primary_key], rows))
        )
    }
    return [row for row, one in zip(rows, digests, strict=True) if one not in there]


def _remove_others(reading: sa.Connection, target: Database, table: sa.Table, wanted: int) -> None:
    """Take out of a half copy what the source has lost since it was begun."""
    keys = list(table.primary_key)
    with target.read() as conn:
        if _count(conn, table) == wanted:
            return
        with conn.execute(sa.select(*keys), execution_options={"yield_per": BATCH}) as found:
            for rows in found.partitions(BATCH):
                known = {tuple(row) for row in reading.execute(sa.select(*keys).where(_is_among(keys, rows)))}
                lost = [row for row in rows if tuple(row) not in known]
                if lost:
                    with target.write() as writing:
                        writing.execute(sa.delete(table).where(_is_among(keys, lost)))


def _is_among(keys: Sequence[sa.ColumnElement[Any]], rows: Sequence[sa.Row[Any]]) -> sa.ColumnElement[bool]:
    names = [key.name for key in keys]
    if len(keys) == 1:
        return keys[0].in_([row._mapping[names[0]] for row in rows])
    return sa.tuple_(*keys).in_([tuple(row._mapping[name] for name in names) for row in rows])


def _count(conn: sa.Connection, table: sa.Table) -> int:
    return conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _has_rows(conn: sa.Connection, table: sa.Table) -> bool:
    return conn.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None
