"""Pages are counted by their patterns, beside the routes of the API, and a slow one can be seen."""

import re
from typing import Any

import pytest
from prometheus_client import generate_latest
from starlette.testclient import TestClient

from app.door.traffic import SLOW_SECONDS, Traffic
from app.pipeline.newsroom import Newsroom
from app.settings import Settings
from app.ui.application import create_pages
from app.ui.assets import address_of
from app.ui.visit import PageRules
from app.wiring.interface import build_service
from tests.ui.conftest import SITE, Browser


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


@pytest.fixture
def counted(newsroom: Newsroom, rules: PageRules, traffic: Traffic, keys: dict[str, str]) -> Browser:
    return Browser(create_pages(newsroom, rules, traffic=traffic), base_url=SITE, follow_redirects=False).signs_in(
        keys["read"]
    )


def requests_of(traffic: Traffic) -> dict[tuple[str, str, str], float]:
    """Method, route and status → how many."""
    line = r'walkback_requests_total\{method="(\w+)",route="([^"]+)",status="(\d+)"\} ([\d.]+)'
    return {found[:3]: float(found[3]) for found in re.findall(line, generate_latest(traffic.registry).decode())}


def test_pages_are_counted_by_pattern_and_never_by_address(counted: Browser, traffic: Traffic, story: Any):
    for path in (
        f"/statements/{story.statement_id}",
        f"/statements/{story.statement_id}?until=2",
        "/statements/00000000-0000-0000-0000-000000000000",
        address_of("walkback.css"),
        "/nothing/of/the/kind",
        f"/claims/{story.statement_id}x",
    ):
        counted.get(path)
    counted.head("/watches")
    counted.put("/watches")
    assert requests_of(traffic) == {
        ("POST", "/sign-in", "303"): 1,
        ("GET", "/statements/{statement_id}", "200"): 2,
        ("GET", "/statements/{statement_id}", "404"): 1,
        ("GET", "/static/{digest}/{name}", "200"): 1,
        ("GET", "unknown", "404"): 2,
        ("GET", "/watches", "200"): 1,
        ("PUT", "/watches", "405"): 1,
    }
    text = generate_latest(traffic.registry).decode()
    assert story.statement_id not in text
    assert "nothing/of" not in text


def test_a_page_that_fails_is_counted_too(counted: Browser, traffic: Traffic, monkeypatch: pytest.MonkeyPatch):
    def fails(*_: Any, **__: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr("app.ui.desk.service.take_stock", fails)
    assert counted.get("/status").status_code == 500
    assert requests_of(traffic)["GET", "/status", "500"] == 1


def test_one_bound_of_the_times_is_the_limit_for_pages(counted: Browser, traffic: Traffic):
    counted.get("/pins")
    assert (
        f'walkback_request_seconds_bucket{{le="{SLOW_SECONDS}",route="/pins"}}'
        in generate_latest(traffic.registry).decode()
    )


def test_pages_and_the_interface_are_counted_together(newsroom: Newsroom, keys: dict[str, str]):
    service = build_service(newsroom, Settings.model_validate({"_env_file": None}))
    with TestClient(service, base_url=SITE, headers={"Authorization": f"Bearer {keys['read']}"}) as client:
        client.get("/sign-in")
        client.get("/v1/watches")
        told = client.get("/metrics").text
    assert 'walkback_requests_total{method="GET",route="/sign-in",status="200"} 1.0' in told
    assert 'walkback_requests_total{method="GET",route="/v1/watches",status="200"} 1.0' in told
