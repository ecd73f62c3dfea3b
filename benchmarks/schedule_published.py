"""The published ages of edits as a distribution, and the best times to look at a statement whose edits come so."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain.budget import NO_DEMAND, UNLIMITED, Allowance, fit
from app.domain.hazard import DAY, HOUR, NOTHING_SEEN, Clock, Phase
from app.domain.schedule import NextLook, Outlook, ScheduleRules, next_statement_look
from app.domain.watches import SourceKind
from benchmarks.schedule_chains import FIRST_STEPS

BORN = datetime(2025, 1, 1, tzinfo=UTC)
POPULATION = 500
EAGER = ScheduleRules(least_seconds=1.0)
"""As eager as any budget may pay for: only the budget holds the schedule to its number of requests."""
STEPS_A_DECADE = 400


@dataclass(frozen=True, slots=True)
class EditAges:
    """Edits outlive an age with probability (1 + (age / scale) ** power) ** -shape (Burr, type XII)."""

    name: str
    scale_seconds: float
    power: float
    shape: float

    def by(self, age: float) -> float:
        """The share of edits up to this age."""
        return float(1.0 - (1.0 + (age / self.scale_seconds) ** self.power) ** -self.shape)

    def density(self, age: float) -> float:
        """The share of edits a second at this age."""
        relative = (max(age, 1.0) / self.scale_seconds) ** self.power
        return float(self.power * self.shape * relative / max(age, 1.0) * (1.0 + relative) ** (-self.shape - 1.0))


CALENDAR_DAYS = EditAges("63/88/95 % by the end of day 0, 1 and 3", 8.183 * HOUR, 0.9, 1.3648)
"""An article comes at any hour of its day: 63.0, 87.8 and 95.1 % by the end of that day, the next, and the third."""
ELAPSED_HOURS = EditAges("88/95 % within 24 and 72 hours", 1.702 * HOUR, 1.8, 0.4444)
"""The other reading of the same figures, with the first one (63 %) as near as this family comes to it (70 %)."""


class Delays:
    """The mean delay until edits are seen, for any times of looking within a horizon; an edit is seen at the next look.

    What comes after the last look is seen at the horizon, which costs nothing.
    """

    def __init__(self, ages: EditAges, horizon: float) -> None:
        decades = math.log10(horizon)
        grid = [10 ** (decades * i / (STEPS_A_DECADE * 8)) for i in range(STEPS_A_DECADE * 8 + 1)]
        self._grid = [0.0, *grid[:-1], horizon]
        self._sums = [0.0]
        shares = [ages.by(age) for age in self._grid]
        for i in range(1, len(self._grid)):
            width = self._grid[i] - self._grid[i - 1]
            self._sums.append(self._sums[-1] + (shares[i] + shares[i - 1]) / 2 * width)
        self._ages, self._horizon, self._decades = ages, horizon, decades

    def _integral(self, age: float) -> float:
        """Of the share of edits up to each age, from 0 to this one."""
        if age <= 1.0:
            return self._ages.by(age) * age / 2
        place = min(int(math.log10(age) / self._decades * STEPS_A_DECADE * 8) + 1, len(self._grid) - 2)
        begin, end = self._grid[place], self._grid[place + 1]
        part = (age - begin) / (end - begin)
        return self._sums[place] + part * (self._sums[place + 1] - self._sums[place])

    def mean(self, looks: Sequence[float]) -> float:
        """Seconds, for looks at these ages in rising order."""
        total, before = 0.0, 0.0
        for age in (*(look for look in looks if look < self._horizon), self._horizon):
            total += self._integral(age) - self._integral(before) - self._ages.by(before) * (age - before)
            before = age
        return total / self._ages.by(self._horizon)


def best_looks(ages: EditAges, horizon: float, count: int) -> list[float]:
    """The ages of ``count`` looks with the least mean delay: at each of them no shift helps.

    That condition gives every look from the two before it; the first one is found by bisection, so that the look
    after the last one would fall on the horizon.
    """
    low, high = 1e-6, horizon
    for _ in range(200):
        first = math.sqrt(low * high)
        low, high = (low, first) if _follow(ages, first, count, horizon)[-1] >= horizon else (first, high)
    return _follow(ages, low, count, horizon)[:count]


def _follow(ages: EditAges, first: float, count: int, horizon: float) -> list[float]:
    looks = [first]
    before = 0.0
    while len(looks) <= count and looks[-1] < horizon:
        age = looks[-1]
        looks.append(age + (ages.by(age) - ages.by(before)) / ages.density(age))
        before = age
    return looks if len(looks) > count or looks[-1] >= horizon else [*looks, horizon]


def scaled_to(count: int, looks_of: Callable[[float], list[float]], *, low: float, high: float) -> list[float]:
    """The looks of a rule at that scale at which it makes at most ``count``; a larger scale makes fewer."""
    for _ in range(40):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if len(looks_of(middle)) > count else (low, middle)
    return looks_of(high)


def published_rows(ages: EditAges, horizon: float, *, requests: int) -> dict[str, float]:
    """Mean delay in seconds of each schedule that looks ``requests`` times at a statement, by name."""
    delays = Delays(ages, horizon)
    every = horizon / requests
    fixed = [every * (i + 1) for i in range(requests)]
    steps = scaled_to(requests, lambda scale: newsdiffs_looks(horizon, scale), low=0.05, high=50)
    rate = requests / horizon
    ours = scaled_to(requests, lambda scale: our_looks(horizon, rate / scale, SourceKind.FEED), low=0.2, high=20)
    page = scaled_to(requests, lambda scale: our_looks(horizon, rate / scale, SourceKind.WEB_PAGE), low=0.2, high=20)
    return {
        "every 3 h (changedetection.io)": delays.mean(fixed),
        "NewsDiffs' steps": delays.mean(steps),
        "ours": delays.mean(ours),
        "ours, watched as a single page": delays.mean(page),
        "best possible": delays.mean(best_looks(ages, horizon, requests)),
    }


def newsdiffs_looks(horizon: float, scale: float) -> list[float]:
    """The ages at which NewsDiffs looks at an article, each wait multiplied by ``scale``."""
    looks, age = list[float](), 0.0
    while True:
        age += scale * next((seconds for until, seconds in FIRST_STEPS if age < until), 7 * DAY)
        if age >= horizon:
            return looks
        looks.append(age)


def our_looks(horizon: float, requests_per_second: float, kind: SourceKind) -> list[float]:
    """The ages at which the program looks at a statement of which it knows nothing but its age.

    Its host shows statements of every age up to the horizon, equally many; its budget is this for each of them.
    """
    demand = NO_DEMAND
    for i in range(POPULATION):
        demand = demand.plus(_look(horizon * (i + 0.5) / POPULATION, kind, UNLIMITED, 0.0).demand)
    allowance = fit(demand, requests_per_second * POPULATION)
    chance = random.Random(1)
    looks, age = list[float](), 0.0
    while True:
        age = (_look(age, kind, allowance, chance.random()).due_at - BORN).total_seconds()
        if age >= horizon:
            return looks
        looks.append(age)


def _look(age: float, kind: SourceKind, allowance: Allowance, jitter: float) -> NextLook:
    outlook = Outlook([Clock(BORN, Phase.PUBLISHED)], NOTHING_SEEN, kind, allowance, jitter)
    now = BORN + timedelta(seconds=age)
    return next_statement_look(now=now, interval_seconds=None, outlook=outlook, rules=EAGER)
