"""What every service that runs until it is stopped has in common, whether it answers the interface or only works."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import structlog

from app.cli.acts.thrift import share_free_memory
from app.cli.exits import Exit, Failure
from app.cli.record import is_new, load_settings
from app.cli.rooms import bring_up_to_date, make_ready
from app.pipeline.keys import may_listen_on
from app.pipeline.loop import Worker
from app.pipeline.newsroom import Newsroom
from app.settings import Settings
from app.wiring.newsroom import open_newsroom

log = structlog.get_logger()


def settings_with(**given: object) -> Settings:
    """The settings, with what was given on the command line in place of what they say."""
    return load_settings().model_copy(update={name: value for name, value in given.items() if value is not None})


def run_service(service: Coroutine[Any, Any, None]) -> None:
    """Run it to its end.

    Raises:
        Failure: it was stopped at once.
    """
    share_free_memory()
    try:
        asyncio.run(service)
    except asyncio.CancelledError as cancelled:
        message = "Stopped at once; what was in hand is taken up again when its lease ends."
        raise Failure(message, Exit.INTERRUPTED) from cancelled


@asynccontextmanager
async def open_service(settings: Settings, *, is_worker_alone: bool = False) -> AsyncIterator[Newsroom]:
    """The program with a database in order: a SQLite file is brought up to date, PostgreSQL is only looked at."""
    is_new_now = is_new(settings)
    async with open_newsroom(settings, is_worker_alone=is_worker_alone) as newsroom:
        if newsroom.database.is_sqlite and not is_new_now:
            bring_up_to_date(newsroom.database)
        else:
            make_ready(newsroom.database, settings, is_new=is_new_now)
        yield newsroom


@contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` at the first SIGINT or SIGTERM; a second one ends the block at once."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    asked = False

    def on_signal(number: signal.Signals) -> None:
        nonlocal asked
        log.info("stopping", signal=number.name, at_once=asked)
        if asked and task is not None:
            task.cancel()
        asked = True
        stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal, number)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def worker_of(newsroom: Newsroom, settings: Settings) -> Worker:
    """A worker as the settings want it."""
    return Worker(
        newsroom,
        concurrency=settings.worker_concurrency,
        idle_seconds=settings.idle_seconds,
        grace_seconds=settings.grace_seconds,
    )


def refuse_open_door(newsroom: Newsroom, host: str) -> None:
    """Others may come in only where they need a key.

    Raises:
        Failure: there is none.
    """
    if not may_listen_on(newsroom, host):
        message = f"Walkback does not listen on {host} without a valid API key; make one with “walkback key create”."
        raise Failure(message, Exit.REFUSED)
