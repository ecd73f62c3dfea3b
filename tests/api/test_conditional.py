"""ETags: nothing is sent twice, and nothing is overwritten unseen."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

SINGLE = {
    "watch": "/v1/watches/{watch_id}",
    "statement": "/v1/statements/{statement_id}",
    "version": "/v1/statements/{statement_id}/versions/1",
    "capture": "/v1/statements/{statement_id}/versions/1/capture",
    "difference": "/v1/statements/{statement_id}/diff",
    "edit": "/v1/edits/{edit_id}",
    "claim": "/v1/claims/{claim_id}",
    "pin": "/v1/pins/{pin_id}",
    "flag": "/v1/flags/{flag_id}",
    "destination": "/v1/destinations/{destination_id}",
    "alert": "/v1/alerts/{alert_id}",
    "event": "/v1/events/{event_id}",
    "key": "/v1/keys/{key_id}",
    "share": "/v1/shares/{share_id}",
}
CHANGED = {
    "watch": ("/v1/watches/{watch_id}", {"name": "Another name"}),
    "pin": ("/v1/pins/{pin_id}", {"name": "Another name"}),
    "flag": ("/v1/flags/{flag_id}", {"review_state": "dismissed"}),
    "destination": ("/v1/destinations/{destination_id}", {"name": "Another name"}),
}


@pytest.fixture
def place(story: Any) -> Any:
    return lambda pattern: pattern.format(**{name: getattr(story, name) for name in story.__dataclass_fields__})


def test_what_the_caller_has_is_not_sent_again(client: TestClient, place: Any):
    for name, pattern in SINGLE.items():
        first = client.get(place(pattern))
        tag = first.headers["etag"]
        assert tag.startswith('"'), name
        for known in (tag, f'W/{tag}, "x"', "*"):
            again = client.get(place(pattern), headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), name
        assert client.get(place(pattern), headers={"If-None-Match": '"x"'}).status_code == 200, name


@pytest.mark.parametrize("name", CHANGED)
def test_a_change_by_somebody_else_is_not_overwritten(client: TestClient, place: Any, name: str):
    pattern, change = CHANGED[name]
    tag = client.get(place(pattern)).headers["etag"]
    changed = client.patch(place(pattern), json=change, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] == client.get(place(pattern)).headers["etag"] != tag
    for stale in (tag, '"x"', '"999999999-0123456789abcdef"'):
        refused = client.patch(place(pattern), json=change, headers={"If-Match": stale})
        assert (refused.status_code, refused.json()["type"]) == (412, "urn:walkback:problem:stale-revision")
    among_others = {"If-Match": f'"x", {changed.headers["etag"]}'}
    assert client.patch(place(pattern), json=change, headers=among_others).status_code == 200
    assert client.patch(place(pattern), json=change, headers={"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize("name", ["watch", "pin", "destination"])
def test_a_removal_too_is_refused_where_somebody_was_faster(client: TestClient, place: Any, name: str):
    pattern, change = CHANGED[name]
    tag = client.get(place(pattern)).headers["etag"]
    client.patch(place(pattern), json=change)
    assert client.delete(place(pattern), headers={"If-Match": tag}).status_code == 412
    assert client.delete(place(pattern)).status_code == 204
    assert client.get(place(pattern)).status_code == 404
    assert client.delete(place(pattern)).status_code == 404


def test_a_check_in_the_meantime_is_no_change_by_somebody_else(client: TestClient, press: Any):
    path = f"/v1/watches/{press.watch_id}"
    tag = client.get(path).headers["etag"]
    press.says("Something was said.")
    assert client.get(path).headers["etag"] != tag
    assert client.patch(path, json={"name": "Another"}, headers={"If-Match": tag}).status_code == 200


def test_what_is_no_tag_is_refused(client: TestClient, place: Any):
    refused = client.patch(place("/v1/pins/{pin_id}"), json={"name": "x"}, headers={"If-Match": "3"})
    assert refused.status_code == 422
