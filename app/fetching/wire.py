"""A connection that the guard has opened, as bytes: what is sent, what comes back, and when the other end hung up."""

import asyncio
import select
import ssl

_MOST_UNREAD = 256 * 1024
"""Bytes that may wait to be read before the other end is left waiting."""


class Wire(asyncio.Protocol):
    """One connection. It has one reader at a time, and costs next to nothing while it waits to be used again."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()
        self._waiting: asyncio.Future[None] | None = None
        self._is_paused = False
        self._failure: Exception | None = None
        self._is_over = False
        self.peer: str | None = None
        """The numeric address at the other end; None where only a proxy knows it."""

    @property
    def is_quiet(self) -> bool:
        """True while the other end neither hung up nor said anything that nobody asked for.

        The system is asked too: what has arrived at this moment, the event loop has not told yet.
        """
        if self._is_over or self._unread or self._transport is None:
            return False
        asked = select.poll()
        asked.register(self._transport.get_extra_info("socket").fileno(), select.POLLIN)
        return not asked.poll(0)

    def write(self, sent: bytes) -> None:
        """Send this as fast as the other end takes it; where it has hung up, reading says so."""
        assert self._transport is not None
        self._transport.write(sent)

    async def read(self) -> bytes:
        """What has come, at least a byte; nothing where the other end has hung up.

        Raises:
            OSError: the connection broke.
        """
        if not self._unread and not self._is_over:
            self._waiting = asyncio.get_running_loop().create_future()
            self._take_more()
            try:
                await self._waiting
            finally:
                self._waiting = None
        if self._unread:
            came = bytes(self._unread)
            self._unread.clear()
            return came
        if self._failure is not None:
            raise ConnectionError(str(self._failure)) from self._failure
        return b""

    async def start_tls(self, context: ssl.SSLContext, name: str) -> None:
        """From here on all is encrypted, and the other end has proved that it is ``name``.

        Raises:
            OSError: it has not, or does not speak TLS.
        """
        assert self._transport is not None
        if self._unread:
            raise ConnectionError("the other end spoke before it proved who it is")
        loop = asyncio.get_running_loop()
        secure = await loop.start_tls(self._transport, self, context, server_hostname=name)
        if secure is None:
            raise ConnectionError("the connection was closed")
        self._transport = secure

    def hang_up(self) -> None:
        """End it at once, whatever is still on the way."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        address = transport.get_extra_info("peername")
        self.peer = str(address[0]) if address else None

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        self._unread += data
        if len(self._unread) > _MOST_UNREAD and self._transport is not None and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """Called by the event loop, which then closes the connection."""
        self._is_over = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop."""
        self._is_over = True
        self._failure = exc
        self._wake()

    def _take_more(self) -> None:
        if self._is_paused and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
