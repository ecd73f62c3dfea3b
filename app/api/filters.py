"""Filters over HTTP: what a destination wants to hear, and what one would have let through of late."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from app.api import examples_outgoing as examples
from app.api.access import READ, Program
from app.api.shapes import WHOLE, Id, Instant, Language, Sent, Tag, Told, body_problems
from app.api.timings import TimingSent
from app.domain.claims import Action, FacetKind, Level
from app.domain.destinations import AlertFilter
from app.domain.events import EventType
from app.domain.ids import PinId, WatchId
from app.domain.statements import StatementState
from app.pipeline.dry_run import LONGEST, try_filter

router = APIRouter(prefix="/v1/destinations", tags=["destinations"])


class WishSent(Sent):
    """What a destination wants to hear; an empty list means anything. Touched pins pass ``min_level`` always.

    ``actions`` and ``facets`` are met together by one claim. What has no claims (a watch that fails) meets neither.
    """

    event_types: list[EventType] = Field(default=[], max_length=20)
    watch_ids: list[Id] = Field(default=[], max_length=500)
    tags: list[Tag] = Field(default=[], max_length=100)
    pin_ids: list[Id] = Field(default=[], max_length=500)
    min_level: Level = Level.COSMETIC
    actions: list[Action] = Field(default=[], max_length=10)
    facets: list[FacetKind] = Field(default=[], max_length=20)
    states: list[StatementState] = Field(default=[], max_length=5)
    languages: list[Language] = Field(default=[], max_length=20)

    def value(self) -> AlertFilter:
        """As the domain has it."""
        return AlertFilter(
            event_types=tuple(dict.fromkeys(self.event_types)),
            watch_ids=tuple(map(WatchId, dict.fromkeys(self.watch_ids))),
            tags=tuple(dict.fromkeys(self.tags)),
            pin_ids=tuple(map(PinId, dict.fromkeys(self.pin_ids))),
            min_level=self.min_level,
            actions=tuple(dict.fromkeys(self.actions)),
            facets=tuple(dict.fromkeys(self.facets)),
            states=tuple(dict.fromkeys(self.states)),
            languages=tuple(dict.fromkeys(self.languages)),
        )


class WishTold(Told):
    """What a destination wants to hear."""

    event_types: list[EventType]
    watch_ids: list[Id]
    tags: list[str]
    pin_ids: list[Id]
    min_level: Level
    actions: list[Action]
    facets: list[FacetKind]
    states: list[StatementState]
    languages: list[str]


class DryRunSent(Sent):
    """A filter and a timing, and on how many of the last days they are to be tried."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DRY_RUN_SENT]})

    filter: WishSent = Field(default_factory=WishSent)
    timing: TimingSent = Field(default_factory=TimingSent)
    days: Annotated[int, Field(ge=1, le=LONGEST.days), WHOLE] = 30


class DayTold(Told):
    """How many events of one day (UTC) the filter lets through."""

    day: date
    wanted: int


class WouldBeTold(Told):
    """One event that the filter lets through."""

    event_id: Id
    type: EventType
    at: Instant
    headline: str


class WouldLeave(Told):
    """One message that would have left: one alert, or a digest of several with the headline of the gravest."""

    at: Instant
    alerts: int
    headline: str


class DryRunTold(Told):
    """What a filter would have let through, of how many events: in all, on each day, and the newest of them.

    ``messages`` is how many messages the timing would have made of it by now, ``digests`` how many of those of several
    alerts.

    ``since`` is later than asked for where more is kept than was looked at, or where it is not known of older events
    what a filter would have seen.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DRY_RUN]})

    since: Instant
    until: Instant
    examined: int
    wanted: int
    by_day: list[DayTold]
    newest: list[WouldBeTold]
    messages: int
    digests: int
    newest_messages: list[WouldLeave]


@router.post("/dry-run", response_model=DryRunTold, dependencies=[READ], responses=body_problems())
def try_destination_filter(newsroom: Program, sent: DryRunSent) -> Any:
    """See what messages a filter and a timing would have sent over the last days. Nothing is sent or kept."""
    return try_filter(newsroom, sent.filter.value(), sent.timing.value(), back=timedelta(days=sent.days))
