"""The shape of the database: bringing it up to date, and knowing whether it is."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.domain.errors import SchemaMismatch
from app.storage.database import Database
from app.storage.partitions import partition_new_tables

COPY_MARK = sa.Table("copy_in_progress", sa.MetaData(), sa.Column("source", sa.Text, primary_key=True))
"""Stands in a database as long as a copy into it is not whole (app.storage.copying)."""
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def migrate(database: Database, *, revision: str = "head") -> tuple[str | None, str | None]:
    """Bring the database to ``revision``; the revisions before and after. Nothing happens where it is there already.

    Each step is one transaction: a kill in the middle leaves the database at the step before.

    Raises:
        SchemaMismatch: the database is of a newer program.
    """
    before = current_revision(database)
    _refuse_unknown(before)
    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    after = current_revision(database)
    if after != before and after == _head():
        partition_new_tables(database)
    return before, after


def check_schema(database: Database) -> None:
    """Pass where the database has the shape that this program needs, and is whole.

    Raises:
        SchemaMismatch: it is older, newer, half a copy, or no database of Walkback; the message says what to do.
    """
    check_revision(database)
    with database.read() as conn:
        if sa.inspect(conn).has_table(COPY_MARK.name):
            raise SchemaMismatch(
                "The database holds half a copy of another one. Let “walkback copy” finish it, or begin with an "
                "empty database."
            )


def check_revision(database: Database) -> None:
    """Pass where the tables of the database are those of this program.

    Raises:
        SchemaMismatch: they are older, newer, or none at all.
    """
    current = current_revision(database)
    _refuse_unknown(current)
    if current != _head():
        raise SchemaMismatch(
            "The database is empty or of an older version. Run “walkback migrate” first."
            if current is None
            else f"The database is at revision {current}, older than this program. Run “walkback migrate”."
        )


def current_revision(database: Database) -> str | None:
    """The revision of the database; None where it is empty."""
    with database.read() as conn:
        return MigrationContext.configure(conn).get_current_revision()


def _refuse_unknown(revision: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaMismatch(
            f"The database is at revision {revision}, which this program does not know: it was made by a newer "
            "version of Walkback. Use that version, or restore a backup."
        )


def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
