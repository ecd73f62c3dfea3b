"""Title, author and date of publication, as a web page states them about itself.

They stand beside the text of a version. Read in this order: Open Graph and article tags, schema.org data (JSON-LD),
plain meta tags, marked elements; never guessed from the words of the page.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from app.sources.markup import text_of
from app.sources.normalise import one_line

_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title")
_AUTHORS = ("author", "article:author_name", "dc.creator", "dcterms.creator", "parsely-author", "byl")
_DATES = (
    "article:published_time", "og:published_time", "datepublished", "date", "dc.date", "dcterms.date", "dcterms.issued",
    "dc.date.issued", "pubdate", "publishdate", "publish-date", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_LONGEST_LABEL = 500
_LONGEST_JSON = 262_144


@dataclass(frozen=True, slots=True)
class PageFields:
    """What a page says of itself; None where it does not. ``language`` is two or three letters (ISO 639)."""

    title: str | None
    author: str | None
    published_at: datetime | None
    language: str | None
    site_name: str | None


def fields_of(tree: LexborHTMLParser, *, now: datetime) -> PageFields:
    """The fields of a parsed page. A date more than a day in the future is not believed."""
    meta = _meta(tree)
    facts = tuple(_json_ld(tree))
    return PageFields(
        title=_first(meta, _TITLES) or _heading(tree) or _from_facts(facts, "headline"),
        author=_author(meta, facts),
        published_at=_published(tree, meta, facts, now),
        language=_language(tree),
        site_name=_first(meta, ("og:site_name", "application-name")),
    )


def moment_of(text: object, *, now: datetime) -> datetime | None:
    """A date as pages and feeds write it (ISO 8601 or RFC 5322), in UTC; without a zone it is taken as UTC."""
    if not isinstance(text, str) or not 8 <= len(text.strip()) <= 64:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
            zoned = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            return zoned if zoned <= now + timedelta(days=1) else None
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        content = one_line((attributes.get("content") or "")[:_LONGEST_LABEL])
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _first(meta: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((meta[name] for name in names if name in meta), None)


def _heading(tree: LexborHTMLParser) -> str | None:
    for selector in ("h1", "title"):
        node = tree.css_first(selector)
        if node is not None:
            text = one_line(text_of(node)[:_LONGEST_LABEL])
            if text:
                return text
    return None


def _json_ld(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    for node in tree.css('script[type="application/ld+json"]'):
        source = node.text()
        if len(source) <= _LONGEST_JSON:
            try:
                yield from _facts(json.loads(source))
            except (ValueError, RecursionError):
                continue


def _facts(value: object) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD script: itself, its list, its graph; one level is what pages use."""
    items = value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, dict):
            graph = item.get("@graph")
            yield from (part for part in (graph if isinstance(graph, list) else [item]) if isinstance(part, dict))


def _from_facts(facts: tuple[dict[str, Any], ...], name: str) -> str | None:
    for fact in facts:
        value = fact.get(name)
        if isinstance(value, str):
            return one_line(value[:_LONGEST_LABEL])
    return None


def _author(meta: dict[str, str], facts: tuple[dict[str, Any], ...]) -> str | None:
    stated = _first(meta, _AUTHORS)
    if stated is not None and not stated.startswith(("http://", "https://")):
        return stated
    for fact in facts:
        authors = fact.get("author")
        names = [_person(author) for author in (authors if isinstance(authors, list) else [authors])]
        joined = ", ".join(name for name in names if name)
        if joined:
            return joined[:_LONGEST_LABEL]
    return None


def _person(author: object) -> str | None:
    name = author.get("name") if isinstance(author, dict) else author
    return one_line(name[:_LONGEST_LABEL]) if isinstance(name, str) else None


def _published(
    tree: LexborHTMLParser, meta: dict[str, str], facts: tuple[dict[str, Any], ...], now: datetime
) -> datetime | None:
    stated = [meta[name] for name in _DATES if name in meta]
    stated += [fact["datePublished"] for fact in facts if isinstance(fact.get("datePublished"), str)]
    marked = tree.css('time[itemprop="datePublished"], time[pubdate], article time[datetime], main time[datetime]')
    stated += [node.attributes.get("datetime") or "" for node in marked[:4]]
    return next((moment for text in stated if (moment := moment_of(text, now=now)) is not None), None)


def _language(tree: LexborHTMLParser) -> str | None:
    root = tree.css_first("html")
    stated = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root is not None else ""
    primary = stated.strip().lower().replace("_", "-").partition("-")[0]
    return primary if primary.isascii() and primary.isalpha() and len(primary) in (2, 3) else None
