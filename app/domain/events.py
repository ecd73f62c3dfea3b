"""Events: everything worth telling somebody, in one order, each with the body that a webhook carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.ids import EventId


class EventType(StrEnum):
    """What happened; the ``type`` of the body."""

    STATEMENT_FIRST_SEEN = "statement.first_seen"
    STATEMENT_EDITED = "statement.edited"
    STATEMENT_RESTORED = "statement.restored"
    STATEMENT_WITHDRAWN = "statement.withdrawn"
    STATEMENT_REPUBLISHED = "statement.republished"
    STATEMENT_FLAPPING = "statement.flapping"
    STATEMENT_SETTLED = "statement.settled"
    WATCH_FAILING = "watch.failing"
    WATCH_RECOVERED = "watch.recovered"
    SERVICE_STALLED = "service.stalled"
    SERVICE_RESUMED = "service.resumed"
    FLAG_REVIEWED = "flag.reviewed"
    DESTINATION_PAUSED = "destination.paused"
    TEST = "test"
    DIGEST = "digest"
    """Several alerts of one destination as one message; the one type that is no event of the feed."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``position`` is its place in the one order of the feed: gapless, in the order of commits."""

    id: EventId
    position: int
    type: EventType
    at: datetime
    body: Mapping[str, Any]
