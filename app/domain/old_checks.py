"""Which old checks are put together for good: long runs of one statement or watch, of which each is a day old."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice, takewhile

RESTING = timedelta(days=1)
"""A check keeps its own row for so long."""
FEWEST_TOGETHER = 64
"""A run that is shorter waits for more: each pack has a key and a hash of its own."""
MOST_TOGETHER = 1_024
"""Whoever reads one check of a pack unpacks all of them."""


def run_length(times: Iterable[datetime], *, now: datetime) -> int:
    """How many of the oldest checks, given by their times in the order of their ids, make a pack now; 0 for none.

    It ends before the first that has not rested for a day, also where older ones come behind it (a clock was set back);
    nothing is read behind that one.
    """
    until = now - RESTING
    rested = sum(1 for _ in takewhile(lambda at: at < until, islice(times, MOST_TOGETHER)))
    return rested if rested >= FEWEST_TOGETHER else 0
