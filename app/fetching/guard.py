"""The guard at the door: a name is resolved once, judged, and the very number that was judged is dialled.

So a name that changes its mind between the check and the use (DNS rebinding) gains nothing. A connection that is kept
leads to the number that was judged when it was opened; each new one is judged again.
"""

import asyncio
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from app.domain.errors import AddressRefused
from app.fetching.address import EgressPolicy, judge_resolved
from app.fetching.proxy import EgressProxy, TunnelRefused, open_tunnel
from app.fetching.wire import Wire

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host name and a port to all its numeric addresses, best first. Raises OSError where there are none."""

_MOST_DIALS = 4


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


class NotConnected(Exception):
    """No connection could be opened; the argument says why."""


class Guard:
    """Opens the connections of the one client, and nothing that the policy does not allow."""

    def __init__(self, policy: EgressPolicy, resolver: Resolver, *, proxy: EgressProxy | None = None) -> None:
        self._policy = policy
        self._resolver = resolver
        self._proxy = proxy

    async def open(self, host: str, port: int, *, tls: ssl.SSLContext | None, seconds: float) -> Wire:
        """Resolve once, judge every address found, and dial those numbers in turn; ``tls`` to encrypt it.

        Raises:
            AddressRefused: the policy does not allow the port or one of the addresses.
            NotConnected: no such name, nobody answers, or who answers is somebody else.
            TimeoutError: nobody answered in so many seconds.
        """
        wire = await self._dial(host, port, time.monotonic() + seconds)
        if tls is None:
            return wire
        try:
            async with asyncio.timeout(seconds):
                await wire.start_tls(tls, host)
        except BaseException as error:
            wire.hang_up()
            if isinstance(error, OSError) and not isinstance(error, TimeoutError):
                raise NotConnected(error) from error
            raise
        return wire

    async def _dial(self, host: str, port: int, deadline: float) -> Wire:
        if self._proxy is not None and self._proxy.asks_by_name and not _is_number(host):
            return await self._tunnel(self._proxy, host, None, port, deadline)
        numbers = await self._resolve(host, port, deadline)
        judge_resolved(port, numbers, self._policy)
        numbers = numbers[:_MOST_DIALS]
        failure: Exception = NotConnected("no address")
        for index, number in enumerate(numbers):
            share = max((deadline - time.monotonic()) / (len(numbers) - index), 0.05)
            try:
                if self._proxy is not None and not self._policy.opens(ipaddress.ip_address(number)):
                    return await self._tunnel(self._proxy, number, number, port, time.monotonic() + share)
                wire = await _connect(number, port, share)
            except (NotConnected, TimeoutError) as error:
                failure = error
            else:
                return self._judged(wire, port)
        raise failure

    async def _tunnel(self, proxy: EgressProxy, target: str, number: str | None, port: int, deadline: float) -> Wire:
        """A wire through the proxy to ``target``, which is the judged ``number`` unless the proxy is to judge."""
        wire = await _connect(proxy.host, proxy.port, max(deadline - time.monotonic(), 0.05))
        try:
            async with asyncio.timeout(max(deadline - time.monotonic(), 0.05)):
                await open_tunnel(wire, proxy, host=target, port=port)
        except BaseException as error:
            wire.hang_up()
            if isinstance(error, TunnelRefused):
                raise NotConnected(str(error)) from error
            if isinstance(error, OSError) and not isinstance(error, TimeoutError):
                raise NotConnected("the connection to the proxy broke") from error
            raise
        wire.peer = number
        return wire

    async def _resolve(self, host: str, port: int, deadline: float) -> Sequence[str]:
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                numbers = await self._resolver(host, port)
        except TimeoutError:
            raise
        except (OSError, UnicodeError) as error:
            raise NotConnected(error) from error
        if not numbers:
            raise NotConnected("no address")
        return numbers

    def _judged(self, wire: Wire, port: int) -> Wire:
        """The wire, if who is at the other end is still somebody we may talk to."""
        try:
            judge_resolved(port, [wire.peer] if wire.peer else [], self._policy)
        except AddressRefused:
            wire.hang_up()
            raise
        return wire


async def _connect(number: str, port: int, seconds: float) -> Wire:
    try:
        async with asyncio.timeout(seconds):
            _, wire = await asyncio.get_running_loop().create_connection(Wire, number, port)
    except TimeoutError:
        raise
    except OSError as error:
        raise NotConnected(os.strerror(error.errno) if error.errno else error) from error
    return wire


def _is_number(host: str) -> bool:
    """True for a host that is written as a number, which we judge ourselves whoever dials it."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
