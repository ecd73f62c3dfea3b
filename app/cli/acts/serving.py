"""Running the service: the interface, the poller and the delivery in one process, until somebody stops it."""

import asyncio
import sys
from functools import partial

import structlog

from app import __version__
from app.cli.acts.listening import ApiServer, bound, server_config
from app.cli.acts.running import (
    open_service,
    refuse_open_door,
    run_service,
    settings_with,
    stopped_by_signals,
    worker_of,
)
from app.cli.logs import configure_logs
from app.cli.screen import remark, show, show_facts, show_json
from app.pipeline.keys import NewKey, create_first_key
from app.pipeline.loop import WATCH_EVERY_SECONDS
from app.pipeline.newsroom import Newsroom
from app.pipeline.warming import warm_up
from app.pipeline.watchman import watch_over
from app.settings import Settings
from app.storage import keys
from app.wiring.interface import build_service

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
    settings = settings_with(host=host, port=port, worker_concurrency=concurrency, grace_seconds=grace)
    configure_logs(settings)
    run_service(_serve(settings, api_only=api_only, as_json=as_json))


async def _serve(settings: Settings, *, api_only: bool, as_json: bool) -> None:
    async with open_service(settings) as newsroom:
        first_key = _first_key(newsroom)
        refuse_open_door(newsroom, settings.host)
        sockets = await bound(settings.host, settings.port)
        welcome = partial(_welcome, settings, newsroom, sockets[0].getsockname()[1], first_key, as_json=as_json)
        service = build_service(newsroom, settings)
        server = ApiServer(server_config(service), when_listening=welcome)
        worker = None if api_only else worker_of(newsroom, settings)
        alone = asyncio.Event()

        def stop() -> None:
            server.should_exit = True
            service.stop_waiting()
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


def _first_key(newsroom: Newsroom) -> NewKey | None:
    """One administrator's key at the first start of all; never again, also where every key was revoked."""
    with newsroom.database.read() as conn:
        is_first_start = not keys.list_keys(conn)
    return create_first_key(newsroom) if is_first_start else None


def _welcome(settings: Settings, newsroom: Newsroom, port: int, first_key: NewKey | None, *, as_json: bool) -> None:
    host = settings.host
    log.info("serving", host=host, port=port)
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    database = newsroom.database.engine.url.render_as_string(hide_password=True)
    secret = first_key.secret if first_key else None
    if as_json:
        show_json(
            {
                "version": __version__,
                "pages": f"{base}/",
                "api": f"{base}/v1",
                "docs": f"{base}/docs",
                "admin_key": secret,
            }
        )
    else:
        show(f"Walkback {__version__} is running. Stop it with Ctrl-C.")
        show_facts(
            [
                ("pages", f"{base}/"),
                ("API", f"{base}/v1"),
                ("docs", f"{base}/docs"),
                ("database", database),
                ("admin key", secret),
            ]
        )
        if secret:
            remark("The key is shown only this once: keep it.")
    sys.stdout.flush()
