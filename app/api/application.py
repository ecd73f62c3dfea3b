"""The interface as one application: the routes of every noun, the layers around them, and what describes them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from app import __version__
from app.api import (
    alerts,
    claims,
    compare,
    destinations,
    diff,
    docs_page,
    edits,
    events,
    flags,
    health,
    keys,
    pins,
    statements,
    versions,
    watch_files,
    watch_history,
    watches,
)
from app.api.access import AccessRules
from app.api.contract import contract_of
from app.api.envelope import Envelope, HeadAsGet
from app.api.errors import LastResort, answer_error, answer_invalid, answer_unroutable
from app.api.limits import BodyLimit, Pace, RateLimit, SameOrigin
from app.api.metrics import Gauges, Traffic
from app.api.shapes import Problem
from app.domain.errors import WalkbackError
from app.pipeline.newsroom import Newsroom

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

ROUTERS: tuple[APIRouter, ...] = (
    watch_files.router,
    watches.router,
    watch_history.router,
    statements.router,
    versions.router,
    diff.router,
    edits.router,
    claims.router,
    pins.router,
    flags.router,
    destinations.router,
    alerts.router,
    events.router,
    compare.router,
    keys.router,
    health.router,
    docs_page.router,
)
OPEN_ADDRESSES = frozenset({"/health", "/ready", "/docs", "/openapi.json"})
DESCRIPTION = """Walkback keeps every wording of official statements, and says which claims were removed or changed.

Times are RFC 3339 in UTC, ids are UUIDs, lists come in pages with a Link header, errors are problem documents
(RFC 9457). Single things have an ETag: send it in If-None-Match to save bytes, or in If-Match to change only what
nobody else changed meanwhile. A POST that makes something takes an Idempotency-Key. Unknown parameters are refused."""


def create_app(newsroom: Newsroom, access: AccessRules, *, lifespan: Lifespan | None = None) -> FastAPI:
    """The application. Who runs it gives it the parts; it opens and closes none of them."""
    app = FastAPI(
        title="Walkback",
        version=__version__,
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
    )
    for router in ROUTERS:
        app.include_router(router)
    openapi = describe(app.openapi())
    require_scopes(openapi, ROUTERS)
    traffic = Traffic()
    app.state.newsroom = newsroom
    app.state.access = access
    app.state.contract = contract_of(openapi)
    app.state.route_patterns = [(route.path_regex, route.methods or set()) for route in _routes(ROUTERS)]
    app.state.arrivals = events.Arrivals(newsroom)
    app.state.gauges = Gauges(newsroom, traffic)
    app.add_exception_handler(WalkbackError, answer_error)
    app.add_exception_handler(HTTPException, answer_unroutable)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    pace = Pace(access.rate_limit_per_minute, newsroom.clock)
    app.add_middleware(BodyLimit, most_bytes=access.max_body_bytes)
    app.add_middleware(RateLimit, pace=pace)
    app.add_middleware(SameOrigin)
    app.add_middleware(LastResort)
    app.add_middleware(Envelope, traffic=traffic)
    app.add_middleware(HeadAsGet)
    return app


def describe(openapi: dict[str, Any]) -> dict[str, Any]:
    """Complete the document in its place: the form of problems, and an example for every body and answer."""
    schemas = openapi["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for content in _contents(openapi):
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        examples = schemas.get(name, {}).get("examples")
        if examples and "example" not in content:
            content["example"] = examples[0]
    return openapi


def require_scopes(openapi: Mapping[str, Any], routers: Sequence[APIRouter]) -> None:
    """Refuse to start with an operation that names no scope and is not one of the open addresses.

    Raises:
        RuntimeError: there is one.
    """
    for route in _routes(routers):
        if route.path_format in OPEN_ADDRESSES:
            continue
        for method in route.methods or ():
            needs = openapi["paths"][route.path_format][method.lower()].get("security", ())
            if not any(need.get("apiKey") for need in needs):
                raise RuntimeError(f"{method} {route.path_format} names no scope")


def _routes(routers: Sequence[APIRouter]) -> Iterator[APIRoute]:
    for router in routers:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            yield route


def _contents(openapi: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in openapi["paths"].values():
        for operation in item.values():
            for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
                yield from holder.get("content", {}).values()
