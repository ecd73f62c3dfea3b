"""How the service fares, over HTTP and as numbers: the same from rows, for those who may read."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.pipeline.heartbeat import Heartbeat


def test_a_fresh_edit_and_what_it_owes_are_told(client: TestClient, newsroom: Any, story: Any) -> None:
    Heartbeat(newsroom, "a1b2c3", 8).beat()
    told = client.get("/v1/status").json()
    assert told["last_edit"]["edit_id"] == story.edit_id
    assert "new offensive" in told["last_edit"]["headline"]
    assert [one["id"] for one in told["workers"]] == ["a1b2c3"]
    assert told["edits_last_day"] == {"count": 1, "precision": "exact"}
    assert told["destinations"][0]["destination_id"] == story.destination_id
    assert told["alerts"]["count"] == told["destinations"][0]["waiting"]["count"] > 0


def test_only_those_who_may_read_see_it(as_nobody: TestClient, keys: Any, bearer: Any, with_rules: Any) -> None:
    assert as_nobody.get("/v1/status").status_code == 401
    assert as_nobody.get("/v1/status", headers=bearer(keys["read"])).status_code == 200
    public = with_rules(public_read=True)
    public.headers.pop("Authorization")
    assert public.get("/v1/status").status_code == 401


@pytest.mark.parametrize(("beats", "alive"), [(True, 1), (False, 0)])
def test_the_numbers_say_whether_anybody_works(client: TestClient, newsroom: Any, beats: bool, alive: int) -> None:
    if beats:
        Heartbeat(newsroom, "a1b2c3", 8).beat()
    assert f'walkback_workers{{state="alive"}} {float(alive)}' in client.get("/metrics").text


def test_the_age_of_what_waits_is_a_number(client: TestClient, clock: Any) -> None:
    client.post("/v1/watches", json={"url": "https://www.example.org/a"})
    clock.move(400)
    text = client.get("/metrics").text
    assert "walkback_oldest_due_check_age_seconds 400.0" in text
    assert "walkback_checks_overdue 1.0" in text
