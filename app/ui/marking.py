"""The words that went and those that came, with as much of the text around them as it takes to understand them."""

from app.claims.diff import TextDiff, diff_words
from app.messages.marking import MARKS
from app.messages.message import Mark, Marked, Piece
from app.pipeline.compare import within_seconds

LONGEST_SECONDS = 0.05
"""For marking the words of one claim; a coarser mark is shown as it is."""
AROUND = 140
"""Characters of unchanged text on each side of what changed, in a list."""


def marked_words(before: str, after: str) -> Marked:
    """Two wordings as one text."""
    return pieces_of(diff_words(before, after, out_of_time=within_seconds(LONGEST_SECONDS)))


def pieces_of(diff: TextDiff) -> Marked:
    """A difference as pieces of text, each with what became of it."""
    return tuple(Piece(step.text, MARKS[step.kind]) for step in diff.operations)


def shortened(words: Marked, around: int = AROUND) -> Marked:
    """The same with long stretches that stayed cut short, where they are far from what changed."""
    last = len(words) - 1
    return tuple(
        piece if piece.mark is not Mark.KEPT else _near(piece, around, is_first=place == 0, is_last=place == last)
        for place, piece in enumerate(words)
    )


def _near(piece: Piece, around: int, *, is_first: bool, is_last: bool) -> Piece:
    """A stretch that stayed, without what is far from the change before it and the one behind it."""
    head = _begin(piece.text, around) if not is_first or is_last else ""
    tail = _end(piece.text, around) if not is_last else ""
    if len(head) + len(tail) >= len(piece.text):
        return piece
    return Piece(f"{head} … {tail}".lstrip() if tail else f"{head} …", Mark.KEPT)


def _begin(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rpartition(" ")[0] or text[:most]


def _end(text: str, most: int) -> str:
    return text if len(text) <= most else text[-most:].partition(" ")[2] or text[-most:]
