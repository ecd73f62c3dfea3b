"""One question to a server and the beginning of its answer: the only place that speaks HTTP.

It speaks through h11, and has nothing above it: cookies, credentials from the environment, redirects followed unseen
and bodies inflated unasked are what must not happen here.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache

import h11
import httpx2

from app.domain.errors import BodyTooLarge, BodyTruncated, Unreachable
from app.fetching.address import Address
from app.fetching.body import BodyReader, plain_headers
from app.fetching.connection import Connection, Lines
from app.fetching.guard import Guard, NotConnected
from app.fetching.kept import KeptConnections

_REQUEST_HEADER_TOO_LARGE = 431


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much, how long, how far. Seconds and bytes; ``timeout_seconds`` is for one answer, redirects included."""

    timeout_seconds: float = 30.0
    connect_seconds: float = 10.0
    max_wire_bytes: int = 5 * 1024 * 1024
    max_body_bytes: int = 20 * 1024 * 1024
    max_redirects: int = 5
    max_headers: int = 200
    max_header_bytes: int = 64 * 1024
    max_connections: int = 300
    max_idle_connections: int = 256
    idle_seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """An answer whose headers have come. ``peer`` is the numeric address that sent it."""

    status: int
    headers: Mapping[str, str]
    peer: str | None
    host: str
    _connection: Connection

    async def read(self, limits: FetchLimits, *, content_encoding: str) -> tuple[bytes, int]:
        """The whole body and its length on the wire.

        Raises:
            BodyTooLarge, BodyTruncated: it is longer than the limits, or ended before it was whole.
        """
        reader = BodyReader(
            content_encoding, max_wire_bytes=limits.max_wire_bytes, max_body_bytes=limits.max_body_bytes
        )
        try:
            while (piece := await self._connection.piece()) is not None:
                reader.feed(piece)
        except (h11.RemoteProtocolError, ConnectionError):
            raise BodyTruncated(f"The answer of {self.host} ended before it was whole.") from None
        return reader.finish(), reader.wire_bytes

    async def read_start(self, most_bytes: int, *, until: float) -> bytes:
        """The beginning of the body, as far as it comes by ``until`` (in the event loop's time)."""
        start = bytearray()
        try:
            async with asyncio.timeout_at(until):
                while (piece := await self._connection.piece()) is not None:
                    start += piece
                    if len(start) > most_bytes:
                        break
        except (TimeoutError, h11.RemoteProtocolError, ConnectionError):
            return bytes(start[:most_bytes])  # the status has come, and that is what counts
        return bytes(start[:most_bytes])


@cache
def trusting_public_authorities() -> ssl.SSLContext:
    """The TLS context for all connections of this process: reading the list of authorities takes long."""
    return httpx2.create_ssl_context(trust_env=False)


class Exchanger:
    """The connections, all of them opened by the guard, with one TLS context."""

    def __init__(self, limits: FetchLimits, guard: Guard, ssl_context: ssl.SSLContext | None) -> None:
        self._limits = limits
        self._guard = guard
        self._tls = trusting_public_authorities() if ssl_context is None else ssl_context
        self._tls.set_alpn_protocols(["http/1.1"])
        self._kept = KeptConnections(most=limits.max_idle_connections, idle_seconds=limits.idle_seconds)
        self._places = asyncio.Semaphore(limits.max_connections)

    async def aclose(self) -> None:
        """Close every connection that is not in use."""
        self._kept.end_all()

    @asynccontextmanager
    async def exchange(
        self, method: str, address: Address, headers: Mapping[str, str], body: bytes, *, deadline: float
    ) -> AsyncIterator[OpenAnswer]:
        """Send one request; the answer can be read inside the context. ``deadline`` is in the event loop's time.

        A connection is kept for the next request if the answer was read to its end.

        Raises:
            AddressRefused: the guard said no.
            Unreachable: DNS, TLS, connect, time-out, or no HTTP.
            BodyTooLarge: too many headers.
        """
        lines = [("Host", address.authority), *headers.items()]
        site = address.origin
        with _named_errors(address.host):
            async with asyncio.timeout_at(deadline), self._places:
                connection, begun = await self._ask(site, address, method, lines, body)
                try:
                    plain = plain_headers(
                        begun.headers, most=self._limits.max_headers, max_bytes=self._limits.max_header_bytes
                    )
                    yield OpenAnswer(begun.status_code, plain, connection.peer, address.host, connection)
                finally:
                    self._kept.keep(site, connection)

    async def _ask(
        self, site: str, address: Address, method: str, lines: Lines, body: bytes
    ) -> tuple[Connection, h11.Response]:
        """Send it. A GET on a kept connection that the server has closed meanwhile is sent once more, on a new one."""
        kept = self._kept.take(site)
        if kept is not None:
            try:
                return kept, await _asked(kept, method, address.target, lines, body)
            except (h11.RemoteProtocolError, ConnectionError):
                if method != "GET":
                    raise
        tls = self._tls if address.scheme == "https" else None
        seconds = self._limits.connect_seconds
        fresh = Connection(await self._guard.open(address.host, address.port, tls=tls, seconds=seconds))
        return fresh, await _asked(fresh, method, address.target, lines, body)


async def _asked(connection: Connection, method: str, target: bytes, lines: Lines, body: bytes) -> h11.Response:
    """The beginning of the answer; a connection on which none came is ended."""
    try:
        return await connection.ask(method, target, lines, body)
    except BaseException:
        connection.hang_up()
        raise


@contextmanager
def _named_errors(host: str) -> Iterator[None]:
    """Give what can go wrong on the way its name in our own tree."""
    try:
        yield
    except TimeoutError:
        raise Unreachable(f"{host} did not answer in time.") from None
    except h11.ProtocolError as error:
        if error.error_status_hint == _REQUEST_HEADER_TOO_LARGE:
            raise BodyTooLarge(f"The headers of {host} are too long.") from None
        raise Unreachable(f"{host} did not answer in HTTP.") from error
    except NotConnected as error:
        cause = error.args[0]
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise Unreachable(f"The certificate of {host} cannot be verified: {cause.verify_message}.") from error
        raise Unreachable(f"{host} cannot be reached: {cause}.") from error
    except OSError as error:
        raise Unreachable(f"The connection to {host} broke.") from error
