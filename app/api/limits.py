"""What stands before every request: a pace for each caller, a cap on bodies, and a door closed to other sites."""

import ipaddress
import math
import re
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import ContentTooLarge, CrossOriginRefused, InvalidRequest, TooManyRequests, error_answer
from app.pipeline.keys import looks_like_a_key
from app.pipeline.newsroom import Clock

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
UNPACED = frozenset({"/health", "/ready"})
DEEPEST_JSON = 32
JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
BRACKET = re.compile(rb"[\[\]{}]")
MOST_CALLERS = 20_000
COSTS = {
    ("GET", "/v1/quotes"): 5,
    ("GET", "/v1/edits/groups"): 5,
    ("GET", "/v1/watches/export"): 5,
    ("POST", "/v1/compare"): 10,
    ("POST", "/v1/watches/preview"): 10,
    ("POST", "/v1/watches/import"): 10,
}
"""How many usual requests one of these counts for, by what it costs the service or the site that is asked."""


@dataclass(slots=True)
class Bucket:
    """What one caller may still ask: ``tokens`` at the instant ``at`` (seconds since 1970)."""

    tokens: float
    at: float


class Pace:
    """Token buckets, one a caller: ``per_minute`` requests, at once or spread; the least used callers are forgotten."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, caller: str, cost: int = 1) -> float:
        """Spend ``cost`` tokens; those left, or a negative number where there were too few (then nothing is spent).

        Nothing costs more than the whole minute has.
        """
        bucket = self._refilled(caller)
        cost = min(cost, self.per_minute)
        if bucket.tokens < cost:
            return bucket.tokens - cost
        bucket.tokens -= cost
        return bucket.tokens

    def seconds_until(self, tokens: float) -> int:
        """How long it takes until ``tokens`` have come in, in whole seconds, at least one."""
        return max(math.ceil(tokens * 60 / self.per_minute), 1)

    def _refilled(self, caller: str) -> Bucket:
        now = self._clock().timestamp()
        bucket = self._buckets.setdefault(caller, Bucket(float(self.per_minute), now))
        self._buckets.move_to_end(caller)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        gained = max(now - bucket.at, 0.0) * self.per_minute / 60
        bucket.tokens, bucket.at = min(bucket.tokens + gained, float(self.per_minute)), now
        return bucket


class RateLimit:
    """So many requests a minute for one key; without a key that was good before, for one address.

    A key has its own pace once it has opened something: inventing keys buys nothing, and who invents them at an
    address that others share (a proxy) does not slow down those who are known.
    """

    def __init__(self, app: ASGIApp, *, pace: Pace) -> None:
        self.app = app
        self.pace = pace
        self._proven: OrderedDict[str, None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse with 429, or pass on and say in the headers what is left."""
        if scope["type"] != "http" or scope["path"] in UNPACED:
            await self.app(scope, receive, send)
            return
        key = _key_of(scope)
        cost = COSTS.get((scope["method"], scope["path"]), 1)
        left = self.pace.take(key if key in self._proven else f"address {address_of(scope)}", cost)
        told = {
            "RateLimit-Policy": f'"requests";q={self.pace.per_minute};w=60',
            "RateLimit": f'"requests";r={max(math.floor(left), 0)};t={self.pace.seconds_until(1 - left)}',
        }

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
                self._remember(key, message["status"])
            await send(message)

        if left < 0:
            await error_answer(scope, TooManyRequests(self.pace.seconds_until(-left)))(scope, receive, tell)
            return
        await self.app(scope, receive, tell)

    def _remember(self, key: str, status: int) -> None:
        if status == 401:
            self._proven.pop(key, None)
        elif key and 200 <= status < 400:
            self._proven[key] = None
            self._proven.move_to_end(key)
            if len(self._proven) > MOST_CALLERS:
                self._proven.popitem(last=False)


class BodyLimit:
    """Reads the body before anything else does: no more than ``most_bytes`` of it, and no JSON that is nested deep."""

    def __init__(self, app: ASGIApp, *, most_bytes: int) -> None:
        self.app = app
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
            too_large = error_answer(scope, ContentTooLarge(self.most_bytes))
            too_large.headers["Connection"] = "close"
            await too_large(scope, receive, send)
            return
        if "json" in headers.get("content-type", "") and nesting(body) > DEEPEST_JSON:
            deep = InvalidRequest(f"The body is nested deeper than {DEEPEST_JSON} levels.", pointer="")
            await error_answer(scope, deep)(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)


class SameOrigin:
    """Refuses what a page of another site makes a browser send (the rule of Go's CrossOriginProtection).

    Programs send neither ``Sec-Fetch-Site`` nor ``Origin``, and pass.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse with 403, or pass on."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and _is_cross_origin(Headers(scope=scope)):
            refusal = CrossOriginRefused("The request was sent by a page of another site.")
            await error_answer(scope, refusal)(scope, receive, send)
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


def address_of(scope: Scope) -> str:
    """Whose pace a request without a known key goes by: the address; of IPv6 the network of 2^64 that one line has."""
    host = str((scope.get("client") or ("?",))[0])
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(number, ipaddress.IPv6Address):
        if number.ipv4_mapped is not None:
            return str(number.ipv4_mapped)
        return str(ipaddress.ip_network((number, 64), strict=False))
    return host


def _key_of(scope: Scope) -> str:
    """A digest of the key that was sent; empty where none was that could be one."""
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not looks_like_a_key(token):
        return ""
    return f"key {sha256(token.encode()).hexdigest()}"


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
