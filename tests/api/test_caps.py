"""Nothing that a caller sends is without an end: every text, list and number of the document has its cap."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.api.application import openapi_document

DOCUMENT = openapi_document()
HELD_BY_THE_BODY = {
    "POST /v1/compare: /texts/*": "a text may be as long as the body, and the comparison has a deadline",
    **{
        f"POST /v1/watches/import ({kind})": "a list may be as long as the body, with 10,000 rows"
        for kind in ("text/csv", "text/plain", "text/x-opml", "application/xml", "text/xml", "application/json")
    },
}
"""What has no cap of its own but WALKBACK_MAX_BODY_BYTES, and what else holds it."""
ENDLESS = re.compile(r"(?<!\\)[*+]|\{\d+,\}")


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def without_end(schema: dict[str, Any], place: str) -> Iterator[str]:
    """The places of a schema at which somebody could send without end."""
    schema = resolved(schema)
    for choice in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(choice, ()):
            yield from without_end(one, place)
    if not is_capped(schema):
        yield place
    if schema.get("type") == "array":
        yield from without_end(schema.get("items", {}), f"{place}/*")
    for name, one in schema.get("properties", {}).items():
        yield from without_end(one, f"{place}/{name}")


def is_capped(schema: dict[str, Any]) -> bool:
    match schema.get("type"):
        case "string":
            is_word = bool({"enum", "const", "maxLength"} & schema.keys()) or schema.get("format") in {
                "uuid",
                "date-time",
            }
            pattern = schema.get("pattern", "*")
            return is_word or (pattern[0] == "^" and pattern[-1] == "$" and not ENDLESS.search(pattern))
        case "array":
            return "maxItems" in schema
        case "integer" | "number":
            return "maximum" in schema or "exclusiveMaximum" in schema
        case "object":
            return schema.get("additionalProperties") is False
        case _:
            return True


def uncapped() -> Iterator[str]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            name = f"{method.upper()} {path}"
            for one in operation.get("parameters", ()):
                if one["in"] == "query":
                    yield from without_end(one["schema"], f"{name}?{one['name']}")
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                is_list = path.endswith("/import")
                yield from without_end(content["schema"], f"{name} ({kind})" if is_list else f"{name}: ")


def test_everything_that_is_sent_has_an_end():
    assert set(uncapped()) == HELD_BY_THE_BODY.keys()


@pytest.mark.parametrize(
    ("schema", "is_ok"),
    [
        ({"type": "string"}, False),
        ({"type": "string", "pattern": "^[a-z]+$"}, False),
        ({"type": "string", "pattern": "[a-z]{2}"}, False),
        ({"type": "string", "pattern": "^[a-z]{2,}$"}, False),
        ({"type": "string", "pattern": "^[a-z]{2,3}$"}, True),
        ({"type": "string", "maxLength": 5}, True),
        ({"type": "array", "items": {}}, False),
        ({"type": "integer", "minimum": 1}, False),
        ({"type": "object", "properties": {}}, False),
    ],
)
def test_what_has_no_end_is_found(schema: dict[str, Any], is_ok: bool):
    assert is_capped(schema) is is_ok
