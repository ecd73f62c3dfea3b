"""Keys over HTTP: rotated with an overlap, told before they end; and what readers may not see of destinations."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api.limits import COSTS
from app.domain.keys import Scope
from app.door.pace import address_of
from app.pipeline.keys import create_key

WEBHOOK = "https://hooks.example.org/services/T0/B0/secret?token=x"


def test_a_key_is_rotated_once_and_both_open_for_a_while(client: TestClient, as_nobody: TestClient, clock: Any):
    old = client.post("/v1/keys", json={"name": "desk", "scope": "write"}).json()
    asked = {"json": {"overlap_seconds": 60}, "headers": {"Idempotency-Key": "1"}}
    new = client.post(f"/v1/keys/{old['id']}/rotate", **asked)
    assert new.status_code == 201
    assert new.headers["cache-control"] == "no-store"
    again = client.post(f"/v1/keys/{old['id']}/rotate", **asked)
    assert (again.json()["id"], again.json()["key"]) == (new.json()["id"], None)
    opens = {"Authorization": f"Bearer {old['key']}"}
    assert as_nobody.get("/v1/pins", headers=opens).headers["walkback-key-expires"] == "2025-01-07T09:13:00Z"
    clock.move(60)
    assert as_nobody.get("/v1/pins", headers=opens).status_code == 401
    answer = as_nobody.get("/v1/pins", headers={"Authorization": f"Bearer {new.json()['key']}"})
    assert answer.status_code == 200
    assert "walkback-key-expires" not in answer.headers
    assert client.post(f"/v1/keys/{old['id']}/rotate", json={}).status_code == 409
    states = {key["id"]: key["state"] for key in client.get("/v1/keys").json()["items"]}
    assert (states[old["id"]], states[new.json()["id"]]) == ("expired", "valid")


@pytest.mark.parametrize("overlap", [-1, 2_592_001, "60", None, 1.5])
def test_an_overlap_that_cannot_be_is_refused(client: TestClient, overlap: Any):
    key = client.post("/v1/keys", json={"name": "desk", "scope": "read"}).json()["id"]
    assert client.post(f"/v1/keys/{key}/rotate", json={"overlap_seconds": overlap}).status_code == 422


def test_keys_that_end_are_counted(client: TestClient, newsroom: Any, clock: Any):
    create_key(newsroom, name="guest", scope=Scope.READ, expires_at=clock.now + timedelta(days=3))
    assert 'walkback_keys{state="ending"} 1.0' in client.get("/metrics").text


def test_only_administrators_see_the_whole_address_of_a_webhook(client: TestClient, keys: Any, bearer: Any):
    path = client.post("/v1/destinations", json={"url": WEBHOOK, "name": WEBHOOK[:200]}).headers["location"]
    assert client.get(path).json()["url"] == WEBHOOK
    for scope in ("read", "write"):
        for address in (path, "/v1/destinations"):
            told = client.get(address, headers=bearer(keys[scope])).text
            assert "https://hooks.example.org/…" in told
            assert "secret" not in told
            assert "token" not in told


def test_what_costs_more_counts_for_more(with_rules: Any):
    client = with_rules(rate_limit_per_minute=20)
    client.get("/v1/pins")  # after this one the key has its own pace
    left = [client.get(path).headers["ratelimit"].split(";")[1] for path in ("/v1/quotes?text=peace", "/v1/pins")]
    assert left == ["r=15", "r=14"]
    assert client.post("/v1/compare", json={}).headers["ratelimit"].split(";")[1] == "r=4"
    refused = client.post("/v1/compare", json={})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "18")
    assert client.get("/v1/pins").status_code == 200


def test_nothing_costs_more_than_a_minute_has(with_rules: Any):
    client = with_rules(rate_limit_per_minute=2)
    client.get("/v1/pins")
    assert client.post("/v1/compare", json={}).status_code == 422


def test_every_cost_is_that_of_an_operation(app: Any):
    served = {(method, route.path) for route in app.router.routes for method in route.methods}
    assert COSTS.keys() <= served


@pytest.mark.parametrize(
    ("client", "whose"),
    [
        (("203.0.113.7", 1), "203.0.113.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2::1", 1), "2001:db8:1:2::/64"),
        (("::ffff:203.0.113.7", 1), "203.0.113.7"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (("testclient", 1), "testclient"),
        (None, "?"),
    ],
)
def test_an_address_is_that_of_a_line(client: Any, whose: str):
    assert address_of({"client": client}) == whose
