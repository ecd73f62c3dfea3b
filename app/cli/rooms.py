"""Opening the whole program for one command, and closing it again."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from app.cli.logs import configure_logs
from app.cli.record import is_new, load_settings
from app.cli.screen import remark
from app.domain.audit import Actor, ActorKind
from app.pipeline.newsroom import Newsroom
from app.settings import Settings
from app.storage.database import Database
from app.storage.schema import check_schema, current_revision, newest_revision
from app.wiring.newsroom import open_newsroom

T = TypeVar("T")


def with_newsroom(use: Callable[[Newsroom], T]) -> T:
    """Do one thing with the whole program open. A SQLite database that is not there is made."""

    async def at_once(newsroom: Newsroom) -> T:
        return use(newsroom)

    return in_newsroom(at_once)


def in_newsroom(act: Callable[[Newsroom], Awaitable[T]]) -> T:
    """The same for what goes out to the network."""

    async def opened() -> T:
        async with open_newsroom(settings) as newsroom:
            make_ready(newsroom.database, settings, is_new=is_new_now)
            return await act(replace(newsroom, actor=Actor(ActorKind.COMMAND_LINE, getpass.getuser())))

    settings = load_settings()
    configure_logs(settings, quiet=True)
    is_new_now = is_new(settings)
    return asyncio.run(opened())


def make_ready(database: Database, settings: Settings, *, is_new: bool) -> None:
    """Make the tables of a new SQLite file; any other database must have the shape that this program needs.

    Raises:
        SchemaMismatch: it has not.
    """
    if is_new:
        _migrate(database)
        remark(f"made the database {settings.sqlite_path}")
    else:
        check_schema(database)


def bring_up_to_date(database: Database) -> None:
    """Give a database the shape that this program needs, where it is of an older one."""
    if current_revision(database) != newest_revision():
        before, after = _migrate(database)
        remark(f"brought the database from {before or 'empty'} to {after}")


def _migrate(database: Database) -> tuple[str | None, str | None]:
    """The tools for it are loaded only where they are needed, which is once in the life of a database."""
    from app.cli.progress import migration_shown
    from app.storage.migrating import migrate

    with migration_shown() as progress:
        return migrate(database, progress=progress)
