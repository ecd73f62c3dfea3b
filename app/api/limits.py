"""How much each caller of the REST interface may ask: a pace for each key, and one for each address without a key."""

import math
from collections import OrderedDict
from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import error_answer
from app.door.pace import MOST_CALLERS, Pace, address_of
from app.door.refusals import TooManyRequests
from app.pipeline.keys import looks_like_a_key

UNPACED = frozenset({"/health", "/ready"})
COSTS = {
    ("GET", "/v1/quotes"): 5,
    ("GET", "/v1/search"): 5,
    ("GET", "/v1/edits/groups"): 5,
    ("GET", "/v1/watches/export"): 5,
    ("POST", "/v1/compare"): 10,
    ("POST", "/v1/watches/preview"): 10,
    ("POST", "/v1/watches/import"): 10,
}
"""How many usual requests one of these counts for, by what it costs the service or the site that is asked."""


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


def _key_of(scope: Scope) -> str:
    """A digest of the key that was sent; empty where none was that could be one."""
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not looks_like_a_key(token):
        return ""
    return f"key {sha256(token.encode()).hexdigest()}"
