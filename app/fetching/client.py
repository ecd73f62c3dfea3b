"""The one client: fetches pages and posts alerts, never beyond its limits and never to where the guard says no."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from app.domain.errors import BodyTooLarge, TooManyRedirects
from app.domain.pages import Answer, Page, Redirect, Request
from app.fetching.address import Address, EgressPolicy, follow, judge_written, parse_address
from app.fetching.body import declared_length
from app.fetching.exchange import Exchanger, FetchLimits, OpenAnswer
from app.fetching.gate import Gate, open_gate
from app.fetching.guard import Guard, Resolver, SystemResolver
from app.fetching.proxy import EgressProxy

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ANSWER_BYTES = 2048
_SMALL_BYTES = 16 * 1024
_LAST_MOMENT_SECONDS = 0.05


def user_agent(version: str, contact: str) -> str:
    """Who is asking, honestly: ``contact`` is where a site's owner finds out."""
    return f"Walkback/{version} (+{contact})"


@dataclass(frozen=True, slots=True)
class _Hop:
    """One answer on the way; of a redirect, which has a ``location``, the body is not kept."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    wire_bytes: int
    peer: str | None
    location: str | None


class WebClient:
    """One client with one TLS context, for the life of the process. Use it as an async context manager."""

    def __init__(
        self,
        limits: FetchLimits,
        policy: EgressPolicy,
        *,
        user_agent: str,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
        proxy: EgressProxy | None = None,
    ) -> None:
        self._limits = limits
        self._policy = policy
        self._user_agent = user_agent
        self._system_resolver = SystemResolver()
        guard = Guard(policy, self._system_resolver if resolver is None else resolver, proxy=proxy)
        self._exchanger = Exchanger(limits, guard, ssl_context)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exchanger.aclose()
        self._system_resolver.close()

    async def fetch(self, request: Request, *, now: Callable[[], datetime], gate: Gate = open_gate) -> Page:
        """GET a page: in pieces, gzip at most, following redirects of which each is judged and recorded.

        The validators and the extra headers of the request go to the first address only: a 304 from another address
        would say nothing about the page that was seen before.

        Raises:
            AddressRefused, Unreachable, BodyTooLarge, BodyTruncated, TooManyRedirects, and whatever the gate raises.
        """
        address = parse_address(request.url)
        headers = _conditional_headers(request)
        redirects: list[Redirect] = []
        spent_seconds = 0.0
        while True:
            judge_written(address, self._policy)
            async with gate(address) as turn:
                started = time.monotonic()
                hop = await self._hop(address, headers, self._limits.timeout_seconds - spent_seconds)
                spent_seconds += time.monotonic() - started
                turn.answered(hop.status, hop.headers)
            if hop.location is None:
                return Page(
                    requested_url=request.url,
                    url=address.url,
                    status=hop.status,
                    headers=hop.headers,
                    body=hop.body,
                    redirects=tuple(redirects),
                    fetched_at=now(),
                    peer=hop.peer,
                    wire_bytes=hop.wire_bytes,
                    elapsed_seconds=spent_seconds,
                )
            if len(redirects) >= self._limits.max_redirects:
                raise TooManyRedirects(f"More than {self._limits.max_redirects} redirects.")
            address = follow(address, hop.location)
            redirects.append(Redirect(hop.status, address.url))
            headers = {}

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes, timeout_seconds: float) -> Answer:
        """POST once, following nothing. The status decides; of the answer's body at most 2 KiB are read.

        Raises:
            AddressRefused, Unreachable, BodyTooLarge (of headers).
        """
        address = parse_address(url)
        judge_written(address, self._policy)
        sent = {**headers, "user-agent": self._user_agent, "accept-encoding": "identity"}
        started = time.monotonic()
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        sent["content-length"] = str(len(body))
        async with self._exchanger.exchange("POST", address, sent, body, deadline=deadline) as answer:
            start = await answer.read_start(_ANSWER_BYTES, until=deadline - _LAST_MOMENT_SECONDS)
            return Answer(answer.status, answer.headers, start, time.monotonic() - started)

    async def _hop(self, address: Address, headers: Mapping[str, str], seconds: float) -> _Hop:
        deadline = asyncio.get_running_loop().time() + seconds
        sent = {"accept": "*/*", **headers, "user-agent": self._user_agent, "accept-encoding": "gzip"}
        async with self._exchanger.exchange("GET", address, sent, b"", deadline=deadline) as answer:
            return await self._read(answer, deadline)

    async def _read(self, answer: OpenAnswer, deadline: float) -> _Hop:
        length = declared_length(answer.headers)
        location = answer.headers.get("location") if answer.status in _REDIRECTS else None
        body, wire_bytes = b"", 0
        if location is None:
            if length is not None and length > self._limits.max_wire_bytes:
                raise BodyTooLarge(f"The answer announces {length} bytes.")
            encoding = answer.headers.get("content-encoding", "")
            body, wire_bytes = await answer.read(self._limits, content_encoding=encoding)
        elif length is not None and length <= _SMALL_BYTES:
            await answer.read_start(_SMALL_BYTES, until=deadline)  # to its end: the connection can be used again
        return _Hop(answer.status, answer.headers, body, wire_bytes, answer.peer, location)


def _conditional_headers(request: Request) -> dict[str, str]:
    """The source's own headers, and the validators where they can be sent at all."""
    validators = {"if-none-match": request.etag, "if-modified-since": request.last_modified}
    usable = {name: value for name, value in validators.items() if value and value.isascii() and value.isprintable()}
    return {**{name.lower(): value for name, value in request.headers.items()}, **usable}
