"""How likely a statement is to be edited at its age: by published figures at first, then by its own source's habits.

Age is counted from publication until the first edit, and then from the latest edit: whoever edits once soon edits
again. Before anything is known of a source the hazard is that of 608,723 news articles, of which 63 % had their last
edit on the day of publication, 88 % by the day after and 95 % by the third day after (NewsEdits, Spangher et al.,
2022). An article published at any hour of its day gives those shares, within half a point, if edits outlive the age
``a`` with probability (1 + a / 7.12 h) ** -1.215.

What a source does is learned by counting: in each span of ages, how many edits were seen in how many seconds of
watching. The published hazard is multiplied by a factor with a gamma prior, whose posterior mean under Poisson counts
is (strength + edits) / (strength + edits expected): one factor for the level of the source, one for each span of ages.
Counts only add up, so the order in which they come does not matter.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
HOUR = 3600.0
DAY = 24 * HOUR
YEAR = 365 * DAY
SPANS = (
    *(0.0, 900.0, 1800.0, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR),
    *(DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY),
)
"""Where each span of ages begins, in seconds; the last one has no end."""
SCALE_SECONDS, SHAPE = 7.12 * HOUR, 1.215
FLOOR_PER_SECOND = 0.02 / YEAR
"""However old: one edit in fifty years of a statement, until its source teaches otherwise."""
LEVEL_STRENGTH, SPAN_STRENGTH = 1.0, 2.0
"""How many edits the published figures are worth against those seen: for the level of a source, and for a span."""
TOLD_FROM_EDITS = 5
TOLD_SHARE = 0.8


class Phase(StrEnum):
    """What the age of a statement is counted from."""

    PUBLISHED = "published"
    EDITED = "edited"


EXPECTED_EDITS = {Phase.PUBLISHED: 0.5, Phase.EDITED: 1.0}
"""How many edits follow a publication, and an edit, before anything is known of a source."""
PHASES = tuple(Phase)


@dataclass(frozen=True, slots=True)
class Clock:
    """From when the age of a statement is counted."""

    since: datetime
    phase: Phase

    def age(self, now: datetime) -> float:
        """In seconds; never below 0."""
        return max((now - self.since).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True)
class Habit:
    """What was seen of one source: for each phase and span of ages its edits, and the seconds watched.

    Both hold ``len(PHASES) * len(SPANS)`` numbers, phase by phase, or none where nothing was seen yet.
    """

    edits: tuple[int, ...] = ()
    seconds: tuple[float, ...] = ()

    def seen_edits(self, phase: Phase) -> int:
        """How many edits were seen in one phase."""
        return sum(_of_phase(self.edits, phase))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one look adds to a habit. ``cell`` is the place of a phase and span in it."""

    cell: int
    edits: int
    seconds: float


NOTHING_SEEN = Habit()


def first_cell(phase: Phase) -> int:
    """Where the numbers of a phase begin in a habit."""
    return 0 if phase is Phase.PUBLISHED else len(SPANS)


def cell_of(phase: Phase, age_seconds: float) -> int:
    """The place of an age in a habit."""
    return first_cell(phase) + bisect_right(SPANS, max(age_seconds, 0.0)) - 1


def outliving(age_seconds: float) -> float:
    """The share of published edits that come later than this age."""
    return float((1.0 + age_seconds / SCALE_SECONDS) ** -SHAPE)


def _published_hazard(phase: Phase, span: int) -> float:
    begin = SPANS[span]
    end = SPANS[span + 1] if span + 1 < len(SPANS) else begin + YEAR
    return EXPECTED_EDITS[phase] * (outliving(begin) - outliving(end)) / (end - begin) + FLOOR_PER_SECOND


PUBLISHED_HAZARD = tuple(_published_hazard(phase, span) for phase in PHASES for span in range(len(SPANS)))
"""Edits a second in each cell, before anything is known of a source."""


@lru_cache(maxsize=4096)
def hazards(habit: Habit) -> tuple[float, ...]:
    """Edits a second in each cell, by what was seen of a source. Never 0, always finite."""
    if not habit.edits:
        return PUBLISHED_HAZARD
    return tuple(rate for phase in PHASES for rate in _learned(habit, phase))


def _learned(habit: Habit, phase: Phase) -> Iterable[float]:
    usual = _of_phase(PUBLISHED_HAZARD, phase)
    edits, seconds = _of_phase(habit.edits, phase), _of_phase(habit.seconds, phase)
    expected = [rate * watched for rate, watched in zip(usual, seconds, strict=True)]
    level = (LEVEL_STRENGTH + sum(edits)) / (LEVEL_STRENGTH + sum(expected))
    for rate, count, foreseen in zip(usual, edits, expected, strict=True):
        yield rate * level * (SPAN_STRENGTH + count) / (SPAN_STRENGTH + level * foreseen)


def ages_of(clocks: Iterable[Clock], now: datetime) -> tuple[tuple[int, float], ...]:
    """The first cell of its phase and the age in seconds of each clock, for :func:`hazard_of`."""
    return tuple((first_cell(clock.phase), clock.age(now)) for clock in clocks)


def hazard_of(ages: Iterable[tuple[int, float]], table: Sequence[float], *, later_seconds: float = 0.0) -> float:
    """Edits a second to be expected of statements taken together, now or a little later."""
    return sum(table[first + bisect_right(SPANS, age + later_seconds) - 1] for first, age in ages)


def learned(habit: Habit, lessons: Iterable[Lesson]) -> Habit:
    """The habit with what a look has added."""
    size = len(PHASES) * len(SPANS)
    edits, seconds = list(habit.edits or (0,) * size), list(habit.seconds or (0.0,) * size)
    for lesson in lessons:
        edits[lesson.cell] += lesson.edits
        seconds[lesson.cell] += lesson.seconds
    return Habit(tuple(edits), tuple(seconds))


def lessons_of(
    clock: Clock, *, watched_from: datetime, last_seen_at: datetime, now: datetime, was_edited: bool
) -> tuple[Lesson, ...]:
    """What a look at one statement teaches; nothing at most looks.

    Watching is counted span by span, when the end of a span has been passed; an edit is taken to have happened midway
    between the last look before it and the first one after it, and the rest of its span is counted with it.
    ``watched_from`` is when it was first seen after its clock began, ``last_seen_at`` the look before this one.
    """
    before, after = clock.age(last_seen_at), clock.age(now)
    until = (before + after) / 2 if was_edited else after
    first, last = cell_of(clock.phase, before), cell_of(clock.phase, until)
    if first == last and not was_edited:
        return ()
    begun = clock.age(watched_from)
    offset = first_cell(clock.phase)
    passed = [
        Lesson(cell, 0, max(SPANS[cell - offset + 1] - max(SPANS[cell - offset], begun), 0.0))
        for cell in range(first, last)
    ]
    if was_edited:
        passed.append(Lesson(last, 1, max(until - max(SPANS[last - offset], begun), 0.0)))
    return tuple(passed)


@lru_cache(maxsize=4096)
def soon_for_most(habit: Habit, phase: Phase) -> tuple[float, int] | None:
    """By which age, in seconds, four of five edits of this source come, and how many were seen; None if too few."""
    count = habit.seen_edits(phase)
    return (age_of_share(hazards(habit), phase), count) if count >= TOLD_FROM_EDITS else None


@lru_cache(maxsize=64)
def age_of_share(table: tuple[float, ...], phase: Phase, share: float = TOLD_SHARE) -> float:
    """By which age, in seconds, this share of the edits of a statement's first ninety days comes."""
    rates = _of_phase(table, phase)
    masses = [rates[i] * (SPANS[i + 1] - SPANS[i]) for i in range(len(SPANS) - 1)]
    left = share * sum(masses)
    for begin, end, mass in zip(SPANS, SPANS[1:], masses, strict=False):
        if left <= mass:
            return begin + (end - begin) * left / mass
        left -= mass
    return SPANS[-1]


def _of_phase(values: Sequence[T], phase: Phase) -> Sequence[T]:
    first = first_cell(phase)
    return values[first : first + len(SPANS)]
