"""Who may ask for what: every operation, with every kind of key and without one."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app.api.application import ROUTERS, openapi_document
from app.api.describing import OPEN_ADDRESSES, describe, require_scopes
from app.domain.keys import Scope
from app.pipeline.keys import create_key, new_secret, revoke_key

NOWHERE = "01944004-7d00-7000-8000-000000000001"
PRIVATE_READS = ("/v1/keys", "/v1/audit", "/v1/destinations", "/v1/alerts", "/v1/status", "/metrics")


def operations() -> Iterator[tuple[str, str, Scope | None]]:
    for path, item in openapi_document()["paths"].items():
        for method, operation in item.items():
            scopes = [scope for need in operation.get("security", ()) for scope in need["apiKey"]]
            yield method.upper(), path, Scope(scopes[0]) if scopes else None


OPERATIONS = list(operations())
GUARDED = [operation for operation in OPERATIONS if operation[2] is not None]


def address(path: str) -> str:
    return re.sub(r"{\w+_id}", NOWHERE, path).replace("{number}", "1")


def ask(client: TestClient, method: str, path: str, headers: dict[str, str] | None = None) -> Any:
    return client.request(method, address(path), headers=headers)


def test_no_route_is_left_out_of_the_matrix(app: FastAPI):
    """What is tried below is read off the document; here it is held against the routes of the application itself."""
    served = {
        (method, route.path_format)
        for route in app.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    assert len(served) == len(app.router.routes)
    tried = {(method, path) for method, path, _ in OPERATIONS}
    assert served - tried == {("GET", "/docs"), ("GET", "/openapi.json")}


def test_changing_where_alerts_go_and_who_gets_in_is_for_administrators():
    needed = {path.split("/")[2] for method, path, scope in GUARDED if scope is Scope.ADMIN and path.startswith("/v1/")}
    assert needed == {"keys", "audit", "destinations"}
    for method, path, scope in GUARDED:
        if path.startswith("/v1/destinations"):
            changes_nothing = method == "GET" or path.endswith("/dry-run")
            assert scope is (Scope.READ if changes_nothing else Scope.ADMIN), (method, path)


def test_only_four_addresses_are_open():
    assert {path for _, path, scope in OPERATIONS if scope is None} == {"/health", "/ready"}
    assert {"/health", "/ready", "/docs", "/openapi.json"} == OPEN_ADDRESSES


def test_without_a_key_nothing_but_the_open_addresses_answers(as_nobody: TestClient):
    for method, path, scope in OPERATIONS:
        answer = ask(as_nobody, method, path)
        assert (answer.status_code == 401) == (scope is not None), (method, path, answer.text)


@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_opens_what_its_scope_includes_and_nothing_else(
    as_nobody: TestClient, keys: dict[str, str], bearer: Any, scope: Scope
):
    for method, path, needed in GUARDED:
        assert needed is not None
        answer = ask(as_nobody, method, path, bearer(keys[scope]))
        refused = answer.status_code in (401, 403)
        assert refused == (not scope.allows(needed)), (method, path, answer.text)
        if refused:
            assert answer.json()["type"] == "urn:walkback:problem:missing-scope"
            assert answer.json()["scope"] == needed


def test_a_wrong_key_opens_nothing(as_nobody: TestClient, newsroom: Any, clock: Any, bearer: Any):
    short_lived = create_key(newsroom, name="guest", scope=Scope.ADMIN, expires_at=clock.now + timedelta(minutes=1))
    revoked = create_key(newsroom, name="lost", scope=Scope.ADMIN)
    revoke_key(newsroom, revoked.key.id)
    clock.move(61)
    wrong = {
        "expired": bearer(short_lived.secret),
        "revoked": bearer(revoked.secret),
        "unknown": bearer(new_secret()),
        "malformed": bearer("wbk_x"),
        "empty": {"Authorization": "Bearer "},
        "of another kind": {"Authorization": "Basic YTpi"},
        "not ASCII": {"Authorization": "Bearer wbk_\xe9".encode("latin-1").decode("latin-1")},
    }
    for name, headers in wrong.items():
        for method, path, _ in GUARDED:
            sent = {key: value.encode("latin-1") for key, value in headers.items()}
            answer = as_nobody.request(method, address(path), headers=sent)
            assert answer.status_code == 401, (name, method, path, answer.text)
            assert answer.headers["www-authenticate"].startswith("Bearer")


def test_reading_can_be_public_but_not_of_what_is_private(with_rules: Any):
    client = with_rules(public_read=True)
    del client.headers["Authorization"]
    for method, path, needed in GUARDED:
        answer = ask(client, method, path)
        public = method == "GET" and not path.startswith(PRIVATE_READS) and needed is Scope.READ
        assert (answer.status_code != 401) == public, (method, path, answer.text)


def test_a_wrong_key_is_wrong_also_where_reading_is_public(with_rules: Any):
    client = with_rules(public_read=True)
    assert client.get("/v1/watches", headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_the_use_of_a_key_is_noted_once_a_minute(as_nobody: TestClient, client: TestClient, keys: Any, clock: Any):
    def last_use() -> str:
        (one,) = [key for key in client.get("/v1/keys").json()["items"] if key["scope"] == "read"]
        used: str = one["last_used_at"]
        return used

    headers = {"Authorization": f"Bearer {keys['read']}"}
    as_nobody.get("/v1/watches", headers=headers)
    first = last_use()
    clock.move(30)
    as_nobody.get("/v1/watches", headers=headers)
    assert last_use() == first
    clock.move(31)
    as_nobody.get("/v1/watches", headers=headers)
    assert last_use() > first


def test_an_operation_that_names_no_scope_keeps_the_service_from_starting():
    careless = APIRouter()

    @careless.get("/v1/everything")
    def read_everything() -> None:
        """Anybody may."""

    app = FastAPI()
    app.include_router(careless)
    app.include_router(ROUTERS[0])
    document = describe(app.openapi())
    with pytest.raises(RuntimeError, match="GET /v1/everything names no scope"):
        require_scopes(document, [careless])
    require_scopes(document, [ROUTERS[0]])
