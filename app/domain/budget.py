"""How many requests there may be, of one host and in all, and how looks are spread so that it suffices.

Every check that comes again asks for some requests a second: a pinned one for what its user said, any other for a
*base* (its longest interval) and, on top, an *eager* part in proportion to the square root of its edit hazard. Where a
budget does not suffice for the sum, both parts are thinned out: the base keeps its full rate as long as it needs half
of the budget or less, and the eager parts share what is left, each stretched by the same factor, which keeps them in
the proportion that makes the mean delay least.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

BURST_SHARE = 0.1
"""Of an hour's budget: what may be spent at once. The rest comes evenly, so that any hour stays within it."""
STEADY_SHARE = 1.0 - BURST_SHARE
PLANNED_SHARE = 0.8
"""Of a budget: less than comes evenly, or else whatever comes late once stays late. The rest is for what cannot be
planned: second looks, older pages, failures."""
LEAST_LEFT = 0.05
LEAST_CHANGE = 0.02
BASE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Demand:
    """Requests a second that checks ask for, before any budget is looked at."""

    pinned: float = 0.0
    base: float = 0.0
    eager: float = 0.0

    def plus(self, other: "Demand") -> "Demand":
        """Both together."""
        return Demand(self.pinned + other.pinned, self.base + other.base, self.eager + other.eager)

    def within(self, allowance: "Allowance") -> "Demand":
        """What is left of it under an allowance."""
        return Demand(self.pinned, self.base * allowance.base_share, self.eager / allowance.stretch)

    @property
    def total(self) -> float:
        """Requests a second in all."""
        return self.pinned + self.base + self.eager


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much of its demand a check may have: this share of its base, and its eager part divided by ``stretch``."""

    base_share: float = 1.0
    stretch: float = 1.0

    def times(self, other: "Allowance") -> "Allowance":
        """Both limits at once."""
        return Allowance(self.base_share * other.base_share, self.stretch * other.stretch)

    def differs_from(self, old: "Allowance") -> bool:
        """True where it is so much another than ``old`` that checks have to go by it."""
        apart = abs(self.base_share - old.base_share) > LEAST_CHANGE * old.base_share
        return self.is_tight != old.is_tight or apart or abs(self.stretch - old.stretch) > LEAST_CHANGE * old.stretch

    @property
    def is_tight(self) -> bool:
        """True where a budget holds something back."""
        return self.base_share < 1.0 or self.stretch > 1.0


UNLIMITED = Allowance()
NO_DEMAND = Demand()


def fit(demand: Demand, requests_per_second: float | None) -> Allowance:
    """The allowance with which a demand keeps within a budget; None is no budget.

    Never less generous for a larger budget. What users pinned is not held back here: only the host's gap and its
    budget (see :func:`affordable_at`) make such checks late.
    """
    if requests_per_second is None or demand.total <= 0.0:
        return UNLIMITED
    planned = PLANNED_SHARE * requests_per_second
    left = max(planned - demand.pinned, LEAST_LEFT * planned)
    crowd = demand.base / left
    base_share = 1.0 if crowd <= BASE_SHARE else (BASE_SHARE / crowd) ** 2
    for_eager = left - base_share * demand.base
    return Allowance(base_share, max(demand.eager / for_eager, 1.0))


def affordable_at(paid_until: datetime, requests_per_hour: float | None, now: datetime) -> datetime:
    """The earliest time of the next request; see :func:`paid_after`."""
    if requests_per_hour is None:
        return now
    return max(now, paid_until - timedelta(hours=BURST_SHARE))


def affordable_count(paid_until: datetime, requests_per_hour: float, now: datetime) -> int:
    """How many requests may be made at once."""
    spare = timedelta(hours=BURST_SHARE) - max(paid_until - now, timedelta(0))
    return max(math.floor(spare / timedelta(hours=1) * requests_per_hour * STEADY_SHARE + 1e-9), 0)


def paid_after(paid_until: datetime, requests_per_hour: float | None, now: datetime, *, count: int = 1) -> datetime:
    """Until when the requests of an hour's budget are spent, after ``count`` more of them.

    Each request spends its even part of an hour. One may be made while not more than a tenth of an hour is spent in
    advance: a burst is possible, and no hour ever sees more requests than its budget (and one).
    """
    if requests_per_hour is None:
        return paid_until
    return max(paid_until, now) + timedelta(hours=count / (requests_per_hour * STEADY_SHARE))
