"""Answers for programs: values of the domain as JSON, in the same shape as the interface tells them."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from app.cli.printable import escaped_json
from app.domain.errors import WalkbackError


def told(value: object) -> Any:
    """A value as JSON has it: dataclasses by the names of their fields, times in RFC 3339 UTC, ids as texts."""
    found: Any
    match value:
        case Enum():
            found = value.value
        case None | bool() | int() | float() | str():
            found = value
        case uuid.UUID():
            found = str(value)
        case datetime():
            found = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            found = value.isoformat()
        case Mapping():
            found = {str(told(key)): told(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            found = [told(one) for one in value]
        case _:
            assert is_dataclass(value), f"{type(value).__name__} has no form in JSON"
            shown = (field.name for field in fields(value) if field.metadata.get("is_told", True))
            found = {name: told(getattr(value, name)) for name in shown}
    return found


def as_json(value: object) -> str:
    """The value as indented JSON in which no character can act on a terminal."""
    return escaped_json(json.dumps(told(value), ensure_ascii=False, indent=2))


def problem_of(error: WalkbackError) -> dict[str, object]:
    """An error as programs are told of it (RFC 9457), without the status that only HTTP has."""
    return {
        "type": f"urn:walkback:problem:{error.slug}",
        "title": error.title,
        "detail": error.message,
        "retryable": error.retryable,
    }
