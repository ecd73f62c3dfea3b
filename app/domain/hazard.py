"""How likely a statement is to be edited at its age: by published figures at first, then by its own source's habits.

Age is counted from publication until the first edit, and then from the latest edit: whoever edits once soon edits
again. Before anything is known of a source the hazard is that of 608,723 news articles, of which 63 % had their last
edit on the day of publication, 88 % by the day after and 95 % by the third day after (NewsEdits, Spangher et al.,
2022). An article published at any hour of its day gives those shares, within half a point, if edits outlive the age
``a`` with probability (1 + a / 7.12 h) ** -1.215.

A page that is watched by itself is often no article: policies and travel advice are edited years after they came, so
such pages start from fewer edits at first and more later (see :data:`PAGE`).

What a source does is learned by counting: in each span of ages, how many edits were seen in how many seconds of
watching. The usual hazard is multiplied by a factor with a gamma prior, whose posterior mean under Poisson counts
is (strength + edits) / (strength + edits expected): one factor for the level of the source, one for each span of ages.
Counts only add up, so the order in which they come does not matter.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")
HOUR = 3600.0
DAY = 24 * HOUR
YEAR = 365 * DAY
SPANS = (
    *(0.0, 900.0, 1800.0, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR),
    *(DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY),
    *(180 * DAY, YEAR, 2 * YEAR),
)
"""Where each span of ages begins, in seconds; the last one has no end."""
SCALE_SECONDS, SHAPE = 7.12 * HOUR, 1.215
LEVEL_STRENGTH, SPAN_STRENGTH = 1.0, 2.0
"""How many edits the published figures are worth against those seen: for the level of a source, and for a span."""
HABITS_REMEMBERED = 256
"""Each is asked several times in a row, and is another one after the next look."""
TOLD_FROM_EDITS = 5
TOLD_SHARE = 0.8
TOLD_SECONDS = 90 * DAY


class Phase(StrEnum):
    """What the age of a statement is counted from."""

    PUBLISHED = "published"
    EDITED = "edited"


PHASES = tuple(Phase)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is expected before anything is known of a source.

    ``after_publication`` and ``after_edit`` say how many edits follow at the published ages, ``floor_per_year`` how
    many a year there are besides, however old the statement is.
    """

    after_publication: float
    after_edit: float
    floor_per_year: float

    def hazard(self, phase: Phase, span: int) -> float:
        """Edits a second in a span of ages."""
        begin = SPANS[span]
        end = SPANS[span + 1] if span + 1 < len(SPANS) else begin + YEAR
        expected = self.after_publication if phase is Phase.PUBLISHED else self.after_edit
        return expected * (outliving(begin) - outliving(end)) / (end - begin) + self.floor_per_year / YEAR


ARTICLE = Prior(after_publication=0.5, after_edit=1.0, floor_per_year=0.02)
"""What a list or feed brings: edited soon or never."""
PAGE = Prior(after_publication=0.5, after_edit=0.3, floor_per_year=0.5)
"""What stands at one address for years: found on one half of the pages of four corpora (see docs/benchmarks.md)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """From when the age of a statement is counted: from its first sight where nobody says when it was published."""

    since: datetime
    phase: Phase
    is_first_sight: bool = False

    def age(self, now: datetime) -> float:
        """In seconds; never below 0."""
        return max((now - self.since).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True)
class Habit:
    """What was seen of one source: for each phase and span of ages its edits, and the seconds watched.

    Both hold ``len(PHASES) * len(SPANS)`` numbers, phase by phase, or none where nothing was seen yet.
    """

    edits: tuple[float, ...] = ()
    seconds: tuple[float, ...] = ()

    def seen_edits(self, phase: Phase) -> int:
        """How many edits were seen in one phase."""
        return round(sum(_of_phase(self.edits, phase)))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one look adds to a habit. ``cell`` is the place of a phase and span in it.

    An edit of which the time is not known closely is spread over several cells.
    """

    cell: int
    edits: float
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


@lru_cache(maxsize=8)
def usual_hazards(prior: Prior) -> tuple[float, ...]:
    """Edits a second in each cell, before anything is known of a source."""
    return tuple(prior.hazard(phase, span) for phase in PHASES for span in range(len(SPANS)))


PUBLISHED_HAZARD = usual_hazards(ARTICLE)


@lru_cache(maxsize=HABITS_REMEMBERED)
def hazards(habit: Habit, prior: Prior = ARTICLE) -> tuple[float, ...]:
    """Edits a second in each cell, by what was seen of a source. Never 0, always finite."""
    usual = usual_hazards(prior)
    if not habit.edits:
        return usual
    return tuple(rate for phase in PHASES for rate in _learned(habit, phase, usual))


def _learned(habit: Habit, phase: Phase, usual_of_all: Sequence[float]) -> Iterable[float]:
    usual = _of_phase(usual_of_all, phase)
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
    """The habit with what looks have added. A lesson below 0 takes back what was taught before."""
    size = len(PHASES) * len(SPANS)
    edits, seconds = list(habit.edits or (0.0,) * size), list(habit.seconds or (0.0,) * size)
    for lesson in lessons:
        edits[lesson.cell] += lesson.edits
        seconds[lesson.cell] += lesson.seconds
    return Habit(tuple(max(one, 0.0) for one in edits), tuple(max(one, 0.0) for one in seconds))


def habit_of(edits: Sequence[float], seconds: Sequence[float]) -> Habit:
    """A habit as it was kept; one with fewer spans than there are now was seen in the first of them."""
    return Habit(_widened(edits), _widened(seconds))


def _widened(kept: Sequence[float]) -> tuple[float, ...]:
    spans = len(kept) // len(PHASES)
    more = (0.0,) * (len(SPANS) - spans)
    return tuple(one for i in range(len(PHASES)) for one in (*kept[i * spans : (i + 1) * spans], *more))


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


@lru_cache(maxsize=HABITS_REMEMBERED)
def soon_for_most(habit: Habit, phase: Phase, prior: Prior = ARTICLE) -> tuple[float, int] | None:
    """By which age, in seconds, four of five edits of this source come, and how many were seen; None if too few."""
    count = habit.seen_edits(phase)
    return (age_of_share(hazards(habit, prior), phase), count) if count >= TOLD_FROM_EDITS else None


@lru_cache(maxsize=64)
def age_of_share(table: tuple[float, ...], phase: Phase, share: float = TOLD_SHARE) -> float:
    """By which age, in seconds, this share of the edits of a statement's first ninety days comes."""
    rates = _of_phase(table, phase)
    spans = [(begin, end) for begin, end in pairwise(SPANS) if end <= TOLD_SECONDS]
    masses = [rate * (end - begin) for rate, (begin, end) in zip(rates, spans, strict=False)]
    left = share * sum(masses)
    for (begin, end), mass in zip(spans, masses, strict=True):
        if left <= mass:
            return begin + (end - begin) * left / mass
        left -= mass
    return TOLD_SECONDS


def _of_phase(values: Sequence[T], phase: Phase) -> Sequence[T]:
    first = first_cell(phase)
    return values[first : first + len(SPANS)]
