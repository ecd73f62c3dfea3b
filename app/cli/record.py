"""Opening the record alone, for commands that only read: the settings, and the database behind them."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from app.cli.exits import Exit, Failure
from app.cli.logs import configure_logs
from app.domain.errors import InvalidInput
from app.settings import Settings
from app.storage.database import Database
from app.storage.schema import check_schema


def load_settings() -> Settings:
    """The settings of this program.

    Raises:
        InvalidInput: one of them has a value that cannot be; the message names it.
    """
    try:
        return Settings.model_validate({})
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in wrong["loc"][:1]).upper()
        raise InvalidInput(f"The setting WALKBACK_{name.removeprefix('WALKBACK_')}: {wrong['msg']}.") from error


@contextmanager
def open_record() -> Iterator[Database]:
    """The database alone, for reading.

    Raises:
        Failure: there is none yet.
        StorageError: it cannot be used, or is of another schema.
    """
    settings = load_settings()
    configure_logs(settings, quiet=True)
    if is_new(settings):
        message = f"There is no database {settings.sqlite_path} yet. “walkback serve” or “walkback migrate” makes it."
        raise Failure(message, Exit.DATABASE)
    with Database(settings.database_url) as database:
        check_schema(database)
        yield database


def is_new(settings: Settings) -> bool:
    """True where SQLite is used and its file is not there yet."""
    return settings.sqlite_path is not None and not settings.sqlite_path.exists()
