"""Statements that go back and forth between wordings, as two servers with two copies make them do: told once.

A first return to an earlier wording is news. A further one soon after it is flapping: every step stays in the record,
and one event says so. It ends when no step was seen for a while, with one event again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.domain.claims import Level
from app.domain.ids import PinId, StatementId

LOOKS_IN_WINDOW = 3
"""A statement that is looked at once a day cannot flap within a day: the window spans at least so many looks."""


class Step(Protocol):
    """As much of an edit as the rule looks at."""

    @property
    def from_version(self) -> int:
        """The version that stood before it."""

    @property
    def to_version(self) -> int:
        """The version that it made."""

    @property
    def last_seen_unchanged_at(self) -> datetime:
        """When the old wording was last seen."""

    @property
    def first_seen_changed_at(self) -> datetime:
        """When the new wording was first seen."""


@dataclass(frozen=True, slots=True)
class Flapping:
    """A time in which a statement goes back and forth; ``ended_at`` None while it does.

    ``wordings`` are the SHA-256 of the texts between which it goes, ``flips`` counts the steps from one to another
    that were seen since ``began_at``, when the first of them was left. ``window_seconds`` without a step end it.
    ``level``, ``pin_ids`` and ``is_worth_telling`` are those with which it was told.
    """

    statement_id: StatementId
    began_at: datetime
    ended_at: datetime | None
    last_flip_at: datetime
    flips: int
    wordings: tuple[str, ...]
    window_seconds: float
    level: Level
    pin_ids: tuple[PinId, ...]
    is_worth_telling: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """A wording that stood before stands again, for the first time in a while: worth telling by itself."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """The wording before an edit that nobody was told of yet stands again: neither of the two steps alerts anybody."""


@dataclass(frozen=True, slots=True)
class BeginsToFlap:
    """The second return within the window; ``since`` is when the wording before the first one was last seen."""

    since: datetime
    window_seconds: float


@dataclass(frozen=True, slots=True)
class Flips:
    """One more step of a flapping that was told already."""

    flapping: Flapping


Return = Returned | Unsaid | BeginsToFlap | Flips


def what_a_return_means(
    number: int,
    *,
    latest: int,
    now: datetime,
    last_seen_at: datetime,
    window_seconds: float,
    earlier_return: Step | None,
    flapping: Flapping | None,
    awaited: Collection[Step],
) -> Return:
    """What it means that version ``number`` stands again after version ``latest``, which was ``last_seen_at``.

    ``earlier_return`` is the last edit that was a return; ``awaited`` are edits that wait for a second look. A window
    of 0 seconds switches flapping off.
    """
    if flapping is not None:
        return Flips(flapping)
    window = max(window_seconds, LOOKS_IN_WINDOW * (now - last_seen_at).total_seconds())
    is_recent = earlier_return is not None and now - earlier_return.first_seen_changed_at <= timedelta(seconds=window)
    if window_seconds > 0 and earlier_return is not None and is_recent:
        return BeginsToFlap(earlier_return.last_seen_unchanged_at, window)
    if any(edit.from_version == number and edit.to_version == latest for edit in awaited):
        return Unsaid()
    return Returned()


def is_over(flapping: Flapping, now: datetime) -> bool:
    """True where the last step is so long ago that the wording that stands may be called settled."""
    return now - flapping.last_flip_at >= timedelta(seconds=flapping.window_seconds)
