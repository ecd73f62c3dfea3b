"""The guard at the door: a name is resolved once, judged, and the very number that was judged is dialled.

So a name that changes its mind between the check and the use (DNS rebinding) gains nothing. Refusals are raised as
:class:`~app.domain.errors.AddressRefused`, which is no error of the HTTP library and passes through it untouched.
"""

import asyncio
import ipaddress
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import anyio
import httpcore2

from app.domain.errors import AddressRefused
from app.fetching.address import EgressPolicy, judge_resolved
from app.fetching.proxy import EgressProxy, open_tunnel

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host name and a port to all its numeric addresses, best first. Raises OSError where there are none."""

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

_MOST_DIALS = 4
dialled: ContextVar[bool] = ContextVar("dialled", default=False)
"""Whether the request that a task sends opened a connection of its own. Tracing the HTTP library cost more."""


class SystemResolver:
    """The operating system's resolver, in threads of its own so that dead name servers delay nothing else."""

    def __init__(self, threads: int = 32) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolver")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """All numeric addresses of ``host``, in the order of the operating system (RFC 6724)."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def close(self) -> None:
        """Take no more names. A look-up under way ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Stream(httpcore2.AsyncNetworkStream):
    """A connection that is closed also when its TLS handshake is cancelled, which httpcore2 leaves to the collector."""

    def __init__(self, inner: httpcore2.AsyncNetworkStream, *, tunnel_to: tuple[str | None, int] | None = None) -> None:
        self._inner = inner
        self._tunnel_to = tunnel_to

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - as in httpcore2
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as in httpcore2
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as in httpcore2
    ) -> httpcore2.AsyncNetworkStream:
        try:
            secure = await self._inner.start_tls(ssl_context, server_hostname, timeout)
            return secure if self._tunnel_to is None else _Stream(secure, tunnel_to=self._tunnel_to)
        except asyncio.CancelledError:
            with anyio.CancelScope(shield=True):
                await self._inner.aclose()
            raise

    def get_extra_info(self, info: str) -> object:
        """As the stream says; at the end of a tunnel is the number it leads to, not the proxy, or nothing we know."""
        if info == "server_addr" and self._tunnel_to is not None:
            return None if self._tunnel_to[0] is None else self._tunnel_to
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Opens the connections of the one HTTP client, and nothing that the policy does not allow."""

    def __init__(self, policy: EgressPolicy, resolver: Resolver, *, proxy: EgressProxy | None = None) -> None:
        self._policy = policy
        self._resolver = resolver
        self._proxy = proxy
        self._dialler = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as in httpcore2
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Resolve once, judge every address found, and dial those numbers in turn.

        Raises:
            AddressRefused: the policy does not allow the port or one of the addresses.
            httpcore2.ConnectError, httpcore2.ConnectTimeout: no such name, or nobody answers.
        """
        dialled.set(True)
        deadline = time.monotonic() + (30.0 if timeout is None else timeout)
        if self._proxy is not None and self._proxy.asks_by_name and not _is_number(host):
            return await self._tunnel(self._proxy, host, None, port, deadline)
        numbers = await self._resolve(host, port, deadline)
        judge_resolved(port, numbers, self._policy)
        numbers = numbers[:_MOST_DIALS]
        failure: Exception = httpcore2.ConnectError("no address")
        for index, number in enumerate(numbers):
            share = max((deadline - time.monotonic()) / (len(numbers) - index), 0.05)
            try:
                if self._proxy is not None and not self._policy.opens(ipaddress.ip_address(number)):
                    return await self._tunnel(self._proxy, number, number, port, time.monotonic() + share)
                stream = await self._dialler.connect_tcp(number, port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return await self._with_judged_peer(stream, port)
        raise failure

    async def _tunnel(
        self, proxy: EgressProxy, target: str, number: str | None, port: int, deadline: float
    ) -> httpcore2.AsyncNetworkStream:
        """A stream through the proxy to ``target``, which is the judged ``number`` unless the proxy is to judge."""
        stream = await self._dialler.connect_tcp(proxy.host, proxy.port, max(deadline - time.monotonic(), 0.05))
        seconds = max(deadline - time.monotonic(), 0.05)
        try:
            await open_tunnel(stream, proxy, host=target, port=port, timeout_seconds=seconds)
        except BaseException as error:
            with anyio.CancelScope(shield=True):
                await stream.aclose()
            if isinstance(error, httpcore2.TimeoutException):
                raise httpcore2.ConnectTimeout("the proxy did not answer in time") from error
            if isinstance(error, httpcore2.NetworkError) and not isinstance(error, httpcore2.ConnectError):
                raise httpcore2.ConnectError("the connection to the proxy broke") from error
            raise
        return _Stream(stream, tunnel_to=(number, port))

    async def sleep(self, seconds: float) -> None:
        """Part of the backend's contract."""
        await asyncio.sleep(seconds)

    async def _resolve(self, host: str, port: int, deadline: float) -> Sequence[str]:
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                numbers = await self._resolver(host, port)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(error) from error
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(error) from error
        if not numbers:
            raise httpcore2.ConnectError("no address")
        return numbers

    async def _with_judged_peer(self, stream: httpcore2.AsyncNetworkStream, port: int) -> httpcore2.AsyncNetworkStream:
        """The stream, if who is at the other end is still somebody we may talk to."""
        peer = stream.get_extra_info("server_addr")
        try:
            judge_resolved(port, [str(peer[0])] if peer else [], self._policy)
        except AddressRefused:
            await stream.aclose()
            raise
        return _Stream(stream)


def _is_number(host: str) -> bool:
    """True for a host that is written as a number, which we judge ourselves whoever dials it."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
