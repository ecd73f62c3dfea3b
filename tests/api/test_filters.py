"""Filters over HTTP: a destination hears what it asked for, and a dry run says beforehand what that would have been."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.domain.claims import Action, FacetKind, Level
from app.domain.destinations import AlertFilter
from app.domain.events import EventType
from app.domain.statements import StatementState
from app.pipeline.destinations import DestinationDraft, create_destination, send_test
from app.pipeline.dry_run import try_filter

FILTERS = {
    "everything": {},
    "removed claims": {"actions": ["removed"]},
    "edited claims": {"actions": ["edited"]},
    "numbers": {"facets": ["quantity"]},
    "numbers in edited claims": {"actions": ["edited"], "facets": ["quantity"]},
    "only grave": {"min_level": "major"},
    "every edit": {"event_types": ["statement.edited", "statement.restored"]},
    "new statements": {"event_types": ["statement.first_seen"], "languages": ["en"]},
    "of another tag": {"tags": ["sport"]},
    "of the tag": {"tags": ["military"]},
    "in Ukrainian": {"languages": ["uk"]},
    "withdrawn statements": {"states": ["withdrawn"]},
    "statements that stand": {"states": ["present"]},
}
WORDINGS = (
    "Our forces hold five villages. The road to the town is open. Nothing else is known at this hour.",
    "Our forces hold nine villages. The road to the town is open. Nothing else is known at this hour.",
    "Our forces hold nine villages. Nothing else is known at this hour.",
    "Our forces hold five villages. The road to the town is open. Nothing else is known at this hour.",
)


def value_of(asked: dict[str, Any]) -> AlertFilter:
    return AlertFilter(
        event_types=tuple(map(EventType, asked.get("event_types", ()))),
        tags=tuple(asked.get("tags", ())),
        min_level=Level(asked.get("min_level", "cosmetic")),
        actions=tuple(map(Action, asked.get("actions", ()))),
        facets=tuple(map(FacetKind, asked.get("facets", ()))),
        states=tuple(map(StatementState, asked.get("states", ()))),
        languages=tuple(asked.get("languages", ())),
    )


def all_alerts(client: TestClient, destination_id: str) -> list[str]:
    answer = client.get("/v1/alerts", params={"destination_id": destination_id, "limit": 200}).json()
    return [one["event_id"] for one in answer["items"]]


def tried(client: TestClient, asked: dict[str, Any], **more: Any) -> Any:
    answer = client.post("/v1/destinations/dry-run", json={"filter": asked, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_dry_run_is_what_a_destination_with_the_filter_was_told(
    client: TestClient, newsroom: Any, press: Any
) -> None:
    """Destinations with every filter stand ready, things happen, and each heard what a dry run finds afterwards."""
    made = {}
    for name, asked in FILTERS.items():
        sent = {"url": "https://hooks.example.org/x", "name": name, "filter": asked}
        made[name] = client.post("/v1/destinations", json=sent).json()
        assert asked.items() <= made[name]["filter"].items()
    for text in WORDINGS:
        press.says(text)
        press.says(text)
    heard = {name: all_alerts(client, one["id"]) for name, one in made.items()}
    for name, asked in FILTERS.items():
        found = tried(client, asked)
        assert sorted(one["event_id"] for one in found["newest"]) == sorted(heard[name]), name
        assert found["wanted"] == len(heard[name]) == sum(day["wanted"] for day in found["by_day"])
    counts = {name: len(ids) for name, ids in heard.items()}
    assert counts["everything"] > counts["removed claims"] > 0
    assert counts["new statements"] == 1
    assert counts["numbers in edited claims"] >= 1
    assert counts["of another tag"] == counts["in Ukrainian"] == counts["withdrawn statements"] == 0
    assert counts["statements that stand"] == counts["of the tag"] == counts["everything"]


def test_the_newest_come_first_in_words_and_nothing_is_sent(client: TestClient, newsroom: Any, story: Any) -> None:
    before = client.get("/v1/alerts").json()
    found = tried(client, {})
    assert [one["event_id"] for one in found["newest"]] == [story.event_id]
    assert "removed “new offensive”" in found["newest"][0]["headline"]
    assert found["by_day"] == [{"day": found["newest"][0]["at"][:10], "wanted": 1}]
    assert client.get("/v1/alerts").json() == before


def test_older_events_than_asked_for_are_left_out(client: TestClient, newsroom: Any, clock: Any, story: Any) -> None:
    clock.move(timedelta(days=3).total_seconds())
    assert tried(client, {}, days=2)["wanted"] == 0
    assert tried(client, {}, days=4)["wanted"] == 1


def test_more_than_can_be_looked_at_is_said(newsroom: Any, story: Any) -> None:
    found = try_filter(newsroom, AlertFilter(), most=1)
    assert found.examined == 1
    assert found.since > found.until - timedelta(days=1)


def test_a_test_alert_is_no_event_that_a_filter_would_see(client: TestClient, newsroom: Any, clock: Any) -> None:
    made = create_destination(newsroom, DestinationDraft("https://hooks.example.org/x", "desk")).destination
    send_test(newsroom, made.id)
    found = tried(client, {})
    assert (found["wanted"], found["examined"]) == (0, 0)
    assert found["since"] < found["until"]


@pytest.mark.parametrize(
    "body",
    [
        {"filter": {"actions": ["vanished"]}},
        {"filter": {"languages": ["Ukrainian"]}},
        {"filter": {"nothing": 1}},
        {"days": 0},
        {"days": 91},
        {"days": True},
    ],
    ids=str,
)
def test_a_filter_that_cannot_be_read_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post("/v1/destinations/dry-run", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
