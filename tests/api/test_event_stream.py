"""The stream of events: nothing missed, nothing doubled, whenever a reader connects again; and it ends when it must."""

import asyncio
import random
import threading
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from app.api import event_stream
from app.api import events as long_poll
from app.api.access import Caller
from app.api.application import create_app, end_waiting
from app.api.event_stream import Follower, Streams, frame_of
from app.api.events import Arrivals
from app.demo.serving import serving
from app.domain.errors import StorageError
from app.domain.events import EventType
from app.domain.ids import EventId
from app.domain.keys import Scope
from app.pipeline.keys import create_key, revoke_key
from app.storage import events
from app.storage.events import NewEvent, Sent
from app.storage.identity import new_id


@dataclass(frozen=True)
class Frame:
    """One block of a stream."""

    id: str | None = None
    event: str | None = None
    data: str | None = None
    retry: str | None = None
    comment: str | None = None


def frames_of(text: str) -> list[Frame]:
    """A stream read as browsers read it (HTML, 9.2.6)."""
    blocks = [block for block in text.split("\n\n") if block]
    return [
        Frame(**{(name or "comment"): value for name, _, value in (line.partition(": ") for line in block.split("\n"))})
        for block in blocks
    ]


def told(text: str) -> list[tuple[int, str]]:
    """The positions and bodies of the events of a stream."""
    return [(int(frame.id or 0), frame.data) for frame in frames_of(text) if frame.data is not None]


@pytest.fixture
def tell(newsroom: Any, clock: Any) -> Any:
    def make(name: str, kind: EventType = EventType.TEST) -> None:
        with newsroom.database.write() as conn:
            events.add_events(conn, [NewEvent(EventId(new_id()), kind, clock(), {"type": kind, "name": name})])

    return make


def test_a_reader_gets_what_it_missed_each_body_to_the_letter(client: TestClient, story: Any) -> None:
    answer = client.get("/v1/events/stream", params={"after": 0})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    first, *rest = frames_of(answer.text)
    assert (first.retry, first.id) == ("3000", "0")
    listed = client.get("/v1/events").json()["items"]
    assert [(int(one.id or 0), one.event) for one in rest] == [(one["position"], one["type"]) for one in listed]
    assert [one.data for one in rest] == [client.get(f"/v1/events/{one['id']}").text for one in listed]


def test_the_last_event_id_of_a_browser_outranks_the_address_it_began_with(client: TestClient, story: Any) -> None:
    whole = told(client.get("/v1/events/stream", params={"after": 0}).text)
    again = client.get("/v1/events/stream", params={"after": 0}, headers={"Last-Event-ID": str(whole[0][0])})
    assert told(again.text) == whole[1:]


def test_only_the_wanted_types_come_and_the_place_to_go_on_moves_all_the_same(client: TestClient, story: Any) -> None:
    last = client.get("/v1/events").json()["last"]
    [begins, moved] = frames_of(client.get("/v1/events/stream?after=0&type=test").text)
    assert (begins.id, moved) == ("0", Frame(id=str(last)))


def test_without_a_position_the_stream_begins_with_what_comes_next(client: TestClient, story: Any) -> None:
    last = client.get("/v1/events").json()["last"]
    assert [frame.id for frame in frames_of(client.get("/v1/events/stream").text)] == [str(last)]


def test_a_position_that_the_feed_never_reached_is_refused_and_not_met_with_silence(client: TestClient) -> None:
    for asked in ({"params": {"after": 5000}}, {"headers": {"Last-Event-ID": "5000"}}):
        answer = client.get("/v1/events/stream", **asked)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:walkback:problem:invalid-input")


@pytest.mark.parametrize("sent", ["-1", "x", "1e3", str(2**63), "1; drop"])
def test_a_last_event_id_that_is_no_position_is_refused(client: TestClient, sent: str) -> None:
    assert client.get("/v1/events/stream", headers={"Last-Event-ID": sent}).status_code == 422


def test_a_head_of_the_stream_ends(client: TestClient, with_rules: Any) -> None:
    assert with_rules(stream_seconds=900).head("/v1/events/stream").status_code == 200


def test_text_of_a_publisher_cannot_end_a_frame_or_begin_one() -> None:
    body = events.body_text({"text": "a\n\nid: 9\r\ndata: x\u2028\u0085\r"})
    assert told(frame_of(Sent(1, EventType.TEST, body))) == [(1, body)]


def test_so_many_streams_and_no_more_for_each_caller() -> None:
    streams = Streams(most_for_each=2)
    leave = [streams.enter("a"), streams.enter("a"), streams.enter("b")]
    with pytest.raises(event_stream.TooManyStreams):
        streams.enter("a")
    leave[0]()
    streams.enter("a")


# What follows listens while something happens: to a real server, or to the frames themselves.


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow each other sooner than people would need."""
    monkeypatch.setattr(long_poll, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(event_stream, "HEARTBEAT_SECONDS", 0.05)


@asynccontextmanager
async def service(newsroom: Any, rules: Any, key: str | None) -> AsyncIterator[tuple[Any, httpx2.AsyncClient]]:
    app = create_app(newsroom, replace(rules, stream_seconds=60))
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with serving(app) as url, httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False) as client:
        yield app, client


async def until(answer: Any, wanted: str) -> str:
    """What came until a text was there, or the stream ended."""
    got = ""
    async with asyncio.timeout(20):
        async for piece in answer.aiter_text():
            got += piece
            if wanted in got:
                break
    return got


@pytest.mark.anyio
async def test_an_event_comes_down_the_stream_when_it_is_committed(newsroom: Any, rules: Any, keys: Any, tell: Any):
    async with (
        service(newsroom, rules, keys["read"]) as (_, client),
        client.stream("GET", "/v1/events/stream") as answer,
    ):
        pieces = answer.aiter_text()
        assert "retry" in await anext(pieces)
        await asyncio.to_thread(tell, "now")
        got = ""
        async with asyncio.timeout(20):
            while '"name":"now"' not in got:
                got += await anext(pieces)
        assert [position for position, _ in told(got)] == [1]


@pytest.mark.anyio
@pytest.mark.parametrize("how", ["revoked", "expired"])
async def test_a_stream_ends_with_its_key_and_tells_nothing_after_it(
    newsroom: Any, rules: Any, clock: Any, tell: Any, how: str
):
    made = create_key(newsroom, name="desk", scope=Scope.READ, expires_at=clock.now + timedelta(hours=1))
    async with (
        service(newsroom, rules, made.secret) as (_, client),
        client.stream("GET", "/v1/events/stream") as answer,
    ):
        if how == "revoked":
            create_key(newsroom, name="admin", scope=Scope.ADMIN)
            revoke_key(newsroom, made.key.id)
        else:
            clock.move(3601)
        await asyncio.to_thread(tell, "too late")
        got = await until(answer, "never")
    assert "this key opens nothing any more" in got
    assert told(got) == []


@pytest.mark.anyio
async def test_a_stream_ends_with_the_service(newsroom: Any, rules: Any, keys: Any):
    async with (
        service(newsroom, rules, keys["read"]) as (app, client),
        client.stream("GET", "/v1/events/stream") as answer,
    ):
        end_waiting(app)
        assert "retry" in await until(answer, "never")


@pytest.mark.anyio
async def test_who_has_gone_leaves_room_for_the_next(newsroom: Any, rules: Any, keys: Any):
    async with service(newsroom, replace(rules, streams_per_key=1), keys["read"]) as (app, client):
        async with client.stream("GET", "/v1/events/stream") as answer:
            pieces = answer.aiter_text()
            await anext(pieces)
            refused = await client.get("/v1/events/stream")
            assert (refused.status_code, refused.json()["type"]) == (429, "urn:walkback:problem:too-many-streams")
            assert refused.headers["retry-after"] == "30"
        async with asyncio.timeout(20):
            while app.state.streams._open:  # noqa: ASYNC110  # the server says nothing when it has noticed
                await asyncio.sleep(0.01)
        async with client.stream("GET", "/v1/events/stream") as answer:
            assert answer.status_code == 200


@pytest.mark.anyio
async def test_a_quiet_stream_shows_that_it_lives(newsroom: Any, rules: Any, keys: Any):
    async with (
        service(newsroom, rules, keys["read"]) as (_, client),
        client.stream("GET", "/v1/events/stream") as answer,
    ):
        assert ": still here" in await until(answer, ": still here")


def follower(newsroom: Any, *, after: int, arrivals: Arrivals | None = None, key: Any = None) -> Follower:
    return Follower(
        newsroom=newsroom,
        caller=Caller(key),
        arrivals=arrivals or Arrivals(newsroom.database),
        types=(),
        after=after,
        seconds=60,
    )


@pytest.mark.anyio
async def test_a_stream_ends_quietly_where_the_database_is_gone(newsroom: Any, monkeypatch: pytest.MonkeyPatch):
    def gone(*_: Any, **__: Any) -> Any:
        raise StorageError("gone")

    monkeypatch.setattr(events, "list_sent", gone)
    assert len([frame async for frame in follower(newsroom, after=0).frames()]) == 1


@pytest.mark.anyio
async def test_readers_that_break_off_and_connect_again_miss_nothing_and_get_nothing_twice(newsroom: Any, tell: Any):
    """Four writers whose transactions interleave, and three readers who lose their connection again and again."""
    writers, each = 4, 12
    threads = [threading.Thread(target=lambda n=n: [tell(f"w{n}-{m}") for m in range(each)]) for n in range(writers)]
    arrivals = Arrivals(newsroom.database)
    for thread in threads:
        thread.start()

    async def read(seed: int) -> list[tuple[int, str]]:
        chance = random.Random(seed)
        seen: list[tuple[int, str]] = []
        while len(seen) < writers * each:
            stays = chance.randint(1, 9)
            stream = follower(newsroom, after=seen[-1][0] if seen else 0, arrivals=arrivals).frames()
            async for frame in stream:
                seen += told(frame)
                stays -= 1
                if not stays or len(seen) >= writers * each:
                    break
            await stream.aclose()
        return seen

    async with asyncio.timeout(60):
        readings = await asyncio.gather(*(read(seed) for seed in range(3)))
    for thread in threads:
        await asyncio.to_thread(thread.join)
    for seen in readings:
        assert [position for position, _ in seen] == list(range(1, writers * each + 1))
        assert len({body for _, body in seen}) == writers * each


@pytest.mark.anyio
async def test_an_event_that_is_committed_late_is_not_passed_over(newsroom: Any, tell: Any, clock: Any):
    """The slow writer takes its place first and commits last; whoever listens meanwhile gets it first all the same."""
    has_added, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with newsroom.database.write() as conn:
            body = {"type": EventType.TEST, "name": "slow"}
            events.add_events(conn, [NewEvent(EventId(uuid.UUID(int=1)), EventType.TEST, clock(), body)])
            has_added.set()
            may_commit.wait(20)

    threads = [threading.Thread(target=slow), threading.Thread(target=lambda: tell("quick"))]
    threads[0].start()
    await asyncio.to_thread(has_added.wait, 20)
    threads[1].start()
    stream = follower(newsroom, after=0).frames()
    heard = [await anext(stream), await anext(stream)]
    assert not any(told(frame) for frame in heard)
    may_commit.set()
    async with asyncio.timeout(30):
        while len(names := [body.partition('"name":')[2] for frame in heard for _, body in told(frame)]) < 2:
            heard.append(await anext(stream))
    assert names == ['"slow"}', '"quick"}']
    for thread in threads:
        await asyncio.to_thread(thread.join)


@pytest.mark.anyio
async def test_strangers_hear_only_what_is_public(newsroom: Any, rules: Any, story: Any):
    open_rules = replace(rules, public_read=True)
    asked = "/v1/events/stream?after=0"
    async with service(newsroom, open_rules, None) as (_, client), client.stream("GET", asked) as answer:
        assert told(await until(answer, ": still here")) == []
