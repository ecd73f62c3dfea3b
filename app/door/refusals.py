"""What is refused at the door of both interfaces, and which HTTP status every error has: one table for all."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from app.domain.errors import (
    AccessDenied,
    Conflict,
    EgressError,
    IdempotencyConflict,
    InvalidCursor,
    InvalidInput,
    NotAuthenticated,
    NotFound,
    PreviewFailed,
    SecretUnreadable,
    StaleRevision,
    StorageError,
    WalkbackError,
)
from app.domain.service import Overdue
from app.pipeline.stalling import ServiceStalled


class RequestRefused(WalkbackError):
    """The request was refused before anything of it was looked at."""

    slug = "request-refused"
    title = "The request is refused"


class InvalidRequest(InvalidInput):
    """The request is not of the form that the OpenAPI document gives it."""

    slug = "invalid-request"
    title = "The request is not of the form that the documentation gives it"


class MethodNotAllowed(RequestRefused):
    """The address exists and does not know this method; ``allowed`` are the ones it knows."""

    slug = "method-not-allowed"
    title = "This address does not know that method"

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        super().__init__(f"{method} is not known here; {', '.join(allowed)} would be.")
        self.allowed = tuple(allowed)


class ContentTooLarge(RequestRefused):
    """The body is larger than this service takes."""

    slug = "content-too-large"
    title = "The body is too large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"A body may have at most {limit_bytes} bytes.")


class UnsupportedMediaType(RequestRefused):
    """The body is of a type that is not read here."""

    slug = "unsupported-media-type"
    title = "Bodies of this type are not read here"


class CrossOriginRefused(RequestRefused):
    """A page of another site tried to change something through a browser."""

    slug = "cross-origin-refused"
    title = "Pages of other sites may not change anything here"


class TooManyRequests(RequestRefused):
    """More requests than one key or address may make; ``seconds`` says when the next one may come."""

    slug = "too-many-requests"
    title = "Too many requests"
    retryable = True

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Wait {seconds} s before the next request.")
        self.seconds = seconds


class TooManyStreams(RequestRefused):
    """One key or address has as many streams of events open as it may have; ``seconds`` says when to try again."""

    slug = "too-many-streams"
    title = "Too many streams are open"
    retryable = True
    seconds = 30

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} streams are open already; close one first.")


class WorkOverdue(WalkbackError):
    """Work that should have been done by now was not, although nothing stood against it."""

    slug = "work-overdue"
    title = "Work is overdue"
    retryable = True

    def __init__(self, overdue: Sequence[Overdue]) -> None:
        told = "; ".join(f"{one.work}: {one.amount.count}, since {one.since:%Y-%m-%d %H:%M:%S} UTC" for one in overdue)
        super().__init__(f"Overdue {told}. Is a worker running?")
        self.overdue = tuple(overdue)

    @property
    def facts(self) -> dict[str, Any]:
        """What is overdue, how much of it, and since when the oldest is."""
        return {"overdue": [_late(one) for one in self.overdue]}


STATUSES: Mapping[type[WalkbackError], int] = {
    WalkbackError: 500,
    InvalidInput: 422,
    InvalidCursor: 400,
    NotFound: 404,
    Conflict: 409,
    IdempotencyConflict: 422,
    StaleRevision: 412,
    AccessDenied: 403,
    NotAuthenticated: 401,
    EgressError: 422,
    PreviewFailed: 422,
    SecretUnreadable: 503,
    StorageError: 503,
    ServiceStalled: 503,
    RequestRefused: 400,
    MethodNotAllowed: 405,
    ContentTooLarge: 413,
    UnsupportedMediaType: 415,
    CrossOriginRefused: 403,
    TooManyRequests: 429,
    TooManyStreams: 429,
    WorkOverdue: 503,
}
"""An error has the status of its nearest ancestor in this table."""


def status_of(error: WalkbackError) -> int:
    """The HTTP status of an error."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def _late(one: Overdue) -> dict[str, Any]:
    return {
        "work": one.work,
        "count": one.amount.count,
        "precision": one.amount.precision,
        "since": one.since.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
