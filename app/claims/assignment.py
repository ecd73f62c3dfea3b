"""Two small optimisation methods behind the alignment of claims: best pairing, and what stayed in order.

Sources: the Hungarian method with potentials (Kuhn 1955, Munkres 1957, O(n³)); heaviest increasing subsequence over a
staircase of the runs worth continuing (Fredman 1975 in the weighted form, O(n log n)).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from operator import lt

Pair = tuple[int, int]
INFINITE = float("inf")


def best_pairing(weights: Sequence[Sequence[float]]) -> list[Pair]:
    """Row and column pairs of the greatest total weight, each row and column at most once; weights ≤ 0 never pair."""
    if len(weights) > len(weights[0]):
        turned = [list(column) for column in zip(*weights, strict=True)]
        return [(row, column) for column, row in best_pairing(turned)]
    columns = len(weights[0])
    row_potential = [0.0] * (len(weights) + 1)
    column_potential = [0.0] * (columns + 1)
    row_of = [0] * (columns + 1)
    for row in range(1, len(weights) + 1):
        _add_row(row, weights, row_potential, column_potential, row_of)
    return [
        (row_of[column] - 1, column - 1)
        for column in range(1, columns + 1)
        if row_of[column] and weights[row_of[column] - 1][column - 1] > 0
    ]


def _add_row(
    row: int,
    weights: Sequence[Sequence[float]],
    row_potential: list[float],
    column_potential: list[float],
    row_of: list[int],
) -> None:
    """Find the cheapest augmenting path from ``row`` and turn the pairs along it (index 0 is a helper column)."""
    size = len(row_of)
    reached_from = [0] * size
    least = [INFINITE] * size
    used = [False] * size
    row_of[0] = row
    here = 0
    while row_of[here]:
        used[here] = True
        current = row_of[here]
        base = row_potential[current]
        costs = weights[current - 1]
        step, following = INFINITE, 0
        for column in range(1, size):
            if used[column]:
                continue
            cost = -costs[column - 1] - base - column_potential[column]
            if cost < least[column]:
                least[column], reached_from[column] = cost, here
            if least[column] < step:
                step, following = least[column], column
        for column in range(size):
            if used[column]:
                row_potential[row_of[column]] += step
                column_potential[column] -= step
            else:
                least[column] -= step
        here = following
    while here:
        row_of[here] = row_of[reached_from[here]]
        here = reached_from[here]


def is_increasing(values: Sequence[int]) -> bool:
    """Whether each value is greater than the one before."""
    return all(map(lt, values, islice(values, 1, None)))


def heaviest_increasing(values: Sequence[int], weights: Sequence[float]) -> set[int]:
    """Positions of the strictly increasing subsequence of ``values`` with the greatest total weight."""
    if is_increasing(values):
        return set(range(len(values)))
    kept: set[int] = set()
    first = 0
    for end in _ends_of_knots(values):
        if end - first == 1:
            kept.add(first)
        else:
            found = _heaviest(values[first:end], weights[first:end], is_last=end == len(values))
            kept.update(first + place for place in found)
        first = end
    return kept


def _ends_of_knots(values: Sequence[int]) -> Iterator[int]:
    """Where all values before are smaller than all behind: each stretch between two such places is for itself."""
    least_behind = list(accumulate(reversed(values), min))[-2::-1]
    greatest = accumulate(values, max)
    yield from (place for place, (one, other) in enumerate(zip(greatest, least_behind, strict=False), 1) if one < other)
    yield len(values)


def _heaviest(values: Sequence[int], weights: Sequence[float], *, is_last: bool) -> set[int]:
    """The same without a look at stretches. Of equal runs the first is taken at the end of all, else the last."""
    ends: list[int] = []  # values on which a run may end, rising; the run behind each is heavier than all before it
    runs: list[tuple[float, int]] = []  # of each such run the total weight, and the position of its last value
    previous = [-1] * len(values)
    totals = [0.0] * len(values)
    for position, value in enumerate(values):
        place = bisect_left(ends, value)
        best = runs[place - 1] if place else (0.0, -1)
        totals[position], previous[position] = best[0] + weights[position], best[1]
        run = (totals[position], position)
        lighter = place
        while lighter < len(runs) and runs[lighter] < run:
            lighter += 1
        if lighter > place or place == len(ends) or ends[place] != value:
            ends[place:lighter], runs[place:lighter] = [value], [run]
    kept = set()
    position = max(range(len(values)), key=totals.__getitem__) if is_last else runs[-1][1]
    while position >= 0:
        kept.add(position)
        position = previous[position]
    return kept
