"""A message as its readers get it: a first line that says it all, the changed words marked, what is known of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.claims import Level


class Mark(StrEnum):
    """What became of a stretch of words; the value is the HTML element that shows it."""

    KEPT = ""
    GONE = "del"
    COME = "ins"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words, and what became of it."""

    text: str
    mark: Mark


Marked = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ClaimTold:
    """One claim: what was done to it in words, its words before and after in one, and in what it differs."""

    what: str
    level: Level
    words: Marked
    points: tuple[str, ...]
    """Each facet, each pinned phrase, whether it moved."""

    @property
    def before(self) -> Marked:
        """The old words, with those that went marked."""
        return tuple(piece for piece in self.words if piece.mark is not Mark.COME)

    @property
    def after(self) -> Marked:
        """The new words, with those that came marked."""
        return tuple(piece for piece in self.words if piece.mark is not Mark.GONE)


@dataclass(frozen=True, slots=True)
class Link:
    """A way on: what is there, and its address (http or https)."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """All that somebody is told of one event, in one language. Everything in it is plain text, not markup.

    ``level`` is None for what has none (a watch that cannot be read, a test). ``items`` are the headlines of the
    single alerts of a digest. ``facts`` are sentences: level, how long the old wording stood, whether the change was
    disclosed, whether a second look confirmed it, what was left out.
    """

    language: str
    headline: str
    level: Level | None
    claims: tuple[ClaimTold, ...]
    items: tuple[str, ...]
    facts: tuple[str, ...]
    links: tuple[Link, ...]


SIGNS: Final = {Mark.GONE: ("[-", "-]"), Mark.COME: ("{+", "+}")}


def plain(words: Marked) -> str:
    """Marked words as plain text, as wdiff writes them: ``began [-new offensive-]{+combat+} operations``."""
    return "".join(
        f"{SIGNS[piece.mark][0]}{piece.text}{SIGNS[piece.mark][1]}" if piece.mark in SIGNS else piece.text
        for piece in words
    )


def lines_of(message: Message) -> Iterator[str]:
    """The whole message as lines of plain text, each without line breaks; empty lines part its sections."""
    yield one_line(message.headline)
    for claim in message.claims:
        yield ""
        yield one_line(f"{claim.what}:")
        yield f"  {one_line(plain(claim.words))}"
        yield from (f"  - {one_line(point)}" for point in claim.points)
    for section in (message.items, message.facts):
        if section:
            yield ""
            yield from (f"- {one_line(line)}" for line in section)
    if message.links:
        yield ""
        yield from (one_line(f"{link.label}: {link.address}") for link in message.links)


def as_text(message: Message) -> str:
    """The whole message as plain text."""
    return "\n".join(lines_of(message)) + "\n"


def one_line(text: str) -> str:
    """A text without line breaks and runs of spaces."""
    return " ".join(text.split())
