"""The whole way out against real servers: in turn, at their pace, and only where robots.txt allows."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.errors import HostResting, RobotsRefused, RobotsUnavailable
from app.domain.pages import Request
from app.fetching.client import WebClient
from app.fetching.pace import PaceRules
from app.fetching.polite import PoliteClient
from app.fetching.politeness import HostKeeper
from app.fetching.robots import RobotsKeeper

pytestmark = pytest.mark.anyio


class Time:
    """A clock that moves only when the keeper sleeps by it."""

    def __init__(self) -> None:
        self.now_is = datetime(2025, 1, 7, 9, 40, tzinfo=UTC)

    def now(self) -> datetime:
        return self.now_is

    async def sleep(self, seconds: float) -> None:
        self.now_is += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def polite(client_of: Callable[..., WebClient], time: Time) -> PoliteClient:
    return PoliteClient(client_of(), HostKeeper(PaceRules(gap_seconds=2.0), sleep=time.sleep), RobotsKeeper())


async def test_robots_txt_is_asked_for_once_and_each_request_keeps_the_gap(serve, polite, time, answer_of) -> None:
    site = await serve(answer_of("200 OK", b"User-agent: *\nCrawl-delay: 5"), answer_of("200 OK", b"page"))
    began = time.now()
    pages = await asyncio.gather(*(polite.fetch(Request(f"{site.url}/{n}"), now=time.now) for n in range(3)))
    assert [page.body for page in pages] == [b"page"] * 3
    assert [request.split()[1] for request in site.requests] == [b"/robots.txt", b"/0", b"/1", b"/2"]
    assert time.now() - began == timedelta(seconds=15)


async def test_a_page_that_robots_txt_forbids_is_not_fetched(serve, polite, time, answer_of) -> None:
    site = await serve(answer_of("200 OK", b"User-agent: *\nDisallow: /"))
    with pytest.raises(RobotsRefused):
        await polite.fetch(Request(site.url), now=time.now)
    assert len(site.requests) == 1


async def test_a_watch_may_leave_robots_txt_aside(serve, polite, time, answer_of) -> None:
    site = await serve(answer_of("200 OK", b"User-agent: *\nDisallow: /"))
    page = await polite.fetch(Request(f"{site.url}/a", respect_robots=False), now=time.now)
    assert page.status == 200
    assert [request.split()[1] for request in site.requests] == [b"/a"]


async def test_a_broken_robots_txt_is_said_to_be_broken(serve, polite, time, answer_of) -> None:
    site = await serve(answer_of("500 Broken"), answer_of("200 OK"))
    with pytest.raises(RobotsUnavailable):
        await polite.fetch(Request(site.url), now=time.now)


async def test_a_redirect_to_another_site_asks_that_site_first(serve, polite, time, answer_of) -> None:
    other = await serve(answer_of("200 OK", b"User-agent: *\nDisallow: /closed"))
    site = await serve(
        answer_of("404 Not Found"), answer_of("302 Found", b"", f"Location: {other.url}/closed"), answer_of("200 OK")
    )
    with pytest.raises(RobotsRefused):
        await polite.fetch(Request(site.url), now=time.now)
    assert [request.split()[1] for request in other.requests] == [b"/robots.txt"]


async def test_sites_that_redirect_to_each_other_do_not_block_each_other(serve, polite, time, answer_of) -> None:
    sites = []

    def sends_on(to: int) -> Callable[..., object]:
        async def answer(request: bytes, writer: asyncio.StreamWriter) -> None:
            redirect = answer_of("302 Found", b"", f"Location: {sites[to].url}/end")
            writer.write(redirect if b"/start" in request else answer_of("200 OK", b"end"))
            await writer.drain()

        return answer

    sites += [await serve(sends_on(1)), await serve(sends_on(0))]
    requests = [Request(f"{site.url}/start", respect_robots=False) for site in sites]
    pages = await asyncio.gather(*(polite.fetch(request, now=time.now) for request in requests))
    assert [page.body for page in pages] == [b"end", b"end"]


async def test_a_site_that_says_too_many_is_left_alone_as_long_as_it_asked(serve, polite, time, answer_of) -> None:
    site = await serve(answer_of("429 Too Many", b"", "Retry-After: 3600"), answer_of("200 OK"))
    request = Request(site.url, respect_robots=False)
    assert (await polite.fetch(request, now=time.now)).status == 429
    with pytest.raises(HostResting):
        await polite.fetch(request, now=time.now)
    time.now_is += timedelta(hours=1)
    assert (await polite.fetch(request, now=time.now)).status == 200
    assert len(site.requests) == 2
