"""Working without the interface: the poller and the delivery in one process, until somebody stops it.

What answers HTTP is loaded only where the process is to show its numbers: a worker that shows none does without.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app import __version__
from app.cli.acts.running import (
    open_service,
    refuse_open_door,
    run_service,
    settings_with,
    stopped_by_signals,
    worker_of,
)
from app.cli.logs import configure_logs
from app.cli.screen import remark
from app.pipeline.newsroom import Newsroom
from app.settings import Settings


def work(*, concurrency: int | None, grace: float | None, metrics_port: int | None) -> None:
    """Check and deliver without the interface, until SIGINT or SIGTERM.

    Raises:
        Failure: the port for the numbers is taken, or others could see them without a key.
        StorageError: the database cannot be used, or is of another schema.
    """
    settings = settings_with(worker_concurrency=concurrency, grace_seconds=grace, metrics_port=metrics_port)
    configure_logs(settings)
    run_service(_work(settings))


async def _work(settings: Settings) -> None:
    async with open_service(settings, is_worker_alone=True) as newsroom:
        worker = worker_of(newsroom, settings)
        if settings.metrics_port is not None:
            refuse_open_door(newsroom, settings.metrics_host)
        at_once = settings.worker_concurrency
        with stopped_by_signals(worker.stop):
            remark(f"Walkback {__version__} checks and delivers, {at_once} at a time. Stop it with Ctrl-C.")
            async with _numbers_shown(newsroom, settings):
                await worker.run()


@asynccontextmanager
async def _numbers_shown(newsroom: Newsroom, settings: Settings) -> AsyncIterator[None]:
    """Show what this process counts while the block lasts, where the settings name a port."""
    if settings.metrics_port is None:
        yield
        return
    from app.cli.acts.listening import numbers_shown

    async with numbers_shown(newsroom, settings, settings.metrics_port):
        yield
