"""An alert as people read it, before it gets the form of one kind: a headline, what changed, and where to read more.

Every text in it comes from a publisher or is somebody's name for something: it is shown, never obeyed. What would turn
the reading direction or hide itself is shown as a number here, in one place; markup is escaped by each kind.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from app.domain.printable import one_line

LONGEST_HEADLINE = 500
LONGEST_MARKED = 700
CONTEXT = 90
"""So many characters of unchanged words stand on each side of changed ones."""
MOST_CHANGES = 40
TOKENS = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
MOST_TOKENS = 1_200
WEB = re.compile(r"https?://[^\s\\\"'<>`{}|^\x00-\x20\x7f]+", re.IGNORECASE)


class Mark(Enum):
    """What became of some words."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words with one mark."""

    text: str
    mark: Mark = Mark.KEPT


@dataclass(frozen=True, slots=True)
class Quote:
    """The wording of one claim, before or after, with the words marked that changed; ``label`` says which it is."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Where to read more."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is told. ``facts`` are short lines; ``more`` says what was left out; ``thread`` names the statement."""

    headline: str
    facts: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    more: str = ""
    links: tuple[Link, ...] = ()
    thread: str | None = None
    language: str = "en"


def message_of(body: bytes) -> Message:
    """The message of an event, from the body that webhooks get."""
    event: Mapping[str, Any] = json.loads(body)
    quotes = [quote for claim in event.get("claims", ()) for quote in _quotes(claim)]
    left = int(event.get("claims_left_out", 0))
    statement = event.get("statement") or {}
    return Message(
        headline=one_line(str(event.get("headline", "")), LONGEST_HEADLINE) or str(event.get("type", "…")),
        quotes=tuple(quotes[:MOST_CHANGES]),
        more=f"… and {left} more changes" if left else "",
        links=tuple(_links(event.get("links") or {})),
        thread=str(statement["id"]) if "id" in statement else None,
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


def compared(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Two wordings with the words marked that one has and the other has not."""
    old, new = TOKENS.findall(before), TOKENS.findall(after)
    if len(old) + len(new) > MOST_TOKENS:
        return (Piece(before, Mark.GONE),), (Piece(after, Mark.NEW),)
    gone, come = list[Piece](), list[Piece]()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        is_same = tag == "equal"
        gone += _piece(old[a:b], Mark.KEPT if is_same else Mark.GONE)
        come += _piece(new[c:d], Mark.KEPT if is_same else Mark.NEW)
    return tuple(gone), tuple(come)


def web_link(url: object) -> str | None:
    """An address that may be shown as a link: of the web, and without what could end it early."""
    return url if isinstance(url, str) and len(url) <= 2_000 and WEB.fullmatch(url) else None


def _quotes(claim: Mapping[str, Any]) -> Iterable[Quote]:
    before, after = _said(claim.get("before")), _said(claim.get("after"))
    if before == after:
        yield from [Quote("Moved", (Piece(after),))] if after else []
        return
    old, new = compared(before, after)
    if before:
        yield Quote("Before", old)
    if after:
        yield Quote("After", new)


def _said(text: object) -> str:
    return one_line(text) if isinstance(text, str) else ""


def _piece(tokens: Sequence[str], mark: Mark) -> list[Piece]:
    return [Piece("".join(tokens), mark)] if tokens else []


def _links(links: Mapping[str, Any]) -> Iterable[Link]:
    for name, label in (("source", "Source"), ("diff", "Difference"), ("edit", "Edit")):
        url = web_link(links.get(name))
        if url:
            yield Link(label, url)


def _around(text: str, *, is_first: bool, is_last: bool) -> str:
    """Unchanged words as far as they stand beside changed ones; alone, their beginning."""
    if len(text) <= 2 * CONTEXT:
        return text
    end = "" if is_last and not is_first else text[-CONTEXT:]
    start = "" if is_first and not is_last else text[:CONTEXT]
    return f"{start} … {end}" if start and end else f"{start}…{end}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
