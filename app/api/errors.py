"""What a caller is told when something goes wrong: one form for every error (RFC 9457)."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from app.domain.errors import (
    DuplicateWatch,
    EgressError,
    HostResting,
    InvalidInput,
    MissingScope,
    NotAuthenticated,
    NotFound,
    PreviewFailed,
    StorageError,
    WalkbackError,
)
from app.door.refusals import InvalidRequest, MethodNotAllowed, TooManyRequests, TooManyStreams, WorkOverdue, status_of

log = structlog.get_logger()

PROBLEM_TYPE = "urn:walkback:problem:"
PROBLEM_MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5

OURS = "Value error, "
"""What Pydantic puts before a sentence of ours."""


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
    places = [{"pointer": _pointer(one["loc"]), "detail": one["msg"].removeprefix(OURS)} for one in error.errors()]
    told = "; ".join(f"{place['pointer'] or 'the body'}: {place['detail']}" for place in places[:5])
    problem = {**problem_of(InvalidRequest(f"{told}.")), "errors": places[:50]}
    return problem_answer(request.scope, problem)


def allowed_methods(request: Request, error: HTTPException) -> tuple[str, ...]:
    """The methods that the address of a request knows; the framework itself names those of one route alone."""
    routes: Sequence[tuple[re.Pattern[str], set[str]]] = request.app.state.route_patterns
    ours = set().union(*(methods for pattern, methods in routes if pattern.match(request.url.path)))
    named = (error.headers or {}).get("Allow", "")
    return tuple(sorted(ours)) or tuple(method.strip() for method in named.split(",") if method.strip())


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
        case TooManyRequests() | TooManyStreams():
            return {"Retry-After": str(error.seconds)}
        case StorageError() | WorkOverdue() if error.retryable:
            return {"Retry-After": str(RETRY_SECONDS)}
        case _:
            return {}
