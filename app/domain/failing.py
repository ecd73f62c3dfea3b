"""Telling that a watch cannot be read: once each time, and not for ever where it comes and goes all day.

a time of failure ──▶ told, up to three a day   more ──▶ kept, and told only where it lasts an hour
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.observations import Gap

MOST_TOLD_A_DAY = 3
DAY = timedelta(days=1)
LASTS = timedelta(hours=1)
LOOKS_OF_TWO_FAILURES = 2.0
"""After one failure a watch is looked at again within 1.2 intervals, after two within 2.4 more."""


@dataclass(frozen=True, slots=True)
class Failing:
    """The time in which a watch cannot be read now, and how many such times of the day before it were failures too."""

    began_at: datetime
    earlier: int

    def is_told_at_once(self) -> bool:
        """False where there were so many that another turn is no news by itself."""
        return self.earlier < MOST_TOLD_A_DAY

    def is_last_told_at_once(self) -> bool:
        """True of the one after which the next are told only where they last."""
        return self.earlier == MOST_TOLD_A_DAY - 1

    def was_told_by(self, at: datetime | None) -> bool:
        """True where it was told at a look at this time, or before."""
        return self.is_told_at_once() or (at is not None and at >= self.began_at + LASTS)


def failing_of(gaps: Iterable[Gap], *, now: datetime, usual_seconds: float) -> Failing:
    """The failing that lasts at ``now``, out of the gaps of a watch, newest first.

    A gap that ends as another begins, for another cause, goes on in it.
    """
    times: list[tuple[datetime, datetime]] = []
    for gap in gaps:
        if times and gap.closed_at == times[-1][0]:
            times[-1] = (gap.opened_at, times[-1][1])
        else:
            times.append((gap.opened_at, gap.closed_at or now))
    began_at = times[0][0] if times else now
    return Failing(began_at, sum(_counts(time, began_at, usual_seconds) for time in times[1:]))


def _counts(time: Sequence[datetime], began_at: datetime, usual_seconds: float) -> bool:
    start, end = time
    return began_at - end <= DAY and (end - start).total_seconds() >= LOOKS_OF_TWO_FAILURES * usual_seconds
