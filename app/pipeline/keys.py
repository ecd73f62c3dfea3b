"""API keys: who may do what. A key is shown once, when it is made; only its SHA-256 is kept.

``wbk_``, 32 random characters of base62 (190 bits), and 6 that are a checksum, by which a mistyped key is told from an
unknown one without asking the database.
"""

import ipaddress
import secrets
import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from app.domain.audit import Act, ActorKind, Changed, changes_between
from app.domain.errors import Conflict, InvalidInput, MissingScope, NotAuthenticated, StorageError
from app.domain.ids import KeyId
from app.domain.keys import ApiKey, Scope
from app.pipeline.audit import note
from app.pipeline.newsroom import Newsroom
from app.storage import keys
from app.storage.database import Connection
from app.storage.identity import new_id

log = structlog.get_logger()

PREFIX = "wbk_"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM_CHARACTERS, CHECK_CHARACTERS = 32, 6
SHOWN_CHARACTERS = len(PREFIX) + 8
USE_NOTED_EVERY = timedelta(minutes=1)
FIRST_KEY_NAME = "first administrator"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made. ``secret`` is the key itself: it cannot be shown again."""

    key: ApiKey
    secret: str


def new_secret() -> str:
    """A new key."""
    body = PREFIX + "".join(secrets.choice(BASE62) for _ in range(RANDOM_CHARACTERS))
    return body + _checksum(body)


def looks_like_a_key(text: str) -> bool:
    """True where the form and the checksum are right; whether it opens anything only the database knows."""
    if not text.isascii() or not text.startswith(PREFIX):
        return False
    if len(text) != len(PREFIX) + RANDOM_CHARACTERS + CHECK_CHARACTERS:
        return False
    body = text[:-CHECK_CHARACTERS]
    return text.removeprefix(PREFIX).isalnum() and secrets.compare_digest(_checksum(body), text[-CHECK_CHARACTERS:])


def create_key(newsroom: Newsroom, *, name: str, scope: Scope, expires_at: datetime | None = None) -> NewKey:
    """Make a key for somebody.

    Raises:
        InvalidInput: it would have expired already.
    """
    if expires_at is not None and expires_at <= newsroom.clock():
        raise InvalidInput("The key would have expired already.", pointer="/expires_at")
    with newsroom.database.write() as conn:
        return _add(conn, newsroom, name=name, scope=scope, expires_at=expires_at)


def require_administrator(newsroom: Newsroom) -> None:
    """See to it that an administrator acts, or somebody on the machine itself, whatever door let them in.

    Raises:
        MissingScope: it is the holder of a lesser key, or nobody who has shown one.
    """
    actor = newsroom.actor
    if actor.kind is not ActorKind.KEY:
        return
    with newsroom.database.read() as conn:
        if actor.key_id is None or not keys.get_key(conn, actor.key_id).scope.allows(Scope.ADMIN):
            raise MissingScope(Scope.ADMIN)


def create_first_key(newsroom: Newsroom) -> NewKey | None:
    """Make an admin key where none is valid, to be shown once; None where there is one."""
    with newsroom.database.write() as conn:
        if _administrators(conn, newsroom):
            return None
        return _add(conn, newsroom, name=FIRST_KEY_NAME, scope=Scope.ADMIN, expires_at=None)


def rotate_key(newsroom: Newsroom, key_id: KeyId, *, overlap: timedelta) -> NewKey:
    """Put a new key in the place of an old one: of the same name and scope, and good for as long as the old one was.

    The old one opens what it did for as long as ``overlap``, so that whoever uses it can change over at leisure.

    Raises:
        NotFound: there is no such key; Conflict: it opens nothing any more.
    """
    now = newsroom.clock()
    with newsroom.database.write() as conn:
        old = keys.get_key(conn, key_id)
        if not old.is_valid(now):
            raise Conflict("This key opens nothing any more; make a new one.")
        expires_at = None if old.expires_at is None else now + (old.expires_at - old.created_at)
        made = _add(conn, newsroom, name=old.name, scope=old.scope, expires_at=expires_at)
        ends_at = min(now + overlap, old.expires_at or now + overlap)
        keys.end_key(conn, old.id, at=ends_at)
        changes = changes_between(old, replace(old, expires_at=ends_at), ("expires_at",))
        note(conn, newsroom, Act.KEY_ROTATED, old, {**changes, "replaced_by": Changed(None, str(made.key.id))})
        return made


def revoke_key(newsroom: Newsroom, key_id: KeyId) -> ApiKey:
    """Let a key open nothing any more.

    Raises:
        NotFound: there is no such key; Conflict: it is the last one that may make keys.
    """
    with newsroom.database.write() as conn:
        if _administrators(conn, newsroom) == {key_id}:
            raise Conflict("This is the last valid admin key; make another one first.")
        revoked = keys.revoke_key(conn, key_id, now=newsroom.clock())
        note(conn, newsroom, Act.KEY_REVOKED, revoked)
        return revoked


def authenticate(newsroom: Newsroom, secret: str) -> ApiKey:
    """Whose key this is. Its use is noted once a minute, where that can be written.

    Raises:
        NotAuthenticated: it is no key, unknown, expired or revoked.
    """
    if not looks_like_a_key(secret):
        raise NotAuthenticated("That is no key; look for a missing or mistyped character.")
    digest = sha256(secret.encode()).hexdigest()
    with newsroom.database.read() as conn:
        key = keys.find_key(conn, digest)
    now = newsroom.clock()
    if key is None:
        raise NotAuthenticated("This key is not known here.")
    if not key.is_valid(now):
        raise NotAuthenticated("This key was revoked." if key.revoked_at else "This key has expired.")
    if key.last_used_at is None or now - key.last_used_at >= USE_NOTED_EVERY:
        _note_use(newsroom, key, now)
    return key


def may_listen_on(newsroom: Newsroom, host: str) -> bool:
    """True where the service may listen on this address: without any valid key only on loopback."""
    if is_loopback(host):
        return True
    with newsroom.database.read() as conn:
        return keys.has_keys(conn, now=newsroom.clock())


def is_loopback(host: str) -> bool:
    """True for an address that only this machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _administrators(conn: Connection, newsroom: Newsroom) -> set[KeyId]:
    """The valid admin keys."""
    now = newsroom.clock()
    return {key.id for key in keys.list_keys(conn) if key.scope is Scope.ADMIN and key.is_valid(now)}


def _add(conn: Connection, newsroom: Newsroom, *, name: str, scope: Scope, expires_at: datetime | None) -> NewKey:
    secret = new_secret()
    key = ApiKey(
        id=KeyId(new_id()),
        name=name,
        prefix=secret[:SHOWN_CHARACTERS],
        scope=scope,
        created_at=newsroom.clock(),
        expires_at=expires_at,
        last_used_at=None,
        revoked_at=None,
    )
    keys.add_key(conn, key, sha256=sha256(secret.encode()).hexdigest())
    note(conn, newsroom, Act.KEY_MADE, key, changes_between(None, key, ("scope", "expires_at")))
    return NewKey(key, secret)


def _note_use(newsroom: Newsroom, key: ApiKey, now: datetime) -> None:
    try:
        with newsroom.database.write() as conn:
            keys.mark_key_used(conn, key.id, now=now)
    except StorageError as error:
        log.warning("key.use_not_noted", key=key.prefix, error=type(error).__name__)


def _checksum(body: str) -> str:
    """CRC-32 in base62: for typing mistakes, not against anybody."""
    number = zlib.crc32(body.encode())
    digits = ""
    while number:
        number, digit = divmod(number, len(BASE62))
        digits = BASE62[digit] + digits
    return digits.rjust(CHECK_CHARACTERS, BASE62[0])
