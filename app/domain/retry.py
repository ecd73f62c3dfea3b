"""When an alert is tried again, and when a destination is left in peace: the schedule of Standard Webhooks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TRIES_AFTER_SECONDS = (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
"""The wait before each try: at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h."""
JITTER = 0.2
LONGEST_RETRY_AFTER_SECONDS = 24 * 3600
DISABLE_AFTER = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class TryAgain:
    """The alert is tried again then."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The schedule is used up; the alert can be replayed by hand."""


def after_failed_try(
    tries: int, *, now: datetime, jitter: float, retry_after_seconds: float | None = None
) -> TryAgain | GiveUp:
    """What follows ``tries`` (1 or more) failed tries of one alert.

    The wait of the schedule is spread by ±20 % with ``jitter`` in [0, 1), and is never shorter than the receiver's own
    Retry-After (of which up to a day is honoured).
    """
    if tries >= len(TRIES_AFTER_SECONDS):
        return GiveUp()
    wait = TRIES_AFTER_SECONDS[tries] * (1 - JITTER + 2 * JITTER * jitter)
    asked = min(retry_after_seconds or 0.0, LONGEST_RETRY_AFTER_SECONDS)
    return TryAgain(now + timedelta(seconds=max(wait, asked)))


def is_given_up_on(failing_since: datetime | None, now: datetime) -> bool:
    """True where a destination has failed for five days without one success between."""
    return failing_since is not None and now - failing_since >= DISABLE_AFTER
