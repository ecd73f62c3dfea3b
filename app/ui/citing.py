"""A quote with where it stood and when, written so that it can be put into an article, a footnote or a fact check."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.domain.words import Words

TEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "^": r"\textasciicircum{}",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "%": r"\%",
}
ENDS: Final = (".", "!", "?", "…", ".”", "!”", "?”", "…”")
MARKDOWN_SIGNS: Final = re.compile(r"([\\`*_{}\[\]()#+!|~<>-])")


@dataclass(frozen=True, slots=True)
class Citation:
    """One wording of a claim. ``gone`` is the interval in which it ceased to be there; None while it stands.

    ``record_url`` is where our own record of it is; empty where this service has no public address.
    """

    key: str
    quote: str
    publisher: str
    title: str
    url: str
    record_url: str
    published_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    gone: tuple[datetime, datetime] | None
    accessed_at: datetime
    language: str | None


def as_text(cited: Citation, words: Words) -> str:
    """For a footnote."""
    parts = [f"{cited.publisher}: “{one_line(cited.quote)}”", cited.title, cited.url, *_facts(cited, words)]
    return " ".join(part if part.endswith(ENDS) else f"{part}." for part in parts if part)


def as_markdown(cited: Citation, words: Words) -> str:
    """For a text in Markdown: the quote as a block, and below it where it stood."""
    quote = "\n".join(f"> {_escaped(line)}".rstrip() for line in cited.quote.splitlines())
    name = _escaped(f"{cited.publisher}, {cited.title}" if cited.title else cited.publisher)
    facts = _escaped(". ".join(_facts(cited, words)))
    return f"{quote}\n>\n> — [{name}](<{_target(cited.url)}>). {facts}."


def as_bibtex(cited: Citation, words: Words) -> str:
    """For LaTeX (biblatex: @online)."""
    fields = {
        "author": f"{{{_tex(cited.publisher)}}}",
        "title": _tex(cited.title or one_line(cited.quote)),
        "date": f"{cited.published_at or cited.first_seen_at:%Y-%m-%d}",
        "url": re.sub(r"[{}\\\s]", "", cited.url),
        "urldate": f"{cited.accessed_at:%Y-%m-%d}",
        "note": _tex(f"“{one_line(cited.quote)}”. {'. '.join(_facts(cited, words))}"),
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@online{{{cited.key},\n{body}}}"


def as_csl_json(cited: Citation, words: Words) -> str:
    """For programs that keep references: Zotero, Pandoc, citeproc."""
    item: dict[str, Any] = {
        "id": cited.key,
        "type": "webpage",
        "title": cited.title or one_line(cited.quote),
        "author": [{"literal": cited.publisher}],
        "issued": _date_parts(cited.published_at or cited.first_seen_at),
        "accessed": _date_parts(cited.accessed_at),
        "URL": cited.url,
        "note": f"“{one_line(cited.quote)}”. {'. '.join(_facts(cited, words))}",
    }
    return _json([item | ({"language": cited.language} if cited.language else {})])


def as_claim_review(cited: Citation) -> str:
    """The beginning of a fact check that search engines read (schema.org); what only the author knows is empty."""
    appearance = {"@type": "CreativeWork", "url": cited.url, "headline": cited.title}
    claim = {
        "@type": "Claim",
        "author": {"@type": "Organization", "name": cited.publisher},
        "datePublished": f"{cited.published_at or cited.first_seen_at:%Y-%m-%d}",
        "appearance": appearance | ({"archivedAt": cited.record_url} if cited.record_url else {}),
    }
    review = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "",
        "datePublished": f"{cited.accessed_at:%Y-%m-%d}",
        "author": {"@type": "Organization", "name": "", "url": ""},
        "claimReviewed": one_line(cited.quote),
        "itemReviewed": claim,
        "reviewRating": {"@type": "Rating", "alternateName": ""},
    }
    return _json(review)


def one_line(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def _facts(cited: Citation, words: Words) -> Iterator[str]:
    """When it was seen, and when it was not any more: what was seen, never what is presumed."""
    first = words.moment(cited.first_seen_at)
    if cited.gone is None:
        yield words.text("Seen from {first} to {last}", first=first, last=words.moment(cited.last_seen_at))
    else:
        last, gone = (words.moment(at) for at in cited.gone)
        yield words.text("Seen from {first} to {last}, no longer at {gone}", first=first, last=last, gone=gone)
    if cited.record_url:
        yield words.text("Record: {url}", url=cited.record_url)
    yield words.text("Accessed {day}", day=words.date(cited.accessed_at))


def _date_parts(at: datetime) -> dict[str, list[list[int]]]:
    day = at.astimezone(UTC)
    return {"date-parts": [[day.year, day.month, day.day]]}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _tex(text: str) -> str:
    return "".join(TEX.get(sign, sign) for sign in one_line(text))


def _escaped(text: str) -> str:
    return MARKDOWN_SIGNS.sub(r"\\\1", text)


def _target(url: str) -> str:
    return url.replace("<", "%3C").replace(">", "%3E").replace("\n", "")
