"""Bringing the database to the shape that this program needs, one step after another."""

from alembic import command
from alembic.config import Config

from app.storage.database import Database
from app.storage.partitions import partition_new_tables
from app.storage.schema import MIGRATIONS, current_revision, newest_revision, refuse_unknown
from app.storage.step_progress import LISTENER, Listener, ignore


def migrate(
    database: Database, *, revision: str = "head", progress: Listener = ignore
) -> tuple[str | None, str | None]:
    """Bring the database to ``revision``; the revisions before and after. Repeated, it does what was left.

    Each step is one transaction: a kill in the middle leaves the database at the step before. Steps that take long
    on a large record tell ``progress`` how far they are.

    Raises:
        SchemaMismatch: the database is of a newer program.
    """
    before = current_revision(database)
    refuse_unknown(before)
    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        config.attributes[LISTENER] = progress
        command.upgrade(config, revision)
    after = current_revision(database)
    if after == newest_revision():
        partition_new_tables(database)  # also where a kill came between the last step and this
    return before, after


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
