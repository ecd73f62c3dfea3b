"""Rehearsing: which messages would have left at which times, had a destination wanted to hear then and so.

The rules are those by which alerts really leave; the receiver takes everything at once, and nobody is late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import NamedTuple, assert_never

from app.domain.claims import Level
from app.domain.digests import MOST_MEMBERS
from app.domain.timing import Gather, Hold, Leave, Timing, Waiting, decide, due_at


class Owed(NamedTuple):
    """An alert that would have been owed since then."""

    at: datetime
    level: Level


@dataclass(frozen=True, slots=True)
class Message:
    """One message: when it would have left, and which alerts (their places in what was owed, in order) it tells."""

    at: datetime
    alerts: tuple[int, ...]

    @property
    def is_digest(self) -> bool:
        """True where several alerts are one message."""
        return len(self.alerts) > 1


def rehearse(timing: Timing, owed: Sequence[Owed], *, until: datetime) -> tuple[Message, ...]:
    """The messages up to a moment, in order; ``owed`` is in the order of time. What would wait is in none of them."""
    waiting = [(due_at(timing, now=one.at, level=one.level), number) for number, one in enumerate(owed)]
    heapify(waiting)
    messages: list[Message] = []
    while waiting and waiting[0][0] <= until:
        now = waiting[0][0]
        due: list[tuple[datetime, int]] = []
        while waiting and waiting[0][0] <= now and len(due) < MOST_MEMBERS:
            due.append(heappop(waiting))
        numbers = tuple(number for _, number in due)
        delayed = sum(at > owed[number].at for at, number in due)
        sent_at = [message.at for message in messages[-(timing.most_an_hour or 1) :]]
        decision = decide(timing, Waiting(0, len(due), delayed), sent_at=sent_at, now=now)
        match decision:
            case Hold(until=later):
                kept = [(later, number) for number in numbers]
            case Gather():
                messages.append(Message(now, numbers))
                kept = []
            case Leave(most=most):
                messages += [Message(now, (number,)) for number in numbers[:most]]
                kept = due[most:]
            case _:
                assert_never(decision)
        for one in kept:
            heappush(waiting, one)
    return tuple(messages)
