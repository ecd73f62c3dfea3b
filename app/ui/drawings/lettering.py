"""Words in a drawing: made safe for XML, measured without a font, wrapped, shortened, and put from right to left."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")
"""What XML 1.0 does not allow, and the signs by which a text could turn the words around it."""
NARROW = frozenset("iljtfrI.,:;'|!()[]{}`’‘·і")
WIDE = frozenset("mwMWшщжюфмШЩЖЮФМыъ@%—…")
ELLIPSIS = "…"


class Run(NamedTuple):
    """A stretch of words painted alike: ``paint`` is a class of app.ui.drawings.ink.TEXTS."""

    text: str
    paint: str


def safe(text: str) -> str:
    """The text in one line, without what XML forbids or what would turn the words around it."""
    return " ".join(FORBIDDEN.sub("\ufffd", text).split())


def is_rtl(text: str) -> bool:
    """Whether it is written from right to left: by its first letter that has a direction."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def isolated(text: str, *, rtl: bool) -> str:
    """The text in its own direction, whatever stands around it."""
    return f"\u2067{text}\u2069" if rtl else text


def width_of(text: str, size: float = 13) -> float:
    """About how wide a line is, in the units of the size; rather too wide than too narrow."""
    return sum(map(_em, text)) * size


def _em(sign: str) -> float:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.05
    if sign in NARROW:
        return 0.34
    if sign in WIDE:
        return 0.92
    if sign == " ":
        return 0.28
    return 0.7 if sign.isupper() else 0.58


def shorten(text: str, width: float, size: float = 13) -> str:
    """The beginning of the text that fits."""
    text = safe(text)
    if width_of(text, size) <= width:
        return text
    left = width - width_of(ELLIPSIS, size)
    kept = []
    for sign in text:
        left -= _em(sign) * size
        if left < 0:
            break
        kept.append(sign)
    return "".join(kept).rstrip() + ELLIPSIS


def wrap(runs: Sequence[Run], width: float, *, lines: int, size: float = 13) -> list[list[Run]]:
    """The runs in at most so many lines. Where not all fit, what changed stays in sight, and dots show the rest."""
    words = list(_words(runs, width, size))
    first = next((place for place, word in enumerate(words) if word.paint != "text"), 0)
    room = width * max(1, lines - 1)
    if width_of(" ".join(word.text for word in words[: first + 1]), size) > room:
        words = [Run(ELLIPSIS, "text"), *words[max(0, first - 3) :]]
    laid = _laid(words, width, size)
    if len(laid) > lines:
        last = laid[lines - 1]
        while last and _width(last, size) + width_of(" " + ELLIPSIS, size) > width:
            last.pop()
        last.append(Run(ELLIPSIS, "text"))
    return [list(_joined(line)) for line in laid[:lines]]


def _words(runs: Iterable[Run], width: float, size: float) -> Iterator[Run]:
    """Each word by itself; one that fits into no line is cut."""
    for run in runs:
        for word in safe(run.text).split():
            yield Run(shorten(word, width, size), run.paint)


def _laid(words: Iterable[Run], width: float, size: float) -> list[list[Run]]:
    laid: list[list[Run]] = [[]]
    for word in words:
        if laid[-1] and _width([*laid[-1], word], size) > width:
            laid.append([])
        laid[-1].append(word)
    return laid


def _width(words: Sequence[Run], size: float) -> float:
    return width_of(" ".join(word.text for word in words), size)


def _joined(words: Iterable[Run]) -> Iterator[Run]:
    """Neighbours painted alike become one run again."""
    kept: Run | None = None
    for word in words:
        if kept is not None and kept.paint == word.paint:
            kept = Run(f"{kept.text} {word.text}", kept.paint)
            continue
        if kept is not None:
            yield kept
        kept = word
    if kept is not None:
        yield kept
