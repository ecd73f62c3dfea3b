"""The one client against servers that misbehave in every way: it comes back with a page or with a named error."""

import asyncio
import gzip
import ipaddress
import tracemalloc
from collections.abc import Awaitable, Callable

import pytest

from app.domain.errors import (
    AddressRefused,
    BodyTooLarge,
    BodyTruncated,
    EgressError,
    TooManyRedirects,
    Unreachable,
)
from app.domain.pages import Redirect, Request
from app.fetching.address import EgressPolicy
from app.fetching.exchange import FetchLimits

pytestmark = pytest.mark.anyio

PAGE = b"<html>statement</html>"
IPV4_LOOPBACK = EgressPolicy(allow_networks=(ipaddress.ip_network("127.0.0.0/8"),))
PATIENCE_SECONDS = 60.0
SMALL = FetchLimits(timeout_seconds=PATIENCE_SECONDS, max_wire_bytes=50_000, max_body_bytes=100_000)


def sends(*pieces: bytes) -> Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]:
    async def answer(_request: bytes, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return answer


def for_ever(
    start: bytes, piece: bytes, pause: float = 0.0
) -> Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]:
    async def answer(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


async def test_a_page_comes_back_as_it_was_sent(serve, client_of, now, answer_of) -> None:
    site = await serve(answer_of("200 OK", PAGE, "Content-Type: text/html; charset=utf-8", 'ETag: "1"'))
    page = await client_of().fetch(Request(f"{site.url}/a?b=1#part"), now=now)
    assert (page.status, page.body, page.url, page.peer) == (200, PAGE, f"{site.url}/a?b=1", "127.0.0.1")
    assert (page.content_type, page.headers["etag"], page.fetched_at) == ("text/html", '"1"', now())
    assert page.wire_bytes == len(PAGE)
    head = site.requests[0].decode()
    assert head.startswith("GET /a?b=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{site.port}\r\n" in head
    assert "user-agent: Walkback/1.2 (+https://newsroom.example/bot)\r\n" in head
    assert "accept-encoding: gzip\r\n" in head
    assert "cookie" not in head.lower()


async def test_a_gzip_page_is_inflated(serve, client_of, now, answer_of) -> None:
    site = await serve(answer_of("200 OK", gzip.compress(PAGE * 100), "Content-Encoding: gzip"))
    page = await client_of().fetch(Request(site.url), now=now)
    assert page.body == PAGE * 100
    assert page.wire_bytes < len(page.body)


async def test_a_chunked_page_is_read_whole(serve, client_of, now) -> None:
    site = await serve(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nstate\r\n4\r\nment\r\n0\r\n\r\n")
    assert (await client_of().fetch(Request(site.url), now=now)).body == b"statement"


async def test_a_conditional_request_brings_a_304(serve, client_of, now) -> None:
    site = await serve(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
    request = Request(
        site.url, etag='"1"', last_modified="Tue, 07 Jan 2025 09:12:00 GMT", headers={"Accept": "text/html"}
    )
    page = await client_of().fetch(request, now=now)
    assert (page.status, page.body) == (304, b"")
    head = site.requests[0]
    assert b'if-none-match: "1"\r\nif-modified-since: Tue, 07 Jan 2025 09:12:00 GMT\r\n' in head
    assert head.count(b"accept: text/html\r\n") == 1


async def test_a_validator_that_cannot_be_sent_is_left_out(serve, client_of, now, answer_of) -> None:
    site = await serve(answer_of("200 OK", PAGE))
    page = await client_of().fetch(Request(site.url, etag='"є"', last_modified="a\r\nX: 1"), now=now)
    assert page.status == 200
    assert b"if-" not in site.requests[0]


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "429 Too Many Requests", "500 Broken", "503 Busy"])
async def test_an_error_of_the_site_is_a_page_like_any_other(serve, client_of, now, answer_of, status: str) -> None:
    site = await serve(answer_of(status, b"sorry"))
    page = await client_of().fetch(Request(site.url), now=now)
    assert (page.status, page.body) == (int(status[:3]), b"sorry")


async def test_a_connection_is_used_again_also_after_a_redirect(serve, client_of, now, answer_of) -> None:
    site = await serve(answer_of("302 Found", b"moved", "Location: /x"), answer_of("200 OK", PAGE))
    client = client_of()
    for _ in range(3):
        assert (await client.fetch(Request(site.url), now=now)).body == PAGE
    assert (len(site.requests), site.connections) == (4, 1)


async def test_a_kept_connection_that_dies_under_the_request_is_replaced_once(serve, client_of, now, answer_of) -> None:
    site = await serve(answer_of("200 OK", b"1"), sends(), answer_of("200 OK", b"3"))
    client = client_of()
    assert (await client.fetch(Request(site.url), now=now)).body == b"1"
    assert (await client.fetch(Request(site.url), now=now)).body == b"3"
    assert len(site.requests) == 3


async def test_redirects_are_followed_and_recorded(serve, client_of, now, answer_of) -> None:
    other = await serve(answer_of("200 OK", PAGE))
    site = await serve(
        answer_of("302 Found", b"moved", "Location: /next"),
        answer_of("308 Permanent Redirect", b"", f"Location: {other.url}/end"),
    )
    page = await client_of().fetch(Request(f"{site.url}/start", etag='"1"', headers={"X-Own": "1"}), now=now)
    assert page.redirects == (Redirect(302, f"{site.url}/next"), Redirect(308, f"{other.url}/end"))
    assert (page.requested_url, page.url, page.body) == (f"{site.url}/start", f"{other.url}/end", PAGE)
    assert b"if-none-match" in site.requests[0]
    assert b"x-own" in site.requests[0]
    assert b"if-none-match" not in site.requests[1] + other.requests[0]
    assert b"x-own" not in site.requests[1] + other.requests[0]


async def test_a_redirect_to_nowhere_is_the_answer(serve, client_of, now, answer_of) -> None:
    site = await serve(answer_of("302 Found", b"lost"))
    assert (await client_of().fetch(Request(site.url), now=now)).body == b"lost"


async def test_a_circle_of_redirects_ends(serve, client_of, now, answer_of) -> None:
    site = await serve(answer_of("301 Moved", b"", "Location: /again"))
    with pytest.raises(TooManyRedirects):
        await client_of().fetch(Request(site.url), now=now)
    assert len(site.requests) == 6


LEADS_ASTRAY = {
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "private": "http://10.0.0.1/",
    "loopback in IPv6": "http://[::1]/",
    "private in IPv6": "http://[::ffff:a00:1]/",
    "decimal": "http://2852039166/",
    "file": "file:///etc/passwd",
    "user name": "http://a:b@example.com/",
    "name that resolves to a private number": "http://internal.example/",
    "the same name, which resolves otherwise now": "http://site.example/",
}


@pytest.mark.parametrize("location", LEADS_ASTRAY.values(), ids=LEADS_ASTRAY.keys())
async def test_a_redirect_astray_is_refused(serve, client_of, now, answer_of, lookups, location: str) -> None:
    site = await serve(answer_of("302 Found", b"", f"Location: {location}"))
    resolver = lookups([["127.0.0.1"], ["10.0.0.1"]])
    with pytest.raises(AddressRefused):
        await client_of(resolver=resolver, policy=IPV4_LOOPBACK).fetch(
            Request(f"http://site.example:{site.port}/"), now=now
        )
    assert len(site.requests) == 1


def flood(line: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + line * 300 + b"Content-Length: 0\r\n\r\n"


BOMB = gzip.compress(b"\0" * 10_000_000)
PLAIN_HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
GZIP_HEAD = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
STACKED_HEAD = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nConnection: close\r\n\r\n"

MISBEHAVES = {
    "gzip bomb": (BodyTooLarge, sends(GZIP_HEAD, BOMB)),
    "stacked gzip": (BodyTooLarge, sends(STACKED_HEAD, gzip.compress(BOMB))),
    "stacked gzip in two headers": (
        BodyTooLarge,
        sends(GZIP_HEAD.replace(b"Conn", b"Content-Encoding: gzip\r\nConn", 1), gzip.compress(BOMB)),
    ),
    "encoding that nobody asked for": (BodyTooLarge, sends(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n", b"x")),
    "long body announced": (BodyTooLarge, sends(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")),
    "long body not announced": (BodyTooLarge, sends(PLAIN_HEAD, b"x" * 60_000)),
    "endless body": (BodyTooLarge, for_ever(PLAIN_HEAD, b"x" * 1000)),
    "endless chunks": (
        BodyTooLarge,
        for_ever(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3e8\r\n" + b"x" * 1000 + b"\r\n"),
    ),
    "slow drip of a body": (Unreachable, for_ever(PLAIN_HEAD, b"x", 0.05)),
    "slow drip of headers": (Unreachable, for_ever(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05)),
    "slow drip of early hints": (Unreachable, for_ever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.05)),
    "silence": (Unreachable, for_ever(b"", b"", 0.05)),
    "many headers": (BodyTooLarge, sends(flood(b"A: 1\r\n"))),
    "long headers": (BodyTooLarge, sends(flood(b"A: " + b"x" * 300 + b"\r\n"))),
    "endless header line": (BodyTooLarge, for_ever(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 1000)),
    "endless header lines": (BodyTooLarge, for_ever(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n" * 100)),
    "body shorter than announced": (BodyTruncated, sends(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", b"x")),
    "chunks that stop": (BodyTruncated, sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")),
    "chunk of no length": (BodyTruncated, sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")),
    "gzip that stops": (BodyTruncated, sends(GZIP_HEAD, gzip.compress(PAGE)[:-4])),
    "gzip that is not": (BodyTruncated, sends(GZIP_HEAD, PAGE)),
    "no answer": (Unreachable, sends()),
    "half a status line": (Unreachable, sends(b"HTTP/1.1 20")),
    "half the headers": (Unreachable, sends(b"HTTP/1.1 200 OK\r\nConte")),
    "no HTTP": (Unreachable, sends(b"220 mail.example ESMTP\r\n")),
    "bytes": (Unreachable, sends(bytes(range(256)))),
    "two lengths": (Unreachable, sends(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx")),
    "no length at all": (Unreachable, sends(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")),
}


@pytest.mark.parametrize(("error", "answer"), MISBEHAVES.values(), ids=MISBEHAVES.keys())
async def test_a_misbehaving_server_gets_a_named_error(serve, client_of, now, error: type[EgressError], answer) -> None:
    site = await serve(answer)
    seconds = 0.5 if error is Unreachable else PATIENCE_SECONDS
    client = client_of(FetchLimits(timeout_seconds=seconds, max_wire_bytes=50_000, max_body_bytes=100_000))
    with pytest.raises(EgressError) as raised:
        await client.fetch(Request(site.url), now=now)
    assert type(raised.value) is error


async def test_a_bomb_costs_no_more_memory_than_the_cap(serve, client_of, now) -> None:
    site = await serve(sends(GZIP_HEAD, BOMB))
    client = client_of(SMALL)
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLarge):
            await client.fetch(Request(site.url), now=now)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000


async def test_more_bytes_than_announced_are_not_part_of_the_page(serve, client_of, now) -> None:
    site = await serve(sends(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npageHTTP/1.1 200 OK\r\n\r\nsmuggled"))
    client = client_of()
    assert (await client.fetch(Request(site.url), now=now)).body == b"page"
    assert (await client.fetch(Request(site.url), now=now)).body == b"page"


async def test_redirects_share_one_time_out(serve, client_of, now, answer_of) -> None:
    async def slowly(_request: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(answer_of("302 Found", b"", "Location: /again"))
        await writer.drain()

    site = await serve(slowly)
    with pytest.raises(Unreachable):
        await client_of(FetchLimits(timeout_seconds=0.8)).fetch(Request(site.url), now=now)
    assert len(site.requests) <= 3, "each of them takes 0.3 of the 0.8 seconds"


async def test_a_fetch_that_is_cancelled_leaves_the_client_usable(serve, client_of, now, answer_of) -> None:
    asked = asyncio.Event()

    async def wait_for_ever(_request: bytes, _writer: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.Event().wait()

    site = await serve(wait_for_ever, answer_of("200 OK", PAGE))
    client = client_of(FetchLimits(timeout_seconds=PATIENCE_SECONDS, max_connections=1))
    task = asyncio.create_task(client.fetch(Request(site.url), now=now))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await client.fetch(Request(site.url), now=now)).body == PAGE


async def test_a_closed_port_is_unreachable(serve, client_of, now, answer_of) -> None:
    site = await serve(answer_of("200 OK"))
    free = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = free.sockets[0].getsockname()[1]
    free.close()
    with pytest.raises(Unreachable) as raised:
        await client_of().fetch(Request(f"http://127.0.0.1:{port}/"), now=now)
    assert raised.value.retryable
    assert site.requests == []


async def test_a_post_sends_what_it_is_given_and_keeps_a_little_of_the_answer(serve, client_of, answer_of) -> None:
    site = await serve(answer_of("200 OK", b"x" * 5000))
    answer = await client_of().post(
        site.url, headers={"webhook-id": "msg_1"}, body=b"{}", timeout_seconds=PATIENCE_SECONDS
    )
    assert (answer.status, len(answer.body)) == (200, 2048)
    head, _, body = site.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST / HTTP/1.1\r\n")
    assert b"webhook-id: msg_1" in head
    assert b"content-length: 2" in head
    assert b"user-agent: Walkback/" in head
    assert body == b"{}"


async def test_a_post_follows_no_redirect(serve, client_of, answer_of) -> None:
    site = await serve(answer_of("307 Temporary", b"", "Location: /elsewhere"))
    answer = await client_of().post(site.url, headers={}, body=b"{}", timeout_seconds=PATIENCE_SECONDS)
    assert (answer.status, len(site.requests)) == (307, 1)


ANSWERS_ODDLY = {
    "endless": for_ever(PLAIN_HEAD, b"x" * 1000),
    "slow": for_ever(PLAIN_HEAD, b"x", 0.05),
    "cut short": sends(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx"),
    "bomb, kept as it is": sends(GZIP_HEAD, BOMB),
}


@pytest.mark.parametrize("answering", ANSWERS_ODDLY.values(), ids=ANSWERS_ODDLY.keys())
async def test_the_status_of_an_answer_counts_however_its_body_goes_on(serve, client_of, answering) -> None:
    site = await serve(answering)
    answer = await client_of().post(site.url, headers={}, body=b"{}", timeout_seconds=1.0)
    assert answer.status == 200
    assert 0 < len(answer.body) <= 2048


async def test_a_post_is_never_sent_twice(serve, client_of, answer_of) -> None:
    site = await serve(answer_of("200 OK"), sends(), answer_of("200 OK"))
    client = client_of()
    await client.post(site.url, headers={}, body=b"{}", timeout_seconds=PATIENCE_SECONDS)
    with pytest.raises(Unreachable):
        await client.post(site.url, headers={}, body=b"{}", timeout_seconds=PATIENCE_SECONDS)
    assert len(site.requests) == 2


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "http://[::1]/", "http://127.0.0.1:9/", "file:///a"])
async def test_a_post_to_a_private_address_is_refused(client_of, url: str) -> None:
    with pytest.raises(AddressRefused):
        await client_of(policy=EgressPolicy()).post(url, headers={}, body=b"{}", timeout_seconds=PATIENCE_SECONDS)
