"""When something goes wrong, that is a page too: what happened, in plain words, and where to go from here."""

from collections.abc import Mapping
from typing import Any, Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from app.domain.errors import WalkbackError
from app.domain.words import msgid
from app.door.refusals import TooManyRequests, status_of
from app.messages.kept.telling import retold
from app.ui.preferences import links_of, read_theme, read_words
from app.ui.templating import render

log = structlog.get_logger()

TITLES: Final[Mapping[int, str]] = {
    400: msgid("This cannot be understood"),
    401: msgid("You are not signed in"),
    403: msgid("You may not do this"),
    404: msgid("There is nothing here"),
    405: msgid("This cannot be asked so"),
    409: msgid("It clashes with what is there"),
    412: msgid("Somebody was faster"),
    413: msgid("This is too large"),
    415: msgid("This cannot be read"),
    422: msgid("This cannot be done as it was asked"),
    429: msgid("Too many requests"),
    500: msgid("A mistake of ours"),
    503: msgid("Walkback cannot answer now"),
}
ADVICE: Final[Mapping[int, str]] = {
    401: msgid("Sign in and try again."),
    403: msgid("The key that you signed in with does not allow it. An administrator can make you another one."),
    404: msgid("The address may be mistyped, or what stood here is not yours to read."),
    412: msgid("What you saw has changed since. Go back, load the page again, and look at it once more."),
    429: msgid("Wait a moment, then load the page again."),
    500: msgid("The log has it, under the name of this request. What is recorded is safe."),
    503: msgid("The database cannot be used at the moment. Nothing is lost; try again soon."),
}


def error_answer(scope: Scope, error: WalkbackError) -> Response:
    """An error as a page."""
    status = status_of(error)
    facts = retold(error.message, read_words(Request(scope))) if status not in (401, 404, 500, 503) else None
    answer = _page(Request(scope), status, facts)
    if isinstance(error, TooManyRequests):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


async def answer_error(request: Request, error: Exception) -> Response:
    """For every error that has a name."""
    assert isinstance(error, WalkbackError)
    if status_of(error) >= 500:
        log.error("request.error", error=type(error).__name__, message=error.message)
    return error_answer(request.scope, error)


async def answer_unroutable(request: Request, error: Exception) -> Response:
    """For an address or a method that does not exist."""
    assert isinstance(error, HTTPException)
    answer = _page(request, error.status_code, None)
    answer.headers.update(error.headers or {})
    return answer


def _page(request: Request, status: int, facts: str | None) -> Response:
    words, theme = read_words(request), read_theme(request)
    shown: dict[str, Any] = {
        "status": status,
        "title": words.text(TITLES.get(status, TITLES[500])),
        "advice": words.text(ADVICE[status]) if status in ADVICE else None,
        "facts": facts,
        "request_id": request.scope.get("state", {}).get("request_id", "-"),
        "visit": None,
        "session": None,
        "tongue": words.language,
        "look": theme,
        "entries": (),
        "said": None,
        "preferences": links_of(lambda **_: "/", words, theme),
    }
    return HTMLResponse(render("error.html", words, shown), status_code=status, headers={"Cache-Control": "no-store"})
