"""Signing in to the pages with an API key: the browser gets a token of its own, and only its SHA-256 is kept.

A session ends when its time is over, when somebody signs out, and with the key that it was started with.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from app.domain.audit import Act, Actor, ActorKind
from app.domain.ids import SessionId
from app.domain.keys import ApiKey, Session
from app.pipeline.audit import note
from app.pipeline.keys import authenticate
from app.pipeline.newsroom import Newsroom
from app.storage import sessions
from app.storage.identity import new_id

TOKEN_BYTES = 32
LONGEST_TOKEN = 64
KEPT_AFTER_ITS_END = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was just started. ``token`` is what the browser keeps: it cannot be shown again."""

    session: Session
    token: str


def sign_in(newsroom: Newsroom, secret: str, *, lasts: timedelta) -> NewSession:
    """Start a session for whoever holds this key; it never outlives the key.

    Raises:
        NotAuthenticated: it is no key, unknown, expired or revoked.
    """
    key = authenticate(newsroom, secret)
    now = newsroom.clock()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session = Session(SessionId(new_id()), key, now, min(now + lasts, key.expires_at or now + lasts), None)
    with newsroom.database.write() as conn:
        sessions.forget_sessions(conn, before=now - KEPT_AFTER_ITS_END)
        sessions.add_session(conn, session, sha256=_digest(token))
        note(conn, acting_for(newsroom, key), Act.SESSION_STARTED, session)
    return NewSession(session, token)


def find_valid_session(newsroom: Newsroom, token: str) -> Session | None:
    """The session of a token, where it still opens something."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    with newsroom.database.read() as conn:
        session = sessions.find_session(conn, _digest(token))
    return session if session is not None and session.is_valid(newsroom.clock()) else None


def sign_out(newsroom: Newsroom, session: Session) -> None:
    """End a session.

    Raises:
        NotFound: it has ended.
    """
    with newsroom.database.write() as conn:
        sessions.end_session(conn, session.id, now=newsroom.clock())
        note(conn, acting_for(newsroom, session.key), Act.SESSION_ENDED, session)


def acting_for(newsroom: Newsroom, key: ApiKey) -> Newsroom:
    """The running program, acting for the holder of a key."""
    return replace(newsroom, actor=Actor(ActorKind.KEY, key.name, key.id))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
