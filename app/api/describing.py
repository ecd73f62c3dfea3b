"""The OpenAPI document: what FastAPI makes of the routes, completed with examples, and held to naming a scope."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.api.shapes import Problem

TAGS = {
    "watches": "The watchlist: what is watched, how it fares, and lists of it.",
    "statements": "What publishers said, and where each statement stands.",
    "versions": "Every wording of a statement, the bytes behind it, and the difference of any two.",
    "edits": "What changed, in which interval, and what that did to each claim.",
    "claims": "The life of each assertion.",
    "quotes": "Was this sentence ever there?",
    "search": "Where do these words stand, or stood?",
    "backfills": "The past out of web archives.",
    "pins": "Phrases to follow.",
    "flags": "The work list, and what people made of it.",
    "destinations": "Where alerts go.",
    "alerts": "What is owed to destinations, and every try.",
    "events": "The change feed.",
    "compare": "Texts that you bring along.",
    "shares": "Links that show one statement or edit to whoever has them.",
    "keys": "Who may do what.",
    "service": "Whether it lives and is ready, and its numbers.",
}
OPEN_ADDRESSES = frozenset({"/health", "/ready", "/docs", "/openapi.json"})
DESCRIPTION = """Walkback keeps every wording of official statements, and says which claims were removed or changed.

Times are RFC 3339 in UTC, ids are UUIDs, lists come in pages with a Link header, errors are problem documents
(RFC 9457). Single things have an ETag: send it in If-None-Match to save bytes, or in If-Match to change only what
nobody else changed meanwhile. A POST that makes something takes an Idempotency-Key. Unknown parameters are refused."""


def describe(openapi: dict[str, Any]) -> dict[str, Any]:
    """Complete the document in its place: the form of problems, and an example for every body and answer."""
    schemas = openapi["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    examples = dict(_examples(BaseModel))  # FastAPI drops every null out of its own copies
    for name in schemas.keys() & examples.keys():
        schemas[name]["examples"] = [examples[name]]
    for content in _contents(openapi):
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if name in examples:
            content.setdefault("example", examples[name])
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


def _examples(kind: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for child in kind.__subclasses__():
        extra = child.__dict__.get("model_config", {}).get("json_schema_extra")
        if child.__module__.startswith("app.api.") and isinstance(extra, dict) and "examples" in extra:
            yield child.__name__, extra["examples"][0]
        yield from _examples(child)


def _contents(openapi: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in openapi["paths"].values():
        for operation in item.values():
            for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
                yield from holder.get("content", {}).values()
