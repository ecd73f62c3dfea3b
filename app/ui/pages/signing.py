"""Signing in with an API key, and out again."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from app.domain.errors import NotAuthenticated
from app.domain.ids import SessionId
from app.domain.keys import Scope
from app.pipeline.sessions import (
    NewSession,
    close_own,
    list_own_sessions,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from app.ui.access import SESSION_COOKIE, SIGN_IN
from app.ui.browsers import browser_of
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
        browser = browser_of(visit.request.headers.get("user-agent", ""))
        made = sign_in(visit.house, secret, lasts=timedelta(hours=visit.rules.session_hours), browser=browser)
    except NotAuthenticated as error:
        return visit.page("sign_in.html", status=401, onward=onward, problem=visit.words.text(error.message))
    return _with_cookie(visit, made, onward)


def end_session(visit: Visit) -> Response:
    """Sign out: the session opens nothing any more, on no machine."""
    if visit.session is not None:
        sign_out(visit.newsroom, visit.session)
    return _signed_out(visit, "signed-out")


def show_sessions(visit: Visit) -> Response:
    """The browsers that are signed in with the key of whoever looks."""
    assert visit.session is not None
    own = list_own_sessions(visit.newsroom, visit.session)
    return visit.page("sessions.html", sessions=own)


def close_session(visit: Visit) -> Response:
    """Sign out one of one's own browsers from afar."""
    assert visit.session is not None
    close_own(visit.newsroom, visit.session, SessionId(visit.id_of("session_id")))
    return visit.redirect("/sessions", said="session-ended")


def end_all_sessions(visit: Visit) -> Response:
    """Sign out every browser of one's own, this one too."""
    assert visit.session is not None
    sign_out_everywhere(visit.newsroom, visit.session)
    return _signed_out(visit, "signed-out-everywhere")


def _signed_out(visit: Visit, said: str) -> Response:
    answer = visit.redirect(SIGN_IN, said=said)
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
    Page("GET", "/sessions", show_sessions, needs=Scope.READ),
    Page("POST", "/sessions/{session_id:uuid}/close", close_session, needs=Scope.READ),
    Page("POST", "/sign-out/everywhere", end_all_sessions, needs=Scope.READ),
)
