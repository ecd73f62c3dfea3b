"""Running the service: the interface, the poller and the delivery in one process, until somebody stops it."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import structlog

from app import __version__
from app.cli.acts.listening import ApiServer, bound, numbers_shown, server_config
from app.cli.exits import Exit, Failure
from app.cli.logs import configure_logs
from app.cli.record import is_new, load_settings
from app.cli.rooms import make_ready
from app.cli.screen import remark, show, show_facts, show_json
from app.pipeline.keys import NewKey, create_first_key, may_listen_on
from app.pipeline.loop import WATCH_EVERY_SECONDS, Worker
from app.pipeline.newsroom import Newsroom
from app.pipeline.warming import warm_up
from app.pipeline.watchman import watch_over
from app.settings import Settings
from app.storage import keys
from app.storage.schema import migrate
from app.wiring import build_api, open_newsroom

log = structlog.get_logger()


def serve(
    *,
    host: str | None,
    port: int | None,
    api_only: bool,
    concurrency: int | None,
    grace: float | None,
    as_json: bool,
) -> None:
    """Answer the interface, and (unless ``api_only``) check and deliver, until SIGINT or SIGTERM.

    Raises:
        Failure: the port is taken, or others could come in without a key.
        StorageError: the database cannot be used, or is of another schema.
    """
    settings = _settings(host=host, port=port, worker_concurrency=concurrency, grace_seconds=grace)
    configure_logs(settings)
    _run(_serve(settings, api_only=api_only, as_json=as_json))


def work(*, concurrency: int | None, grace: float | None, metrics_port: int | None) -> None:
    """Check and deliver without the interface, until SIGINT or SIGTERM.

    Raises:
        Failure: the port for the numbers is taken, or others could see them without a key.
        StorageError: the database cannot be used, or is of another schema.
    """
    settings = _settings(worker_concurrency=concurrency, grace_seconds=grace, metrics_port=metrics_port)
    configure_logs(settings)
    _run(_work(settings))


def _settings(**given: object) -> Settings:
    """The settings, with what was given on the command line in place of what they say."""
    return load_settings().model_copy(update={name: value for name, value in given.items() if value is not None})


def _run(service: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(service)
    except asyncio.CancelledError as cancelled:
        message = "Stopped at once; what was in hand is taken up again when its lease ends."
        raise Failure(message, Exit.INTERRUPTED) from cancelled


async def _serve(settings: Settings, *, api_only: bool, as_json: bool) -> None:
    async with _opened(settings) as newsroom:
        first_key = _first_key(newsroom)
        _refuse_open_door(newsroom, settings.host)
        sockets = await bound(settings.host, settings.port)
        welcome = partial(_welcome, settings, newsroom, sockets[0].getsockname()[1], first_key, as_json=as_json)
        server = ApiServer(server_config(build_api(newsroom, settings)), when_listening=welcome)
        worker = None if api_only else _worker(newsroom, settings)
        alone = asyncio.Event()

        def stop() -> None:
            server.should_exit = True
            alone.set()
            if worker is not None:
                worker.stop()

        with stopped_by_signals(stop):
            async with asyncio.TaskGroup() as group:
                if worker is None:
                    group.create_task(watch_over(newsroom, alone, every_seconds=WATCH_EVERY_SECONDS, delivers=True))
                    group.create_task(asyncio.to_thread(warm_up, newsroom))
                else:
                    group.create_task(worker.run())
                await server.serve(sockets=sockets)
                stop()


async def _work(settings: Settings) -> None:
    async with _opened(settings) as newsroom:
        worker = _worker(newsroom, settings)
        if settings.metrics_port is not None:
            _refuse_open_door(newsroom, settings.metrics_host)
        at_once = settings.worker_concurrency
        remark(f"Walkback {__version__} checks and delivers, {at_once} at a time. Stop it with Ctrl-C.")
        with stopped_by_signals(worker.stop):
            async with numbers_shown(newsroom, settings):
                await worker.run()


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Newsroom]:
    """The program with a database in order: a SQLite file is brought up to date, PostgreSQL is only looked at."""
    is_new_now = is_new(settings)
    async with open_newsroom(settings) as newsroom:
        if newsroom.database.is_sqlite and not is_new_now:
            before, after = migrate(newsroom.database)
            if before != after:
                remark(f"brought the database from {before or 'empty'} to {after}")
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


def _worker(newsroom: Newsroom, settings: Settings) -> Worker:
    return Worker(
        newsroom,
        concurrency=settings.worker_concurrency,
        idle_seconds=settings.idle_seconds,
        grace_seconds=settings.grace_seconds,
    )


def _first_key(newsroom: Newsroom) -> NewKey | None:
    """One administrator's key at the first start of all; never again, also where every key was revoked."""
    with newsroom.database.read() as conn:
        is_first_start = not keys.list_keys(conn)
    return create_first_key(newsroom) if is_first_start else None


def _refuse_open_door(newsroom: Newsroom, host: str) -> None:
    if not may_listen_on(newsroom, host):
        message = f"Walkback does not listen on {host} without a valid API key; make one with “walkback key create”."
        raise Failure(message, Exit.REFUSED)


def _welcome(settings: Settings, newsroom: Newsroom, port: int, first_key: NewKey | None, *, as_json: bool) -> None:
    host = settings.host
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    database = newsroom.database.engine.url.render_as_string(hide_password=True)
    secret = first_key.secret if first_key else None
    if as_json:
        show_json({"version": __version__, "api": f"{base}/v1", "docs": f"{base}/docs", "admin_key": secret})
    else:
        show(f"Walkback {__version__} is running. Stop it with Ctrl-C.")
        show_facts(
            [
                ("API", f"{base}/v1"),
                ("docs", f"{base}/docs"),
                ("database", database),
                ("admin key", secret),
            ]
        )
        if secret:
            remark("The key is shown only this once: keep it.")
    sys.stdout.flush()
