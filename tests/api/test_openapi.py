"""The OpenAPI document: whole, and with true examples. That the service keeps to it is tried in test_fuzz.py."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from app.api import examples
from app.api.application import openapi_document

DOCUMENT = openapi_document()


def operations() -> Iterator[Any]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield pytest.param(operation, id=f"{method.upper()} {path}")


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield media_type, content
    for answer in operation["responses"].values():
        for media_type, content in answer.get("content", {}).items():
            yield media_type, content


@pytest.mark.parametrize("operation", list(operations()))
def test_an_operation_says_what_it_does_and_what_can_go_wrong(operation: dict[str, Any]):
    assert operation["description"].strip()
    assert operation["operationId"].isidentifier()
    assert operation["tags"]
    if "security" in operation:
        assert {"401", "403", "422", "429", "500", "503"} <= set(operation["responses"])
    if "requestBody" in operation:
        assert {"400", "413", "415"} <= set(operation["responses"])
    for parameter in operation.get("parameters", ()):
        assert parameter.get("description") or parameter["in"] == "path", parameter["name"]


@pytest.mark.parametrize("operation", list(operations()))
def test_every_body_and_every_answer_has_a_true_example(operation: dict[str, Any]):
    shown = 0
    for media_type, content in contents(operation):
        if "example" in content:
            schema = {**content["schema"], "components": DOCUMENT["components"]}
            jsonschema_rs.validator_for(schema, validate_formats=True).validate(content["example"])
            shown += 1
        assert "example" in content or media_type not in ("application/json", "application/problem+json"), media_type
    assert shown or "204" in operation["responses"] or "application/octet-stream" in str(operation["responses"])


def test_every_tag_is_explained_and_used():
    used = {tag for item in DOCUMENT["paths"].values() for operation in item.values() for tag in operation["tags"]}
    assert used == {tag["name"] for tag in DOCUMENT["tags"]}
    assert DOCUMENT["openapi"].startswith("3.1")


def test_operation_ids_are_their_own():
    names = [operation["operationId"] for item in DOCUMENT["paths"].values() for operation in item.values()]
    assert len(names) == len(set(names))


def test_answers_leave_nothing_to_be_guessed():
    """A field of an answer is always there: none has a default, all are required."""
    told = [
        schema for name, schema in DOCUMENT["components"]["schemas"].items() if not name.endswith(("Sent", "Changed"))
    ]
    for schema in told:
        if "properties" in schema and schema["title"] not in ("Problem", "ProblemPlace"):
            assert set(schema["required"]) == set(schema["properties"]), schema["title"]
            assert not any("default" in field for field in schema["properties"].values()), schema["title"]


def test_what_is_sent_is_held_to_the_letter():
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if name.endswith(("Sent", "Changed")):
            assert schema["additionalProperties"] is False, name


def test_every_operation_is_explained_with_a_call_to_copy():
    text = (Path(__file__).parents[2] / "docs/api.md").read_text("utf-8")
    shown = [line for line in text.splitlines() if line.startswith("curl ")]
    for path, item in DOCUMENT["paths"].items():
        address = re.escape(path)
        address = re.sub(r"\\{\w+_id\\}", "[0-9a-f-]{36}", address).replace(r"\{number\}", "1")
        for method in item:
            assert f"`{method.upper()} {path}`" in text, path
            calls = [line for line in shown if re.search(rf"WALKBACK{address}(?=[\"? ]|$)", line)]
            assert any(method_of(call) == method.upper() for call in calls), (method, path)


def method_of(call: str) -> str:
    named = re.search(r"-X (\w+)", call)
    if named:
        return named[1]
    return "POST" if "--json" in call or "--data-binary" in call else "GET"


def test_the_examples_tell_one_story():
    assert examples.DIFF["spans"][1]["text"] in examples.BEFORE
    assert examples.PIN_CHANGE["before"] == [list(examples.DIFF["spans"][1]["before"])]
