"""One claim that became several, or several that became one: sentences joined and compared as a whole."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

LIKE_JOINED = 0.60
"""Least likeness of a claim to several claims joined."""
GAIN = 0.05
"""A neighbour belongs to the group only if it raises the likeness by more than this."""
COVERED = 0.5
"""Least share of a neighbour's words that stand in the claim it is said to come from."""
COVERED_PART = 0.4
SHORTEST = 6
"""Claims of fewer words are not looked for in pieces."""
MOST_PARTS = 3


class Group(NamedTuple):
    """Neighbouring positions that together are like one claim."""

    positions: tuple[int, ...]
    similarity: float


def is_covered(part: Sequence[int], whole: Counter[int], least: float) -> bool:
    """Whether at least such a share of the words of ``part`` is found in ``whole``, whatever their order."""
    if not part or sum(map(whole.__contains__, part)) / len(part) < least:
        return False  # what nearly all are, seen without counting how often each word stands
    return (Counter(part) & whole).total() / len(part) >= least


def grown(
    claim: tuple[int, ...], seed: int, families: Mapping[int, tuple[int, ...]], free: set[int], similarity: float
) -> Group:
    """The group around ``seed`` that is most like ``claim``, taking in free neighbours (removed from ``free``)."""
    positions: tuple[int, ...] = (seed,)
    while True:
        neighbours = (positions[0] - 1, positions[-1] + 1)
        for neighbour in neighbours:
            if neighbour not in free or not families[neighbour]:
                continue
            wider = tuple(sorted((*positions, neighbour)))
            likeness = Indel.normalized_similarity(claim, _concatenated(families, wider))
            if likeness > similarity + GAIN and is_covered(families[neighbour], Counter(claim), COVERED):
                positions, similarity = wider, likeness
                free.discard(neighbour)
                break
        else:
            return Group(positions, similarity)


def joined(
    claim: tuple[int, ...], families: Mapping[int, tuple[int, ...]], free: set[int], starts: Sequence[int]
) -> Group | None:
    """Two or three free neighbours that together are like ``claim``, removed from ``free``; None if there are none.

    ``starts`` are the positions at which a group may begin.
    """
    best: Group | None = None
    if len(claim) < SHORTEST:
        return None
    whole = Counter(claim)
    beside = free.intersection(start + further for start in starts for further in range(MOST_PARTS))
    parts = {position for position in beside if is_covered(families[position], whole, COVERED_PART)}
    for start in starts:
        for length in range(2, MOST_PARTS + 1):
            positions = tuple(range(start, start + length))
            if not parts.issuperset(positions):
                break
            likeness = Indel.normalized_similarity(claim, _concatenated(families, positions))
            if likeness >= LIKE_JOINED and (best is None or likeness > best.similarity):
                best = Group(positions, likeness)
    if best is not None:
        free.difference_update(best.positions)
    return best


def _concatenated(families: Mapping[int, tuple[int, ...]], positions: Sequence[int]) -> tuple[int, ...]:
    return tuple(family for position in positions for family in families[position])
