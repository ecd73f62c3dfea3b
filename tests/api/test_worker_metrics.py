"""The numbers of a worker: open to its own machine, and to nobody else without a key."""

import pytest
from starlette.testclient import TestClient

from app.api.worker_metrics import create_metrics_app


@pytest.fixture
def numbers(newsroom):
    return lambda **wish: TestClient(create_metrics_app(newsroom, **wish))


def test_this_machine_sees_the_numbers_as_they_are(numbers, newsroom):
    newsroom.meter.note_lease_lost("check")
    answer = numbers(needs_key=False).get("/metrics")
    assert 'walkback_lease_losses_total{work="check"} 1.0' in answer.text
    assert "walkback_statements" not in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


def test_others_need_a_key(numbers, keys, bearer):
    client = numbers(needs_key=True)
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=bearer("wbk_nothing")).status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Basic {keys['read']}"}).status_code == 401
    assert client.get("/metrics", headers=bearer(keys["read"])).status_code == 200


def test_it_answers_nothing_else(numbers):
    assert numbers(needs_key=False).get("/v1/watches").status_code == 404
