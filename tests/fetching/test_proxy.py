"""Out through the operator's proxy: the same guard, and the very number that was judged is what the proxy is asked."""

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import AddressRefused, Unreachable
from app.domain.pages import Request
from app.fetching.address import EgressPolicy
from app.fetching.exchange import FetchLimits
from app.fetching.proxy import EgressProxy

pytestmark = pytest.mark.anyio

ANY_PORT = EgressPolicy(allow_ports=frozenset(range(1, 65536)))
PUBLIC_NUMBER = "93.184.215.14"
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass
class Tunnels:
    """A proxy on loopback: where it is, and the head of every request that it got."""

    port: int
    heads: list[bytes] = field(default_factory=list)

    def proxy(self, **options: Any) -> EgressProxy:
        return EgressProxy("127.0.0.1", self.port, **options)

    @property
    def asked(self) -> list[bytes]:
        return [head.split(b" ")[1] for head in self.heads]


@pytest.fixture
async def proxy_to() -> AsyncIterator[Callable[..., Awaitable[Tunnels]]]:
    """Start a proxy that leads every tunnel to one port of this machine, whatever it was asked for."""
    pumps: list[asyncio.Task[None]] = []
    ends: list[asyncio.StreamWriter] = []
    async with AsyncExitStack() as stack:

        async def start(site_port: int | None = None, *, answer: bytes = ESTABLISHED) -> Tunnels:
            tunnels = Tunnels(0)

            async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                ends.append(writer)
                with suppress(asyncio.IncompleteReadError, OSError):
                    tunnels.heads.append(await reader.readuntil(b"\r\n\r\n"))
                    writer.write(answer)
                    if site_port is None:
                        writer.close()
                        return
                    upstream, onward = await asyncio.open_connection("127.0.0.1", site_port)
                    ends.append(onward)
                    pumps.extend(
                        [asyncio.create_task(pump(reader, onward)), asyncio.create_task(pump(upstream, writer))]
                    )

            server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
            stack.callback(server.close)
            tunnels.port = server.sockets[0].getsockname()[1]
            return tunnels

        yield start
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        for end in ends:
            end.close()
        await asyncio.gather(*(end.wait_closed() for end in ends), return_exceptions=True)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
        writer.close()


async def test_a_page_is_fetched_through_the_proxy_by_the_number_that_was_judged(
    serve, client_of, now, answer_of, lookups, proxy_to
) -> None:
    site = await serve(answer_of("200 OK", b"far away"))
    tunnels = await proxy_to(site.port)
    client = client_of(policy=ANY_PORT, resolver=lookups([[PUBLIC_NUMBER]]), proxy=tunnels.proxy())
    page = await client.fetch(Request("http://ministry.example/"), now=now)
    assert (page.body, page.peer) == (b"far away", PUBLIC_NUMBER)
    assert tunnels.asked == [f"{PUBLIC_NUMBER}:80".encode()]
    assert b"Host: ministry.example" in site.requests[0]


async def test_an_alert_goes_out_by_the_same_door(serve, client_of, answer_of, lookups, proxy_to) -> None:
    site = await serve(answer_of("204 No Content"))
    tunnels = await proxy_to(site.port)
    client = client_of(policy=ANY_PORT, resolver=lookups([[PUBLIC_NUMBER]]), proxy=tunnels.proxy())
    answer = await client.post("http://desk.example/hook", headers={}, body=b"{}", timeout_seconds=60.0)
    assert (answer.status, len(tunnels.heads)) == (204, 1)


@pytest.mark.parametrize("by_name", [False, True])
@pytest.mark.parametrize("number", ["127.0.0.1", "169.254.169.254", "::1", "64:ff9b::7f00:1"])
async def test_the_proxy_is_never_asked_for_an_inner_number(client_of, now, lookups, proxy_to, number, by_name) -> None:
    tunnels = await proxy_to()
    client = client_of(policy=ANY_PORT, resolver=lookups([[number]]), proxy=tunnels.proxy(asks_by_name=by_name))
    host = f"[{number}]" if ":" in number else number
    urls = [f"http://{host}/"] if by_name else [f"http://{host}/", "http://harmless.example/"]
    for url in urls:
        with pytest.raises(AddressRefused):
            await client.fetch(Request(url), now=now)
    assert tunnels.heads == []


async def test_a_proxy_that_resolves_is_asked_by_name_and_no_name_is_resolved_here(
    serve, client_of, now, answer_of, lookups, proxy_to
) -> None:
    site = await serve(answer_of("200 OK", b"far away"))
    tunnels = await proxy_to(site.port)
    resolver = lookups([["127.0.0.1"]])
    client = client_of(policy=ANY_PORT, resolver=resolver, proxy=tunnels.proxy(asks_by_name=True))
    page = await client.fetch(Request("http://ministry.example/"), now=now)
    assert (page.body, page.peer, resolver.asked) == (b"far away", None, [])
    assert tunnels.asked == [b"ministry.example:80"]


async def test_what_the_operator_allows_inside_is_dialled_without_the_proxy(
    serve, client_of, now, answer_of, proxy_to
) -> None:
    site = await serve(answer_of("200 OK", b"next door"))
    tunnels = await proxy_to()
    page = await client_of(proxy=tunnels.proxy()).fetch(Request(site.url), now=now)
    assert (page.body, tunnels.heads) == (b"next door", [])


async def test_the_certificate_is_verified_against_the_name_at_the_end_of_the_tunnel(
    serve, client_of, now, answer_of, lookups, proxy_to, certificates, server_context
) -> None:
    site = await serve(answer_of("200 OK", b"secret"), ssl=server_context)
    tunnels = await proxy_to(site.port)
    trusting = ssl.create_default_context(cafile=certificates / "cert.pem")
    client = client_of(
        policy=ANY_PORT, resolver=lookups([[PUBLIC_NUMBER]]), proxy=tunnels.proxy(), ssl_context=trusting
    )
    page = await client.fetch(Request("https://site.example/"), now=now)
    assert (page.body, page.peer) == (b"secret", PUBLIC_NUMBER)
    with pytest.raises(Unreachable, match="certificate"):
        await client.fetch(Request("https://other.example/"), now=now)


ANSWERS = {
    "it says no": (b"HTTP/1.1 403 Forbidden\r\n\r\n", "403"),
    "it wants a password": (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "407"),
    "it does not speak HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "HTTP"),
    "it hangs up": (b"", "HTTP"),
    "it speaks without end": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 40_000, "HTTP"),
    "it speaks for the site": (ESTABLISHED + b"HTTP/1.1 200 OK\r\n\r\n", "HTTP"),
}


@pytest.mark.parametrize(("answer", "told"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_a_proxy_that_does_not_open_a_tunnel(client_of, now, lookups, proxy_to, answer: bytes, told: str) -> None:
    tunnels = await proxy_to(answer=answer)
    client = client_of(policy=ANY_PORT, resolver=lookups([[PUBLIC_NUMBER]]), proxy=tunnels.proxy())
    with pytest.raises(Unreachable, match=told):
        await client.fetch(Request("http://ministry.example/"), now=now)


async def test_a_proxy_that_is_not_there_or_never_answers(serve, client_of, now, lookups) -> None:
    async def silent(_request: bytes, _writer: object) -> None:
        await asyncio.Event().wait()

    resolver = lookups([[PUBLIC_NUMBER]])
    mute = await serve(silent)
    for port in (9, mute.port):
        limits = FetchLimits(timeout_seconds=0.3)
        client = client_of(limits, policy=ANY_PORT, resolver=resolver, proxy=EgressProxy("127.0.0.1", port))
        with pytest.raises(Unreachable):
            await client.fetch(Request("http://ministry.example/"), now=now)


async def test_the_password_goes_to_the_proxy_and_nowhere_else(
    serve, client_of, now, answer_of, lookups, proxy_to
) -> None:
    site = await serve(answer_of("200 OK", b"far away"))
    tunnels = await proxy_to(site.port)
    parsed = EgressProxy.parse(f"http://desk:pass%20word@127.0.0.1:{tunnels.port}")
    client = client_of(policy=ANY_PORT, resolver=lookups([[PUBLIC_NUMBER]]), proxy=parsed)
    await client.fetch(Request("http://ministry.example/"), now=now)
    sent = base64.b64encode(b"desk:pass word")
    assert b"Proxy-Authorization: Basic " + sent in tunnels.heads[0]
    assert sent not in site.requests[0]
    assert sent.decode() not in repr(parsed)


WRONG = ["", "proxy:3128", "https://proxy:3128", "http://proxy", "http://:3128", "http://proxy:0", "http://proxy:99999",
         "http://proxy:3128/path", "http://proxy:3128?q=1", "socks5://proxy:1080"]  # fmt: skip


@pytest.mark.parametrize("url", WRONG)
async def test_what_is_no_address_of_a_proxy(url: str) -> None:
    with pytest.raises(ValueError, match="http://host:port"):
        EgressProxy.parse(url)


@given(st.text())
def test_any_text_is_a_proxy_or_is_refused_without_being_repeated(text: str) -> None:
    told = ""
    try:
        told = f"port {EgressProxy.parse(text).port}"
    except ValueError as error:
        told = str(error)
    assert re.fullmatch(r"port [1-9]\d*|a proxy is written as http://host:port or http://user:password@host:port", told)
