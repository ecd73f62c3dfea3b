"""Share links over the interface: made by editors, told once, closed for good; their secret is never kept or logged."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import NotFound
from app.door.layers import loggable
from app.pipeline.newsroom import Newsroom
from app.pipeline.shares import open_share
from app.storage.tables import share_link


def token_in(url: str) -> str:
    return url.rpartition("/shared/")[2]


@pytest.mark.parametrize("name", ["statement_id", "edit_id"])
def test_a_link_is_made_opens_its_thing_and_is_closed(client: TestClient, newsroom: Newsroom, story: Any, name: str):
    answer = client.post("/v1/shares", json={name: getattr(story, name), "days": 30})
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    made = answer.json()
    assert made["state"] == "open"
    assert answer.headers["location"] == f"/v1/shares/{made['id']}"
    found = open_share(newsroom, token_in(made["url"]))
    assert str(found.id) == made["id"]
    assert (str(found.edit_id) == story.edit_id) == (name == "edit_id")
    closed = client.post(f"/v1/shares/{made['id']}/close").json()
    assert closed["state"] == "revoked"
    with pytest.raises(NotFound):
        open_share(newsroom, token_in(made["url"]))


def test_an_address_is_told_once_and_kept_nowhere(client: TestClient, newsroom: Newsroom, story: Any, caplog: Any):
    asked = {"json": {"statement_id": story.statement_id}, "headers": {"Idempotency-Key": "once"}}
    made = client.post("/v1/shares", **asked).json()
    again = client.post("/v1/shares", **asked).json()
    assert (again["id"], again["url"]) == (made["id"], None)
    token = token_in(made["url"])
    for page in (
        "/v1/shares",
        f"/v1/shares/{made['id']}",
        f"/v1/shares?statement_id={story.statement_id}",
        "/v1/audit",
    ):
        answer = client.get(page)
        assert answer.status_code == 200
        assert token not in answer.text
    assert token not in caplog.text
    with newsroom.database.read() as conn:
        assert all(token not in str(row) for row in conn.execute(sa.select(share_link)))


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"statement_id": "01944004-7d00-7000-8000-000000000002", "edit_id": "01944004-7d00-7000-8000-000000000003"},
        {"statement_id": "01944004-7d00-7000-8000-000000000002", "days": 0},
        {"statement_id": "01944004-7d00-7000-8000-000000000002", "days": 366},
        {"statement_id": "x"},
    ],
)
def test_what_is_no_link_is_refused(client: TestClient, sent: dict[str, Any]):
    assert client.post("/v1/shares", json=sent).status_code == 422


def test_what_is_not_there_is_not_shared(client: TestClient):
    missing = "01944004-7d00-7000-8000-0000000000ff"
    assert client.post("/v1/shares", json={"statement_id": missing}).status_code == 404
    assert client.post("/v1/shares", json={"edit_id": missing}).status_code == 404
    assert client.post(f"/v1/shares/{missing}/close").status_code == 404


@given(st.from_regex(r"/shared/[A-Za-z0-9_-]{1,40}(/x)?", fullmatch=True))
def test_what_opens_a_link_stands_in_no_log(path: str):
    assert loggable(path) == "/shared/…"
    assert re.sub("^/", "/v1/", path) != loggable(re.sub("^/", "/v1/", path))
    assert loggable("/v1/shares") == "/v1/shares"
