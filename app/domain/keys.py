"""API keys: who may do what."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.ids import KeyId, SessionId

ENDING_WITHIN = timedelta(days=14)
"""So long before its end a key is said to be ending: time to put another in its place."""


class Scope(StrEnum):
    """What a key may do; each includes the ones before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def allows(self, needed: "Scope") -> bool:
        """True where a key with this scope may do what ``needed`` names."""
        order = list(Scope)
        return order.index(self) >= order.index(needed)


class KeyState(StrEnum):
    """What a key is good for now."""

    VALID = "valid"
    ENDING = "ending"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: never the key itself, only its first characters for people to know it by."""

    id: KeyId
    name: str
    prefix: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def is_valid(self, now: datetime) -> bool:
        """True where the key is neither revoked nor expired at ``now``."""
        return self.state_at(now) in (KeyState.VALID, KeyState.ENDING)

    def state_at(self, now: datetime) -> KeyState:
        """What it is good for at ``now``; ``ending`` in the last two weeks."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if self.expires_at is None or now < self.expires_at - ENDING_WITHIN:
            return KeyState.VALID
        return KeyState.ENDING if now < self.expires_at else KeyState.EXPIRED


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in to the pages with a key; what it may do is what the key may do.

    ``browser`` is which one, in words (“Firefox, Windows”), empty where that is not known.
    """

    id: SessionId
    key: ApiKey
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    browser: str = ""
    last_used_at: datetime | None = None

    @property
    def name(self) -> str:
        """As the audit trail names it: by its key."""
        return self.key.name

    def is_valid(self, now: datetime) -> bool:
        """True where nobody signed out, its time has not come, and its key opens what it did."""
        return self.ended_at is None and now < self.ends_at and self.key.is_valid(now)
