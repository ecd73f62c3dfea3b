"""The change feed over HTTP: every event in one order by cursor, waiting for the next one if wanted.

A reader asks for what is behind the last position it knows. It can never miss an event: positions are gapless and in
the order of commits. Waiting holds neither a thread nor a connection to the database.
"""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from app.api import examples_outgoing as examples
from app.api.access import READ_RECORD, Caller, Program
from app.api.conditional import etag_of, is_known
from app.api.paging import Limit
from app.api.shapes import Id, Instant, Told, one_thing, problems
from app.domain.events import Event, EventType
from app.domain.ids import EventId
from app.pipeline.newsroom import Newsroom
from app.storage import events
from app.storage.database import Database

router = APIRouter(prefix="/v1/events", tags=["events"])

LONGEST_WAIT_SECONDS = 30
LOOK_EVERY_SECONDS = 0.5

After = Annotated[
    Annotated[int, Field(ge=0, le=2**63 - 1)] | SkipJsonSchema[None],
    Query(description="The last position that you know; without it the feed is read from its beginning."),
]
Wait = Annotated[
    int,
    Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Seconds to wait where nothing is behind `after` yet."),
]
Types = Annotated[
    list[EventType],
    Query(alias="type", default_factory=list, max_length=20, description="Only these; may be repeated."),
]


class EventTold(Told):
    """One event; ``body`` is what a webhook carries, member by member."""

    id: Id
    position: int
    type: EventType
    at: Instant
    body: dict[str, Any]


class Events(Told):
    """Events in order. Ask next for those after ``last``, also where there were none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.EVENT], "last": 42}]})

    items: list[EventTold]
    last: int


class Arrivals:
    """Knows the newest position, and wakes those who wait for more: one look at the database for all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looking: asyncio.Task[int] | None = None
        self.is_over = False
        """True once the service stops: nobody waits any more."""

    async def wait_past(self, position: int, *, seconds: float) -> None:
        """Until the feed goes beyond ``position`` or the time is over; not at all where it never was there."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self.is_over and await self._newest() == position:
            left = end - loop.time()
            if left <= 0:
                return
            await asyncio.sleep(min(LOOK_EVERY_SECONDS, left))

    async def _newest(self) -> int:
        """The newest position; who asks while a look is under way gets its answer too."""
        looking = self._looking
        if looking is None or looking.done() or looking.get_loop() is not asyncio.get_running_loop():
            looking = self._looking = asyncio.create_task(run_in_threadpool(self._look))
        return await asyncio.shield(looking)

    def _look(self) -> int:
        with self._database.read() as conn:
            return events.last_position(conn)


@router.get("", response_model=Events, dependencies=[READ_RECORD], responses=problems())
async def list_events(
    request: Request, newsroom: Program, types: Types, *, after: After = None, wait: Wait = 0, limit: Limit = 100
) -> Any:
    """The events behind a position, in order. With ``wait`` the answer comes as soon as the feed goes on.

    ``last`` is where to go on, also where none of the wanted types came. It is lower than ``after`` where the feed is
    not that long: the position is of another database.
    """
    if wait and after is not None:
        await arrivals_for(request).wait_past(after, seconds=wait)
    found, last = await run_in_threadpool(_read, newsroom, after or 0, types, limit)
    return {"items": found, "last": last}


def arrivals_for(request: Request) -> Arrivals:
    """Those of the whole feed, or of the public one: a stranger who waits is not woken by what is private."""
    caller: Caller = request.state.caller
    arrivals: Arrivals = request.app.state.arrivals if caller.key else request.app.state.public_arrivals
    return arrivals


BODY = {
    "description": "The body of the event, to the letter what a webhook carries.",
    "content": {"application/json": {"schema": {"type": "object"}, "example": examples.EVENT_BODY}},
}


@router.get(
    "/{event_id:uuid}", response_class=Response, dependencies=[READ_RECORD], responses={200: BODY, **one_thing()}
)
def get_event(request: Request, newsroom: Program, event_id: Id) -> Response:
    """The body of one event, byte for byte what a webhook carries."""
    with newsroom.database.read() as conn:
        body = events.get_body(conn, EventId(event_id)).encode()
    tag = etag_of(body, None)
    if is_known(request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type="application/json", headers={"ETag": tag})


def _read(newsroom: Newsroom, after: int, types: list[EventType], limit: int) -> tuple[tuple[Event, ...], int]:
    """The events, and the position to go on from: that of the last one, or of the feed where there were none."""
    with newsroom.database.read() as conn:
        newest = events.last_position(conn)
        found = events.list_events(conn, after=after, types=types, limit=limit)
    return found, found[-1].position if found else newest
