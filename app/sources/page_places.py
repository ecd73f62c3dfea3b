"""Where on a page a text stands: the smallest element that holds every line of it.

Words are compared without what is between them, because an extractor writes spaces and dashes of its own.
"""

import re
from typing import NamedTuple

from selectolax.lexbor import LexborNode

DIGITS = re.compile(r"\d+")
_LONG_PIECE = 20
"""Letters. By so many a sentence is known where it stands twice; a name or the date of a day has fewer."""
_NOT_A_WORD = re.compile(r"[\W_]+")
_ASCII_NOT_A_WORD = {place: None for place in range(128) if _NOT_A_WORD.match(chr(place))}


class Lines(NamedTuple):
    """The lines of a text, squeezed; all of them in a row; and how long the longest is."""

    each: list[str]
    in_a_row: str
    longest: int

    @classmethod
    def of(cls, text: str) -> "Lines":
        """The lines of a text."""
        each = [bare for line in text.split("\n") if (bare := squeezed(line))]
        return cls(each, "".join(each), max(map(len, each), default=0))

    def are_under(self, node: LexborNode) -> bool:
        """True where all of them stand in an element."""
        text = node.text()
        return len(text) >= self.longest and self.are_in(squeezed(text))

    def are_in(self, words: str) -> bool:
        """True where all of them stand in a squeezed text."""
        return self.in_a_row in words or all(line in words for line in self.each)

    def have_figures_in(self, words: str) -> bool:
        """True where one of them that has a figure stands in a squeezed text, or a long piece of it beside a figure.

        A second copy of the text may have more in a line than was read of it.
        """
        with_figures = [line for line in self.each if DIGITS.search(line)]
        return any(line in words or any(piece in words for piece in _pieces(line)) for line in with_figures)


def _pieces(line: str) -> list[str]:
    return [piece for piece in DIGITS.split(line) if len(piece) >= _LONG_PIECE]


def place_of(body: LexborNode, text: str) -> tuple[int, ...] | None:
    """The way to the smallest element that holds every line of a text; None where there is not one such place."""
    lines = Lines.of(text)
    if not lines.are_under(body):
        return None
    place: list[int] = []
    node = body
    while True:
        holding = [(number, child) for number, child in enumerate(node.iter()) if lines.are_under(child)]
        if len(holding) != 1:
            break
        place.append(holding[0][0])
        node = holding[0][1]
    return tuple(place) if _is_only_there(body, node, lines) else None


def squeezed(text: str) -> str:
    """A text without anything but letters and figures; one of ASCII alone many times faster."""
    return text.translate(_ASCII_NOT_A_WORD) if text.isascii() else _NOT_A_WORD.sub("", text)


def _is_only_there(body: LexborNode, holder: LexborNode, lines: Lines) -> bool:
    """True where no line with a figure stands outside the element too: digits out there are not looked at."""
    return not lines.have_figures_in(squeezed(body.text()).replace(squeezed(holder.text()), "_", 1))


def element_at(body: LexborNode, place: tuple[int, ...]) -> LexborNode | None:
    """The element to which a way leads; None where the way is not there."""
    node = body
    for number in place:
        child = next((one for index, one in enumerate(node.iter()) if index == number), None)
        if child is None:
            return None
        node = child
    return node
