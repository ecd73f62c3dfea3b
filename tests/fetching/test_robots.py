"""robots.txt: asked for once a day, obeyed, and where it cannot be read that is said, not guessed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import (
    BodyTooLarge,
    EgressError,
    RobotsRefused,
    RobotsUnavailable,
    TooManyRedirects,
    Unreachable,
)
from app.domain.pages import Page, Request
from app.fetching.address import parse_address
from app.fetching.robots import RobotsKeeper, rules_of

pytestmark = pytest.mark.anyio

MONDAY = datetime(2025, 1, 7, 9, 40, tzinfo=UTC)
STATEMENT = parse_address("https://example.com/news/1?a=b")


def page(status: int, body: bytes = b"") -> Page:
    return Page("u", "u", status, {}, body, (), MONDAY)


class Site:
    """What /robots.txt answers, in turn and the last for ever, and the clock."""

    def __init__(self, *answers: Page | EgressError) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.now_is = MONDAY
        self.keeper = RobotsKeeper()

    async def fetch(self, request: Request) -> Page:
        self.asked.append(request.url)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, EgressError):
            raise answer
        return answer

    async def admit(self, url: str = STATEMENT.url) -> float:
        return await self.keeper.admit(parse_address(url), self.fetch, now=lambda: self.now_is)


SAYS = {
    "nothing": (b"", True),
    "nothing forbidden": (b"User-agent: *\nDisallow:\n", True),
    "everything forbidden": (b"User-agent: *\nDisallow: /\n", False),
    "us forbidden": (b"User-agent: walkback\nDisallow: /news\n", False),
    "another forbidden": (b"User-agent: otherbot\nDisallow: /\n", True),
    "all but us forbidden": (b"User-agent: *\nDisallow: /\n\nUser-agent: Walkback\nAllow: /\n", True),
    "another folder forbidden": (b"User-agent: *\nDisallow: /admin\n", True),
    "longest rule wins": (b"User-agent: *\nDisallow: /news\nAllow: /news/1\n", True),
    "wildcard": (b"User-agent: *\nDisallow: /*?a=\n", False),
    "group of several": (b"User-agent: otherbot\nUser-agent: walkback\nDisallow: /\n", False),
    "strangers between": (b"User-agent: a\nUser-agent: b\nDisallow: /\nUser-agent: *\nDisallow: /admin\n", True),
    "byte order mark": (b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", False),
    "a page that is no robots.txt": (b"<html><body>Not found</body></html>", True),
    "bytes": (bytes(range(256)), True),
}


@pytest.mark.parametrize(("body", "allowed"), SAYS.values(), ids=SAYS.keys())
async def test_what_robots_txt_says_is_obeyed(body: bytes, allowed: bool) -> None:
    site = Site(page(200, body))
    if allowed:
        assert await site.admit() == 0.0
    else:
        with pytest.raises(RobotsRefused) as raised:
            await site.admit()
        assert not raised.value.retryable
    assert site.asked == ["https://example.com/robots.txt"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 304])
async def test_a_site_without_robots_txt_allows_everything(status: int) -> None:
    assert await Site(page(status, b"User-agent: *\nDisallow: /")).admit() == 0.0


async def test_a_circle_of_redirects_is_no_robots_txt() -> None:
    assert await Site(TooManyRedirects("round and round")).admit() == 0.0


CANNOT_SAY = {"429": page(429), "500": page(500), "503": page(503), "endless": BodyTooLarge("endless")}


@pytest.mark.parametrize("answer", CANNOT_SAY.values(), ids=CANNOT_SAY.keys())
async def test_a_robots_txt_that_cannot_be_read_is_a_no_for_ten_minutes(answer: Page | EgressError) -> None:
    site = Site(answer, page(404))
    for _ in range(2):
        with pytest.raises(RobotsUnavailable) as raised:
            await site.admit()
        assert raised.value.retryable
    assert len(site.asked) == 1
    site.now_is += timedelta(minutes=10)
    assert await site.admit() == 0.0


async def test_a_host_that_cannot_be_reached_says_so_itself() -> None:
    site = Site(Unreachable("no route"), page(404))
    with pytest.raises(Unreachable):
        await site.admit()
    assert await site.admit() == 0.0


@pytest.mark.parametrize("trouble", [page(500), Unreachable("no route")], ids=["500", "unreachable"])
async def test_known_rules_count_until_new_ones_can_be_had(trouble: Page | EgressError) -> None:
    site = Site(page(200, b"User-agent: *\nDisallow: /admin\nCrawl-delay: 7"), trouble, page(200, b""))
    assert await site.admit() == 7.0
    site.now_is += timedelta(hours=24)
    assert await site.admit() == 7.0
    with pytest.raises(RobotsRefused):
        await site.admit("https://example.com/admin")
    assert len(site.asked) == 2
    site.now_is += timedelta(minutes=10)
    assert await site.admit() == 0.0


async def test_rules_are_kept_for_a_day_for_each_origin() -> None:
    site = Site(page(200, b"User-agent: *\nDisallow: /admin"))
    for url in ("https://example.com/a", "https://example.com/b", "http://example.com/", "https://www.example.com/"):
        await site.admit(url)
    assert len(site.asked) == 3
    site.now_is += timedelta(hours=23, minutes=59)
    await site.admit()
    assert len(site.asked) == 3


HOSTILE = {
    "many programs, many rules": "".join(f"User-agent: a{n}\n" for n in range(17_000))
    + "".join(f"Disallow: /{n}\n" for n in range(14_000)),
    "programs with our first letters": "".join(f"User-agent: {'walkback'[: n % 9]}*\n" for n in range(9_000))
    + "".join(f"Disallow: /{n}\n" for n in range(9_000)),
    "many stars": "User-agent: *\n" + ("Disallow: " + "*a" * 5000 + "b$\n") * 40,
    "megabytes": "User-agent: *\nDisallow: /x\n" * 100_000,
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_robots_txt_made_to_be_slow_is_not(text: str) -> None:
    rules = rules_of(page(200, text.encode()))
    assert rules is not None
    rules.allow("https://example.com/" + "a" * 20_000)


@given(
    st.binary(max_size=400)
    | st.lists(
        st.sampled_from(
            [
                b"User-agent: *",
                b"Disallow: /",
                b"Crawl-delay: x",
                b"Crawl-delay: inf",
                b"Allow: *$",
                b"Request-rate: 1/0",
                b"Visit-time: 9-1",
                b"User agent",
                b"Disallow",
                b"\x85",
                b"Sitemap: [",
                b"Host:",
                b"disallow: %zz",
                b"#",
            ]
        ),
        max_size=12,
    ).map(b"\n".join)
)
def test_any_bytes_are_rules(body: bytes) -> None:
    rules = rules_of(page(200, body))
    assert rules is not None
    rules.allow(STATEMENT.url)
    assert rules.crawl_delay_seconds >= 0.0
