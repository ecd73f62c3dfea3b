"""One POST to a receiver, and its answer read in the way of the receiver's kind."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.delivery.outgoing import Delivered, Failed, Rejected, WaysOut
from app.domain.errors import AddressRefused, EgressError
from app.domain.pages import Answer
from app.fetching.pace import held_rest, retry_after_seconds

GONE = 410
GONE_REASON = "the receiver answered 410 Gone"
JSON = {"content-type": "application/json"}


async def post(
    ways: WaysOut, url: str, body: bytes, *, headers: Mapping[str, str] = JSON, timeout_seconds: float
) -> Answer | Failed:
    """Post once, through the guard. What went wrong names a host at most: the rest of an address is a password."""
    try:
        return await ways.web.post(url, headers=headers, body=body, timeout_seconds=timeout_seconds)
    except AddressRefused as error:
        return Failed(error.message, is_refused=True)
    except EgressError as error:
        return Failed(error.message, is_refused=False)


def delivered(answer: Answer) -> Delivered:
    """The receiver took it."""
    return Delivered(answer.status, text_of(answer), answer.elapsed_seconds)


def rejected(answer: Answer, now: datetime, *, reason: str | None = None, retry_after: float | None = None) -> Rejected:
    """The receiver did not take it; with a ``reason``, it never will. 410 says so everywhere.

    ``retry_after`` are seconds that the body of the answer asks for; they count before the header.
    """
    if reason is None and answer.status == GONE:
        reason = GONE_REASON
    asked = (
        retry_after_seconds(answer.headers.get("retry-after"), now) if retry_after is None else held_rest(retry_after)
    )
    return Rejected(
        answer.status, text_of(answer), answer.elapsed_seconds, asked, is_final=reason is not None, reason=reason
    )


def is_success(answer: Answer) -> bool:
    """2xx alone is success; a redirect is not followed and not taken for one."""
    return 200 <= answer.status < 300


def text_of(answer: Answer) -> str:
    """The beginning of the answer, as it may be stored."""
    return answer.body.decode("utf-8", "replace").replace("\x00", "�")


def json_of(answer: Answer) -> Mapping[str, Any]:
    """The answer, where it is a JSON object; else nothing."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def number_of(value: object) -> float | None:
    """A number in an answer; a receiver may send anything in its place."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def as_json(payload: Mapping[str, Any]) -> bytes:
    """A payload as it is sent. A lone half of a character, which no receiver could read, becomes a question mark."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
