"""The words in which the interface is written: times, ids, texts, spans, and the form of a page and of a problem."""

import re
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

T = TypeVar("T")

RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
HYPHENATED = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
NO_NUL = r"^[^\x00]*$"
ONE_LINE = r"^[^\x00-\x1f]*[^\x00-\x1f\s][^\x00-\x1f]*$"
"""Not empty, and no control characters."""
MOST_DIGITS = 2**31 - 1


class Sent(BaseModel):
    """What a caller sends. Unknown fields are refused: a misspelt one would be a silent mistake."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """What a caller is told; made from values of the domain."""

    model_config = ConfigDict(from_attributes=True)


FIRST_INSTANT, LAST_INSTANT = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _instant(value: object) -> object:
    """RFC 3339 to UTC. A leap second counts as the one before it, a time beyond the years 1 to 9999 as their end."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not RFC3339.fullmatch(value):
        raise ValueError("a time is written like 2025-01-07T09:12:00Z")
    whole = re.sub(r"(:\d\d):60", r"\1:59", value, count=1).upper()
    at = datetime.fromisoformat(whole)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return FIRST_INSTANT if at.year == 1 else LAST_INSTANT


def _hyphenated(value: object) -> object:
    if isinstance(value, str) and not HYPHENATED.fullmatch(value):
        raise ValueError("an id is written like 01944004-7d00-7000-8000-000000000001")
    return value


def _whole(value: object) -> object:
    """An integer, also where JSON writes it as 5.0; never a truth value or a text."""
    match value:
        case bool():
            pass
        case int():
            return value
        case float() if value.is_integer():
            return int(value)
    raise ValueError("must be a whole number")


def _truth(value: object) -> object:
    """``true`` or ``false`` in a query."""
    if value in ("true", "false"):
        return value == "true"
    raise ValueError("must be true or false")


Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Id = Annotated[uuid.UUID, BeforeValidator(_hyphenated), WithJsonSchema({"type": "string", "format": "uuid"})]
WHOLE = BeforeValidator(_whole)
"""Stands behind the bounds of a number: ``Annotated[int, Field(ge=1), WHOLE]``."""
Truth = StrictBool
QueryTruth = Annotated[bool, BeforeValidator(_truth), WithJsonSchema({"type": "boolean"})]
Text = Annotated[str, Field(pattern=NO_NUL)]
Name = Annotated[str, Field(pattern=ONE_LINE, max_length=200), AfterValidator(str.strip)]
Tag = Annotated[str, Field(pattern=r"^[^\x00-\x20,;](?:[^\x00-\x1f,;]*[^\x00-\x20,;])?$", max_length=64)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$", examples=["uk"])]
Url = Annotated[str, Field(pattern=r"^[^\x00-\x20\x7f]+$", min_length=1, max_length=2048)]

TagQuery = Tag | SkipJsonSchema[None]
IdQuery = Id | SkipJsonSchema[None]
InstantQuery = Instant | SkipJsonSchema[None]
TruthQuery = QueryTruth | SkipJsonSchema[None]


def left_out(**rules: Any) -> Any:
    """A field of a change that stays as it is where it is left out; null is no way to say so."""
    return Field(default_factory=lambda: None, **rules)


def pair_of(counted: dict[str, Any]) -> WithJsonSchema:
    """Two whole numbers as a list of two: many readers of schemas do not understand ``prefixItems`` alone."""
    return WithJsonSchema(
        {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2} | counted, mode="serialization"
    )


SpanTold = Annotated[
    tuple[int, int],
    pair_of({"description": "Half-open offsets [start, end) in code points.", "examples": [[30, 43]]}),
]


class PageTold(Told, Generic[T]):
    """One page of a list. ``next`` is the cursor of the page after it, null on the last one; ``Link`` names it too."""

    items: list[T]
    next: str | None


class ProblemPlace(BaseModel):
    """One thing that is wrong, and where: a JSON pointer into the body, or the name of a parameter."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """What went wrong (RFC 9457). Test ``type`` or ``status``, never the words. Some kinds have further members."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:walkback:problem:not-found",
                    "title": "Not found",
                    "status": 404,
                    "detail": "There is no watch 01944004-7d00-7000-8000-000000000001.",
                    "retryable": False,
                    "instance": "urn:walkback:request:01944004-7d00-7000-8000-0000000000ff",
                }
            ]
        },
    )

    type: str
    title: str
    status: int
    detail: str
    retryable: bool
    instance: str


PROBLEMS = {
    400: "The cursor is not one of this list, or the body cannot be read",
    401: "No key, or not a valid one",
    403: "The key may not do this, or the request comes from a page of another site",
    404: "There is no such thing",
    409: "It clashes with what is there",
    412: "Changed by somebody else since it was read",
    413: "The body is too large",
    415: "Bodies of this type are not read here",
    422: "The request cannot be used as it is",
    429: "Too many requests",
    500: "A mistake of ours",
    503: "The database cannot be used at the moment",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an operation can answer with, beside those that every one can."""
    wanted = sorted({401, 403, 422, 429, 500, 503, *statuses})
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": PROBLEMS[status], "content": {"application/problem+json": {"schema": schema}}}
        for status in wanted
    }


def body_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same for an operation with a body."""
    return problems(400, 413, 415, *statuses)


def one_thing(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same for reading one thing, with its ETag."""
    return {304: {"description": "It is as the caller has it already (If-None-Match)"}, **problems(404, *statuses)}
