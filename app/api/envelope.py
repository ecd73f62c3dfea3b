"""What goes around every answer: a name for the request, headers that keep browsers from mischief, and a count."""

import time
from datetime import UTC

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.door.traffic import Traffic, pattern_of
from app.storage.identity import new_id

log = structlog.get_logger()

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
"""For answers that do not say otherwise."""


class Envelope:
    """The outermost layer. The name of the request is in the answer, in problems and on every line of the log."""

    def __init__(self, app: ASGIApp, *, traffic: Traffic) -> None:
        self.app = app
        self.traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; complete the headers of the answer; count it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = str(new_id())
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def complete(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers["X-Request-Id"] = request_id
                if ends := end_of_key(scope):
                    headers["Walkback-Key-Expires"] = ends
            await send(message)

        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self.app(scope, receive, complete)
        self.traffic.count(scope["method"], pattern_of(scope), status, time.perf_counter() - started)


def end_of_key(scope: Scope) -> str | None:
    """When the key ends with which somebody asks, so that they are told in time; None where it does not."""
    caller = scope["state"].get("caller")
    ends = caller.key.expires_at if caller is not None and caller.key is not None else None
    return None if ends is None else ends.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
