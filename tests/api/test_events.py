"""The feed: read to its end by positions, and waited for without holding anything up."""

import asyncio
import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api import events
from app.api.events import Arrivals
from app.domain.flags import ReviewState
from app.domain.ids import FlagId
from app.pipeline.pins import PinDraft, create_pin
from app.pipeline.reviews import review_flag


def test_a_reader_that_goes_by_positions_misses_nothing(client: TestClient, story: Any):
    walked: list[Any] = []
    after = 0
    while page := client.get("/v1/events", params={"after": after, "limit": 1}).json()["items"]:
        walked += page
        after = page[-1]["position"]
    assert walked == client.get("/v1/events").json()["items"]
    assert [event["position"] for event in walked] == list(range(1, len(walked) + 1))


def test_a_filtered_reader_goes_on_behind_what_it_did_not_want(client: TestClient, story: Any):
    told = client.get("/v1/events", params={"type": "test"}).json()
    assert (told["items"], told["last"]) == ([], len(client.get("/v1/events").json()["items"]))
    both = client.get("/v1/events", params={"type": ["test", "statement.edited"]}).json()["items"]
    assert [event["type"] for event in both] == ["statement.edited"]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What each look for news found."""
    found: list[int] = []
    look = Arrivals._look

    def counted(self: Arrivals) -> int:
        found.append(look(self))
        return found[-1]

    monkeypatch.setattr(Arrivals, "_look", counted)
    return found


def test_a_position_of_another_database_is_answered_at_once(client: TestClient, looks: list[int]):
    told = client.get("/v1/events", params={"after": 5000, "wait": 30}).json()
    assert told == {"items": [], "last": 0}
    assert len(looks) == 1, "who waits looks again"


def test_who_waits_is_told_as_soon_as_there_is_something(
    app: Any, newsroom: Any, keys: Any, story: Any, looks: list[int], monkeypatch: pytest.MonkeyPatch
):
    """Twenty wait at once; one event wakes them all, and looking for it was shared."""
    monkeypatch.setattr(events, "LOOK_EVERY_SECONDS", 0.05)
    with TestClient(app, headers={"Authorization": f"Bearer {keys['read']}"}) as client:
        last = client.get("/v1/events").json()["last"]
        portal = client.portal
        assert portal is not None
        arrivals: Arrivals = app.state.arrivals

        async def wait_together() -> None:
            waiting = [asyncio.create_task(arrivals.wait_past(last, seconds=3600)) for _ in range(20)]
            await asyncio.sleep(0.2)
            assert not any(task.done() for task in waiting)
            flag_id = FlagId(uuid.UUID(story.flag_id))
            await asyncio.to_thread(
                lambda: review_flag(
                    newsroom, flag_id, state=ReviewState.CONFIRMED, note=None, reviewer="x", revision=None
                )
            )
            woken_after = len(looks)
            await asyncio.gather(*waiting)
            assert len(looks) < woken_after + 20, "each of them would have looked by itself"

        portal.call(wait_together)
        assert client.get("/v1/events", params={"after": last, "wait": 5}).json()["last"] == last + 1


def test_waiting_ends_with_its_time(client: TestClient, newsroom: Any, story: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(events, "LOOK_EVERY_SECONDS", 0.05)
    create_pin(newsroom, PinDraft(("en: no event comes of this",)))
    last = client.get("/v1/events").json()["last"]
    assert client.get("/v1/events", params={"after": last, "wait": 1}).json() == {"items": [], "last": last}


def test_no_longer_than_half_a_minute(client: TestClient):
    assert client.get("/v1/events", params={"wait": 31}).status_code == 422
