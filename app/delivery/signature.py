"""Signatures by which a receiver knows that an alert is ours and unchanged: Standard Webhooks 1.0.

The signed bytes are ``id.timestamp.body``. ``v1`` is HMAC-SHA256 with a shared secret, ``v1a`` Ed25519 with a private
key; during rotation an alert carries one signature for each secret that is still valid.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PREFIX = "whsec_"
TOLERANCE_SECONDS = 5 * 60
SECRET_BYTES = 32


def new_secret() -> str:
    """A new shared secret: ``whsec_`` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(
    message_id: str,
    timestamp: int,
    body: bytes,
    shared_secrets: Sequence[str],
    private_keys: Sequence[Ed25519PrivateKey] = (),
) -> dict[str, str]:
    """The three headers of an alert; ``timestamp`` in seconds since 1970, ``message_id`` without a dot.

    Raises:
        ValueError: the id holds a dot, or a secret is not base64.
    """
    if "." in message_id:
        msg = "a message id holds no dot"
        raise ValueError(msg)
    content = _content(message_id, timestamp, body)
    signatures = [f"v1,{_hmac(secret, content)}" for secret in shared_secrets]
    signatures += [f"v1a,{base64.b64encode(key.sign(content)).decode()}" for key in private_keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def is_genuine(headers: Mapping[str, str], body: bytes, secret: str, *, now: float) -> bool:
    """True where a message was signed with this secret within five minutes of ``now``. Header names in lower case."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (message_id and timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 15):
        return False
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    expected = f"v1,{_hmac(secret, _content(message_id, int(timestamp), body))}".encode()
    given = headers.get("webhook-signature", "").encode("utf-8", "replace").split(b" ")
    return any(hmac.compare_digest(expected, one) for one in given)


def _content(message_id: str, timestamp: int, body: bytes) -> bytes:
    return f"{message_id}.{timestamp}.".encode() + body


def _hmac(secret: str, content: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        msg = "a webhook secret is whsec_ and base64"
        raise ValueError(msg) from error
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
