"""What a feed says, whichever family it is of: its name and its items, each with an identity, a link and words."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from app.domain.errors import InvalidAddress
from app.sources.addresses import canonical
from app.sources.contract import Unread
from app.sources.markup import parse, text_of
from app.sources.normalise import normalise

_LONGEST_ID = 500
_TRACKING = re.compile(r"(?<=[?&])(?:utm_[a-z]+|fbclid|gclid|yclid)=[^&]*&?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item. ``text`` is never empty: its content, else its summary, else its title."""

    external_id: str
    link: str | None
    text: str
    title: str | None
    author: str | None
    published_at: datetime | None
    language: str | None


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """A feed as read; ``items`` in its own order, each identity once."""

    name: str | None
    language: str | None
    items: tuple[FeedItem, ...]


def each_once(items: list[FeedItem | None]) -> tuple[FeedItem, ...]:
    """The items without those that could not be read and those whose identity came before."""
    found: dict[str, FeedItem] = {}
    for item in items:
        if item is not None:
            found.setdefault(item.external_id, item)
    return tuple(found.values())


def link_of(base_url: str, href: object) -> str | None:
    """The canonical address of an item's page, or None where it has none that could be fetched."""
    if not isinstance(href, str) or not href.strip():
        return None
    try:
        return str(canonical(urljoin(base_url, href.strip())))
    except (InvalidAddress, ValueError):
        return None


def identity_of(stated: object, link: str | None, text: str) -> str:
    """The item's own id, else its link without tracking, else a digest of its words; at most 500 characters."""
    own = " ".join(str(stated).split()) if isinstance(stated, (str, int)) and not isinstance(stated, bool) else ""
    identity = own or (_TRACKING.sub("", link).rstrip("?&") if link else "") or text
    identity = normalise(identity)
    if len(identity) <= _LONGEST_ID and (own or link):
        return identity
    return "sha256:" + hashlib.sha256(identity.encode("utf-8", errors="replace")).hexdigest()


def words_of(markup: object) -> str:
    """The text of an item's HTML."""
    if not isinstance(markup, str) or not markup.strip():
        return ""
    if "<" not in markup and "&" not in markup:
        return normalise(markup)
    tree = parse(markup)
    return "" if isinstance(tree, Unread) or tree.body is None else normalise(text_of(tree.body))


def language_of(stated: object) -> str | None:
    """Two or three letters (ISO 639) of ``uk-UA``, ``en_GB``, ``ru``."""
    primary = re.split("[-_]", stated.strip().lower())[0] if isinstance(stated, str) else ""
    return primary if primary.isascii() and primary.isalpha() and len(primary) in (2, 3) else None
