"""Which claim of the old wording is which claim of the new one.

Steps: claims with the same key are paired first (from the front, from the back, then in order); the rest by likeness
of their word families (indel similarity) in the best pairing per connected group; then neighbours that were left over
are tried as parts of a split or of a merger; at last, pairs off the heaviest increasing run are moves.
"""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import Indel

from app.claims.assignment import Pair, best_pairing, heaviest_increasing, is_increasing
from app.claims.deadline import OutOfTime, never
from app.claims.regroup import grown, joined

LIKE_NEAR = 0.40
"""Least likeness of two claims between the same anchors."""
LIKE_FAR = 0.55
"""Least likeness of two claims anywhere."""
ALL_PAIRS = 20_000
"""So many pairs are all compared; of more, only those that share a rare word or stand at about the same place."""
WINDOW = 12
RARE = 40
BEST_PAIRING = 2_500
"""So many cells are paired in the best way; more are paired greedily."""
Families = dict[int, tuple[int, ...]]
FamiliesOf = Callable[[Sequence[int], Sequence[int]], tuple[Families, Families]]
"""Given the positions left over on both sides: for each, the families of its words in order."""


class Likeness(StrEnum):
    """How two claims were found to be one."""

    EXACT = "exact"
    CLOSE = "close"
    SPLIT = "split"
    MERGED = "merged"


TURNED = {Likeness.SPLIT: Likeness.MERGED, Likeness.MERGED: Likeness.SPLIT}


class Match(NamedTuple):
    """Claims of the old wording (by position) that became claims of the new one. Several only where split or merged."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    similarity: float
    likeness: Likeness
    moved: bool = False

    def turned(self) -> "Match":
        """The same seen from the new wording to the old one."""
        return Match(self.after, self.before, self.similarity, TURNED.get(self.likeness, self.likeness), self.moved)


@dataclass(frozen=True, slots=True)
class Alignment:
    """Every position of both wordings, once: in a match, or left over. ``truncated``: the time ran out."""

    matches: tuple[Match, ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]
    truncated: bool = False

    def turned(self) -> "Alignment":
        """The same seen from the new wording to the old one."""
        matches = sorted((match.turned() for match in self.matches), key=lambda match: (match.before, match.after))
        return Alignment(tuple(matches), self.added, self.removed, self.truncated)


def align(
    before: Sequence[str],
    after: Sequence[str],
    families_of: FamiliesOf,
    *,
    out_of_time: OutOfTime = never,
) -> Alignment:
    """Align claims given by their match keys; ``families_of`` is asked once, for those without an exact twin."""
    exact = exact_pairs(before, after)
    left_before = _without(len(before), (pair[0] for pair in exact))
    left_after = _without(len(after), (pair[1] for pair in exact))
    matches = [Match((i,), (j,), 1.0, Likeness.EXACT) for i, j in exact]
    truncated = False
    if left_before and left_after:
        leftovers = _Leftovers(
            left_before,
            left_after,
            *families_of(left_before, left_after),
            _Gaps(before, exact),
            (len(before), len(after)),
            out_of_time,
        )
        close = leftovers.close_matches()
        matches += leftovers.regrouped(close)
        truncated = leftovers.truncated
    matches.sort(key=lambda match: (match.before, match.after))
    return Alignment(
        tuple(_with_moves(matches, before)),
        _without(len(before), (i for match in matches for i in match.before)),
        _without(len(after), (j for match in matches for j in match.after)),
        truncated,
    )


def exact_pairs(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Positions with equal keys: the common beginning, the common end, then the rest in order."""
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
    pairs = [(n, n) for n in range(head)]
    pairs += [(len(before) - 1 - n, len(after) - 1 - n) for n in range(tail)]
    free: dict[str, list[int]] = defaultdict(list)
    for j in range(len(after) - tail - 1, head - 1, -1):
        free[after[j]].append(j)
    pairs += [(i, free[before[i]].pop()) for i in range(head, len(before) - tail) if free.get(before[i])]
    return sorted(pairs)


def _without(length: int, taken: Iterator[int]) -> tuple[int, ...]:
    gone = set(taken)
    return tuple(position for position in range(length) if position not in gone)


def _with_moves(matches: list[Match], before: Sequence[str]) -> Iterator[Match]:
    starts = [match.after[0] for match in matches]
    if is_increasing(starts):
        yield from matches
        return
    lengths = [len(key) + 1.0 for key in before]
    weights = [
        lengths[match.before[0]] if len(match.before) == 1 else sum(lengths[i] for i in match.before)
        for match in matches
    ]
    kept = heaviest_increasing(starts, weights)
    for position, match in enumerate(matches):
        yield match if position in kept else match._replace(moved=True)


class _Gaps:
    """Between which two exact anchors a claim stands: claims of one gap are "at the same place"."""

    def __init__(self, before: Sequence[str], exact: list[Pair]) -> None:
        kept = heaviest_increasing([j for _, j in exact], [len(before[i]) + 1.0 for i, _ in exact])
        self._before = [pair[0] for position, pair in enumerate(exact) if position in kept]
        self._after = [pair[1] for position, pair in enumerate(exact) if position in kept]

    def of_before(self, position: int) -> int:
        return bisect(self._before, position)

    def of_after(self, position: int) -> int:
        return bisect(self._after, position)


@dataclass(slots=True)
class _Leftovers:
    """The claims without an exact twin, and how they are paired."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    families_before: Families
    families_after: Families
    gaps: _Gaps
    lengths: tuple[int, int]
    out_of_time: OutOfTime
    truncated: bool = False

    def close_matches(self) -> list[Match]:
        likeness: dict[Pair, float] = {}
        weights: dict[Pair, float] = {}
        for i, candidates in self._candidates():
            if self.out_of_time():
                self.truncated = True
                break
            own, gap, place = self.families_before[i], self.gaps.of_before(i), (i + 0.5) / self.lengths[0]
            for j in candidates:
                near = gap == self.gaps.of_after(j)
                least = LIKE_NEAR if near else LIKE_FAR
                similarity = Indel.normalized_similarity(own, self.families_after[j], score_cutoff=least)
                if similarity >= least:
                    distance = abs(place - (j + 0.5) / self.lengths[1])
                    likeness[i, j] = similarity
                    weights[i, j] = similarity * similarity + (0.10 if near else 0.0) + 0.05 * (1 - distance)
        pairs = [pair for group in _connected(weights) for pair in _paired(group, weights)]
        return [Match((i,), (j,), likeness[i, j], Likeness.CLOSE) for i, j in pairs]

    def _candidates(self) -> Iterator[tuple[int, Sequence[int]]]:
        if len(self.before) * len(self.after) <= ALL_PAIRS:
            yield from ((i, self.after) for i in self.before)
            return
        with_family: dict[int, list[int]] = defaultdict(list)
        for j in self.after:
            for family in set(self.families_after[j]):
                with_family[family].append(j)
        for position, i in enumerate(self.before):
            middle = position * len(self.after) // len(self.before)
            found = set(self.after[max(0, middle - WINDOW) : middle + WINDOW])
            rarest = sorted(set(self.families_before[i]), key=lambda family: (len(with_family[family]), family))[:6]
            for family in rarest:
                if len(with_family[family]) <= RARE:
                    found.update(with_family[family])
            yield i, sorted(found)

    def regrouped(self, close: list[Match]) -> list[Match]:
        """The close matches, grown by neighbours that were left over, and groups of leftovers that fit one claim."""
        free_before = set(self.before) - {match.before[0] for match in close}
        free_after = set(self.after) - {match.after[0] for match in close}
        matches = []
        for match in close:
            if free_before or free_after:
                matches.append(self._grown(match, free_before, free_after))
            else:
                matches.append(match)
        many = len(free_before) * len(free_after) > ALL_PAIRS
        for i in sorted(free_before):
            starts = self._beside(i, self.before, self.after, free_after) if many else sorted(free_after)
            if group := joined(self.families_before[i], self.families_after, free_after, starts):
                matches.append(Match((i,), group.positions, group.similarity, Likeness.SPLIT))
                free_before.discard(i)
        for j in sorted(free_after):
            starts = self._beside(j, self.after, self.before, free_before) if many else sorted(free_before)
            if group := joined(self.families_after[j], self.families_before, free_before, starts):
                matches.append(Match(group.positions, (j,), group.similarity, Likeness.MERGED))
                free_after.discard(j)
        return matches

    @staticmethod
    def _beside(position: int, own: tuple[int, ...], other: tuple[int, ...], free: set[int]) -> list[int]:
        """The free positions at about the same place of the other text."""
        middle = bisect(own, position) * len(other) // len(own)
        return [place for place in other[max(0, middle - WINDOW) : middle + WINDOW] if place in free]

    def _grown(self, match: Match, free_before: set[int], free_after: set[int]) -> Match:
        (i,), (j,) = match.before, match.after
        after = grown(self.families_before[i], j, self.families_after, free_after, match.similarity)
        if len(after.positions) > 1:
            return Match((i,), after.positions, after.similarity, Likeness.SPLIT)
        before = grown(self.families_after[j], i, self.families_before, free_before, match.similarity)
        if len(before.positions) > 1:
            return Match(before.positions, (j,), before.similarity, Likeness.MERGED)
        return match


def _connected(pairs: dict[Pair, float]) -> list[list[Pair]]:
    """The pairs in groups that share no claim, in order."""
    by_before: dict[int, list[int]] = defaultdict(list)
    by_after: dict[int, list[int]] = defaultdict(list)
    for i, j in pairs:
        by_before[i].append(j)
        by_after[j].append(i)
    groups, seen = [], set()
    for start in by_before:
        if start in seen:
            continue
        seen.add(start)
        group, waiting, seen_after = [], [start], set()
        while waiting:
            i = waiting.pop()
            group += [(i, j) for j in by_before[i]]
            for j in by_before[i]:
                if j not in seen_after:
                    seen_after.add(j)
                    fresh = [k for k in by_after[j] if k not in seen]
                    seen.update(fresh)
                    waiting += fresh
        groups.append(group)
    return groups


def _paired(group: list[Pair], weights: dict[Pair, float]) -> list[Pair]:
    if len(group) == 1:
        return group
    rows, columns = sorted({i for i, _ in group}), sorted({j for _, j in group})
    if len(rows) * len(columns) <= BEST_PAIRING:
        table = [[weights.get((i, j), 0.0) for j in columns] for i in rows]
        return [(rows[row], columns[column]) for row, column in best_pairing(table)]
    taken: Counter[tuple[str, int]] = Counter()
    chosen = []
    for i, j in sorted(group, key=lambda pair: (-weights[pair], pair)):
        if not taken["before", i] and not taken["after", j]:
            taken["before", i] = taken["after", j] = 1
            chosen.append((i, j))
    return chosen
