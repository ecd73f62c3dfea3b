"""Who changed what: every change over the interface is written down with the key that made it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api.application import openapi_document
from app.domain.audit import Act

CHANGE_NOTHING = {
    *("POST /v1/watches/preview", "POST /v1/compare", "POST /v1/watches/{watch_id}/check"),
    "POST /v1/destinations/dry-run",
}
BESIDE = {Act.KEY_ROTATED: (Act.KEY_MADE,)}
"""What one step does besides, as an entry of its own."""
HOOK = "https://hooks.example.org/services/T0/secret-token"
STEPS: list[tuple[str, Any, Act]] = [
    ("POST /v1/watches", {"url": "https://www.example.org/new"}, Act.WATCH_ADDED),
    ("POST /v1/watches/import", {"watches": [{"url": "https://www.example.org/imported"}]}, Act.WATCH_ADDED),
    ("PATCH /v1/watches/{watch_id}", {"interval_seconds": 60}, Act.WATCH_CHANGED),
    ("POST /v1/watches/{watch_id}/pause", None, Act.WATCH_PAUSED),
    ("POST /v1/watches/{watch_id}/resume", None, Act.WATCH_RESUMED),
    ("POST /v1/watches/{watch_id}/backfills", {}, Act.WATCH_BACKFILLED),
    ("POST /v1/pins", {"variants": ["en: new offensive"]}, Act.PIN_ADDED),
    ("PATCH /v1/pins/{pin_id}", {"variants": ["en: old offensive"]}, Act.PIN_CHANGED),
    ("PATCH /v1/flags/{flag_id}", {"review_state": "confirmed", "note": "seen it"}, Act.FLAG_REVIEWED),
    ("POST /v1/destinations", {"url": HOOK, "name": "chat"}, Act.DESTINATION_ADDED),
    ("PATCH /v1/destinations/{destination_id}", {"url": HOOK}, Act.DESTINATION_CHANGED),
    ("POST /v1/destinations/{destination_id}/rotate", None, Act.DESTINATION_SECRET_ROTATED),
    ("POST /v1/destinations/{destination_id}/test", None, Act.DESTINATION_TESTED),
    ("POST /v1/destinations/{destination_id}/pause", None, Act.DESTINATION_PAUSED),
    ("POST /v1/destinations/{destination_id}/resume", None, Act.DESTINATION_RESUMED),
    (
        "POST /v1/destinations/{destination_id}/replay-since",
        {"event_id": "the first"},
        Act.ALERTS_REPLAYED,
    ),
    (
        "POST /v1/destinations/{destination_id}/replay",
        {"since": "2025-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        Act.ALERTS_REPLAYED,
    ),
    ("POST /v1/alerts/{alert_id}/replay", None, Act.ALERTS_REPLAYED),
    ("POST /v1/shares", {"statement_id": "the statement"}, Act.SHARE_MADE),
    ("POST /v1/shares/{share_id}/close", None, Act.SHARE_REVOKED),
    ("POST /v1/keys", {"name": "night desk", "scope": "read"}, Act.KEY_MADE),
    ("POST /v1/keys/{key_id}/rotate", {}, Act.KEY_ROTATED),
    ("POST /v1/keys/{key_id}/revoke", None, Act.KEY_REVOKED),
    ("DELETE /v1/destinations/{destination_id}", None, Act.DESTINATION_REMOVED),
    ("DELETE /v1/pins/{pin_id}", None, Act.PIN_REMOVED),
    ("DELETE /v1/watches/{watch_id}", None, Act.WATCH_REMOVED),
]


def newest(client: TestClient, **query: str) -> dict[str, Any]:
    entry: dict[str, Any] = client.get("/v1/audit", params=query).json()["items"][0]
    return entry


def test_every_operation_that_changes_something_is_written_down():
    changing = {
        f"{method.upper()} {path}"
        for path, item in openapi_document()["paths"].items()
        for method in item
        if method != "get"
    }
    assert changing == {step for step, _, _ in STEPS} | CHANGE_NOTHING


def test_each_change_names_the_key_that_made_it(client: TestClient, story: Any):
    mine = next(key for key in client.get("/v1/keys").json()["items"] if key["scope"] == "admin")
    ids = {
        name: getattr(story, name)
        for name in ("watch_id", "pin_id", "flag_id", "destination_id", "alert_id", "share_id")
    }
    ids["key_id"] = next(key["id"] for key in client.get("/v1/keys").json()["items"] if key["scope"] == "read")
    first = client.get("/v1/events").json()["items"][0]["id"]
    for step, body, act in STEPS:
        method, path = step.split(" ")
        before = len(client.get("/v1/audit?limit=200").json()["items"])
        given = {**body, "event_id": first} if body and "event_id" in body else body
        given = {"statement_id": story.statement_id} if given and "statement_id" in given else given
        answer = client.request(method, path.format(**ids), json=given)
        assert answer.status_code < 300, (step, answer.text)
        entries = client.get("/v1/audit?limit=200").json()["items"]
        made = entries[: len(entries) - before]
        assert sorted(entry["act"] for entry in made) == sorted({act, *BESIDE.get(act, ())}), step
        assert {tuple(entry["actor"].items()) for entry in made} == {
            (("kind", "key"), ("name", mine["name"]), ("key_id", mine["id"]))
        }, step
    assert "secret-token" not in client.get("/v1/audit?limit=200").text
    assert "seen it" not in client.get("/v1/audit?limit=200").text


def test_a_change_is_written_with_the_values_before_and_after(client: TestClient, story: Any):
    client.patch(f"/v1/watches/{story.watch_id}", json={"interval_seconds": 60, "tags": ["a", "b"]})
    client.patch(f"/v1/watches/{story.watch_id}", json={"interval_seconds": None})
    assert newest(client)["changes"] == {"interval_seconds": {"before": 60, "after": None}}
    first = client.get("/v1/audit?act=watch.changed").json()["items"][1]["changes"]
    assert first["tags"] == {"before": ["military"], "after": ["a", "b"]}


def test_what_failed_is_not_written_down(client: TestClient, story: Any):
    before = client.get("/v1/audit").json()["items"]
    assert client.post("/v1/watches", json={"url": "http://10.0.0.1/"}).status_code == 422
    assert client.delete(f"/v1/pins/{story.pin_id}", headers={"If-Match": '"99"'}).status_code == 412
    assert client.get("/v1/audit").json()["items"] == before


def test_a_repeated_request_is_written_down_once(client: TestClient):
    for _ in range(2):
        client.post("/v1/pins", json={"variants": ["en: word"]}, headers={"Idempotency-Key": "once"})
    added = client.get("/v1/audit?act=pin.added").json()["items"]
    assert [(entry["subject_name"], entry["actor"]["kind"]) for entry in added] == [("word", "key")]


def test_forgetting_leaves_who_did_it_and_none_of_the_words(client: TestClient, story: Any):
    client.patch(f"/v1/flags/{story.flag_id}", json={"review_state": "dismissed"})
    client.delete(f"/v1/watches/{story.watch_id}?forget_history=true")
    told = client.get("/v1/audit?limit=200").text
    assert newest(client)["act"] == "watch.forgotten"
    assert "offensive operations" not in told


@pytest.mark.parametrize("scope", ["read", "write"])
def test_only_administrators_read_it(as_nobody: TestClient, keys: dict[str, str], bearer: Any, scope: str):
    assert as_nobody.get("/v1/audit", headers=bearer(keys[scope])).status_code == 403


def test_it_can_be_asked_for_one_thing_one_key_and_from_a_time_on(client: TestClient, story: Any, clock: Any):
    client.post(f"/v1/watches/{story.watch_id}/pause")
    when = clock.now.isoformat().replace("+00:00", "Z")
    clock.move(60)
    client.post(f"/v1/watches/{story.watch_id}/resume")
    later = clock.now.isoformat().replace("+00:00", "Z")
    of_watch = client.get(f"/v1/audit?subject_id={story.watch_id}").json()["items"]
    assert [entry["act"] for entry in of_watch] == ["watch.resumed", "watch.paused", "watch.added"]
    assert [entry["actor"]["kind"] for entry in of_watch] == ["key", "key", "program"]
    assert len(client.get(f"/v1/audit?subject_id={story.watch_id}&since={later}").json()["items"]) == 1
    assert len(client.get(f"/v1/audit?subject_id={story.watch_id}&since={when}").json()["items"]) == 2
    key_id = of_watch[0]["actor"]["key_id"]
    assert len(client.get(f"/v1/audit?key_id={key_id}").json()["items"]) == 2
    assert client.get(f"/v1/audit?key_id={story.watch_id}").json()["items"] == []
