"""A feed (RSS, Atom, RDF, JSON Feed): it says which statements there are; each is then read at its own address.

An item keeps its own history after it left the feed. Its lasting identity is its guid or id, else its link; its words
are those of its page, and those of the feed only until that page can be read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.domain.observations import Outcome
from app.domain.pages import Page, Request
from app.domain.statements import Wording
from app.domain.watches import SourceKind
from app.sources.addresses import canonical
from app.sources.charset import decode
from app.sources.contract import FoundLink, FoundStatement, Other, Reading, Same, Statements, Target, Unread, Window
from app.sources.feed_items import FeedItem, ReadFeed
from app.sources.feed_json import read_json_feed
from app.sources.feed_shape import FeedShape, feed_shape, looks_like_feed_address
from app.sources.feed_xml import read_xml_feed
from app.sources.glance import glance
from app.sources.judging import judge_list
from app.sources.web_page import EXTRACTOR_VERSION as PAGE_VERSION
from app.sources.web_page import ReadPage, mark_of, read_page


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and the pages that its items link to."""

    kind: ClassVar[SourceKind] = SourceKind.FEED
    extractor_version: ClassVar[str] = f"feed-1+{PAGE_VERSION}"

    def recognise(self, url: str) -> str | None:
        """The canonical address, where it has the form of a feed's: ``/feed``, ``.rss``, ``.atom``, ``feed.json``."""
        address = canonical(url)
        return str(address) if looks_like_feed_address(address) else None

    def target_of(self, url: str) -> str:
        """The canonical address."""
        return str(canonical(url))

    def list_request(self, target: Target) -> Request:
        """The feed."""
        return Request(target.url, respect_robots=target.respect_robots)

    def older_request(self, target: Target, before: str) -> Request | None:
        """None: feeds have no older pages that could be relied on."""
        return None

    def list_request_around(self, target: Target, external_id: str) -> Request | None:
        """None: an item is read at its own page."""
        return None

    def statement_request(self, target: Target, external_id: str, url: str) -> Request:
        """The page that the item links to."""
        return Request(url, respect_robots=target.respect_robots)

    def read(
        self, page: Page, target: Target, *, external_id: str | None, now: datetime, other: Other | None = None
    ) -> Reading:
        """The feed, or the page of its item ``external_id``."""
        if external_id is not None and page.requested_url != target.url:
            return _read_item(page, target, external_id, now, other)
        feed = judge_list(page) or _read_feed(decode(page), page.url, now)
        if isinstance(feed, Unread):
            return feed
        return _statements(feed.items, feed, target) if external_id is None else _one(feed, target, external_id)

    def glance(
        self, page: Page, target: Target, mark: str, *, external_id: str | None, now: datetime
    ) -> Same | Other | None:
        """That an item's own page shows it as it did; nothing of the feed itself, which is cheap to read."""
        if external_id is None or page.requested_url == target.url:
            return None
        return glance(page, external_id, target.selectors, mark, version=PAGE_VERSION, now=now)

    def absent(self, window: Window, known: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
        """None: items leave a feed because newer ones come."""
        return ()


def _read_feed(source: str, base_url: str, now: datetime) -> ReadFeed | Unread:
    match feed_shape(source):
        case FeedShape.XML:
            return read_xml_feed(source, base_url, now=now)
        case FeedShape.JSON:
            return read_json_feed(source, base_url, now=now)
        case None:
            return Unread(Outcome.UNREADABLE, "the answer is not a feed (neither RSS nor Atom nor JSON Feed)")


def _one(feed: ReadFeed, target: Target, external_id: str) -> Reading:
    """An item without a page of its own can only be read while it is in the feed."""
    items = tuple(item for item in feed.items if item.external_id == external_id)
    if not items:
        return Unread(Outcome.UNREADABLE, "the item has left the feed, and has no page of its own")
    return _statements(items, feed, target)


def _statements(items: tuple[FeedItem, ...], feed: ReadFeed, target: Target) -> Statements:
    return Statements(
        found=tuple(
            FoundStatement(item.external_id, target.url, _worded(item, feed, target)) for item in items if not item.link
        ),
        links=tuple(FoundLink(item.external_id, item.link, _worded(item, feed, target)) for item in items if item.link),
        name=feed.name,
    )


def _worded(item: FeedItem, feed: ReadFeed, target: Target) -> Wording:
    return Wording(
        item.text,
        title=item.title,
        author=item.author,
        published_at=item.published_at,
        language=target.language or item.language or feed.language,
        details={"kind": "feed item", "read_from": "feed"},
    )


def _read_item(page: Page, target: Target, external_id: str, now: datetime, other: Other | None) -> Reading:
    read = read_page(page, target.selectors, language=target.language, now=now)
    if not isinstance(read, ReadPage):
        return read
    mark = mark_of(page, target.selectors, read, now=now, other=other)
    return Statements((FoundStatement(external_id, page.requested_url, read.wording),), mark=mark)
