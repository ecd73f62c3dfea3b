"""Pages: every item once, in order; a cursor opens the list it was made for, and nothing else."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.api.paging import List, Mark
from app.domain.errors import InvalidCursor
from app.pipeline.pins import PinDraft, create_pin
from app.storage.paging import Place

LIST, OTHER = List("abc"), List("abd")
NUMBERS = st.integers(0, 2**64 - 1)


@given(st.datetimes(datetime(1970, 1, 2), datetime(2500, 1, 1), timezones=st.just(UTC)), st.uuids())  # noqa: DTZ001
def test_a_place_comes_back_from_its_cursor(at: datetime, key: uuid.UUID):
    place = Place(at, key)
    assert LIST.decode(LIST.encode(Mark.at(place))).place == place


@given(NUMBERS, st.uuids())
def test_any_mark_has_a_time_and_belongs_to_one_list(number: int, key: uuid.UUID):
    cursor = LIST.encode(Mark(number, key))
    assert LIST.decode(cursor) == Mark(number, key)
    assert LIST.decode(cursor).place.at.year < 2600
    with pytest.raises(InvalidCursor):
        OTHER.decode(cursor)


@given(st.text())
def test_what_is_no_cursor_is_refused(text: str):
    with pytest.raises(InvalidCursor):
        LIST.decode(text)


@given(st.text("abcXYZ019_-=", min_size=36, max_size=36))
def test_what_looks_like_a_cursor_is_read_or_refused(text: str):
    try:
        mark = LIST.decode(text)
    except InvalidCursor:
        return
    assert LIST.encode(mark) == text


def test_walking_the_pages_brings_every_item_once(client: TestClient, newsroom: Any, clock: Any):
    for number in range(7):
        create_pin(newsroom, PinDraft((f"en: phrase {number}",)))
        clock.move(number % 3)  # some at the same instant
    seen: list[str] = []
    address = "/v1/pins?limit=3"
    while address:
        answer = client.get(address)
        seen += [pin["id"] for pin in answer.json()["items"]]
        link = answer.headers.get("link", "")
        assert bool(link) == (answer.json()["next"] is not None)
        address = link.removeprefix("<").partition(">")[0]
    assert len(seen) == len(set(seen)) == 7
    assert sorted(seen, reverse=True) == seen


def test_a_link_keeps_the_filter(client: TestClient):
    for number in range(3):
        client.post("/v1/watches", json={"url": f"https://www.example.org/{number}", "tags": ["a b&c"]})
    answer = client.get("/v1/watches", params={"limit": 1, "tag": "a b&c"})
    following = client.get(answer.headers["link"].removeprefix("<").partition(">")[0])
    assert [item["url"] for item in following.json()["items"]] == ["https://www.example.org/1"]


def test_numbered_lists_have_pages_too(client: TestClient, story: Any):
    for path, query, key in (
        (f"/v1/statements/{story.statement_id}/versions", {}, "number"),
        (f"/v1/statements/{story.statement_id}/observations", {}, "id"),
        ("/v1/claims", {"statement_id": story.statement_id}, "number"),
        ("/v1/visits", {"watch_id": story.watch_id}, "id"),
    ):
        whole = client.get(path, params=query).json()["items"]
        answer = client.get(path, params={**query, "limit": 1})
        walked = answer.json()["items"]
        while link := answer.headers.get("link"):
            answer = client.get(link.removeprefix("<").partition(">")[0])
            walked += answer.json()["items"]
        assert len(whole) > 1
        assert [one[key] for one in walked] == [one[key] for one in whole]


def test_a_bad_cursor_is_a_400(client: TestClient, story: Any):
    other = client.get("/v1/visits", params={"watch_id": story.watch_id, "limit": 1}).json()["next"]
    for cursor in ("x", "", other, other[:-1] + "=", "%00" * 12):
        answer = client.get("/v1/statements", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:walkback:problem:invalid-cursor")
