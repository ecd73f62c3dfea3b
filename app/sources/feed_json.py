"""Feeds in JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

import json
from datetime import datetime
from typing import Any

from app.domain.observations import Outcome
from app.sources.contract import Unread
from app.sources.feed_items import FeedItem, ReadFeed, each_once, identity_of, language_of, link_of, words_of
from app.sources.normalise import normalise, one_line
from app.sources.page_fields import moment_of


def read_json_feed(source: str, base_url: str, *, now: datetime) -> ReadFeed | Unread:
    """The feed that ``source`` is; Unread where it is not whole or not one."""
    try:
        feed = json.loads(source)
    except (ValueError, RecursionError):
        return Unread(Outcome.UNREADABLE, "the feed is not well-formed JSON")
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return Unread(Outcome.UNREADABLE, "the answer is JSON, but not a JSON Feed: it has no list of items")
    return ReadFeed(
        name=_label(feed.get("title")),
        language=language_of(feed.get("language")),
        items=each_once([_item(item, base_url, now) for item in items if isinstance(item, dict)]),
    )


def _item(item: dict[str, Any], base_url: str, now: datetime) -> FeedItem | None:
    title = _label(item.get("title"))
    plain = item.get("content_text")
    text = (
        (normalise(plain) if isinstance(plain, str) else "")
        or words_of(item.get("content_html"))
        or words_of(item.get("summary"))
        or title
    )
    if not text:
        return None
    link = link_of(base_url, item.get("url")) or link_of(base_url, item.get("external_url"))
    return FeedItem(
        external_id=identity_of(item.get("id"), link, text),
        link=link,
        text=text,
        title=title,
        author=_author(item),
        published_at=moment_of(item.get("date_published"), now=now),
        language=language_of(item.get("language")),
    )


def _author(item: dict[str, Any]) -> str | None:
    stated = item.get("authors")
    authors = stated if isinstance(stated, list) else [item.get("author")]
    names = [_label(author.get("name")) for author in authors if isinstance(author, dict)]
    return ", ".join(name for name in names if name) or None


def _label(value: object) -> str | None:
    return one_line(value[:500]) if isinstance(value, str) else None
