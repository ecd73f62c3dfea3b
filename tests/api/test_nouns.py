"""What people do with watches, pins, flags, destinations and keys over HTTP, from making to removing."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api import watch_files
from app.domain.errors import PreviewFailed, Unreachable
from app.domain.observations import Outcome
from app.domain.watches import SourceKind
from app.pipeline.preview import Preview, PreviewedStatement

URL = "https://www.example.org/a"


def slug(answer: Any) -> str:
    told: str = answer.json()["type"]
    return told.rpartition(":")[2]


@pytest.fixture
def watch(client: TestClient) -> dict[str, Any]:
    made: dict[str, Any] = client.post("/v1/watches", json={"url": URL, "tags": ["military"]}).json()
    return made


def test_a_watch_is_made_with_its_kind_detected_and_its_check_due(client: TestClient):
    answer = client.post("/v1/watches", json={"url": "https://t.me/generalstaff", "publisher": "General Staff"})
    told = answer.json()
    assert (told["kind"], told["target"], told["state"]) == ("telegram_channel", "generalstaff", "active")
    assert told["next_check_at"] == told["created_at"]
    assert client.get(answer.headers["location"]).json() == told


@pytest.mark.parametrize(
    ("sent", "status", "kind"),
    [
        ({"url": "no address"}, 422, "invalid-request"),
        ({"url": "ftp://example.org"}, 422, "invalid-address"),
        ({"url": "http://10.0.0.1/"}, 422, "address-refused"),
        ({"url": URL, "selectors": {"include": ["div["]}}, 422, "invalid-selector"),
        ({"url": URL, "kind": "telegram_channel"}, 422, "invalid-address"),
        ({"url": URL, "pins": ["01944004-7d00-7000-8000-000000000001"]}, 404, "not-found"),
    ],
)
def test_a_watch_that_cannot_be_is_refused_by_name(client: TestClient, sent: Any, status: int, kind: str):
    answer = client.post("/v1/watches", json=sent)
    assert (answer.status_code, slug(answer)) == (status, kind)


def test_a_watch_is_made_only_once(client: TestClient, watch: Any):
    answer = client.post("/v1/watches", json={"url": URL})
    assert (answer.status_code, slug(answer)) == (409, "duplicate-watch")
    assert answer.json()["existing_id"] == watch["id"]


def test_a_change_touches_only_what_was_sent(client: TestClient, watch: Any):
    path = f"/v1/watches/{watch['id']}"
    changed = client.patch(
        path, json={"interval_seconds": 60, "language": "uk", "selectors": {"exclude": ["nav"]}}
    ).json()
    assert (changed["interval_seconds"], changed["language"], changed["tags"]) == (60, "uk", ["military"])
    assert changed["selectors"] == {"include": [], "exclude": ["nav"]}
    back = client.patch(path, json={"interval_seconds": None, "language": None, "tags": []}).json()
    assert (back["interval_seconds"], back["language"], back["tags"]) == (None, None, [])
    assert client.patch(path, json={"name": None}).status_code == 422
    assert client.patch(path, json={}).status_code == 200


def test_a_watch_is_paused_resumed_checked_and_removed(client: TestClient, watch: Any):
    path = f"/v1/watches/{watch['id']}"
    assert client.post(f"{path}/pause").json()["state"] == "paused"
    assert client.post(f"{path}/check").status_code in (409, 422)
    assert client.post(f"{path}/resume").json()["state"] == "active"
    assert client.post(f"{path}/check").json()["next_check_reason"] == "asked for"
    assert client.delete(path).status_code == 204
    for answer in (client.get(path), client.post(f"{path}/pause"), client.patch(path, json={"name": "x"})):
        assert answer.status_code == 404
    assert client.get("/v1/watches").json()["items"] == []
    (removed,) = client.get("/v1/watches", params={"state": "removed"}).json()["items"]
    assert removed["id"] == watch["id"]


def test_history_outlives_its_watch_unless_it_is_to_be_forgotten(client: TestClient, story: Any):
    client.delete(f"/v1/watches/{story.watch_id}")
    assert client.get(f"/v1/statements/{story.statement_id}").status_code == 200
    assert client.get("/v1/visits", params={"watch_id": story.watch_id}).json()["items"]


def test_history_can_be_forgotten_with_its_watch(client: TestClient, story: Any):
    client.delete(f"/v1/watches/{story.watch_id}", params={"forget_history": "true"})
    assert client.get(f"/v1/statements/{story.statement_id}").status_code == 404
    assert client.get("/v1/flags").json()["items"] == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'["https://www.example.org/b", {"url": "ftp://x"}]'),
        ("text/csv", b"url,tags\nhttps://www.example.org/b,x\nftp://x,\n"),
        ("text/plain; charset=utf-8", b"\xef\xbb\xbfhttps://www.example.org/b\nftp://x\n"),
        (
            "text/x-opml",
            b'<opml version="2.0"><body><outline xmlUrl="https://www.example.org/b"/><outline xmlUrl="ftp://x"/></body></opml>',
        ),
    ],
)
def test_a_list_is_imported_row_by_row(client: TestClient, content_type: str, body: bytes):
    answer = client.post("/v1/watches/import", content=body, headers={"Content-Type": content_type})
    told = answer.json()
    assert (told["added"], told["refused"]) == (1, 1), told
    assert told["rows"][0]["watch_id"]
    assert told["rows"][1]["problem"]["type"].startswith("urn:walkback:problem:")


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/csv", b"", 422),
        ("text/plain", b"\xff\xfe", 422),
        ("image/png", b"x", 415),
        ("application/json", b"{", 422),
    ],
)
def test_a_list_that_is_none_is_refused(client: TestClient, content_type: str, body: bytes, status: int):
    answer = client.post("/v1/watches/import", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == status


@pytest.mark.parametrize("style", ["json", "csv", "opml", "text"])
def test_the_watchlist_can_be_taken_away_and_brought_back(client: TestClient, watch: Any, style: str):
    taken = client.get("/v1/watches/export", params={"format": style})
    assert taken.headers["content-disposition"].endswith(f'watchlist.{style}"')
    client.delete(f"/v1/watches/{watch['id']}")
    content_type = {"json": "application/json", "csv": "text/csv", "opml": "text/x-opml", "text": "text/plain"}[style]
    brought = client.post("/v1/watches/import", content=taken.content, headers={"Content-Type": content_type})
    assert brought.json()["added"] == 1, brought.text
    assert client.get("/v1/watches").json()["items"][0]["url"] == URL


def test_a_preview_says_what_would_be_read(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    seen = PreviewedStatement("7", "https://t.me/generalstaff/7", None, "Today.", None, marked_edited=False)
    found = Preview(SourceKind.TELEGRAM_CHANNEL, "generalstaff", "https://t.me/generalstaff", "GS", (seen,), (), ())

    async def preview(*_: Any) -> Preview:
        return found

    monkeypatch.setattr(watch_files, "preview", preview)
    told = client.post("/v1/watches/preview", json={"url": "https://t.me/generalstaff"}).json()
    assert (told["name"], told["statements"][0]["text"]) == ("GS", "Today.")
    assert client.get("/v1/watches").json()["items"] == []


@pytest.mark.parametrize(
    ("error", "kind", "outcome"),
    [
        (Unreachable("no answer"), "unreachable", "unreachable"),
        (PreviewFailed("a wall", Outcome.BLOCKED), "preview-failed", "blocked"),
    ],
)
def test_a_preview_says_why_there_is_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str, outcome: str
):
    async def preview(*_: Any) -> Preview:
        raise error

    monkeypatch.setattr(watch_files, "preview", preview)
    answer = client.post("/v1/watches/preview", json={"url": "https://t.me/generalstaff"})
    assert (answer.status_code, slug(answer), answer.json()["outcome"]) == (422, kind, outcome)


def test_a_pin_is_made_with_warnings_and_changed(client: TestClient, watch: Any):
    made = client.post("/v1/pins", json={"variants": ["en: new offensive", "en: off*"]}).json()
    assert made["name"] == "new offensive"
    assert any("off*" in warning for warning in made["warnings"])
    path = f"/v1/pins/{made['id']}"
    changed = client.patch(path, json={"variants": ["uk: новий наступ"], "watch_ids": [watch["id"]]}).json()
    assert changed["variants"] == [{"language": "uk", "phrase": "новий наступ"}]
    assert (changed["watch_ids"], changed["name"], changed["warnings"]) == ([watch["id"]], "new offensive", [])
    assert client.get("/v1/pins").json()["items"] == [changed]


@pytest.mark.parametrize(
    ("sent", "status", "pointer"),
    [
        ({"variants": ["en: fine", "en: */*"]}, 422, "/variants/1"),
        ({"variants": ["no language"]}, 422, "/variants/0"),
        ({"variants": []}, 422, "/variants"),
        ({"variants": ["en: fine"], "watch_ids": ["01944004-7d00-7000-8000-000000000001"]}, 404, None),
    ],
)
def test_a_pin_that_cannot_be_is_refused_at_its_place(client: TestClient, sent: Any, status: int, pointer: str | None):
    answer = client.post("/v1/pins", json=sent)
    assert answer.status_code == status
    assert pointer is None or answer.json()["errors"][0]["pointer"] == pointer


def test_a_flag_is_reviewed_by_name_and_told(client: TestClient, story: Any):
    path = f"/v1/flags/{story.flag_id}"
    assert client.get("/v1/flags/counts").json() == {"open": 1, "confirmed": 0, "dismissed": 0}
    reviewed = client.patch(path, json={"review_state": "confirmed", "note": "Seen by two of us."}).json()
    assert (reviewed["reviewed_by"], reviewed["note"]) == ("admin key", "Seen by two of us.")
    assert reviewed["reviewed_at"]
    assert client.get("/v1/flags/counts").json() == {"open": 0, "confirmed": 1, "dismissed": 0}
    told = client.get("/v1/events", params={"type": "flag.reviewed"}).json()["items"]
    assert told[0]["body"]["flag"]["id"] == story.flag_id
    opened = client.patch(path, json={"review_state": "open"}).json()
    assert (opened["reviewed_by"], opened["reviewed_at"], opened["note"]) == (None, None, "Seen by two of us.")
    assert client.patch(path, json={"review_state": "open", "note": None}).json()["note"] is None


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"review_state": "open"}, 1),
        ({"review_state": "dismissed"}, 0),
        ({"min_level": "major"}, 1),
        ({"facet": "wording"}, 1),
        ({"facet": "quantity"}, 0),
        ({"action": "edited"}, 1),
        ({"action": "withdrawn"}, 0),
        ({"since": "2030-01-01T00:00:00Z"}, 0),
    ],
)
def test_flags_are_filtered(client: TestClient, story: Any, query: Any, count: int):
    own = {"watch_id": story.watch_id, "statement_id": story.statement_id, "pin_id": story.pin_id}
    assert len(client.get("/v1/flags", params={**own, **query}).json()["items"]) == count


def test_a_destination_shows_its_secret_once(client: TestClient):
    made = client.post("/v1/destinations", json={"url": "https://hooks.example.org/x", "name": "desk"})
    secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    assert made.headers["cache-control"] == "no-store"
    path = made.headers["location"]
    assert "secret" not in client.get(path).json()
    rotated = client.post(f"{path}/rotate")
    assert rotated.json()["secret"] not in (secret, None)
    assert rotated.headers["cache-control"] == "no-store"
    assert secret not in client.get("/v1/destinations").text


def test_a_destination_is_changed_paused_resumed_and_tried(client: TestClient):
    sent = {"url": "https://hooks.example.org/x", "name": "desk", "filter": {"min_level": "major", "tags": ["a"]}}
    path = client.post("/v1/destinations", json=sent).headers["location"]
    changed = client.patch(path, json={"filter": {"event_types": ["statement.withdrawn"]}}).json()
    assert (changed["filter"]["event_types"], changed["filter"]["tags"]) == (["statement.withdrawn"], [])
    assert client.post(f"{path}/pause").json()["state"] == "paused"
    assert client.post(f"{path}/test").status_code == 409
    assert client.post(f"{path}/resume").json()["state"] == "active"
    owed = client.post(f"{path}/test")
    assert (owed.status_code, owed.json()["type"], owed.json()["state"]) == (202, "test", "pending")
    body = client.get(f"/v1/events/{owed.json()['event_id']}").json()
    assert body["type"] == "test"


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/x", "http://user@example.org/", "ftp://example.org/", "https://[::1]/"]
)
def test_alerts_go_nowhere_where_the_guard_says_no(client: TestClient, url: str):
    assert client.post("/v1/destinations", json={"url": url, "name": "x"}).status_code == 422


def test_a_stretch_of_alerts_is_sent_again(client: TestClient, story: Any):
    path = f"/v1/destinations/{story.destination_id}/replay"
    stretch = {"since": "2025-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    answer = client.post(path, json=stretch)
    assert (answer.status_code, answer.json()) == (202, {"replayed": 1})
    assert client.post(path, json={"since": stretch["until"], "until": stretch["since"]}).status_code == 422


def test_a_key_is_made_used_and_revoked(client: TestClient, as_nobody: TestClient, bearer: Any):
    made = client.post("/v1/keys", json={"name": "guest", "scope": "read"}).json()
    assert made["key"].startswith(made["prefix"])
    assert as_nobody.get("/v1/watches", headers=bearer(made["key"])).status_code == 200
    assert made["key"] not in client.get("/v1/keys").text
    revoked = client.post(f"/v1/keys/{made['id']}/revoke").json()
    assert revoked["revoked_at"]
    assert as_nobody.get("/v1/watches", headers=bearer(made["key"])).status_code == 401
    assert client.post(f"/v1/keys/{made['id']}/revoke").json() == revoked


def test_a_key_that_would_have_expired_is_refused(client: TestClient):
    sent = {"name": "guest", "scope": "read", "expires_at": "2001-01-01T00:00:00Z"}
    answer = client.post("/v1/keys", json=sent)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/expires_at")


def test_a_flag_speaks_the_language_of_its_reader(client: TestClient, story: Any):
    english = client.get("/v1/flags").json()["items"][0]
    ukrainian = client.get("/v1/flags", params={"lang": "uk"}).json()["items"][0]
    assert "removed “new offensive”" in english["headline"]
    assert "прибрано «new offensive»" in ukrainian["headline"]
    assert {**english, "headline": ""} == {**ukrainian, "headline": ""}
    asked = client.get(f"/v1/flags/{story.flag_id}", headers={"Accept-Language": "uk, en;q=0.5"})
    assert asked.json()["headline"] == ukrainian["headline"]
    assert asked.headers["vary"] == "Accept-Language"
    assert client.get(f"/v1/flags/{story.flag_id}").headers["etag"] != asked.headers["etag"]
    assert client.get("/v1/flags", params={"lang": "tlh"}).status_code == 422
