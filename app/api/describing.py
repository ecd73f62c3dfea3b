"""The OpenAPI document: what FastAPI makes of the routes, completed with examples, and held to naming a scope."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from app.api.shapes import Problem

OPEN_ADDRESSES = frozenset({"/health", "/ready", "/docs", "/openapi.json"})
DESCRIPTION = """Walkback keeps every wording of official statements, and says which claims were removed or changed.

Times are RFC 3339 in UTC, ids are UUIDs, lists come in pages with a Link header, errors are problem documents
(RFC 9457). Single things have an ETag: send it in If-None-Match to save bytes, or in If-Match to change only what
nobody else changed meanwhile. A POST that makes something takes an Idempotency-Key. Unknown parameters are refused."""


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
    for route in routes_of(routers):
        if route.path_format in OPEN_ADDRESSES:
            continue
        for method in route.methods or ():
            needs = openapi["paths"][route.path_format][method.lower()].get("security", ())
            if not any(need.get("apiKey") for need in needs):
                raise RuntimeError(f"{method} {route.path_format} names no scope")


def routes_of(routers: Sequence[APIRouter]) -> Iterator[APIRoute]:
    """Every route of our own."""
    for router in routers:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            yield route


def _contents(openapi: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in openapi["paths"].values():
        for operation in item.values():
            for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
                yield from holder.get("content", {}).values()
