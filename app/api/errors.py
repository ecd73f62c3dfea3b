"""What a caller is told when something goes wrong: one table from error to status, one form for all (RFC 9457)."""

import json
import re
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.errors import (
    AccessDenied,
    Conflict,
    DuplicateWatch,
    EgressError,
    HostResting,
    IdempotencyConflict,
    InvalidCursor,
    InvalidInput,
    MissingScope,
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

log = structlog.get_logger()

PROBLEM_TYPE = "urn:walkback:problem:"
PROBLEM_MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5


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
    WorkOverdue: 503,
}
"""An error has the status of its nearest ancestor in this table."""


def status_of(error: WalkbackError) -> int:
    """The HTTP status of an error."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def problem_of(error: WalkbackError) -> dict[str, Any]:
    """An error as a problem document, without the place where it happened."""
    return {
        "type": PROBLEM_TYPE + error.slug,
        "title": error.title,
        "status": status_of(error),
        "detail": error.message,
        "retryable": error.retryable,
        **(error.facts if isinstance(error, WorkOverdue) else _facts(error)),
    }


def problem_answer(scope: Scope, problem: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A problem as an answer; ``instance`` names the request, under which the log has more."""
    body = {**problem, "instance": f"urn:walkback:request:{scope.get('state', {}).get('request_id', '-')}"}
    return Response(
        json.dumps(body).encode(),  # ASCII: a message may quote what is no Unicode text
        status_code=problem["status"],
        headers={"Cache-Control": "no-store", **(headers or {})},
        media_type=PROBLEM_MEDIA_TYPE,
    )


def error_answer(scope: Scope, error: WalkbackError) -> Response:
    """An error as an answer, with the headers that belong to its status."""
    return problem_answer(scope, problem_of(error), _headers(error))


async def answer_error(request: Request, error: Exception) -> Response:
    """For every error that has a name."""
    assert isinstance(error, WalkbackError)
    if status_of(error) >= 500 and not isinstance(error, WorkOverdue):
        log.error("request.error", error=type(error).__name__, message=error.message)
    return error_answer(request.scope, error)


async def answer_unroutable(request: Request, error: Exception) -> Response:
    """For what the framework itself refuses: an address or a method that does not exist, a body that cannot be read."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return error_answer(request.scope, NotFound("address", request.url.path))
    if error.status_code == 405:
        return error_answer(request.scope, MethodNotAllowed(request.method, allowed_methods(request, error)))
    return error_answer(request.scope, InvalidRequest("The body cannot be read.", pointer=""))


async def answer_invalid(request: Request, error: Exception) -> Response:
    """For a request that is not as the OpenAPI document says; each place that is wrong is named."""
    assert isinstance(error, RequestValidationError)
    places = [{"pointer": _pointer(one["loc"]), "detail": one["msg"]} for one in error.errors()]
    told = "; ".join(f"{place['pointer'] or 'the body'}: {place['detail']}" for place in places[:5])
    problem = {**problem_of(InvalidRequest(f"{told}.")), "errors": places[:50]}
    return problem_answer(request.scope, problem)


def allowed_methods(request: Request, error: HTTPException) -> tuple[str, ...]:
    """The methods that the address of a request knows; the framework itself names those of one route alone."""
    routes: Sequence[tuple[re.Pattern[str], set[str]]] = request.app.state.route_patterns
    ours = set().union(*(methods for pattern, methods in routes if pattern.match(request.url.path)))
    named = (error.headers or {}).get("Allow", "")
    return tuple(sorted(ours)) or tuple(method.strip() for method in named.split(",") if method.strip())


class LastResort:
    """Around everything: a mistake of ours becomes an answer and a line in the log, never a torn connection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer 500 where nothing was answered yet."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            trace = "".join(traceback.format_exception(error))  # without local variables: they hold keys and secrets
            log.critical("request.failed", method=scope["method"], path=scope["path"], trace=trace)
            if started:
                raise
            message = "A mistake of ours. The log has it, under the request that “instance” names."
            await error_answer(scope, WalkbackError(message))(scope, receive, send)


def _facts(error: WalkbackError) -> dict[str, Any]:
    match error:
        case InvalidInput(pointer=str(pointer)):
            return {"errors": [{"pointer": pointer, "detail": error.message}]}
        case DuplicateWatch():
            return {"existing_id": str(error.existing_id)}
        case MissingScope():
            return {"scope": error.scope}
        case HostResting():
            return {"outcome": error.outcome, "until": error.until.isoformat()}
        case PreviewFailed() | EgressError():
            return {"outcome": error.outcome}
        case _:
            return {}


def _late(one: Overdue) -> dict[str, Any]:
    return {
        "work": one.work,
        "count": one.amount.count,
        "precision": one.amount.precision,
        "since": one.since.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }


def _pointer(location: Sequence[str | int]) -> str:
    """A JSON pointer into the body; ``?name`` for a query parameter, the bare name for a header."""
    place, *rest = location
    match place:
        case "body":
            return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in rest)
        case "query":
            return "?" + ".".join(map(str, rest))
        case _:
            return ".".join(map(str, rest))


def _headers(error: WalkbackError) -> dict[str, str]:
    match error:
        case NotAuthenticated():
            return {"WWW-Authenticate": 'Bearer realm="walkback"'}
        case MissingScope():
            return {"WWW-Authenticate": f'Bearer realm="walkback", error="insufficient_scope", scope="{error.scope}"'}
        case MethodNotAllowed():
            return {"Allow": ", ".join(error.allowed)}
        case TooManyRequests():
            return {"Retry-After": str(error.seconds)}
        case StorageError() | WorkOverdue() if error.retryable:
            return {"Retry-After": str(RETRY_SECONDS)}
        case _:
            return {}
