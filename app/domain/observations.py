"""What one check of one statement found, and what one request for a watch brought.

Every check is recorded with its outcome. The failures never touch a version: a page we could not read is an error,
never an empty statement.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.ids import ObservationId, StatementId, VisitId, WatchId


class Outcome(StrEnum):
    """What a check found."""

    FIRST_SEEN = "first_seen"
    UNCHANGED = "unchanged"
    EDITED = "edited"
    RESTORED = "restored"
    MISSING = "missing"
    RETURNED = "returned"
    NOT_MODIFIED = "not_modified"
    MOVED = "moved"
    BLOCKED = "blocked"
    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"
    REFUSED = "refused"


FAILURES = frozenset(
    {
        Outcome.BLOCKED,
        Outcome.UNREADABLE,
        Outcome.TRUNCATED,
        Outcome.TOO_LARGE,
        Outcome.UNREACHABLE,
        Outcome.SERVER_ERROR,
        Outcome.REFUSED,
    }
)
"""Outcomes of which nothing can be said about the statement; they open a gap in coverage."""


class VisitOutcome(StrEnum):
    """What one request for a watch brought, whatever was said of each statement in it."""

    READ = "read"
    NOT_MODIFIED = "not_modified"
    GONE = "gone"
    BLOCKED = "blocked"
    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"
    REFUSED = "refused"


READ = frozenset({VisitOutcome.READ, VisitOutcome.NOT_MODIFIED, VisitOutcome.GONE})
"""What a request brought where the publisher's page could be read."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a watch. ``found`` counts the statements that the answer showed."""

    id: VisitId
    watch_id: WatchId
    at: datetime
    url: str
    outcome: VisitOutcome
    detail: str | None
    http_status: int | None
    elapsed_seconds: float | None
    wire_bytes: int | None
    found: int


@dataclass(frozen=True, slots=True)
class Observation:
    """One check of one statement. ``version_number`` is the wording that was seen, None where none was."""

    id: ObservationId
    statement_id: StatementId
    visit_id: VisitId
    at: datetime
    outcome: Outcome
    detail: str | None
    version_number: int | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time in which a watch could not be read; ``closed_at`` None while it lasts."""

    watch_id: WatchId
    opened_at: datetime
    closed_at: datetime | None
    outcome: Outcome
    detail: str | None


class LapseOf(StrEnum):
    """What nothing can be said of: a watch, one statement at its own place, or all, because nothing was checked."""

    WATCH = "watch"
    STATEMENT = "statement"
    SERVICE = "service"


STOOD_STILL = "nothing was checked: the service stood still"


@dataclass(frozen=True, slots=True)
class Lapse:
    """A gap in any coverage; ``outcome`` None where no check was made at all. ``statement_id`` where it is of one."""

    of: LapseOf
    opened_at: datetime
    closed_at: datetime | None
    outcome: Outcome | None
    detail: str | None
    statement_id: StatementId | None = None
