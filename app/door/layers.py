"""The layers around both interfaces; what they refuse is answered in the form of the interface they stand around."""

import re
import traceback
from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.errors import WalkbackError
from app.door.refusals import ContentTooLarge, CrossOriginRefused, InvalidRequest

log = structlog.get_logger()
SHARED = "/shared/"

Answer: TypeAlias = Callable[[Scope, WalkbackError], Response]
"""How an interface says that something went wrong."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEEPEST_JSON = 32
JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
BRACKET = re.compile(rb"[\[\]{}]")


class BodyLimit:
    """Reads the body before anything else does: no more than ``most_bytes`` of it, and no JSON that is nested deep."""

    def __init__(self, app: ASGIApp, *, answer: Answer, most_bytes: int) -> None:
        self.app = app
        self.answer = answer
        self.most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse with 413 or 422, or pass the whole body on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "0")
        body = None
        if not declared.isdecimal() or int(declared) <= self.most_bytes:
            body = await _whole_body(receive, self.most_bytes)
        if body is None:
            too_large = self.answer(scope, ContentTooLarge(self.most_bytes))
            too_large.headers["Connection"] = "close"
            await too_large(scope, receive, send)
            return
        if "json" in headers.get("content-type", "") and nesting(body) > DEEPEST_JSON:
            deep = InvalidRequest(f"The body is nested deeper than {DEEPEST_JSON} levels.", pointer="")
            await self.answer(scope, deep)(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)


class SameOrigin:
    """Refuses what a page of another site makes a browser send (the rule of Go's CrossOriginProtection).

    Programs send neither ``Sec-Fetch-Site`` nor ``Origin``, and pass.
    """

    def __init__(self, app: ASGIApp, *, answer: Answer) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse with 403, or pass on."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and _is_cross_origin(Headers(scope=scope)):
            refusal = CrossOriginRefused("The request was sent by a page of another site.")
            await self.answer(scope, refusal)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def nesting(body: bytes) -> int:
    """How deep brackets and braces of a JSON text are nested at most; those inside strings do not count."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST_JSON:
        return 0
    depth = deepest = 0
    for bracket in BRACKET.findall(JSON_STRING.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _is_cross_origin(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


class HeadAsGet:
    """Answers HEAD as GET would be, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Turn HEAD into GET on the way in, and leave the body out on the way back."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET", "asked_with": "HEAD"}, receive, without_body)


def loggable(path: str) -> str:
    """The path of a request without what opens a share link: it is a secret, and stands in no log."""
    before, shared, _ = path.partition(SHARED)
    return f"{before}{shared}…" if shared else path


class LastResort:
    """Around everything: a mistake of ours becomes an answer and a line in the log, never a torn connection."""

    def __init__(self, app: ASGIApp, *, answer: Answer) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer 500 where nothing was answered yet."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            trace = "".join(traceback.format_exception(error))  # without local variables: they hold keys and secrets
            log.critical("request.failed", method=scope["method"], path=loggable(scope["path"]), trace=trace)
            if started:
                raise
            message = "A mistake of ours. The log has it, under the request that “instance” names."
            await self.answer(scope, WalkbackError(message))(scope, receive, send)


async def _whole_body(receive: Receive, most_bytes: int) -> bytes | None:
    """The body; None where it is longer than ``most_bytes``."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > most_bytes:
            return None
        if not message.get("more_body", False):
            return b"".join(pieces)


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body again, at once; after it whatever the connection says next."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed
