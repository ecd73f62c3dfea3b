"""The change feed as it happens: server-sent events, for programs and browsers that would rather listen than ask.

reader connects ──▶ what it missed since its Last-Event-ID ──▶ each event as it is committed ──▶ it connects again
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from starlette.types import Receive, Scope, Send

from app.api import examples_outgoing as examples
from app.api.access import READ_RECORD, AccessRules, Caller, Program
from app.api.events import After, Arrivals, Types, arrivals_for
from app.api.shapes import problems
from app.domain.errors import InvalidInput, NotFound, StorageError
from app.domain.events import EventType
from app.door.pace import address_of
from app.door.refusals import TooManyStreams
from app.pipeline.newsroom import Newsroom
from app.storage import events, keys
from app.storage.events import Sent

router = APIRouter(prefix="/v1/events/stream", tags=["events"])

HEARTBEAT_SECONDS = 15.0
"""How often a quiet stream shows that it lives, and that its key still opens it."""
RETRY_MILLISECONDS = 3_000
MOST_AT_ONCE = 100
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

LastSeen = Annotated[
    Annotated[int, Field(ge=0, le=2**63 - 1)] | SkipJsonSchema[None],
    Header(alias="Last-Event-ID", description="The last position that you got; browsers send it. It outranks `after`."),
]


class Streams:
    """How many streams each caller has open in this process."""

    def __init__(self, *, most_for_each: int) -> None:
        self._most = most_for_each
        self._open: Counter[str] = Counter()

    def enter(self, who: str) -> Callable[[], None]:
        """One more stream of this caller; gives what is called when it has ended.

        Raises:
            TooManyStreams: there are as many already as one may have.
        """
        if self._open[who] >= self._most:
            raise TooManyStreams(self._most)
        self._open[who] += 1
        return lambda: self._leave(who)

    def _leave(self, who: str) -> None:
        self._open[who] -= 1
        if not self._open[who]:
            del self._open[who]


@dataclass(frozen=True, slots=True)
class Follower:
    """What one reader follows: which events, behind which position, for how long, with which key."""

    newsroom: Newsroom
    caller: Caller
    arrivals: Arrivals
    types: Sequence[EventType]
    after: int
    seconds: float

    async def frames(self) -> AsyncIterator[str]:
        """The stream: where it begins, each event in its order, and signs of life between them.

        It ends with its time, with the service, and with its key; a reader that connects again goes on where it was.
        """
        clock = asyncio.get_running_loop().time
        ends_at = clock() + self.seconds
        position = self.after
        yield f"retry: {RETRY_MILLISECONDS}\nid: {position}\n\n"
        while True:
            try:
                found = await run_in_threadpool(self._read, position)
            except StorageError:
                return  # the next connection is told
            if found is None:
                yield ": this key opens nothing any more\n\n"
                return
            sent, behind = found
            for one in sent:
                yield frame_of(one)
            if behind > position and not sent:
                yield f"id: {behind}\n\n"
            position = behind
            if len(sent) == MOST_AT_ONCE:
                continue
            left = ends_at - clock()
            if left <= 0 or self.arrivals.is_over:
                return
            await self.arrivals.wait_past(position, seconds=min(HEARTBEAT_SECONDS, left))
            yield ": still here\n\n"

    def _read(self, after: int) -> tuple[Sequence[Sent], int] | None:
        """What is behind a position, and where to go on; None where the key is no longer good."""
        key = self.caller.key
        with self.newsroom.database.read() as conn:
            try:
                is_good = key is None or keys.get_key(conn, key.id).is_valid(self.newsroom.clock())
            except NotFound:
                is_good = False
            if not is_good:
                return None
            newest = events.last_position(conn)
            sent = events.list_sent(conn, after=after, types=self.types, limit=MOST_AT_ONCE)
        return sent, sent[-1].position if sent else max(newest, after)


def frame_of(one: Sent) -> str:
    """One event as it goes down the stream: its position, its type, and the body to the letter (JSON has no breaks)."""
    return f"id: {one.position}\nevent: {one.type}\ndata: {one.body}\n\n"


STREAM: dict[str, Any] = {
    "description": "The stream; the schema is that of each event in it.",
    "content": {
        "text/event-stream": {
            "schema": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "pattern": "^[0-9]+$", "description": "The position."},
                    "event": {"$ref": "#/components/schemas/EventType"},
                    "data": {
                        "type": "string",
                        "description": "The body, as a webhook carries it.",
                        "contentMediaType": "application/json",
                        "contentSchema": {"type": "object"},
                    },
                },
                "required": ["id", "event", "data"],
            },
            "example": {
                "id": "42",
                "event": EventType.STATEMENT_EDITED,
                "data": events.body_text(examples.EVENT_BODY),
            },
        }
    },
}
"""Before OpenAPI 3.2 a schema of such a stream is read as that of one event."""


@router.get(
    "", response_class=StreamingResponse, dependencies=[READ_RECORD], responses={200: STREAM, **problems(422, 429)}
)
async def stream_events(
    request: Request, newsroom: Program, types: Types, *, after: After = None, last_seen: LastSeen = None
) -> StreamingResponse:
    """Every event from a position on, as soon as it is committed, as server-sent events.

    Without a position the stream begins with what comes next. It ends after a while (15 minutes, if the operator has
    not said otherwise), and a reader that connects again with the last `id` it got misses nothing and gets nothing
    twice. A position that the feed has never reached is refused: it is of another database.
    """
    caller: Caller = request.state.caller
    newest = await run_in_threadpool(_newest, newsroom)
    position = after if last_seen is None else last_seen
    if position is not None and position > newest:
        raise InvalidInput(f"The feed has never reached {position}; it is at {newest}.", pointer="?after")
    rules: AccessRules = request.app.state.access
    streams: Streams = request.app.state.streams
    follower = Follower(
        newsroom=newsroom,
        caller=caller,
        arrivals=arrivals_for(request),
        types=types,
        after=newest if position is None else position,
        seconds=0 if request.scope.get("asked_with") == "HEAD" else rules.stream_seconds,
    )
    who = f"key {caller.key_id}" if caller.key else f"address {address_of(request.scope)}"
    return HeldStream(follower, streams.enter(who))


class HeldStream(StreamingResponse):
    """The answer; its place among the streams of its caller is free again when it has ended, however it ended."""

    def __init__(self, follower: Follower, leave: Callable[[], None]) -> None:
        super().__init__(follower.frames(), media_type="text/event-stream", headers=HEADERS)
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As usual, and then leave."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()


def _newest(newsroom: Newsroom) -> int:
    with newsroom.database.read() as conn:
        return events.last_position(conn)
