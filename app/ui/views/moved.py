"""Two wordings word by word; a sentence that moved is one sentence, shown where it stood and where it stands now."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.claims.diff import OperationKind, diff_words
from app.domain.claims import Action, ClaimChange, Span
from app.messages.marking import MARKS
from app.messages.message import Mark, Piece
from app.ui.marking import marked_words

FIRST_SIGN, LAST_SIGN = 0xE000, 0xF8FF
MOST_MOVED: Final = 500
NEVER: Final = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """A sentence that stands elsewhere now: at its old place (``is_here`` false) or its new one, with its words.

    ``number`` joins the two places. At the new place, ``words`` show what was changed on the way.
    """

    number: int
    is_here: bool
    words: tuple[Piece, ...]
    mark: str = "moved"


Stretch = Piece | Moved


def words_with_moves(
    before: str, after: str, changes: Sequence[ClaimChange], *, out_of_time: Callable[[], bool]
) -> tuple[tuple[Stretch, ...], bool]:
    """The way from one text to the other, and whether it had to be drawn coarsely.

    Each moved sentence stands in both texts as one sign that neither of them has, while they are compared.
    """
    moved = dict(zip(_unused_signs(before + after), _apart(changes), strict=False))
    old = _signed(before, {sign: change.before_spans[0] for sign, change in moved.items()})
    new = _signed(after, {sign: change.after_spans[0] for sign, change in moved.items()})
    difference = diff_words(old, new, out_of_time=out_of_time)
    numbers = {sign: number for number, sign in enumerate(moved, start=1)}
    stretches: list[Stretch] = []
    for step in difference.operations:
        for text in _cut(step.text, moved):
            change = moved.get(text)
            if change is None:
                stretches.append(Piece(text, MARKS[step.kind]))
            else:
                stretches += _told(change, step.kind, numbers[text])
    return tuple(stretches), difference.truncated


def near(stretches: Sequence[Stretch], around: Callable[[tuple[Piece, ...]], tuple[Piece, ...]]) -> tuple[Stretch, ...]:
    """The same with what is far from every change left out; ``around`` says how pieces are shortened."""
    stand_ins = tuple(one if isinstance(one, Piece) else Piece("", Mark.COME) for one in stretches)
    shown = around(stand_ins)
    return tuple(short if isinstance(one, Piece) else one for one, short in zip(stretches, shown, strict=True))


def _told(change: ClaimChange, kind: OperationKind, number: int) -> Sequence[Stretch]:
    match kind:
        case OperationKind.DELETE:
            return [Moved(number, False, (Piece(change.before, Mark.KEPT),))]
        case OperationKind.INSERT:
            return [Moved(number, True, marked_words(change.before, change.after))]
        case OperationKind.EQUAL:
            return marked_words(change.before, change.after)


def _apart(changes: Sequence[ClaimChange]) -> list[ClaimChange]:
    """The changes that moved one sentence to one other place, none within another."""
    found: list[ClaimChange] = []
    ends = [NEVER, NEVER]
    alone = [one for one in changes if (one.moved or one.action is Action.MOVED) and _is_one(one)]
    for change in sorted(alone, key=lambda one: one.before_spans[0]):
        if change.before_spans[0].start >= ends[0]:
            found.append(change)
            ends[0] = change.before_spans[0].end
    kept: list[ClaimChange] = []
    for change in sorted(found, key=lambda one: one.after_spans[0]):
        if change.after_spans[0].start >= ends[1]:
            kept.append(change)
            ends[1] = change.after_spans[0].end
    return kept[:MOST_MOVED]


def _is_one(change: ClaimChange) -> bool:
    return len(change.before_spans) == len(change.after_spans) == 1


def _unused_signs(text: str) -> Iterator[str]:
    used = set(text)
    return (sign for code in range(FIRST_SIGN, LAST_SIGN) if (sign := chr(code)) not in used)


def _signed(text: str, places: dict[str, Span]) -> str:
    """A text with a sign in the place of each of these stretches."""
    for sign, span in sorted(places.items(), key=lambda one: -one[1].start):
        text = f"{text[: span.start]}{sign}{text[span.end :]}"
    return text


def _cut(text: str, signs: dict[str, ClaimChange]) -> Iterator[str]:
    """A text cut at the signs in it, these by themselves."""
    begun = 0
    for place, letter in enumerate(text):
        if letter in signs:
            if place > begun:
                yield text[begun:place]
            yield letter
            begun = place + 1
    if begun < len(text):
        yield text[begun:]
