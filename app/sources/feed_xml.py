"""Feeds in XML: RSS 0.9x to 2.0, RDF, Atom, read by feedparser.

It is given bytes in memory and nothing else (given an address it would fetch it, given a name it would open a file),
and no feed that declares entities of its own, by which a few lines can be made to stand for gigabytes.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from time import struct_time
from typing import Any

import feedparser

from app.domain.observations import Outcome
from app.sources.contract import Unread
from app.sources.feed_items import FeedItem, ReadFeed, each_once, identity_of, language_of, link_of, words_of
from app.sources.normalise import normalise, one_line
from app.sources.page_fields import moment_of

_DECLARES_ENTITIES = re.compile(r"<!ENTITY", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ROOT_END = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_LARGEST = 8_000_000


def read_xml_feed(source: str, base_url: str, *, now: datetime) -> ReadFeed | Unread:
    """The feed that ``source`` is; Unread where it is not whole, not one, or not safe to read."""
    if _DECLARES_ENTITIES.search(source):
        return Unread(Outcome.UNREADABLE, "the feed declares entities of its own, which are not read")
    if len(source) > _LARGEST:
        return Unread(Outcome.TOO_LARGE, f"the feed is longer than {_LARGEST} characters")
    if not _ROOT_END.search(source[-4_096:]):
        return Unread(Outcome.TRUNCATED, "the feed ends before its end")
    parsed = _parsed(source, base_url)
    if not parsed.get("version"):
        return Unread(Outcome.UNREADABLE, "the answer is not a feed (neither RSS nor Atom)")
    about = parsed.get("feed", {})
    return ReadFeed(
        name=_label(about.get("title")),
        language=language_of(about.get("language")),
        items=each_once([_item(entry, base_url, now) for entry in parsed.get("entries", [])]),
    )


def _parsed(source: str, base_url: str) -> Any:
    """What feedparser makes of it; empty where it stumbles (over impossible characters, or tags out of their place)."""
    try:
        return feedparser.parse(
            BytesIO(_DECLARATION.sub("", source, count=1).encode("utf-8", errors="replace")),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": base_url},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (ValueError, LookupError):
        return {}


def _item(entry: Any, base_url: str, now: datetime) -> FeedItem | None:
    title = _label(entry.get("title"))
    text = _content(entry) or words_of(entry.get("summary")) or title
    if not text:
        return None
    link = link_of(base_url, entry.get("link"))
    return FeedItem(
        external_id=identity_of(entry.get("id"), link, text),
        link=link,
        text=text,
        title=title,
        author=_label(entry.get("author")),
        published_at=_moment(entry, now),
        language=language_of(entry.get("language")),
    )


def _content(entry: Any) -> str:
    for content in entry.get("content", []):
        value = content.get("value")
        text = normalise(value) if content.get("type") == "text/plain" and isinstance(value, str) else words_of(value)
        if text:
            return text
    return ""


def _moment(entry: Any, now: datetime) -> datetime | None:
    """feedparser's own reading, which knows more forms of dates; without a zone it is taken as UTC."""
    parsed = _first_named(entry, "published_parsed", "updated_parsed")
    if not isinstance(parsed, struct_time):
        return moment_of(_first_named(entry, "published", "updated"), now=now)
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment <= now + timedelta(days=1) else None


def _first_named(entry: Any, *names: str) -> Any:
    """The first of these fields that is there; feedparser warns of one that it has to make up from another."""
    there = (entry[name] for name in names if name in entry)
    return next(filter(None, there), None)


def _label(value: object) -> str | None:
    return one_line(words_of(value[:500])) if isinstance(value, str) else None
