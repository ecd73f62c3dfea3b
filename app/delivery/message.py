"""An alert as a chat or a mail shows it: its message in the language of the destination, made fit to be shown.

Every text in it comes from a publisher or is somebody's name for something: it is shown, never obeyed. What would turn
the reading direction or hide itself becomes a number here, in one place; markup is escaped by each kind.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.catalogues.choosing import catalogue_of
from app.domain.printable import one_line, printable
from app.messages.message import Link, Mark, Piece
from app.messages.reading import message_of

LONGEST_HEADLINE = 500
LONGEST_LINE = 300
LONGEST_MARKED = 700
MOST_FACTS = 12
MOST_ITEMS = 60
CONTEXT = 90
"""So many characters of unchanged words stand on each side of changed ones."""
SPACES = re.compile(r"\s+")
WEB = re.compile(r"https?://[^\s\\\"'<>`{}|^\x00-\x20\x7f]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of one claim, with those marked that went and came; ``label`` says what was done to it."""

    label: str
    pieces: tuple[Piece, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What is told. ``items`` are the headlines of a digest; ``thread`` names the statement."""

    headline: str
    facts: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    items: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    thread: str | None = None
    language: str = "en"


def shown_of(body: bytes, language: str = "en") -> Shown:
    """What is shown of an event, from the body that webhooks get."""
    event: Mapping[str, Any] = json.loads(body)
    told = message_of(event, catalogue_of(language))
    statement = event.get("statement")
    return Shown(
        headline=one_line(told.headline, LONGEST_HEADLINE) or str(event.get("type", "…")),
        facts=tuple(one_line(fact, LONGEST_LINE) for fact in told.facts[:MOST_FACTS]),
        quotes=tuple(
            Quote(
                label=one_line(claim.what, LONGEST_LINE),
                pieces=tuple(_shown_pieces(claim.words)),
                points=tuple(one_line(point, LONGEST_LINE) for point in claim.points),
            )
            for claim in told.claims
        ),
        items=tuple(one_line(item, LONGEST_HEADLINE) for item in told.items[:MOST_ITEMS]),
        links=tuple(Link(one_line(link.label), link.address) for link in told.links if web_link(link.address)),
        thread=str(statement["id"]) if isinstance(statement, Mapping) and "id" in statement else None,
        language=told.language,
    )


def shortened(quote: Quote) -> Quote:
    """A quote as a chat can show it: long unchanged words give way to an ellipsis, changed ones are kept."""
    last = len(quote.pieces) - 1
    return replace(
        quote,
        pieces=tuple(
            replace(piece, text=_around(piece.text, is_first=place == 0, is_last=place == last))
            if piece.mark is Mark.KEPT
            else replace(piece, text=_cut(piece.text, LONGEST_MARKED))
            for place, piece in enumerate(quote.pieces)
        ),
    )


def fitting(pieces: Iterable[Piece], longest: int, size: Callable[[Piece], int]) -> tuple[Piece, ...]:
    """As many of the pieces as ``longest`` allows, each as long as ``size`` says; the last is cut with an ellipsis."""
    kept: list[Piece] = []
    left = longest
    for piece in pieces:
        if size(piece) <= left:
            kept.append(piece)
            left -= size(piece)
            continue
        low, high = 0, len(piece.text)
        while low < high:
            middle = (low + high + 1) // 2
            if size(replace(piece, text=piece.text[:middle] + "…")) <= left:
                low = middle
            else:
                high = middle - 1
        if low:
            kept.append(replace(piece, text=piece.text[:low] + "…"))
        break
    return tuple(kept)


def web_link(url: object) -> str | None:
    """An address that may be shown as a link: of the web, and without what could end it early."""
    return url if isinstance(url, str) and len(url) <= 2_000 and WEB.fullmatch(url) else None


def _shown_pieces(words: Iterable[Piece]) -> Iterable[Piece]:
    """The pieces on one line; those of nothing are dropped."""
    for piece in words:
        text = printable(SPACES.sub(" ", piece.text))
        if text:
            yield replace(piece, text=text)


def _around(text: str, *, is_first: bool, is_last: bool) -> str:
    """Unchanged words as far as they stand beside changed ones; alone, their beginning."""
    if len(text) <= 2 * CONTEXT:
        return text
    end = "" if is_last and not is_first else text[-CONTEXT:]
    start = "" if is_first and not is_last else text[:CONTEXT]
    return (
        f"{start} … {end}" if start and end and not (is_first and is_last) else f"{start or '…'}{'…' if start else end}"
    )


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
