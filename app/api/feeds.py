"""Flags as Atom and as JSON Feed, for readers of feeds: of everything, of a watch, of a pin or of a tag."""

import html
import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from app.api.access import READ_RECORD, Program
from app.api.conditional import etag_of, is_known
from app.api.language import WordsForReader
from app.api.shapes import IdQuery, TagQuery, one_thing
from app.domain.claims import Level
from app.domain.ids import PinId, WatchId
from app.pipeline.flag_feed import FeedEntry, FeedWish, FlagFeed, flag_feed

router = APIRouter(prefix="/v1/feeds", tags=["flags"])

XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ATOM_ANSWER: dict[str, Any] = {
    "description": "The feed.",
    "content": {"application/atom+xml": {"schema": {"type": "string"}}},
}
JSON_ANSWER: dict[str, Any] = {
    "description": "The feed.",
    "content": {"application/feed+json": {"schema": {"type": "object", "required": ["version", "title", "items"]}}},
}


async def wish_of(
    watch_id: Annotated[IdQuery, Query(description="Only of this watch.")] = None,
    pin_id: Annotated[IdQuery, Query(description="Only where this pin was touched.")] = None,
    tag: Annotated[TagQuery, Query(description="Only of watches with this tag.")] = None,
    min_level: Annotated[Level | SkipJsonSchema[None], Query(description="Only of this level or higher.")] = None,
) -> FeedWish:
    """What a subscriber wants."""
    return FeedWish(WatchId(watch_id) if watch_id else None, PinId(pin_id) if pin_id else None, tag, min_level)


Wish = Annotated[FeedWish, Depends(wish_of)]


@router.get(
    "/flags.atom",
    dependencies=[READ_RECORD],
    response_class=Response,
    responses={**one_thing(), 200: ATOM_ANSWER},
)
def get_atom_feed(request: Request, newsroom: Program, wish: Wish, words: WordsForReader) -> Response:
    """The newest flags as Atom (RFC 4287), without dismissed ones; the words that went and came are marked."""
    found = flag_feed(newsroom, wish, words)
    return answered(request, found, as_atom(found, own_address(request)), "application/atom+xml; charset=utf-8")


@router.get(
    "/flags.json",
    dependencies=[READ_RECORD],
    response_class=Response,
    responses={**one_thing(), 200: JSON_ANSWER},
)
def get_json_feed(request: Request, newsroom: Program, wish: Wish, words: WordsForReader) -> Response:
    """The same as JSON Feed 1.1."""
    found = flag_feed(newsroom, wish, words)
    return answered(request, found, as_json(found, own_address(request)), "application/feed+json")


def own_address(request: Request) -> str:
    """Where this feed is, as the service is known outside."""
    newsroom = request.app.state.newsroom
    base = newsroom.rules.public_url or str(request.base_url)
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{base.rstrip('/')}{request.url.path}{query}"


def answered(request: Request, found: FlagFeed, body: bytes, media_type: str) -> Response:
    """A feed with its ETag and the time of its newest entry; 304 to readers who have it."""
    changed_at = (found.changed_at or NEVER).replace(microsecond=0)
    modified = format_datetime(changed_at, usegmt=True)
    headers = {"ETag": etag_of(body, None), "Last-Modified": modified, "Vary": "Accept-Language"}
    if is_known(request, headers["ETag"]) or _is_as_old(request, changed_at):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _is_as_old(request: Request, changed_at: datetime) -> bool:
    """If-Modified-Since, which counts only where there is no If-None-Match (RFC 9110, 13.1.3)."""
    since = request.headers.get("if-modified-since")
    if since is None or "if-none-match" in request.headers:
        return False
    try:
        return changed_at <= parsedate_to_datetime(since).astimezone(UTC)
    except (ValueError, OverflowError):
        return False


def as_atom(found: FlagFeed, address: str) -> bytes:
    """The feed as Atom. What XML cannot hold (control characters) is shown as U+FFFD."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed", {XML_LANGUAGE: found.language})
    _add(root, "id", found.id)
    _add(root, "title", found.title)
    _add(root, "updated", _time(found.changed_at or NEVER))
    _add(root, "link", rel="self", href=address, type="application/atom+xml")
    _add(root, "generator", "Walkback")
    _add(_add(root, "author"), "name", "Walkback")
    for one in found.entries:
        entry = _add(root, "entry")
        _add(entry, "id", one.id)
        _add(entry, "title", one.title)
        _add(entry, "published", _time(one.at))
        _add(entry, "updated", _time(one.at))
        _add(entry, "link", rel="alternate", href=one.url)
        _add(_add(entry, "author"), "name", one.publisher)
        for term in (one.level, one.action, *one.facets):
            _add(entry, "category", term=term)
        _add(entry, "content", html_of(one), type="html")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def as_json(found: FlagFeed, address: str) -> bytes:
    """The feed as JSON Feed."""
    items = [
        {
            "id": one.id,
            "url": one.url,
            "title": one.title,
            "content_html": html_of(one),
            "date_published": _time(one.at),
            "authors": [{"name": one.publisher}],
            "tags": [one.level, one.action, *one.facets],
        }
        for one in found.entries
    ]
    feed = {"version": JSON_FEED, "title": found.title, "language": found.language, "feed_url": address, "items": items}
    return json.dumps(feed, ensure_ascii=False).encode("utf-8", "replace")


def html_of(entry: FeedEntry) -> str:
    """What stands in an entry: the claim with the words marked that went and came."""
    return f"<p>{entry.words}</p><p>{html.escape(entry.said)}</p>"


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{ATOM}}}{name}", {key: _xml(value) for key, value in attributes.items()})
    made.text = None if text is None else _xml(text)
    return made


def _xml(text: str) -> str:
    return NOT_IN_XML.sub("\ufffd", text)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
