"""Keys: who may do what, made and shown once, and closed again; and the browsers that are signed in with them."""

from datetime import timedelta
from typing import Final

from starlette.responses import Response

from app.domain.errors import WalkbackError
from app.domain.ids import KeyId, SessionId
from app.domain.keys import KeyState, Scope
from app.domain.words import Words, msgid
from app.messages.kept.telling import retold
from app.pipeline.keys import NewKey, create_key, revoke_key
from app.pipeline.sessions import sign_out
from app.pipeline.watch_fields import line_of
from app.storage import keys, sessions
from app.ui.desk.paging import place_of, place_to_text
from app.ui.navigation import SCOPES
from app.ui.visit import Page, Visit

STATES: Final = {
    KeyState.VALID: msgid("valid"),
    KeyState.ENDING: msgid("ends soon"),
    KeyState.EXPIRED: msgid("expired"),
    KeyState.REVOKED: msgid("revoked"),
}
LASTING: Final = (("30", timedelta(days=30)), ("90", timedelta(days=90)), ("365", timedelta(days=365)))
ON_ONE_PAGE: Final = 40
MOST_SESSIONS: Final = 40


def show_keys(visit: Visit) -> Response:
    """Every key and session."""
    return _page(visit)


def make(visit: Visit) -> Response:
    """A new key, shown once."""
    lasts = dict(LASTING).get(visit.form.get("days", ""))
    scope = visit.form.get("scope", "")
    try:
        made = create_key(
            visit.newsroom,
            name=line_of(visit.form.get("name", ""), "name"),
            scope=Scope(scope) if scope in set(Scope) else Scope.READ,
            expires_at=visit.newsroom.clock() + lasts if lasts else None,
        )
    except WalkbackError as problem:
        return _page(visit, problem=problem)
    return _page(visit, made=made)


def revoke(visit: Visit) -> Response:
    """Let a key open nothing any more, and with it its sessions."""
    try:
        revoke_key(visit.newsroom, KeyId(visit.id_of("key_id")))
    except WalkbackError as problem:
        return _page(visit, problem=problem)
    return visit.redirect("/keys", said="key-revoked")


def end_session(visit: Visit) -> Response:
    """Sign a browser out from afar."""
    session_id = SessionId(visit.id_of("session_id"))
    with visit.newsroom.database.read() as conn:
        session = sessions.get_session(conn, session_id)
    sign_out(visit.newsroom, session)
    return visit.redirect("/keys", said="session-ended")


def _page(visit: Visit, *, made: NewKey | None = None, problem: WalkbackError | None = None) -> Response:
    now = visit.newsroom.clock()
    with visit.newsroom.database.read() as conn:
        known = keys.list_some_keys(conn, after=place_of(visit.query.get("after")), limit=ON_ONE_PAGE)
        signed_in = sessions.list_open_sessions(conn, now=now, limit=MOST_SESSIONS + 1)
    following = place_to_text(known.next)
    answer = visit.page(
        "desk/keys.html",
        status=422 if problem else 200,
        keys=[(key, _state(key.state_at(now), visit.words), _scope(key.scope, visit.words)) for key in known.items],
        following=visit.address("/keys", after=following) if following else None,
        sessions=signed_in[:MOST_SESSIONS],
        has_more_sessions=len(signed_in) > MOST_SESSIONS,
        scopes=[(scope.value, _scope(scope, visit.words)) for scope in Scope],
        made=made,
        problem=retold(problem.message, visit.words) if problem else None,
        now=now,
    )
    if made is not None:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _state(state: KeyState, words: Words) -> str:
    return words.text(STATES[state])


def _scope(scope: Scope, words: Words) -> str:
    return words.text(SCOPES[scope])


PAGES: Final = (
    Page("GET", "/keys", show_keys, needs=Scope.ADMIN),
    Page("POST", "/keys", make, needs=Scope.ADMIN),
    Page("POST", "/keys/{key_id:uuid}/revoke", revoke, needs=Scope.ADMIN),
    Page("POST", "/sessions/{session_id:uuid}/end", end_session, needs=Scope.ADMIN),
)
