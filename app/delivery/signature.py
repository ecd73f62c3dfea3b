"""The signature on every alert, so that a receiver knows it comes from us and was not changed (Standard Webhooks 1.0).

Symmetric secrets (``whsec_…``) make ``v1`` signatures with HMAC-SHA256; signing keys (``whsk_…``, whose public half is
``whpk_…``) make ``v1a`` ones with Ed25519. While secrets are rotated a message carries one signature for each.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from app.domain.errors import InvalidInput

if TYPE_CHECKING:  # it takes megabytes, and is loaded by those who have such a key
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_SECRET_PREFIX = "whsec_"  # noqa: S105 - the public prefix, not a secret
_PRIVATE_PREFIX = "whsk_"
_PUBLIC_PREFIX = "whpk_"
_LEAST_SECRET_BYTES = 24
_MOST_SECRET_BYTES = 64
_KEY_BYTES = 32

TOLERANCE = timedelta(minutes=5)


class Flaw(StrEnum):
    """Why a message is not taken for genuine."""

    HEADER_MISSING = "header_missing"
    TIMESTAMP_UNREADABLE = "timestamp_unreadable"
    TOO_OLD = "too_old"
    TOO_NEW = "too_new"
    NO_MATCH = "no_match"


@dataclass(frozen=True, slots=True)
class Genuine:
    """A message that somebody signed who has the secret."""

    message_id: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A message that must not be believed."""

    flaw: Flaw


def new_secret() -> str:
    """A new symmetric secret of 32 random bytes, ``whsec_…``."""
    return _SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def new_signing_key() -> str:
    """A new Ed25519 signing key, ``whsk_…``."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return _PRIVATE_PREFIX + base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode("ascii")


def public_key_of(signing_key: str) -> str:
    """The public half of a signing key, ``whpk_…``: what a receiver verifies with.

    Raises:
        InvalidInput: it is no signing key.
    """
    public = _private_key(signing_key).public_key().public_bytes_raw()
    return _PUBLIC_PREFIX + base64.b64encode(public).decode("ascii")


def sign(message_id: str, timestamp: int, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """The three headers of a signed message, with one signature for each of the ``keys`` (``whsec_…`` or ``whsk_…``).

    ``timestamp`` is in seconds since 1970, of this try.

    Raises:
        InvalidInput: there is no key, or one that is none, or the id is not printable ASCII without a full stop.
    """
    if not keys:
        raise InvalidInput("A message cannot be signed without a secret.")
    if not message_id or "." in message_id or not message_id.isascii() or not message_id.isprintable():
        raise InvalidInput("The id of a message is printable ASCII without a full stop.")
    content = _signed_content(message_id, str(timestamp), body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(key, content) for key in keys),
    }


def verify(
    headers: Mapping[str, str], body: bytes, keys: Sequence[str], *, now: datetime, tolerance: timedelta = TOLERANCE
) -> Genuine | Doubtful:
    """Whether a message is genuine. ``keys`` are ``whsec_…`` or ``whpk_…``; any of them may match any signature.

    Raises:
        InvalidInput: one of the keys is none.
    """
    plain = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, timestamp = plain["webhook-id"], plain["webhook-timestamp"]
        signatures = plain["webhook-signature"].split()
    except KeyError:
        return Doubtful(Flaw.HEADER_MISSING)
    sent_at = _time(timestamp)
    if sent_at is None:
        return Doubtful(Flaw.TIMESTAMP_UNREADABLE)
    content = _signed_content(message_id, timestamp, body)
    matches = [_matches(key, content, signature) for key in keys for signature in signatures]
    if not any(matches):
        return Doubtful(Flaw.NO_MATCH)
    if sent_at < now - tolerance:
        return Doubtful(Flaw.TOO_OLD)
    if sent_at > now + tolerance:
        return Doubtful(Flaw.TOO_NEW)
    return Genuine(message_id, sent_at)


def is_genuine(headers: Mapping[str, str], body: bytes, key: str, *, now: float) -> bool:
    """True where a message was signed with this key within five minutes of ``now`` (seconds since 1970)."""
    return bool(key) and isinstance(verify(headers, body, [key], now=datetime.fromtimestamp(now, UTC)), Genuine)


def _signed_content(message_id: str, timestamp: str, body: bytes) -> bytes:
    return f"{message_id}.{timestamp}.".encode(errors="replace") + body


def _signature(key: str, content: bytes) -> str:
    if key.startswith(_PRIVATE_PREFIX):
        return "v1a," + base64.b64encode(_private_key(key).sign(content)).decode("ascii")
    return "v1," + base64.b64encode(_hmac(key, content)).decode("ascii")


def _matches(key: str, content: bytes, signature: str) -> bool:
    """True where ``signature`` (``v1,…`` or ``v1a,…``) is the one that ``key`` makes of ``content``."""
    version, _, encoded = signature.partition(",")
    given = _decoded(encoded)
    if key.startswith(_PUBLIC_PREFIX):
        from cryptography.exceptions import InvalidSignature

        public = _public_key(key)
        if version != "v1a" or given is None:
            return False
        try:
            public.verify(given, content)
        except InvalidSignature:
            return False
        return True
    expected = _hmac(key, content)
    return version == "v1" and given is not None and hmac.compare_digest(expected, given)


def _hmac(secret: str, content: bytes) -> bytes:
    return hmac.new(secret_bytes(secret), content, hashlib.sha256).digest()


def secret_bytes(secret: str) -> bytes:
    """The bytes of a symmetric secret; a receiver's own may be 24 to 64 bytes long.

    Raises:
        InvalidInput: it is no such secret.
    """
    found = _decoded(secret.removeprefix(_SECRET_PREFIX)) if secret.startswith(_SECRET_PREFIX) else None
    if found is None or not _LEAST_SECRET_BYTES <= len(found) <= _MOST_SECRET_BYTES:
        raise InvalidInput("A webhook secret is “whsec_” and 24 to 64 bytes in base64.")
    return found


@lru_cache(maxsize=1_024)
def _private_key(key: str) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    found = _decoded(key.removeprefix(_PRIVATE_PREFIX)) if key.startswith(_PRIVATE_PREFIX) else None
    if found is None or len(found) not in {_KEY_BYTES, 2 * _KEY_BYTES}:
        raise InvalidInput("A signing key is “whsk_” and an Ed25519 key in base64.")
    return Ed25519PrivateKey.from_private_bytes(found[:_KEY_BYTES])  # some write the public half after it


def _public_key(key: str) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    found = _decoded(key.removeprefix(_PUBLIC_PREFIX))
    if found is None or len(found) != _KEY_BYTES:
        raise InvalidInput("A verification key is “whpk_” and an Ed25519 key in base64.")
    return Ed25519PublicKey.from_public_bytes(found)


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _time(timestamp: str) -> datetime | None:
    if not (timestamp.isascii() and timestamp.isdigit()):
        return None
    try:
        return datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
