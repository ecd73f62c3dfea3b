"""The arithmetic of the accuracy tables: shares, areas under curves, F1, and how sure each of them is.

Shares carry Wilson's interval (Wilson, 1927); everything else a percentile bootstrap over whole documents, so that
many rows of one document do not pretend to be independent. All intervals are at 95 %.
"""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

RESAMPLES = 300
Z95 = 1.959964
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval and the number of cases it rests on."""

    value: float
    low: float
    high: float
    count: int


def share(hits: Iterable[bool]) -> Estimate:
    """The share of true cases, with Wilson's interval. Of nothing it is 0, and nobody knows: 0 to 1."""
    cases = tuple(hits)
    return share_of(sum(cases), len(cases))


def share_of(hits: int, count: int) -> Estimate:
    """``hits`` of ``count``, with Wilson's interval."""
    if count == 0:
        return Estimate(0.0, 0.0, 1.0, 0)
    value = hits / count
    bottom = 1 + Z95**2 / count
    middle = (value + Z95**2 / (2 * count)) / bottom
    half = Z95 * (value * (1 - value) / count + Z95**2 / (4 * count**2)) ** 0.5 / bottom
    return Estimate(value, max(0.0, middle - half), min(1.0, middle + half), count)


def area_under_curve(cases: Sequence[tuple[bool, float]]) -> float:
    """The chance that a true case scores above a false one, ties counting half (Mann and Whitney). 0.5 without both."""
    ordered = sorted(cases, key=lambda case: case[1])
    positives = sum(truth for truth, _ in ordered)
    negatives = len(ordered) - positives
    if not positives or not negatives:
        return 0.5
    rank_sum = 0.0
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][1] == ordered[start][1]:
            end += 1
        middle_rank = (start + 1 + end) / 2
        rank_sum += middle_rank * sum(truth for truth, _ in ordered[start:end])
        start = end
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def balanced_accuracy(cases: Sequence[tuple[bool, bool]]) -> float:
    """The mean of the two recalls over (truth, answer). 0.5 where one of the classes is missing."""
    found = [answer for truth, answer in cases if truth]
    spared = [not answer for truth, answer in cases if not truth]
    if not found or not spared:
        return 0.5
    return (sum(found) / len(found) + sum(spared) / len(spared)) / 2


@dataclass(frozen=True, slots=True)
class Counts:
    """What was right, invented and missed; they add up."""

    right: int = 0
    invented: int = 0
    missed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.right + other.right, self.invented + other.invented, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """The share of answers that are right; 1 without any answer."""
        answers = self.right + self.invented
        return self.right / answers if answers else 1.0

    @property
    def recall(self) -> float:
        """The share of what was to be found that was found; 1 where there was nothing to find."""
        wanted = self.right + self.missed
        return self.right / wanted if wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = 2 * self.right + self.invented + self.missed
        return 2 * self.right / total if total else 1.0


def add_up(counts: Iterable[Counts]) -> Counts:
    """The sum of all counts."""
    total = Counts()
    for one in counts:
        total += one
    return total


def bootstrap(
    documents: Sequence[Sequence[Item]], figure: Callable[[Sequence[Item]], float], *, resamples: int = RESAMPLES
) -> Estimate:
    """``figure`` over all items, its interval by drawing whole documents again and again (fixed seed).

    ``documents`` holds the items of each document; the count is that of the items.
    """
    items = [item for document in documents for item in document]
    value = figure(items)
    if len(documents) < 2:
        return Estimate(value, value, value, len(items))
    dice = random.Random(20250107)
    drawn = sorted(
        figure([item for document in dice.choices(documents, k=len(documents)) for item in document])
        for _ in range(resamples)
    )
    return Estimate(value, drawn[int(0.025 * resamples)], drawn[int(0.975 * resamples)], len(items))


def best_threshold(cases: Sequence[tuple[bool, float]]) -> float:
    """The score at or above which answering yes gives the best balanced accuracy; infinite
    where none is better than chance."""
    positives = sum(truth for truth, _ in cases)
    negatives = len(cases) - positives
    if not positives or not negatives:
        return math.inf
    ordered = sorted(cases, key=lambda case: -case[1])
    best, threshold, found, alarms = 0.5, math.inf, 0, 0
    for index, (truth, score) in enumerate(ordered):
        found += truth
        alarms += not truth
        if index + 1 < len(ordered) and ordered[index + 1][1] == score:
            continue
        balance = (found / positives + 1 - alarms / negatives) / 2
        if balance > best:
            best, threshold = balance, score
    return threshold
