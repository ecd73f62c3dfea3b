"""Listening on an address of this machine: for the interface, and for the numbers of a worker that has none."""

import asyncio
import errno
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from app.cli.exits import Failure
from app.cli.screen import remark
from app.pipeline.newsroom import Newsroom
from app.settings import Settings
from app.wiring.interface import Application, build_worker_metrics

FAREWELL_SECONDS = 10
"""How long answers that are being given may take when the service is stopped."""


class ApiServer(uvicorn.Server):
    """A server that leaves the signals to this program, and says when it listens."""

    def __init__(self, config: uvicorn.Config, *, when_listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_listening = when_listening

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """As usual, and then say so."""
        await super().startup(sockets)
        self._when_listening()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: :func:`stopped_by_signals` has them."""
        yield


async def bound(host: str, port: int) -> list[Any]:
    """Sockets that hold the address, for the server to listen on.

    Raises:
        Failure: the port is taken, or the address is not one of this machine.
    """
    try:
        holder = await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port, start_serving=False)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} of {host} is in use by another program; choose one with --port."
        elif error.errno == errno.EACCES:
            message = f"Port {port} may not be listened on by this user; choose one above 1023 with --port."
        else:
            message = f"Walkback cannot listen on {host}: {error.strerror or error}."
        raise Failure(message) from error
    sockets = [one.dup() for one in holder.sockets]
    holder.close()
    return sockets


def server_config(application: Application) -> uvicorn.Config:
    """A server of this program: it says nothing of itself, and its log is ours."""
    return uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=FAREWELL_SECONDS,
    )


@asynccontextmanager
async def numbers_shown(newsroom: Newsroom, settings: Settings, port: int) -> AsyncIterator[None]:
    """Show what this process counts at /metrics while the block lasts.

    Raises:
        Failure: the port is taken, or the address is not one of this machine.
    """
    sockets = await bound(settings.metrics_host, port)
    where = f"http://{settings.metrics_host}:{sockets[0].getsockname()[1]}/metrics"
    application = build_worker_metrics(newsroom, settings)
    server = ApiServer(server_config(application), when_listening=lambda: remark(f"Its numbers are at {where}"))
    task = asyncio.create_task(server.serve(sockets=sockets))
    try:
        yield
    finally:
        server.should_exit = True
        await task
