"""Signing in to the pages with an API key: the browser gets a token of its own, and only its SHA-256 is kept.

A session ends when its time is over, when somebody signs out, and with the key that it was started with.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from app.domain.audit import Act, Actor, ActorKind
from app.domain.errors import NotFound, StorageError
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
USE_NOTED_EVERY = timedelta(minutes=1)
MOST_SHOWN, MOST_ENDED = 100, 10_000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was just started. ``token`` is what the browser keeps: it cannot be shown again."""

    session: Session
    token: str


def sign_in(newsroom: Newsroom, secret: str, *, lasts: timedelta, browser: str = "") -> NewSession:
    """Start a session for whoever holds this key; it never outlives the key. ``browser`` is where, in words.

    Raises:
        NotAuthenticated: it is no key, unknown, expired or revoked.
    """
    key = authenticate(newsroom, secret)
    now = newsroom.clock()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    ends_at = min(now + lasts, key.expires_at or now + lasts)
    session = Session(SessionId(new_id()), key, now, ends_at, None, browser, now)
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
    now = newsroom.clock()
    if session is None or not session.is_valid(now):
        return None
    if session.last_used_at is None or now - session.last_used_at >= USE_NOTED_EVERY:
        _note_use(newsroom, session, now)
    return session


def _note_use(newsroom: Newsroom, session: Session, now: datetime) -> None:
    """Once a minute, where that can be written: a database that is busy or read-only keeps nobody from reading."""
    try:
        with newsroom.database.write() as conn:
            sessions.mark_session_used(conn, session.id, now=now)
    except StorageError as error:
        log.debug("session.use_not_noted", error=type(error).__name__)


def list_own_sessions(newsroom: Newsroom, session: Session) -> tuple[Session, ...]:
    """The browsers that are signed in with the same key."""
    with newsroom.database.read() as conn:
        return sessions.list_open_sessions(conn, now=newsroom.clock(), limit=MOST_SHOWN, key_id=session.key.id)


def close_own(newsroom: Newsroom, session: Session, closed: SessionId) -> None:
    """Sign out another browser that is signed in with the same key.

    Raises:
        NotFound: there is none of this key, or it has ended.
    """
    with newsroom.database.read() as conn:
        other = sessions.get_session(conn, closed)
    if other.key.id != session.key.id:
        raise NotFound("session", closed)
    sign_out(newsroom, other)


def sign_out_everywhere(newsroom: Newsroom, session: Session) -> int:
    """End every session of a key, this one too; how many there were."""
    now = newsroom.clock()
    acting = acting_for(newsroom, session.key)
    with newsroom.database.write() as conn:
        mine = sessions.list_open_sessions(conn, now=now, limit=MOST_ENDED, key_id=session.key.id)
        for one in mine:
            sessions.end_session(conn, one.id, now=now)
            note(conn, acting, Act.SESSION_ENDED, one)
    return len(mine)


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
