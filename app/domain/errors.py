"""Everything that can go wrong and has a name.

    WalkbackError
    ├── InvalidInput             what the caller sent cannot be used (422)
    │   ├── InvalidAddress       a URL that is malformed or of the wrong kind
    │   ├── InvalidSelector      a CSS selector that does not parse
    │   ├── InvalidPin           a phrase that the pin syntax does not allow
    │   └── InvalidCursor        a cursor that this server did not make (400)
    ├── NotFound                 no such thing, or not any more (404)
    ├── Conflict                 it clashes with what is there (409)
    │   ├── DuplicateWatch       the address is already on the watchlist
    │   ├── IdempotencyConflict  the same Idempotency-Key with another body (422)
    │   └── StaleRevision        somebody else changed it first (412)
    ├── AccessDenied
    │   ├── NotAuthenticated     no key, or not a valid one (401)
    │   └── MissingScope         the key may not do this (403)
    ├── EgressError              something went wrong on the way out
    │   ├── AddressRefused       our own guard said no; never retried
    │   ├── RobotsRefused        robots.txt said no
    │   │   └── RobotsUnavailable  it could not be read: no for a while; may be retried
    │   ├── HostResting          the host asked for a pause that is not over; may be retried after it
    │   ├── Unreachable          DNS, TLS, connect, time-out; may be retried
    │   ├── BodyTooLarge         past a cap, or an encoding we do not inflate
    │   ├── BodyTruncated        the answer ended before it was whole; may be retried
    │   └── TooManyRedirects     more hops than we follow
    ├── PreviewFailed            the address can be reached and holds nothing that could be watched (422)
    ├── SecretUnreadable         a stored secret that no key of the settings opens
    └── StorageError             the database (503)
        ├── DatabaseBusy         locked for too long; may be retried (503)
        ├── DatabaseReadOnly     cannot be written to (503)
        ├── DatabaseGone         cannot be reached (503)
        ├── SchemaMismatch       older or newer than this program (503)
        └── LeaseLost            somebody else has the work now; what was done is undone

Each error carries its facts; ``retryable`` says whether trying again can help. Nobody tests a message."""

from datetime import datetime

from app.domain.observations import Outcome


class WalkbackError(Exception):
    """The root. ``message`` is for people; ``slug`` names the kind of problem for programs (RFC 9457 ``type``)."""

    slug = "error"
    title = "Something went wrong"
    retryable = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(WalkbackError):
    """What the caller sent cannot be used. ``pointer`` is a JSON pointer to the place, where there is one."""

    slug = "invalid-input"
    title = "The request cannot be used as it is"

    def __init__(self, message: str, *, pointer: str | None = None) -> None:
        super().__init__(message)
        self.pointer = pointer


class InvalidAddress(InvalidInput):
    """A URL that is malformed, or cannot be of the kind that was asked for."""

    slug = "invalid-address"
    title = "The address cannot be watched"


class InvalidSelector(InvalidInput):
    """A CSS selector that does not parse."""

    slug = "invalid-selector"
    title = "The CSS selector does not parse"


class InvalidPin(InvalidInput):
    """A phrase that the pin syntax does not allow."""

    slug = "invalid-pin"
    title = "The phrase cannot be pinned"


class InvalidCursor(InvalidInput):
    """A cursor that this server did not make, or made for another list."""

    slug = "invalid-cursor"
    title = "The cursor is not one of this list"


class NotFound(WalkbackError):
    """No such thing. ``kind`` and ``key`` say what was looked for."""

    slug = "not-found"
    title = "Not found"

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"There is no {kind} {key}.")
        self.kind = kind
        self.key = key


class Conflict(WalkbackError):
    """It clashes with what is there."""

    slug = "conflict"
    title = "It clashes with what is there"


class DuplicateWatch(Conflict):
    """The address is already on the watchlist, as ``existing_id``."""

    slug = "duplicate-watch"
    title = "Already on the watchlist"

    def __init__(self, url: str, existing_id: object) -> None:
        super().__init__(f"{url} is already watched, as watch {existing_id}.")
        self.url = url
        self.existing_id = existing_id


class IdempotencyConflict(Conflict):
    """The same Idempotency-Key was used before with another body."""

    slug = "idempotency-conflict"
    title = "The Idempotency-Key was used before with another body"


class StaleRevision(Conflict):
    """Somebody else changed it first: the If-Match header names an old revision."""

    slug = "stale-revision"
    title = "Changed by somebody else in the meantime"


class AccessDenied(WalkbackError):
    """The caller may not."""

    slug = "access-denied"
    title = "Not allowed"


class NotAuthenticated(AccessDenied):
    """No key, or not a valid one."""

    slug = "not-authenticated"
    title = "A valid API key is needed"


class MissingScope(AccessDenied):
    """The key is valid and may not do this. ``scope`` is the one it lacks."""

    slug = "missing-scope"
    title = "The key may not do this"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This needs a key with the scope “{scope}”.")
        self.scope = scope


class EgressError(WalkbackError):
    """Something went wrong on the way out. ``outcome`` is what a check records for it."""

    slug = "egress-error"
    title = "The address could not be fetched"
    outcome = Outcome.UNREACHABLE


class AddressRefused(EgressError):
    """Our own guard said no: not a public address, a port or a scheme that is not allowed. Never retried."""

    slug = "address-refused"
    title = "The address is refused by this service's own guard"
    outcome = Outcome.REFUSED


class RobotsRefused(EgressError):
    """The site's robots.txt does not allow it."""

    slug = "robots-refused"
    title = "The site's robots.txt does not allow it"
    outcome = Outcome.REFUSED


class RobotsUnavailable(RobotsRefused):
    """The site's robots.txt could not be read, which counts as "no" for a while (RFC 9309)."""

    slug = "robots-unavailable"
    title = "The site's robots.txt cannot be read at the moment"
    retryable = True


class HostResting(EgressError):
    """The host asked for a pause that is not over; ``until`` says when it is."""

    slug = "host-resting"
    title = "The site asked for a pause"
    outcome = Outcome.BLOCKED
    retryable = True

    def __init__(self, until: datetime) -> None:
        super().__init__(f"The site asked for a pause until {until:%Y-%m-%d %H:%M:%S %Z}.")
        self.until = until


class Unreachable(EgressError):
    """DNS, TLS, connect or time-out."""

    slug = "unreachable"
    title = "The address cannot be reached"
    retryable = True


class BodyTooLarge(EgressError):
    """Longer than the cap, on the wire or inflated, or in an encoding we do not inflate."""

    slug = "body-too-large"
    title = "The answer is too large"
    outcome = Outcome.TOO_LARGE


class BodyTruncated(EgressError):
    """The answer ended before it was whole."""

    slug = "body-truncated"
    title = "The answer was cut short"
    outcome = Outcome.TRUNCATED
    retryable = True


class TooManyRedirects(EgressError):
    """More hops than we follow."""

    slug = "too-many-redirects"
    title = "Too many redirects"
    outcome = Outcome.UNREADABLE


class PreviewFailed(WalkbackError):
    """The address can be reached and holds nothing that could be watched. ``outcome`` says what was found."""

    slug = "preview-failed"
    title = "Nothing to watch was found there"

    def __init__(self, message: str, outcome: Outcome) -> None:
        super().__init__(message)
        self.outcome = outcome


class SecretUnreadable(WalkbackError):
    """A stored secret that no key of the settings opens: of another key or owner, or damaged."""

    slug = "secret-unreadable"
    title = "A stored secret cannot be read with the keys of the settings"


class StorageError(WalkbackError):
    """The database."""

    slug = "storage-error"
    title = "The database could not be used"


class DatabaseBusy(StorageError):
    """Locked by somebody else for too long."""

    slug = "database-busy"
    title = "The database is busy"
    retryable = True


class DatabaseReadOnly(StorageError):
    """It can be read and not written."""

    slug = "database-read-only"
    title = "The database is read-only"


class DatabaseGone(StorageError):
    """It cannot be reached or opened."""

    slug = "database-gone"
    title = "The database cannot be reached"
    retryable = True


class SchemaMismatch(StorageError):
    """The database is of an older or newer schema than this program."""

    slug = "schema-mismatch"
    title = "The database has another schema than this program"


class LeaseLost(StorageError):
    """The lease on a piece of work ran out and somebody else has it; the transaction is undone."""

    slug = "lease-lost"
    title = "Somebody else has the work now"
