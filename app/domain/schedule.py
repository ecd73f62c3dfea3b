"""When to look again, and why then.

Most edits come soon: of 608,723 news articles 63 % had their last edit on the day of publication and 95 % within
three days (NewsEdits, Spangher et al., 2022). For the least delay at a given number of requests the poll rate follows
the square root of the edit hazard; with a hazard that falls as 1/age, the interval grows as the root of the age.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = 3600.0
LONGEST_SECONDS = 24 * HOUR
LONGEST_BACK_OFF_SECONDS = 6 * HOUR


@dataclass(frozen=True, slots=True)
class NextLook:
    """When to look again, and the reason in words for people."""

    due_at: datetime
    reason: str


def next_list_look(*, now: datetime, interval_seconds: int | None, default_seconds: int) -> NextLook:
    """The next look at the newest statements of a watch: the interval asked for, or the usual one."""
    if interval_seconds is not None:
        return NextLook(now + timedelta(seconds=interval_seconds), f"every {in_words(interval_seconds)}, as asked")
    return NextLook(now + timedelta(seconds=default_seconds), f"every {in_words(default_seconds)}, the usual interval")


def next_statement_look(
    *, now: datetime, published_at: datetime | None, last_edited_at: datetime | None, least_seconds: int
) -> NextLook:
    """The next look at one statement by itself: often while it is new or was just edited, daily when it is old.

    The interval is ``least_seconds`` at an age of up to one hour and grows with the root of the age, to a day.
    """
    born = max((at for at in (published_at, last_edited_at) if at is not None), default=now)
    age = max((now - born).total_seconds(), 0.0)
    seconds = min(
        max(least_seconds * math.sqrt(max(age / HOUR, 1.0)), least_seconds), max(LONGEST_SECONDS, least_seconds)
    )
    what = "edited" if last_edited_at is not None and last_edited_at == born else "published"
    return NextLook(
        now + timedelta(seconds=seconds), f"{what} {in_words(age)} ago: every {in_words(seconds)} at this age"
    )


def look_after_failure(
    *, now: datetime, failures: int, usual_seconds: float, jitter: float, retry_after_seconds: float | None
) -> NextLook:
    """The next look after ``failures`` failed ones in a row: doubling, up to six hours, spread by ``jitter`` in [0, 1).

    Never before the publisher's own Retry-After.
    """
    doubled = min(usual_seconds * 2.0 ** min(failures - 1, 16), max(LONGEST_BACK_OFF_SECONDS, usual_seconds))
    seconds = max(doubled * (0.8 + 0.4 * jitter), retry_after_seconds or 0.0)
    times = "once" if failures == 1 else f"{failures} times in a row"
    return NextLook(now + timedelta(seconds=seconds), f"failed {times}: again in {in_words(seconds)}")


def in_words(seconds: float) -> str:
    """A length of time for people: ``45 s``, ``5 min``, ``3 h``, ``2 days``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / HOUR:.0f} h" if seconds < 36 * HOUR else f"{seconds / (24 * HOUR):.0f} days"
