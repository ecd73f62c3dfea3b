"""What a check means: a wording that was found, or a statement that was not.

Pure rules. They take what is known and what was seen, and return one of a closed set of outcomes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.statements import StatementState


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """The statement was not known."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The latest wording stands as it did. ``returned`` says it had not been found for a while."""

    returned: bool


@dataclass(frozen=True, slots=True)
class Edited:
    """A wording that never stood there before."""

    returned: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """The wording of an earlier version stands again."""

    number: int
    returned: bool


Found = FirstSeen | Unchanged | Edited | Restored


@dataclass(frozen=True, slots=True)
class NewlyMissing:
    """It was there at the last check and is not now: to be confirmed."""


@dataclass(frozen=True, slots=True)
class StillMissing:
    """It is still not there, and too little time has passed, or it was not looked for at its own place."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """It was looked for a second time, at its own place and later, and is not there: confirmed."""


@dataclass(frozen=True, slots=True)
class KnownGone:
    """It was withdrawn before, or only a web archive ever saw it."""


Absent = NewlyMissing | StillMissing | Withdrawn | KnownGone


def what_was_found(
    text_sha256: str, *, latest_sha256: str | None, earlier: Mapping[str, int], state: StatementState | None
) -> Found:
    """What a wording means. ``earlier`` maps the hash of every text that ever stood to its latest version number."""
    if latest_sha256 is None:
        return FirstSeen()
    returned = state is not StatementState.PRESENT
    if text_sha256 == latest_sha256:
        return Unchanged(returned)
    number = earlier.get(text_sha256)
    return Edited(returned) if number is None else Restored(number, returned)


def what_absence_means(
    state: StatementState,
    *,
    missing_since: datetime | None,
    now: datetime,
    at_own_place: bool,
    confirm_after_seconds: float,
) -> Absent:
    """What it means that a statement was not found by a check that can see absence (never by a failed one)."""
    if state in (StatementState.WITHDRAWN, StatementState.ARCHIVED):
        return KnownGone()
    if state is StatementState.PRESENT or missing_since is None:
        return NewlyMissing()
    is_late_enough = now - missing_since >= timedelta(seconds=confirm_after_seconds)
    return Withdrawn() if at_own_place and is_late_enough else StillMissing()
