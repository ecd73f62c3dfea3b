"""Every kind of source there is, and which of them an address means."""

from collections.abc import Mapping
from urllib.parse import urljoin

from app.domain.errors import InvalidAddress
from app.domain.pages import Page
from app.domain.watches import SourceKind
from app.sources.addresses import canonical
from app.sources.charset import decode
from app.sources.contract import Source, Unread
from app.sources.feed import Feed
from app.sources.feed_shape import feed_shape
from app.sources.markup import parse
from app.sources.telegram import TelegramChannel, TelegramPost
from app.sources.telegram_address import origin_of
from app.sources.web_page import WebPage

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json")


def sources(telegram_base_url: str) -> Mapping[SourceKind, Source]:
    """One reader for each kind, in the order in which they are asked whether an address is theirs.

    ``telegram_base_url`` is where Telegram's public preview is asked for: ``https://t.me`` or a mirror.
    """
    telegram = canonical(telegram_base_url)
    return {
        SourceKind.TELEGRAM_POST: TelegramPost(telegram),
        SourceKind.TELEGRAM_CHANNEL: TelegramChannel(telegram),
        SourceKind.FEED: Feed(),
        SourceKind.WEB_PAGE: WebPage(),
    }


SOURCES: Mapping[SourceKind, Source] = sources("https://t.me")
"""The readers as they are without a mirror."""


def detect(url: str, known: Mapping[SourceKind, Source]) -> tuple[SourceKind, str]:
    """The kind of source that an address means by its form alone, and its short form there.

    Raises:
        InvalidAddress: it cannot be watched; the message says why, and what could be.
    """
    for kind, source in known.items():
        target = source.recognise(url)
        if target is not None:
            return kind, target
    raise InvalidAddress("No source reads this address.")


def address_to_keep(url: str, kind: SourceKind, known: Mapping[SourceKind, Source]) -> str:
    """The one form in which the address of a watch is stored and shown: ``@x`` becomes ``https://t.me/x``.

    Raises:
        InvalidAddress: it cannot be of this kind.
    """
    source = known[kind]
    target = source.target_of(url)
    match source:
        case TelegramChannel(base=base) | TelegramPost(base=base):
            return f"{origin_of(url, base)}/{target}"
        case _:
            return target


def refine(kind: SourceKind, page: Page) -> SourceKind:
    """The kind once the address has answered: what looked like a page may be a feed, and the other way round."""
    if kind not in (SourceKind.WEB_PAGE, SourceKind.FEED) or page.status != 200:
        return kind
    source = decode(page)
    if feed_shape(source) is not None:
        return SourceKind.FEED
    return SourceKind.WEB_PAGE if "<html" in source[:65_536].lower() else kind


def advertised_feeds(page: Page) -> tuple[str, ...]:
    """The addresses of the feeds that a web page names in its head, in its order, each once."""
    tree = parse(decode(page))
    if isinstance(tree, Unread):
        return ()
    found: dict[str, None] = {}
    for node in tree.css('link[rel~="alternate"][href]'):
        if (node.attributes.get("type") or "").lower() in _FEED_TYPES:
            try:
                found[str(canonical(urljoin(page.url, node.attributes.get("href") or "")))] = None
            except (InvalidAddress, ValueError):
                continue
    return tuple(found)
