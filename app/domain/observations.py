"""What one check of one statement found, and what that means for the statement.

Every check is recorded with its outcome. The outcomes on the right of the table in docs/sources.md never touch a
version: a page we could not read is an error, never an empty statement.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.ids import ObservationId, StatementId, WatchId


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


@dataclass(frozen=True, slots=True)
class Observation:
    """One check: of one statement, or (``statement_id`` None) of a whole watch that could not be read."""

    id: ObservationId
    watch_id: WatchId
    statement_id: StatementId | None
    at: datetime
    outcome: Outcome
    detail: str | None
    version_number: int | None
    http_status: int | None
    elapsed_seconds: float | None
