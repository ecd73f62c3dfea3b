"""When the whole service stands still: work is due, and nobody has finished any for too long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LEASES = 2
"""Work in the hands of a worker that died is taken up again when its lease ends; only then does it count as left."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the record knows of its workers: when a check was last finished, and since when work has been waiting.

    ``waiting_since`` is None where nothing waits, or where something was finished since it was last looked at.
    """

    last_finished_at: datetime | None
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceGap:
    """A time in which checks were due and nothing was checked; ``closed_at`` None while it lasts."""

    opened_at: datetime
    closed_at: datetime | None


def longest_seconds(stalled_after_seconds: float, lease_seconds: float) -> float:
    """How long nothing may be finished while work waits."""
    return max(stalled_after_seconds, LEASES * lease_seconds)


def standstill(pulse: Pulse, *, now: datetime, longest: float) -> datetime | None:
    """Since when nothing has been checked although it was due; None where that is not yet too long."""
    if pulse.waiting_since is None:
        return None
    since = max(pulse.waiting_since, pulse.last_finished_at or pulse.waiting_since)
    return since if now - since >= timedelta(seconds=longest) else None


def missed(pulse: Pulse, *, due_at: datetime, now: datetime, longest: float) -> datetime | None:
    """Of the first check after a time without any: since when it and all others waited; None where it came in time."""
    since = max(due_at, pulse.last_finished_at or due_at)
    return since if now - since >= timedelta(seconds=longest) else None
