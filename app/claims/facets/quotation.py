"""Words that are given as somebody's own: quotation marks that came or went."""

import re
from collections.abc import Sequence

from app.claims.clean import QUOTE_MARKS
from app.claims.facets.pair import Finding
from app.domain.claims import FacetKind, Span

QUOTED_WORDS = 3
"""Quotation marks around fewer words set off a name; around more they make somebody's own words."""
SHORTEST_IN_TITLE = 4
WHOLLY_QUOTED = 0.8
DASHES = ("—", "–", "-")
PUNCTUATION, NOT_QUOTES = re.compile(r"[^\w\s]"), re.compile(f"[{QUOTE_MARKS}]")
PAIRED = {"«": "»", "“": "”„“", "„": "“”", "”": "”", '"': '"', "‟": "”", "″": "″"}


def quotation(before: str, after: str) -> Finding | None:
    """Quotation marks around several words came or went: they are now, or no longer, given as somebody's own.

    Marks around nearly the whole claim, or a dash before it, are only another way to write direct speech.
    """
    quoted = [_quoted(text) for text in (before, after)]
    with_marks, without = (before, after) if quoted[0] else (after, before)
    if bool(quoted[0]) == bool(quoted[1]) or any(mark in without for mark in QUOTE_MARKS):
        return None
    if PUNCTUATION.findall(NOT_QUOTES.sub("", with_marks)) != PUNCTUATION.findall(NOT_QUOTES.sub("", without)):
        return None  # the whole punctuation was worked over
    words = sum(len(with_marks[span.start : span.end].split()) for span in (*quoted[0], *quoted[1]))
    if words >= WHOLLY_QUOTED * len(with_marks.split()) or without.startswith(DASHES):
        return None
    change = "removed" if quoted[0] else "added"
    return Finding(FacetKind.QUOTATION, tuple(quoted[0]), tuple(quoted[1]), {"change": change})


def _quoted(text: str) -> list[Span]:
    """The stretches of several words between a pair of quotation marks."""
    spans = []
    start: int | None = None
    for place, letter in enumerate(text):
        if letter not in QUOTE_MARKS:
            continue
        if start is not None and letter in PAIRED.get(text[start], ""):
            words = text[start + 1 : place].split()
            if len(words) >= QUOTED_WORDS and not _is_title(words):
                spans.append(Span(start, place + 1))
            start = None
        else:
            start = place
    return spans


def _is_title(words: Sequence[str]) -> bool:
    """Whether every word but the smallest has a capital letter: the name of a book, "Майстер і Маргарита"."""
    long = [word for word in words if len(word) >= SHORTEST_IN_TITLE]
    return bool(long) and all(word[:1].isupper() for word in long)
