"""Whether the service lives and is ready, its numbers, its own documentation, and comparing without storing."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api.docs_page import STYLE, page
from app.domain.errors import SchemaMismatch
from app.pipeline.newsroom import Newsroom
from app.pipeline.stalling import look_for_standstill
from app.storage.database import Database


def test_it_lives_even_where_the_database_does_not(as_nobody: TestClient, monkeypatch: pytest.MonkeyPatch):
    def gone(self: Any) -> Any:
        raise SchemaMismatch("of another time")

    monkeypatch.setattr(Database, "read", gone)
    assert as_nobody.get("/health").json() == {"status": "alive"}
    unready = as_nobody.get("/ready")
    assert (unready.status_code, unready.json()["type"]) == (503, "urn:walkback:problem:schema-mismatch")


def test_readiness_says_what_is_late(as_nobody: TestClient, client: TestClient, clock: Any):
    assert as_nobody.get("/ready").json() == {"status": "ready", "overdue_checks": 0, "alerts_waiting": 0}
    client.post("/v1/watches", json={"url": "https://www.example.org/a"})
    clock.move(300)
    assert as_nobody.get("/ready").status_code == 200
    since = clock.now - timedelta(seconds=300)
    clock.move(1)
    unready = as_nobody.get("/ready")
    told = unready.json()
    assert (unready.status_code, told["type"]) == (503, "urn:walkback:problem:work-overdue")
    late = {"work": "checks", "count": 1, "precision": "exact", "since": since.isoformat().replace("+00:00", "Z")}
    assert told["overdue"] == [late]
    assert unready.headers["retry-after"]
    assert "example" not in unready.text
    assert as_nobody.get("/health").status_code == 200


def test_the_numbers_are_those_of_the_record_and_of_the_traffic(client: TestClient, story: Any):
    client.get("/v1/watches")
    client.get("/v1/nothing")
    client.get(f"/v1/watches/{story.watch_id}")
    text = client.get("/metrics").text
    for line in (
        "walkback_statements 1.0",
        "walkback_versions 2.0",
        "walkback_edits 1.0",
        'walkback_flags{review_state="open"} 1.0',
        'walkback_requests_total{method="GET",route="/v1/watches/{watch_id}",status="200"} 1.0',
        'walkback_requests_total{method="GET",route="unknown",status="404"} 1.0',
    ):
        assert line in text
    assert re.search(r"walkback_alerts_waiting [1-9]", text)
    assert story.watch_id not in text


def test_the_documentation_loads_nothing_and_names_every_operation(client: TestClient, as_nobody: TestClient):
    answer = as_nobody.get("/docs")
    openapi = as_nobody.get("/openapi.json").json()
    assert "script" not in answer.headers["content-security-policy"]
    assert not re.search(r"<(script|img|link|iframe)|src=|@import|url\(", answer.text + STYLE)
    for item in openapi["paths"].values():
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in answer.text


def test_the_documentation_escapes_what_it_shows():
    told = {"summary": "x", "operationId": "a", "responses": {"200": {"description": "<script>"}}}
    openapi = {"info": {"title": "<T>", "version": "1", "description": "a < b"}, "paths": {"/<x>": {"get": told}}}
    assert "<script>" not in page(openapi)
    assert "<T>" not in page(openapi)


def test_comparing_reports_the_last_step_and_stores_nothing(client: TestClient):
    texts = [
        "The bridge was destroyed. Ten people were hurt.",
        "Ten people were hurt.",
        "The bridge was destroyed. Twelve people were hurt.",
    ]
    told = client.post("/v1/compare", json={"texts": texts, "language": "en", "pins": ["en: bridge"]}).json()
    actions = {claim["after"]: claim["action"] for claim in told["claims"]}
    assert actions["The bridge was destroyed."] == "restored"
    (edited,) = [claim for claim in told["claims"] if claim["action"] == "edited"]
    assert "quantity" in edited["facets"]
    assert [pin["event"] for pin in told["pins"]] == ["phrase_restored"]
    assert told["analyzer_version"]
    assert told["facets_supported"]
    assert client.get("/v1/statements").json()["items"] == []


def test_comparing_tells_the_unchanged_claims_too(client: TestClient):
    told = client.post("/v1/compare", json={"texts": ["One thing stands here."] * 2}).json()
    assert [claim["action"] for claim in told["claims"]] == ["unchanged"]


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"texts": ["one"]}, "/texts"),
        ({"texts": ["a"] * 51}, "/texts"),
        ({"texts": ["a", "\ud800"]}, "/texts/1"),
        ({"texts": ["a", "b\x00"]}, "/texts/1"),
        ({"texts": ["a", "b"], "pins": ["en: fine", "en: */*"]}, "/pins/1"),
        ({"texts": ["a", "b"], "language": "Klingon"}, "/language"),
    ],
)
def test_what_cannot_be_compared_is_refused(client: TestClient, sent: Any, pointer: str):
    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/compare", content=json.dumps(sent).encode(), headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)


def test_it_is_not_ready_while_nothing_is_checked(
    as_nobody: TestClient, client: TestClient, clock: Any, newsroom: Newsroom
):
    client.post("/v1/watches", json={"url": "https://www.example.org/a"})
    clock.move(5_000)
    look_for_standstill(newsroom)
    unready = as_nobody.get("/ready")
    assert (unready.status_code, unready.json()["type"]) == (503, "urn:walkback:problem:service-stalled")
    assert as_nobody.get("/health").status_code == 200
