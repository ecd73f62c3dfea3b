"""Whether an answer is a feed, told by its first letters and not by what its server calls it."""

import re
from enum import StrEnum

from app.sources.addresses import Address

_BEFORE_ROOT = re.compile(
    r"\s+|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<(?:\w+:)?(rss|feed|rdf)\b[^>]*", re.IGNORECASE)
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org(?:\\?/)')
_FEED_NAME = re.compile(r"feeds?|rss2?|atom|.+\.(?:rss|atom|rdf|xml)|(?:json-?)?feed\.json|feed\.php")
_FEED_FOLDER = re.compile(r"/(?:feeds?|rss|atom)/", re.IGNORECASE)
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed|format|type|output)=(?:rss2?|atom|feed|rdf|xml)(?:&|$)", re.IGNORECASE)
_LOOKED_AT = 65_536


class FeedShape(StrEnum):
    """The two families: XML (RSS, RDF, Atom) and JSON Feed."""

    XML = "xml"
    JSON = "json"


def feed_shape(source: str) -> FeedShape | None:
    """The family of the feed that ``source`` is, or None where it is none."""
    head = source[:_LOOKED_AT].lstrip("\ufeff \t\r\n")
    if head.startswith("{"):
        return FeedShape.JSON if _JSON_FEED.search(head) else None
    start = 0
    while (before := _BEFORE_ROOT.match(head, start)) is not None:
        start = before.end()
    return FeedShape.XML if _ROOT.match(head, start) else None


def looks_like_feed_address(address: Address) -> bool:
    """True where the path or the query has the form that feeds commonly have; sitemaps are not feeds."""
    last = address.path.rstrip("/").rpartition("/")[2].lower()
    if "sitemap" in last:
        return False
    return bool(_FEED_NAME.fullmatch(last) or _FEED_FOLDER.search(address.path) or _FEED_QUERY.search(address.query))
