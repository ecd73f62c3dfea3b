"""Bringing the database to the shape that this program needs."""

from app.cli.logs import configure_logs
from app.cli.progress import migration_shown
from app.cli.record import load_settings
from app.cli.screen import remark, show, show_json
from app.storage.database import Database
from app.storage.migrating import migrate
from app.storage.partitions import count_parts, partition


def bring_up_to_date(*, partitions: int | None, as_json: bool) -> None:
    """Make the tables, or change them to the newest shape; nothing happens where they have it.

    A step that takes long says on standard error how far it is. With ``partitions`` the big tables of an empty
    PostgreSQL are cut into so many parts.

    Raises:
        StorageError: the database cannot be used, or was made by a newer program.
        InvalidInput, Conflict: it cannot be cut, or there are rows in it already.
    """
    settings = load_settings()
    configure_logs(settings, quiet=True)
    with Database(settings.database_url) as database:
        with migration_shown() as progress:
            before, after = migrate(database, progress=progress)
        if partitions is not None:
            partition(database, partitions)
        with database.read() as conn:
            parts = count_parts(conn)
    if as_json:
        show_json({"before": before, "after": after, "partitions": parts})
        return
    if parts:
        remark(f"The big tables are cut into {parts} parts.")
    if before == after:
        show(f"The database is at {after} already.")
    else:
        show(f"The database went from {before or 'empty'} to {after}.")
