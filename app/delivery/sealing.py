"""Secrets at rest: what is needed in clear later is kept encrypted with a key that is not in the database.

The library that encrypts takes seven megabytes; it is loaded with the first secret, so whoever has none does without.
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from app.domain.errors import SecretUnreadable

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

KEY_BYTES = 32
MOST_OPEN = 4_096
"""Secrets that are kept open, so that a receiver of many alerts has its own opened once."""


class SecretSeal:
    """Seals secrets with one key and opens them with it or an older one (any text; Fernet: AES-128-CBC, HMAC-SHA256).

    The key should be random (:meth:`new_key`): it is brought to the right length, not made stronger.
    """

    def __init__(self, key: str, older_keys: Sequence[str] = ()) -> None:
        self._keys = tuple(_key_of(one) for one in (key, *older_keys))
        self._open_once = lru_cache(maxsize=MOST_OPEN)(self._open)

    def seal(self, secret: str) -> str:
        """The secret as it may be stored."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret again.

        Raises:
            SecretUnreadable: it was sealed with a key that is not among ours, or is damaged.
        """
        return self._open_once(sealed)

    @cached_property
    def _fernet(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(key) for key in self._keys])

    def _open(self, sealed: str) -> str:
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SecretUnreadable(
                "A stored secret was sealed with another WALKBACK_SECRET_KEY; set that key again, or rotate the secret."
            ) from error

    @staticmethod
    def new_key() -> str:
        """A new random key."""
        return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _key_of(key: str) -> bytes:
    digest = hashlib.sha256(b"walkback secrets\x00" + key.encode()).digest()
    return base64.urlsafe_b64encode(digest)
