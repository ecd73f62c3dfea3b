"""How a statement begins: found by a check, known from an archive first, or found by both at the same moment."""

import sqlalchemy as sa

from app.domain.errors import LeaseLost
from app.domain.ids import StatementId, WatchId
from app.domain.statements import Statement
from app.storage.dialect import insert_or_skip
from app.storage.statements import COLUMNS
from app.storage.tables import statement

_NAMED = sa.select(statement.c.id).where(
    statement.c.watch_id == sa.bindparam("of_watch"), statement.c.external_id == sa.bindparam("named")
)
_ARCHIVED = sa.select(statement.c.id).where(
    statement.c.watch_id == sa.bindparam("of_watch"),
    statement.c.external_id == sa.bindparam("named"),
    statement.c.version_count == 0,
)


def add_statement(conn: sa.Connection, new: Statement, *, read_from: str, read_by: str, text_sha256: str) -> None:
    """Begin the history of a statement.

    Raises:
        LeaseLost: somebody else has begun it at the same moment, as an import of its past may do.
    """
    kept = add_or_find_statement(conn, new, read_from=read_from, read_by=read_by, text_sha256=text_sha256)
    if kept != new.id:
        raise LeaseLost(f"Statement {kept} was begun by another worker.")


def add_or_find_statement(
    conn: sa.Connection, new: Statement, *, read_from: str, read_by: str, text_sha256: str
) -> StatementId:
    """The statement of this name in its watch: the new one, or the one that somebody has begun at the same moment."""
    others = {"read_from": read_from, "read_by": read_by, "text_sha256": text_sha256}
    row = others | {column.name: getattr(new, column.name) for column in COLUMNS}
    conn.execute(insert_or_skip(conn, statement), row)
    return StatementId(conn.execute(_NAMED, {"of_watch": new.watch_id, "named": new.external_id}).scalar_one())


def find_archived(conn: sa.Connection, watch_id: WatchId, external_id: str) -> StatementId | None:
    """A statement of a watch that only an archive saw so far."""
    found = conn.execute(_ARCHIVED, {"of_watch": watch_id, "named": external_id}).scalar_one_or_none()
    return None if found is None else StatementId(found)


def adopt_statement(conn: sa.Connection, seen: Statement, *, read_from: str, read_by: str, text_sha256: str) -> None:
    """Begin our own history of a statement that only an archive saw so far.

    Raises:
        LeaseLost: another worker has begun it meanwhile.
    """
    row = {column.name: getattr(seen, column.name) for column in COLUMNS if column.name != "id"}
    mine = sa.and_(statement.c.id == seen.id, statement.c.version_count == 0)
    values = {**row, "read_from": read_from, "read_by": read_by, "text_sha256": text_sha256}
    if conn.execute(sa.update(statement).where(mine).values(values)).rowcount != 1:
        raise LeaseLost(f"Statement {seen.id} was changed by another worker.")
