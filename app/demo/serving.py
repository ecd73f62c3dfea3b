"""Running a small server on loopback inside this program, for as long as a block lasts."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp


class LoopbackServer(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As usual, and then say so."""
        await super().startup(sockets)
        self.listens.set()


@asynccontextmanager
async def serving(application: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve an application; gives its address, such as ``http://127.0.0.1:40123``.

    Raises:
        OSError: the port is taken.
    """
    listening = socket.create_server((host, port))
    config = uvicorn.Config(
        application, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2
    )
    server = LoopbackServer(config)
    task = asyncio.create_task(server._serve([listening]))  # noqa: SLF001  # serve() would take over the signals
    try:
        await server.listens.wait()
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listening.close()
