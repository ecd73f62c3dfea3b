"""A receiver that answers 204 as fast as Python can, in a process of its own, and counts what arrives."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_double, c_long
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length: "


class Arrived:
    """How many messages arrived, and when the first byte of the last one did (in this machine's monotonic time)."""

    def __init__(self) -> None:
        self.count: Synchronized[int] = multiprocessing.Value(c_long, 0)
        self.at: Synchronized[float] = multiprocessing.Value(c_double, 0.0)

    @property
    def value(self) -> int:
        """How many."""
        return self.count.value

    @property
    def last(self) -> float:
        """When the last one came."""
        return self.at.value


class _Receiver(asyncio.Protocol):
    def __init__(self, arrived: Arrived) -> None:
        self._arrived = arrived
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if not self._buffer:
            self._arrived.at.value = time.monotonic()
        self._buffer += data
        while (end := self._buffer.find(END)) >= 0:
            head = self._buffer[:end].lower()
            _, _, rest = head.partition(LENGTH)
            whole = end + len(END) + int(rest.partition(b"\r\n")[0] or 0)
            if len(self._buffer) < whole:
                return
            self._buffer = self._buffer[whole:]
            self._arrived.count.value += 1
            assert self._transport is not None
            self._transport.write(ANSWER)


def _serve(ready: Connection, arrived: Arrived) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Receiver(arrived), "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def receive() -> Iterator[tuple[str, Arrived]]:
    """The address of a receiver, and what arrived there, while the block lasts."""
    ours, theirs = multiprocessing.Pipe()
    arrived = Arrived()
    process = multiprocessing.Process(target=_serve, args=(theirs, arrived), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/", arrived
    finally:
        process.terminate()
        process.join()
