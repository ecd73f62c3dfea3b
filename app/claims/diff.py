"""Word by word, what was deleted and what was inserted: the difference as people read it.

Words, runs of white space and single marks are the units. Sentences and lines that both texts share in order are
anchors; between them the longest common subsequence of units (rapidfuzz) is made readable by the semantic clean-up of
diff-match-patch (Fraser 2006): a lone common word between two edits joins them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from diff_match_patch import diff_match_patch
from rapidfuzz.distance import Indel

from app.claims.align import exact_pairs
from app.claims.assignment import heaviest_increasing
from app.claims.deadline import OutOfTime, never
from app.domain.claims import Span

UNIT = re.compile(r"(?:\w[\u0300-\u036f\u200d\ufe0f]*)+|\s+|.[\u0300-\u036f\u200d\ufe0f]*", re.DOTALL)
PIECE = re.compile(r".+?(?:(?<![.!?…])[.!?…]++\s+|(?<!\n)\n+|\Z)", re.DOTALL)
MOST_CELLS = 200_000_000
"""Units of both texts multiplied; a larger stretch is told as one replacement."""
FIRST_CODE, SURROGATES = 1, range(0xD800, 0xE000)
DELETED, EQUAL, INSERTED = -1, 0, 1
Step = tuple[int, str]


class OperationKind(StrEnum):
    """What became of a stretch of text."""

    EQUAL = "equal"
    DELETE = "delete"
    INSERT = "insert"


KINDS = {EQUAL: OperationKind.EQUAL, DELETED: OperationKind.DELETE, INSERTED: OperationKind.INSERT}


@dataclass(frozen=True, slots=True)
class Operation:
    """One stretch: its text, and where it stands in the old and in the new text (an empty span where it does not)."""

    kind: OperationKind
    text: str
    before: Span
    after: Span


@dataclass(frozen=True, slots=True)
class TextDiff:
    """The whole way from one text to the other; the operations follow each other without a gap in both texts."""

    operations: tuple[Operation, ...]
    truncated: bool = False


def diff_words(before: str, after: str, *, out_of_time: OutOfTime = never) -> TextDiff:
    """The difference of two raw texts, whatever they hold. Past ``out_of_time`` what is left is one replacement."""
    steps: list[Step] = []
    truncated = False
    for old, new in _stretches(before, after):
        if old == new:
            steps.append((EQUAL, old))
        elif not old or not new:
            steps += [(DELETED, old), (INSERTED, new)]
        else:
            found, whole = _fine(old, new, out_of_time)
            steps += found
            truncated = truncated or not whole
    return TextDiff(tuple(_operations(steps)), truncated)


def apply(diff: TextDiff, before: str) -> str:
    """The new text, made from the old one and the difference.

    Raises:
        ValueError: the difference is not one of this text.
    """
    pieces = []
    position = 0
    for operation in diff.operations:
        if operation.kind is not OperationKind.INSERT:
            end = position + len(operation.text)
            if before[position:end] != operation.text:
                raise ValueError(f"The text does not read as the difference says at {position}.")
            position = end
        if operation.kind is not OperationKind.DELETE:
            pieces.append(operation.text)
    if position != len(before):
        raise ValueError("The text is longer than the difference says.")
    return "".join(pieces)


def _stretches(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Both texts cut at the sentences and lines that they share in order: alternately different and equal."""
    old, new = PIECE.findall(before), PIECE.findall(after)
    pairs = exact_pairs(old, new)
    kept = heaviest_increasing([j for _, j in pairs], [float(len(old[i])) for i, _ in pairs])
    place_old = place_new = 0
    for position, (i, j) in enumerate(pairs):
        if position not in kept or not old[i].strip():
            continue
        yield "".join(old[place_old:i]), "".join(new[place_new:j])
        yield old[i], new[j]
        place_old, place_new = i + 1, j + 1
    yield "".join(old[place_old:]), "".join(new[place_new:])


def _fine(before: str, after: str, out_of_time: OutOfTime) -> tuple[list[Step], bool]:
    old, new = UNIT.findall(before), UNIT.findall(after)
    if len(old) * len(new) > MOST_CELLS or out_of_time():
        return [(DELETED, before), (INSERTED, after)], False
    codes = _codes((*old, *new))
    coded_old, coded_new = "".join(codes[unit] for unit in old), "".join(codes[unit] for unit in new)
    steps: list[Step] = []
    for code in Indel.opcodes(coded_old, coded_new):
        if code.tag == "equal":
            steps.append((EQUAL, coded_old[code.src_start : code.src_end]))
            continue
        steps.append((DELETED, coded_old[code.src_start : code.src_end]))
        steps.append((INSERTED, coded_new[code.dest_start : code.dest_end]))
    steps = [step for step in steps if step[1]]
    diff_match_patch().diff_cleanupSemantic(steps)
    units = {code: unit for unit, code in codes.items()}
    return [(kind, "".join(units[code] for code in written)) for kind, written in steps], True


def _codes(units: Sequence[str]) -> dict[str, str]:
    """One character for each different unit, so that methods for characters work on words."""
    different = dict.fromkeys(units)
    gap = len(SURROGATES)
    places = (
        FIRST_CODE + n if FIRST_CODE + n < SURROGATES.start else FIRST_CODE + n + gap for n in range(len(different))
    )
    return dict(zip(different, map(chr, places), strict=True))


def _operations(steps: Sequence[Step]) -> Iterator[Operation]:
    """Neighbouring steps of one kind made one, deletions before insertions, with their places."""
    old = new = 0
    for kind, text in _joined(steps):
        end_old = old + (len(text) if kind is not OperationKind.INSERT else 0)
        end_new = new + (len(text) if kind is not OperationKind.DELETE else 0)
        yield Operation(kind, text, Span(old, end_old), Span(new, end_new))
        old, new = end_old, end_new


def _joined(steps: Sequence[Step]) -> Iterator[tuple[OperationKind, str]]:
    waiting: dict[int, list[str]] = {EQUAL: [], DELETED: [], INSERTED: []}
    for kind, text in steps:
        if not text:
            continue
        over = (DELETED, INSERTED) if kind == EQUAL else (EQUAL,)
        yield from _told(waiting, over)
        waiting[kind].append(text)
    yield from _told(waiting, (EQUAL, DELETED, INSERTED))


def _told(waiting: dict[int, list[str]], kinds: Sequence[int]) -> Iterator[tuple[OperationKind, str]]:
    for kind in kinds:
        if waiting[kind]:
            yield KINDS[kind], "".join(waiting[kind])
            waiting[kind].clear()
