"""Running a small server on loopback inside this program, for as long as a block lasts."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

GRACE_SECONDS = 2.0
"""How long an answer that is on its way may take once the server is to end."""


class LoopbackServer(uvicorn.Server):
    """A server that says when it listens, and ends at once when it is told to instead of looking now and then."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()
        self._is_told_to_end = asyncio.Event()

    def end(self) -> None:
        """Answer what was asked, and close."""
        self.should_exit = True
        self._is_told_to_end.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As usual, and then say so."""
        await super().startup(sockets)
        self.listens.set()

    async def main_loop(self) -> None:
        """Keep the date of answers right, once a second, until the end."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._is_told_to_end.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close as soon as nothing is on its way any more."""
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110  # nobody tells
                    await asyncio.sleep(0.002)
        except TimeoutError:
            for task in self.server_state.tasks:
                task.cancel()


@asynccontextmanager
async def serving(application: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve an application; gives its address, such as ``http://127.0.0.1:40123``.

    Raises:
        OSError: the port is taken.
    """
    listening = socket.create_server((host, port))
    config = uvicorn.Config(application, log_level="warning", access_log=False, lifespan="off")
    server = LoopbackServer(config)
    task = asyncio.create_task(server._serve([listening]))  # noqa: SLF001  # serve() would take over the signals
    try:
        await server.listens.wait()
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        server.end()
        await task
        listening.close()
