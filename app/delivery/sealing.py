"""Secrets at rest: what is needed in clear later is kept encrypted with a key that is not in the database."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

from app.domain.errors import SecretUnreadable


class SecretSeal:
    """Seals and opens secrets with one key (any text; Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, key: str) -> None:
        digest = hashlib.sha256(b"walkback secrets\x00" + key.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(digest))

    def seal(self, secret: str) -> str:
        """The secret as it may be stored."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret again.

        Raises:
            SecretUnreadable: it was sealed with another key.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SecretUnreadable(
                "A stored secret was sealed with another WALKBACK_SECRET_KEY; set that key again, or rotate the secret."
            ) from error

    @staticmethod
    def new_key() -> str:
        """A new random key."""
        return Fernet.generate_key().decode()
