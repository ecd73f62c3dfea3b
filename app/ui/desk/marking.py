"""Marks in a text: a place shown with some words around it, and two wordings shown as one with what differs."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from app.claims.diff import OperationKind, diff_words
from app.domain.claims import Span

AROUND: Final = 160
LONGEST: Final = 1200
TAGS: Final = {OperationKind.DELETE: "del", OperationKind.INSERT: "ins", OperationKind.EQUAL: ""}


class Piece(NamedTuple):
    """A stretch of text; ``tag`` is the element that it stands in: mark, del, ins, or none."""

    text: str
    tag: str = ""


def excerpt(text: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """The text around the first of the places, those that fall into it marked; dots where something is left out."""
    kept = sorted(span for span in spans if 0 <= span.start < span.end <= len(text))
    if not kept:
        return ()
    begin = _word_start(text, max(0, kept[0].start - AROUND))
    end = _word_end(text, min(len(text), kept[0].end + AROUND, begin + LONGEST))
    inside = [span for span in kept if span.end <= end] or [Span(kept[0].start, end)]
    places = [begin, *(place for span in _apart(inside) for place in span), end]
    pieces = [Piece("…")] if begin else []
    for number, (left, right) in enumerate(pairwise(places)):
        if right > left:
            pieces.append(Piece(text[left:right], "mark" if number % 2 else ""))
    return (*pieces, Piece("…")) if end < len(text) else tuple(pieces)


def within(text: str, spans: Sequence[Span], words: str) -> Sequence[Span]:
    """The places of the words inside of these spans, whatever their case; the spans themselves where they are not."""
    wanted = words.strip(" \t\n.…!?\"“”«»'").lower()
    for span in spans:
        stretch = text[span.start : span.end].lower()
        place = stretch.find(wanted) if wanted else -1
        if place >= 0 and len(stretch) == span.end - span.start:
            return [Span(span.start + place, span.start + place + len(wanted))]
    return spans


def compared(before: str, after: str) -> tuple[Piece, ...]:
    """The way from one wording to another."""
    return tuple(Piece(one.text, TAGS[one.kind]) for one in diff_words(before, after).operations)


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Spans that touch or overlap made one."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _word_start(text: str, place: int) -> int:
    while place > 0 and not text[place - 1].isspace():
        place -= 1
    return place


def _word_end(text: str, place: int) -> int:
    while place < len(text) and not text[place].isspace() and place % 400:
        place += 1
    return place
