"""Bringing the database to the shape that this program needs."""

from app.cli.logs import configure_logs
from app.cli.record import load_settings
from app.cli.screen import show, show_json
from app.storage.database import Database
from app.storage.schema import migrate


def bring_up_to_date(*, as_json: bool) -> None:
    """Make the tables, or change them to the newest shape; nothing happens where they have it.

    Raises:
        StorageError: the database cannot be used, or was made by a newer program.
    """
    settings = load_settings()
    configure_logs(settings, quiet=True)
    with Database(settings.database_url) as database:
        before, after = migrate(database)
    if as_json:
        show_json({"before": before, "after": after})
    elif before == after:
        show(f"The database is at {after} already.")
    else:
        show(f"The database went from {before or 'empty'} to {after}.")
