"""What every answer has in common: problems, headers, limits, and doors that stay shut."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.api.errors import problem_of
from app.domain import errors
from app.domain.errors import DatabaseBusy, WalkbackError
from app.domain.observations import Outcome
from app.door.layers import DEEPEST_JSON, nesting
from app.door.pace import Pace
from app.door.refusals import STATUSES, status_of
from app.pipeline.keys import new_secret
from app.pipeline.newsroom import Newsroom
from app.storage.database import Database

JSON = {"Content-Type": "application/json"}


def problem(answer: Any, slug: str) -> dict[str, Any]:
    """The problem document of an answer, which must be whole and of this kind."""
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["type"] == f"urn:walkback:problem:{slug}", told
    assert told["status"] == answer.status_code
    assert told["instance"] == f"urn:walkback:request:{answer.headers['x-request-id']}"
    assert {"title", "detail", "retryable"} <= set(told)
    return told


def test_a_sentence_of_ours_comes_without_words_of_the_library(client: TestClient):
    told = client.post("/v1/shares", json={}).json()
    assert told["errors"]
    assert "Value error" not in str(told)


def test_an_unknown_address_is_a_problem_too(client: TestClient):
    problem(client.get("/v1/nothing"), "not-found")
    problem(client.get("/v1/watches/"), "not-found")
    problem(client.get("/v1/watches/not-an-id"), "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/watches", "GET, POST"),
        ("PUT", "/v1/watches/01944004-7d00-7000-8000-000000000001", "DELETE, GET, PATCH"),
        ("DELETE", "/v1/watches/export", "GET"),
        ("POST", "/openapi.json", "GET"),
        ("OPTIONS", "/health", "GET"),
    ],
)
def test_an_unknown_method_is_told_the_known_ones(client: TestClient, method: str, path: str, allowed: str):
    answer = client.request(method, path)
    problem(answer, "method-not-allowed")
    assert answer.headers["allow"] == allowed


def test_a_head_has_the_headers_of_a_get_and_no_body(client: TestClient):
    got, head = client.get("/v1/watches"), client.head("/v1/watches")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"{", ""),
        (b"", ""),
        (b"[]", ""),
        (b"{}", "/url"),
        (b'{"url": 5}', "/url"),
        (b'{"url": "https://a.example", "colour": "red"}', "/colour"),
        (b'{"url": "https://a.example", "name": "a\\u0000b"}', "/name"),
        (b'{"url": "https://a.example", "name": "\\ud800"}', "/name"),
        (b'{"url": "https://a.example", "name": "  "}', "/name"),
        (b'{"url": "https://a.example", "tags": ["a,b"]}', "/tags/0"),
        (b'{"url": "https://a.example", "interval_seconds": 0}', "/interval_seconds"),
        (b'{"url": "https://a.example", "interval_seconds": true}', "/interval_seconds"),
        (b'{"url": "https://a.example", "interval_seconds": "60"}', "/interval_seconds"),
        (b'{"url": "https://a.example", "respect_robots": 1}', "/respect_robots"),
        (b'{"url": "https://a.example", "selectors": {"include": [""]}}', "/selectors/include/0"),
        (b'{"url": "https://a.example", "pins": ["0194400470007000800000000000001"]}', "/pins/0"),
        (b'{"url": "https://a.example", "\\ud800": 1}', None),
        (b'{"url": ' + b"9" * 5000 + b"}", None),
        (b"\xff\xfe", None),
    ],
)
def test_a_bad_body_is_told_its_place(client: TestClient, body: bytes, pointer: str | None):
    answer = client.post("/v1/watches", content=body, headers=JSON)
    assert answer.status_code == 422
    places = [place["pointer"] for place in problem(answer, "invalid-request")["errors"]]
    assert pointer is None or any(place.startswith(pointer) for place in places), places
    assert client.get("/v1/watches").json()["items"] == []


@pytest.mark.parametrize(
    "query",
    ["colour=red", "limit=0", "limit=201", "limit=x", "state=asleep", "tag=a%00b", "kind="],
)
def test_a_bad_parameter_is_refused_not_ignored(client: TestClient, query: str):
    answer = client.get(f"/v1/watches?{query}")
    told = problem(answer, "invalid-request")
    assert told["errors"][0]["pointer"].startswith(f"?{query.partition('=')[0]}")


@pytest.mark.parametrize(
    "time",
    [
        "yesterday",
        "2025-01-07",
        "2025-01-07T10:00:00",
        "1736244000",
        "2025-13-01T00:00:00Z",
    ],
)
def test_what_is_no_time_with_its_zone_is_refused(client: TestClient, time: str):
    problem(client.get("/v1/statements", params={"edited_since": time}), "invalid-request")


@pytest.mark.parametrize(
    "time",
    [
        "2016-12-31T23:59:60Z",
        "2025-01-07t10:00:00z",
        "2025-01-07T10:00:00.123456789-23:59",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_every_time_of_rfc_3339_is_taken(client: TestClient, time: str):
    assert client.get("/v1/statements", params={"edited_since": time}).status_code == 200


def test_a_body_of_another_type_is_not_read(client: TestClient):
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml", ""):
        answer = client.post("/v1/watches", content=b"{}", headers={"Content-Type": content_type})
        problem(answer, "unsupported-media-type")


def test_a_large_body_is_refused_before_it_is_read(with_rules: Any):
    client = with_rules(max_body_bytes=2000)
    answer = client.post("/v1/watches", content=b'{"url": "' + b"a" * 2000 + b'"}', headers=JSON)
    problem(answer, "content-too-large")

    def in_pieces() -> Any:
        for _ in range(5):
            yield b" " * 500

    assert client.post("/v1/watches", content=in_pieces(), headers=JSON).status_code == 413
    assert client.post("/v1/watches", content=b" " * 1999, headers=JSON).status_code == 422


def test_a_deep_body_is_refused(client: TestClient):
    answer = client.post("/v1/watches", content=b"[" * 100_000, headers=JSON)
    assert "nested" in problem(answer, "invalid-request")["detail"]


def depth_of(value: Any) -> int:
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 0


@given(
    st.recursive(
        st.text('[]{}\\"ab') | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text('[]{}\\"'), inner),
        max_leaves=80,
    )
)
def test_nesting_is_counted_outside_strings_only(value: Any):
    body = json.dumps([value] * (DEEPEST_JSON + 1)).encode()  # many brackets, so that they are looked at
    assert nesting(body) in (depth_of(value) + 1, 0)


def test_pages_of_other_sites_may_change_nothing(client: TestClient):
    body = {"url": "https://www.example.org/a"}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        problem(client.post("/v1/watches", json=body, headers=headers), "cross-origin-refused")
        assert client.get("/v1/watches", headers=headers).status_code == 200
    assert client.post("/v1/watches", json=body, headers={"Origin": "http://testserver"}).status_code == 201
    same = {"Sec-Fetch-Site": "same-origin", "Origin": "http://behind.a.proxy"}
    assert client.post("/v1/watches", json={"url": "https://www.example.org/b"}, headers=same).status_code == 201


def test_every_answer_keeps_browsers_from_mischief(client: TestClient, as_nobody: TestClient):
    answers = [client.get("/v1/watches"), client.get("/v1/nothing"), as_nobody.get("/v1/keys"), client.get("/docs")]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert len(answer.headers["x-request-id"]) == 36


def test_a_caller_may_ask_so_often_and_no_more(with_rules: Any, clock: Any):
    client = with_rules(rate_limit_per_minute=3)
    client.get("/v1/watches")  # after this one the key has its own pace
    left = [client.get("/v1/watches").headers["ratelimit"] for _ in range(3)]
    assert [header.split(";")[1] for header in left] == ["r=2", "r=1", "r=0"]
    refused = client.get("/v1/watches")
    problem(refused, "too-many-requests")
    assert refused.headers["retry-after"] == "20"
    assert refused.headers["ratelimit-policy"] == '"requests";q=3;w=60'
    assert client.get("/health").status_code == 200
    clock.move(20)
    assert client.get("/v1/watches").status_code == 200


def test_inventing_keys_buys_no_more_requests_and_slows_down_nobody_who_is_known(with_rules: Any):
    client = with_rules(rate_limit_per_minute=3)
    assert client.get("/v1/watches").status_code == 200
    invented = [{"Authorization": f"Bearer {new_secret()}"} for _ in range(5)]
    statuses = [client.get("/v1/watches", headers=headers).status_code for headers in invented]
    assert statuses == [401] * 2 + [429] * 3
    assert [client.get("/v1/watches").status_code for _ in "1234"] == [200] * 3 + [429]


@given(st.lists(st.floats(0, 100), max_size=60))
def test_a_pace_never_gives_more_than_it_promises(pauses: list[float]):
    now = 0.0

    class Clock:
        def timestamp(self) -> float:
            return now

    pace = Pace(30, Clock)  # type: ignore[arg-type]
    given_away = 0
    for pause in pauses:
        now += pause
        given_away += pace.take("somebody") >= 0
    assert given_away <= 30 + now * 30 / 60 + 1e-6


def test_a_mistake_of_ours_is_a_problem_without_its_inside(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(Database, "read", lambda self: {}["a secret inside"])
    answer = client.get("/v1/watches")
    told = problem(answer, "error")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    logged = capsys.readouterr().out
    assert told["instance"].rpartition(":")[2] in logged
    assert "KeyError" in logged
    assert client.headers["Authorization"].split()[1] not in logged


def test_a_busy_database_is_said_to_be_busy(client: TestClient, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch):
    def busy(self: Any) -> Any:
        raise DatabaseBusy("locked")

    monkeypatch.setattr(Database, "write", busy)
    answer = client.post("/v1/watches", json={"url": "https://www.example.org/a"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert problem(answer, "database-busy")["retryable"] is True


def every_error(kind: type[WalkbackError] = WalkbackError) -> list[type[WalkbackError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in every_error(child))]


def test_every_error_has_a_status():
    assert {kind.__name__: status_of(kind.__new__(kind)) for kind in every_error()}
    assert set(STATUSES) <= set(every_error())


def test_a_problem_carries_the_facts_of_its_error():
    assert problem_of(errors.DuplicateWatch("https://a.example", 7))["existing_id"] == "7"
    assert problem_of(errors.PreviewFailed("nothing", Outcome.BLOCKED))["outcome"] == "blocked"
    assert problem_of(errors.InvalidPin("too long", pointer="/variants/2"))["errors"][0]["pointer"] == "/variants/2"
