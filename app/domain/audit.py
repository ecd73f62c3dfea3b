"""Who changed what: all that people do to the watchlist, pins, flags, destinations and keys is written down.

Texts that may be secret or long are not repeated: their field is named, with null for both values.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.ids import KeyId


class ActorKind(StrEnum):
    """By which door somebody came."""

    KEY = "key"
    """Over the interface, with an API key."""
    COMMAND_LINE = "command_line"
    """On the machine itself."""
    PROGRAM = "program"
    """Nobody: the program by itself."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``name`` is that of the key, or of the account on the machine."""

    kind: ActorKind
    name: str
    key_id: KeyId | None = None


PROGRAM = Actor(ActorKind.PROGRAM, "walkback")


class Act(StrEnum):
    """What was done."""

    WATCH_ADDED = "watch.added"
    WATCH_CHANGED = "watch.changed"
    WATCH_PAUSED = "watch.paused"
    WATCH_RESUMED = "watch.resumed"
    WATCH_REMOVED = "watch.removed"
    WATCH_FORGOTTEN = "watch.forgotten"
    WATCH_BACKFILLED = "watch.backfilled"
    PIN_ADDED = "pin.added"
    PIN_CHANGED = "pin.changed"
    PIN_REMOVED = "pin.removed"
    FLAG_REVIEWED = "flag.reviewed"
    DESTINATION_ADDED = "destination.added"
    DESTINATION_CHANGED = "destination.changed"
    DESTINATION_PAUSED = "destination.paused"
    DESTINATION_RESUMED = "destination.resumed"
    DESTINATION_SECRET_ROTATED = "destination.secret_rotated"  # noqa: S105  # the name of an act
    DESTINATION_TESTED = "destination.tested"
    DESTINATION_REMOVED = "destination.removed"
    ALERTS_REPLAYED = "alerts.replayed"
    SHARE_MADE = "share.made"
    SHARE_REVOKED = "share.revoked"
    KEY_MADE = "key.made"
    KEY_ROTATED = "key.rotated"
    KEY_REVOKED = "key.revoked"
    SESSION_STARTED = "session.started"
    SESSION_ENDED = "session.ended"


@dataclass(frozen=True, slots=True)
class Changed:
    """One field before and after, as JSON has it; both null where the text itself is not repeated."""

    before: object
    after: object


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that somebody did. ``subject_name`` is what it was called then; it may be gone since."""

    id: uuid.UUID
    at: datetime
    actor: Actor
    act: Act
    subject_id: uuid.UUID
    subject_name: str
    changes: Mapping[str, Changed] = field(default_factory=dict)


def changes_between(
    old: object | None, new: object | None, names: Iterable[str], *, hidden: Iterable[str] = ()
) -> dict[str, Changed]:
    """The fields in which two values differ; None stands for "was not there". Those ``hidden`` are only named."""
    found: dict[str, Changed] = {}
    for name in names:
        before, after = (None if one is None else getattr(one, name) for one in (old, new))
        if before != after:
            is_hidden = name in hidden
            found[name] = Changed(None, None) if is_hidden else Changed(_plain(before), _plain(after))
    return found


def _plain(value: object) -> object:
    """A value as JSON can hold it."""
    if value is None or isinstance(value, bool | int | float | str):
        return str(value) if isinstance(value, StrEnum) else value
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        ordered = sorted(value) if isinstance(value, set | frozenset) else value
        return [_plain(one) for one in ordered]
    return str(value)
