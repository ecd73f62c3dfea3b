"""What a site's robots.txt allows: read through the same client, kept for a day, and obeyed (RFC 9309)."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from protego import Protego

from app.domain.errors import (
    BodyTooLarge,
    BodyTruncated,
    RobotsRefused,
    RobotsUnavailable,
    TooManyRedirects,
    Unreachable,
)
from app.domain.pages import Page, Request
from app.fetching.address import Address

AGENT = "Walkback"

_AGENT_LINE = re.compile(r"\s*user[- ]?agent\s*:?([^#]*)", re.IGNORECASE)
_KEPT = timedelta(hours=24)
_ASKED_AGAIN = timedelta(minutes=10)
_MOST_BYTES = 500 * 1024
_MOST_SITES = 2000

FetchPage = Callable[[Request], Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What one site allows; without ``parsed`` it allows everything."""

    parsed: Protego | None = None

    def allow(self, url: str) -> bool:
        """True where the site lets us fetch the address."""
        return self.parsed is None or bool(self.parsed.can_fetch(url, AGENT))

    @property
    def crawl_delay_seconds(self) -> float:
        """The pause between two requests that the site asks for; 0 where it asks for none."""
        return 0.0 if self.parsed is None else float(self.parsed.crawl_delay(AGENT) or 0.0)


def rules_of(page: Page) -> RobotsRules | None:
    """What the answer for /robots.txt means; None where it could not be said at the moment (429, 5xx).

    Other errors mean that there are no rules (RFC 9309, 2.3.1.3). Only the first 500 KiB count. A robots.txt made to
    be slow takes seconds: not for the event loop.
    """
    if page.status == 429 or page.status >= 500:
        return None
    if not 200 <= page.status < 300:
        return RobotsRules()
    text = page.body[:_MOST_BYTES].decode("utf-8-sig", errors="replace")
    return RobotsRules(Protego.parse(_with_one_stranger(text)))


def _with_one_stranger(text: str) -> str:
    """The same rules for us, with all other programs under one name.

    Protego multiplies programs by rules: 2,000 of each took 23 seconds, and half a megabyte holds far more.
    """
    lines = []
    for line in text.splitlines():
        named = _AGENT_LINE.match(line)
        name = named[1].strip().lower() if named else None
        known = name is None or name == "*" or AGENT.lower().startswith(name.replace("*", "") or "?")
        lines.append(line if known else "User-agent: stranger")
    return "\n".join(lines)


@dataclass(slots=True)
class _Site:
    rules: RobotsRules | None = None
    ask_at: datetime | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class RobotsKeeper:
    """The rules of every site, asked for once and kept until they expire.

    ``delays_seconds`` has the pauses that hosts asked for (with their port, where it is not the usual one).
    """

    def __init__(self) -> None:
        self.delays_seconds: dict[str, float] = {}
        self._sites: OrderedDict[str, _Site] = OrderedDict()

    async def admit(self, address: Address, fetch: FetchPage, *, now: Callable[[], datetime]) -> float:
        """Let ``address`` pass if its site allows it; the pause in seconds that the site asks for.

        ``fetch`` gets /robots.txt where it is not known yet. Rules that have expired still count while new ones cannot
        be had; where there never were any, that counts as "no" for ten minutes.

        Raises:
            RobotsRefused: the site says no.
            RobotsUnavailable: the site cannot say at the moment.
            Unreachable, AddressRefused, HostResting: as ``fetch`` raised it.
        """
        site = self._site(address.origin)
        async with site.lock:
            if site.ask_at is None or now() >= site.ask_at:
                await _ask(site, address, fetch, now)
                self._note_delay(address.authority, site.rules)
        if site.rules is None:
            raise RobotsUnavailable(f"The robots.txt of {address.host} cannot be read, so nothing is fetched for now.")
        if not site.rules.allow(address.url):
            raise RobotsRefused(f"The robots.txt of {address.host} does not allow it.")
        return site.rules.crawl_delay_seconds

    def _note_delay(self, authority: str, rules: RobotsRules | None) -> None:
        if rules is not None and rules.crawl_delay_seconds:
            self.delays_seconds[authority] = rules.crawl_delay_seconds
        else:
            self.delays_seconds.pop(authority, None)

    def _site(self, origin: str) -> _Site:
        site = self._sites.setdefault(origin, _Site())
        self._sites.move_to_end(origin)
        if len(self._sites) > _MOST_SITES:
            self._sites.popitem(last=False)
        return site


async def _ask(site: _Site, address: Address, fetch: FetchPage, now: Callable[[], datetime]) -> None:
    """Get the rules of a site anew; those that it had stay where it cannot say."""
    try:
        page = await fetch(Request(f"{address.origin}/robots.txt"))
        found = await asyncio.to_thread(rules_of, page)
    except TooManyRedirects:
        found = RobotsRules()
    except (BodyTooLarge, BodyTruncated):
        found = None
    except Unreachable:
        if site.rules is None:
            raise
        found = None
    if found is not None:
        site.rules = found
    site.ask_at = now() + (_ASKED_AGAIN if found is None else _KEPT)
