"""Signing in with an API key, and out again."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from app.domain.errors import NotAuthenticated
from app.pipeline.sessions import NewSession, sign_in, sign_out
from app.ui.access import SESSION_COOKIE, SIGN_IN
from app.ui.visit import Page, Visit

LONGEST_KEY: Final = 200
LONGEST_ADDRESS: Final = 2000


def show_sign_in(visit: Visit) -> Response:
    """Where one signs in; who has is sent on."""
    onward = safe_address(visit.query.get("next", "/"))
    return visit.redirect(onward) if visit.session else visit.page("sign_in.html", onward=onward, problem=None)


def begin_session(visit: Visit) -> Response:
    """Start a session for whoever sends a key that opens something."""
    onward = safe_address(visit.form.get("next", "/"))
    try:
        secret = visit.form.get("key", "").strip()[:LONGEST_KEY]
        made = sign_in(visit.house, secret, lasts=timedelta(hours=visit.rules.session_hours))
    except NotAuthenticated as error:
        return visit.page("sign_in.html", status=401, onward=onward, problem=visit.words.text(error.message))
    return _with_cookie(visit, made, onward)


def end_session(visit: Visit) -> Response:
    """Sign out: the session opens nothing any more, on no machine."""
    if visit.session is not None:
        sign_out(visit.newsroom, visit.session)
    answer = visit.redirect(SIGN_IN, said="signed-out")
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=_is_secure(visit))
    return answer


def safe_address(asked: str) -> str:
    """An address of this service to go on to; the start page where it leads anywhere else."""
    parts = urlsplit(asked) if asked.isprintable() and len(asked) <= LONGEST_ADDRESS else None
    leads_here = parts is not None and not parts.scheme and not parts.netloc and "\\" not in asked
    return asked if leads_here and asked.startswith("/") and not asked.startswith("//") else "/"


def _with_cookie(visit: Visit, made: NewSession, onward: str) -> Response:
    answer = visit.redirect(onward, said="signed-in")
    seconds = int((made.session.ends_at - made.session.started_at).total_seconds())
    answer.set_cookie(
        SESSION_COOKIE, made.token, max_age=seconds, httponly=True, samesite="lax", secure=_is_secure(visit)
    )
    return answer


def _is_secure(visit: Visit) -> bool:
    public_url = visit.newsroom.rules.public_url or ""
    return visit.request.url.scheme == "https" or public_url.startswith("https://")


PAGES: Final = (
    Page("GET", SIGN_IN, show_sign_in, needs=None),
    Page("POST", SIGN_IN, begin_session, needs=None, is_guess=True),
    Page("POST", "/sign-out", end_session, needs=None),
)
