"""What the OpenAPI document says is what is taken: unknown parameters and types of bodies are refused, not ignored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from app.door.refusals import InvalidRequest, UnsupportedMediaType

NOTHING = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation takes: the names of its query parameters, and the types of its body."""

    parameters: frozenset[str] = NOTHING
    media_types: frozenset[str] = NOTHING


Contract = Mapping[tuple[str, str], Operation]
"""Method and path, as ``("GET", "/v1/watches/{watch_id}")`` → the operation."""


def contract_of(openapi: Mapping[str, Any]) -> Contract:
    """Read the operations out of an OpenAPI document."""
    return {
        (method.upper(), path): Operation(
            frozenset(one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"),
            frozenset(operation.get("requestBody", {}).get("content", {})),
        )
        for path, item in openapi["paths"].items()
        for method, operation in item.items()
    }


def keep_contract(request: Request) -> None:
    """A misspelt filter would give everything instead of what was asked for.

    Raises:
        InvalidRequest: the operation has no such query parameter.
        UnsupportedMediaType: it does not read bodies of this type.
    """
    contract: Contract = request.app.state.contract
    operation = contract.get((request.method, request.scope["route"].path_format), Operation())
    for name in request.query_params:
        if name not in operation.parameters:
            known = ", ".join(sorted(operation.parameters))
            raise InvalidRequest(
                f"There is no query parameter “{name}” here" + (f"; there are {known}." if known else "."),
                pointer=f"?{name}",
            )
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if operation.media_types and sent not in operation.media_types and request.headers.get("content-length") != "0":
        raise UnsupportedMediaType(f"Send one of {', '.join(sorted(operation.media_types))}; this is “{sent}”.")
