"""Idempotency-Key: asked twice, done once; and never a made thing without its answer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.storage import idempotency

MADE = {
    "/v1/watches": {"url": "https://www.example.org/a"},
    "/v1/pins": {"variants": ["en: new offensive"]},
    "/v1/destinations": {"url": "https://hooks.example.org/x", "name": "desk"},
    "/v1/keys": {"name": "guest", "scope": "read"},
}
SECRETS = {"/v1/destinations": "secret", "/v1/keys": "key"}


@pytest.mark.parametrize("path", MADE)
def test_the_same_request_is_done_once_and_answered_twice(client: TestClient, path: str):
    headers = {"Idempotency-Key": "monday-1"}
    before = len(client.get(path).json()["items"])
    first = client.post(path, json=MADE[path], headers=headers)
    again = client.post(path, json=MADE[path], headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"]
    secret = SECRETS.get(path)
    assert again.json() == ({**first.json(), secret: None} if secret else first.json())
    assert len(client.get(path).json()["items"]) == before + 1


def test_a_secret_is_shown_once_and_kept_nowhere(client: TestClient, newsroom: Any):
    made = client.post("/v1/keys", json=MADE["/v1/keys"], headers={"Idempotency-Key": "k"})
    assert made.headers["cache-control"] == "no-store"
    with newsroom.database.read() as conn:
        kept = [str(row) for row in conn.exec_driver_sql("SELECT * FROM idempotency_key")]
        kept += [str(row) for row in conn.exec_driver_sql("SELECT * FROM api_key")]
    assert made.json()["key"] not in "".join(kept)


def test_another_body_under_the_same_key_is_refused(client: TestClient):
    headers = {"Idempotency-Key": "monday-1"}
    client.post("/v1/pins", json={"variants": ["en: one"]}, headers=headers)
    refused = client.post("/v1/pins", json={"variants": ["en: two"]}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:walkback:problem:idempotency-conflict")


def test_keys_belong_to_a_caller_and_an_address(client: TestClient, keys: Any, bearer: Any):
    headers = {"Idempotency-Key": "1"}
    made = {
        client.post("/v1/pins", json=MADE["/v1/pins"], headers=headers).json()["id"],
        client.post("/v1/pins", json=MADE["/v1/pins"], headers={**headers, **bearer(keys["write"])}).json()["id"],
        client.post("/v1/destinations", json=MADE["/v1/destinations"], headers=headers).json()["id"],
    }
    assert len(made) == 3


def test_what_failed_may_be_tried_again_under_the_same_key(client: TestClient):
    headers = {"Idempotency-Key": "1"}
    assert client.post("/v1/pins", json={"variants": ["en: */*"]}, headers=headers).status_code == 422
    assert client.post("/v1/pins", json={"variants": ["en: fine"]}, headers=headers).status_code == 201


@pytest.mark.parametrize("path", ["/v1/watches", "/v1/pins", "/v1/destinations"])
def test_the_answer_is_not_repeated_for_what_was_removed_since(client: TestClient, path: str):
    headers = {"Idempotency-Key": "1"}
    made = client.post(path, json=MADE[path], headers=headers)
    client.delete(made.headers["location"])
    again = client.post(path, json=MADE[path], headers=headers)
    assert (again.status_code, again.json()["type"]) == (409, "urn:walkback:problem:conflict")


def test_many_at_the_same_time_are_one(client: TestClient):
    headers = {"Idempotency-Key": "rush"}
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: client.post("/v1/pins", json=MADE["/v1/pins"], headers=headers), range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(client.get("/v1/pins").json()["items"]) == 1


def test_nothing_is_made_whose_answer_cannot_be_kept(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    def full(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(idempotency, "keep_answer", full)
    assert client.post("/v1/pins", json=MADE["/v1/pins"], headers={"Idempotency-Key": "1"}).status_code == 500
    assert client.get("/v1/pins").json()["items"] == []


@pytest.mark.parametrize("value", ["", " ", "a b", "é", "x" * 129])
def test_a_key_is_short_and_plain(client: TestClient, value: str):
    headers = {"Idempotency-Key": value.encode()}
    assert client.post("/v1/pins", json=MADE["/v1/pins"], headers=headers).status_code == 422
