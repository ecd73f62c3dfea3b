"""Connections that are kept: for whom, for how long, how many, and what is never read from them."""

import asyncio
import ssl

import pytest

from app.domain.pages import Request
from app.fetching.exchange import FetchLimits
from app.fetching.wire import Wire

pytestmark = pytest.mark.anyio


async def test_a_connection_that_waited_too_long_is_not_used_again(serve, client_of, now, answer_of) -> None:
    site = await serve(answer_of("200 OK", b"1"))
    client = client_of(FetchLimits(idle_seconds=-1.0))
    for _ in range(2):
        await client.fetch(Request(site.url), now=now)
    assert site.connections == 2


async def test_of_too_many_connections_the_one_that_waited_longest_is_let_go(serve, client_of, now, answer_of) -> None:
    first, second = await serve(answer_of("200 OK", b"1")), await serve(answer_of("200 OK", b"2"))
    client = client_of(FetchLimits(max_idle_connections=1))
    for site in (first, second, second, first):
        await client.fetch(Request(site.url), now=now)
    assert (first.connections, second.connections) == (2, 1)


async def test_a_connection_is_kept_for_its_own_scheme_name_and_port_alone(
    serve, client_of, now, answer_of, lookups
) -> None:
    site = await serve(answer_of("200 OK", b"1"))
    client = client_of(resolver=lookups([["127.0.0.1"]]))
    for name in ("one.example", "two.example", "one.example"):
        await client.fetch(Request(f"http://{name}:{site.port}/"), now=now)
    assert site.connections == 2
    assert f"Host: two.example:{site.port}".encode() in site.requests[1]


async def test_a_server_that_asks_to_close_is_taken_at_its_word(serve, client_of, now, answer_of) -> None:
    site = await serve(answer_of("200 OK", b"1", "Connection: close"))
    client = client_of()
    for _ in range(2):
        assert (await client.fetch(Request(site.url), now=now)).body == b"1"
    assert site.connections == 2


async def test_an_encrypted_page_that_ends_with_its_connection_is_whole(
    serve, client_of, now, lookups, certificates, server_context
) -> None:
    async def until_closed(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nsecret")
        await writer.drain()

    site = await serve(until_closed, ssl=server_context)
    trusting = ssl.create_default_context(cafile=certificates / "cert.pem")
    client = client_of(resolver=lookups([["127.0.0.1"]]), ssl_context=trusting)
    assert (await client.fetch(Request(f"https://site.example:{site.port}/"), now=now)).body == b"secret"


async def test_an_encrypted_connection_is_used_again(
    serve, client_of, now, answer_of, lookups, certificates, server_context
) -> None:
    site = await serve(answer_of("200 OK", b"x" * 300_000), ssl=server_context)
    trusting = ssl.create_default_context(cafile=certificates / "cert.pem")
    client = client_of(resolver=lookups([["127.0.0.1"]]), ssl_context=trusting)
    for _ in range(3):
        page = await client.fetch(Request(f"https://site.example:{site.port}/"), now=now)
        assert len(page.body) == 300_000
    assert (len(site.requests), site.connections) == (3, 1)


class Told(asyncio.Transport):
    """A transport that notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def pause_reading(self) -> None:
        self.said.append("pause")

    def resume_reading(self) -> None:
        self.said.append("resume")


async def test_a_server_that_sends_faster_than_is_read_has_to_wait() -> None:
    wire, transport = Wire(), Told()
    wire.connection_made(transport)
    for _ in range(5):
        wire.data_received(b"x" * 100_000)
    assert transport.said == ["pause"]
    assert len(await wire.read()) == 500_000
    reading = asyncio.ensure_future(wire.read())
    await asyncio.sleep(0)
    assert transport.said == ["pause", "resume"]
    wire.data_received(b"more")
    assert await reading == b"more"


async def test_a_broken_connection_says_so_to_its_reader() -> None:
    wire = Wire()
    wire.connection_made(Told())
    wire.data_received(b"the last words")
    wire.connection_lost(ConnectionResetError("reset"))
    assert await wire.read() == b"the last words"
    with pytest.raises(ConnectionError):
        await wire.read()


async def test_what_is_said_before_encryption_is_never_taken_for_encrypted() -> None:
    wire = Wire()
    wire.connection_made(Told())
    wire.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfake")
    with pytest.raises(ConnectionError):
        await wire.start_tls(ssl.create_default_context(), "site.example")
