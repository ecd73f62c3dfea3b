"""One question to a server and the beginning of its answer: the only place that speaks HTTP.

It uses httpcore2, the engine of httpx2, and nothing above it: cookies, credentials from the environment, redirects
followed unseen and bodies inflated unasked are what must not happen here.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from zlib import crc32

import httpcore2
import httpx2

from app.domain.errors import BodyTooLarge, BodyTruncated, Unreachable
from app.fetching.address import Address
from app.fetching.body import BodyReader, plain_headers
from app.fetching.guard import GuardedBackend, dialled

_REQUEST_HEADER_TOO_LARGE = 431
_POOLS = 128


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
    _response: httpcore2.Response

    async def read(self, limits: FetchLimits, *, content_encoding: str) -> tuple[bytes, int]:
        """The whole body and its length on the wire.

        Raises:
            BodyTooLarge, BodyTruncated: it is longer than the limits, or ended before it was whole.
        """
        reader = BodyReader(
            content_encoding, max_wire_bytes=limits.max_wire_bytes, max_body_bytes=limits.max_body_bytes
        )
        try:
            async for piece in self._response.aiter_stream():
                reader.feed(piece)
        except (httpcore2.RemoteProtocolError, httpcore2.ReadError):
            raise BodyTruncated(f"The answer of {self.host} ended before it was whole.") from None
        return reader.finish(), reader.wire_bytes

    async def read_start(self, most_bytes: int, *, until: float) -> bytes:
        """The beginning of the body, as far as it comes by ``until`` (in the event loop's time)."""
        start = bytearray()
        try:
            async with asyncio.timeout_at(until):
                async for piece in self._response.aiter_stream():
                    start += piece
                    if len(start) > most_bytes:
                        break
        except (TimeoutError, httpcore2.RemoteProtocolError, httpcore2.NetworkError):
            return bytes(start[:most_bytes])  # the status has come, and that is what counts
        return bytes(start[:most_bytes])


class Exchanger:
    """The connections, all of them opened by the guard, with one TLS context.

    They are kept in many small pools: a pool looks at each of its idle connections twice for every request, which
    with a hundred of them cost more than the request itself (5.3 ms of processor time instead of 1.6).
    """

    def __init__(self, limits: FetchLimits, backend: GuardedBackend, ssl_context: ssl.SSLContext | None) -> None:
        self._limits = limits
        context = httpx2.create_ssl_context(trust_env=False) if ssl_context is None else ssl_context
        self._pools = tuple(
            httpcore2.AsyncConnectionPool(
                ssl_context=context,
                max_connections=limits.max_connections,
                max_keepalive_connections=-(-limits.max_idle_connections // _POOLS),
                keepalive_expiry=limits.idle_seconds,
                network_backend=backend,
            )
            for _ in range(_POOLS)
        )

    async def aclose(self) -> None:
        """Close every connection."""
        for pool in self._pools:
            await pool.aclose()

    @asynccontextmanager
    async def exchange(
        self, method: str, address: Address, headers: Mapping[str, str], body: bytes, *, deadline: float
    ) -> AsyncIterator[OpenAnswer]:
        """Send one request; the answer can be read inside the context. ``deadline`` is in the event loop's time.

        Raises:
            AddressRefused: the guard said no.
            Unreachable: DNS, TLS, connect, time-out, or no HTTP.
            BodyTooLarge: too many headers.
        """
        request = self._request(method, address, headers, body)
        with _named_errors(address.host):
            async with asyncio.timeout_at(deadline):
                response = await self._send(self._pools[crc32(address.origin.encode()) % _POOLS], request)
                try:
                    peer = response.extensions["network_stream"].get_extra_info("server_addr")
                    plain = plain_headers(
                        response.headers, most=self._limits.max_headers, max_bytes=self._limits.max_header_bytes
                    )
                    yield OpenAnswer(response.status, plain, str(peer[0]) if peer else None, address.host, response)
                finally:
                    await response.aclose()

    def _request(self, method: str, address: Address, headers: Mapping[str, str], body: bytes) -> httpcore2.Request:
        return httpcore2.Request(
            method=method,
            url=httpcore2.URL(
                scheme=address.scheme.encode(), host=address.host.encode(), port=address.port, target=address.target
            ),
            headers=[
                (b"Host", address.authority.encode()),
                *((name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()),
            ],
            content=body,
            extensions={"timeout": {"connect": self._limits.connect_seconds}},
        )

    async def _send(self, pool: httpcore2.AsyncConnectionPool, request: httpcore2.Request) -> httpcore2.Response:
        """Send it. A GET on a kept connection that the server has closed meanwhile is sent once more, on a new one."""
        dialled.set(False)
        try:
            return await pool.handle_async_request(request)
        except (httpcore2.RemoteProtocolError, httpcore2.ReadError):
            if dialled.get() or request.method != b"GET":
                raise
        return await pool.handle_async_request(request)


@contextmanager
def _named_errors(host: str) -> Iterator[None]:
    """Give what the HTTP library raises its name in our own tree."""
    try:
        yield
    except (TimeoutError, httpcore2.TimeoutException):
        raise Unreachable(f"{host} did not answer in time.") from None
    except httpcore2.ProtocolError as error:
        if getattr(_cause(error), "error_status_hint", None) == _REQUEST_HEADER_TOO_LARGE:
            raise BodyTooLarge(f"The headers of {host} are too long.") from None
        raise Unreachable(f"{host} did not answer in HTTP.") from error
    except httpcore2.ConnectError as error:
        cause = _cause(error)
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise Unreachable(f"The certificate of {host} cannot be verified: {cause.verify_message}.") from error
        raise Unreachable(f"{host} cannot be reached: {cause}.") from error
    except httpcore2.NetworkError as error:
        raise Unreachable(f"The connection to {host} broke.") from error


def _cause(error: Exception) -> object:
    """What the HTTP library's error was made from: it passes the original as the argument."""
    return error.args[0] if error.args else "no reason given"
