"""The keys that webhooks are signed with: made anew, and what of each its receiver is shown."""

from typing import assert_never

from app.delivery.signature import new_secret, new_signing_key, public_key_of
from app.domain.destinations import Signing
from app.domain.errors import SecretUnreadable
from app.pipeline.newsroom import Newsroom

SIGNING_KEY = "whsk_"


def new_key(signing: Signing) -> str:
    """A new secret (``whsec_…``) or signing key (``whsk_…``)."""
    match signing:
        case Signing.HMAC:
            return new_secret()
        case Signing.ED25519:
            return new_signing_key()
        case _:
            assert_never(signing)


def shown(key: str) -> str:
    """What a receiver checks signatures with: the secret itself, or the public half of a signing key (``whpk_…``)."""
    return public_key_of(key) if key.startswith(SIGNING_KEY) else key


def signing_of(newsroom: Newsroom, sealed: str | None) -> Signing:
    """How a destination with this newest key signs; where it cannot be read any more, as most do."""
    try:
        is_key = sealed is not None and newsroom.seal.open(sealed).startswith(SIGNING_KEY)
    except SecretUnreadable:
        is_key = False
    return Signing.ED25519 if is_key else Signing.HMAC
