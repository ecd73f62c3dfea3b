"""Destinations and alerts: who is told, what they want to hear, and how the telling went."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from app.domain.claims import Action, ClaimChange, FacetKind, Level
from app.domain.events import EventType
from app.domain.ids import AlertId, DestinationId, EventId, PinId, WatchId
from app.domain.statements import StatementState
from app.domain.timing import ANY_TIME, Timing


class DestinationKind(StrEnum):
    """How a destination is reached; each has one sender in app.delivery."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    DISCORD = "discord"
    MATTERMOST = "mattermost"
    TEAMS = "teams"
    TELEGRAM = "telegram"
    EMAIL = "email"
    APPRISE = "apprise"


class Signing(StrEnum):
    """How alerts to a webhook are signed: by a secret that both sides have, or by a key of which one half is public."""

    HMAC = "hmac"
    ED25519 = "ed25519"


class DestinationState(StrEnum):
    """Whether alerts go out to it. Paused by a person, or disabled after a 410 or days of failure."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """What a destination wants to hear; an empty field means anything.

    ``min_level`` is the least level of a flagged edit; edits that touched a pin pass it always. ``actions`` and
    ``facets`` are met together by one claim: "removed" and "quantity" mean a removed claim whose number mattered, not a
    removed claim beside another with a new number. What has no claims, no language or no statement meets no wish for
    one.
    """

    event_types: tuple[EventType, ...] = ()
    watch_ids: tuple[WatchId, ...] = ()
    tags: tuple[str, ...] = ()
    pin_ids: tuple[PinId, ...] = ()
    min_level: Level = Level.COSMETIC
    actions: tuple[Action, ...] = ()
    facets: tuple[FacetKind, ...] = ()
    states: tuple[StatementState, ...] = ()
    languages: tuple[str, ...] = ()


class ClaimFacts(NamedTuple):
    """What an edit did to one claim, as far as a filter looks."""

    action: Action
    facets: frozenset[FacetKind]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a filter looks at: the facts of one event that may be owed to destinations.

    ``is_worth_telling`` is false for what only a destination that names the type wants to hear (a new statement).
    ``claims`` are those that the edit changed, each kind of change once; None where the event is about all that was
    told of a statement before. ``state`` is where the statement stands after it.
    """

    type: EventType
    watch_id: WatchId | None
    tags: tuple[str, ...]
    pin_ids: tuple[PinId, ...]
    level: Level
    is_worth_telling: bool = True
    claims: frozenset[ClaimFacts] | None = frozenset()
    state: StatementState | None = None
    language: str | None = None


WITHDRAWAL = frozenset({ClaimFacts(Action.REMOVED, frozenset())})
"""What a withdrawal does to the claims of a statement."""
RETURN = frozenset({ClaimFacts(Action.RESTORED, frozenset())})
"""What it does that a withdrawn statement is there again."""


def facts_of(changes: Iterable[ClaimChange]) -> frozenset[ClaimFacts]:
    """What filters look at in the claims that an edit changed."""
    return frozenset(
        ClaimFacts(change.action, frozenset(facet.kind for facet in change.facets))
        for change in changes
        if change.action is not Action.UNCHANGED or change.facets
    )


def is_wanted(subject: Subject, wish: AlertFilter) -> bool:
    """True where a destination with this filter wants to hear of the subject."""
    return (
        (subject.type in wish.event_types if wish.event_types else subject.is_worth_telling)
        and (not wish.watch_ids or subject.watch_id in wish.watch_ids)
        and (not wish.tags or bool(set(wish.tags) & set(subject.tags)))
        and (not wish.pin_ids or bool(set(wish.pin_ids) & set(subject.pin_ids)))
        and (bool(subject.pin_ids) or subject.level.rank >= wish.min_level.rank)
        and (not wish.states or subject.state in wish.states)
        and (not wish.languages or subject.language in wish.languages)
        and _has_such_a_claim(subject, wish)
    )


def _has_such_a_claim(subject: Subject, wish: AlertFilter) -> bool:
    if subject.claims is None or not (wish.actions or wish.facets):
        return True
    return any(
        (not wish.actions or claim.action in wish.actions)
        and (not wish.facets or not claim.facets.isdisjoint(wish.facets))
        for claim in subject.claims
    )


@dataclass(frozen=True, slots=True)
class Destination:
    """Where alerts go. The secrets themselves are kept encrypted and are never part of this value.

    ``url`` is where that is, as it may be shown: of a chat, whose address is its password, without the password.
    ``language`` is the one in which people are told there; the body of a webhook is the same in each.
    """

    id: DestinationId
    kind: DestinationKind
    name: str
    url: str
    wish: AlertFilter
    state: DestinationState
    state_reason: str | None
    failing_since: datetime | None
    created_at: datetime
    revision: int
    timing: Timing = ANY_TIME
    language: str = "en"


class AlertState(StrEnum):
    """How far an alert has come. ``failed`` was tried to the end of the schedule; it can be replayed.

    ``gathered`` goes out in a digest, and is delivered when that is.
    """

    PENDING = "pending"
    GATHERED = "gathered"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Alert:
    """One event owed to one destination: a row written in the transaction that stored what it tells.

    ``level`` is that of the event. ``began_at`` is when it was first taken to be sent by itself; ``digest_id`` is the
    digest that it went into instead. A digest is owed by an alert, too, whose ``event_id`` is the id of the digest.
    """

    id: AlertId
    event_id: EventId
    destination_id: DestinationId
    type: EventType
    state: AlertState
    tries: int
    next_try_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None
    level: Level = Level.COSMETIC
    began_at: datetime | None = field(default=None, metadata={"is_told": False})
    digest_id: EventId | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try: what was sent when, and what came back (the first 2 KiB of it)."""

    alert_id: AlertId
    number: int
    at: datetime
    http_status: int | None
    answer: str | None
    error: str | None
    elapsed_seconds: float


def host_only(url: str) -> str:
    """An address as those may see it who could use it otherwise: paths and queries of webhooks are their passwords."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…" if parts.netloc else f"{parts.scheme}:…"
