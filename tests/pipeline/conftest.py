"""A whole newsroom on a real database, with a clock that stands still and sites on loopback."""

import ipaddress
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.demo.receiver import Receiver
from app.demo.serving import serving
from app.demo.telegram import TelegramStandIn
from app.pipeline.newsroom import Newsroom
from app.pipeline.poll import poll_once
from app.settings import Settings
from app.wiring import open_newsroom


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def telegram() -> TelegramStandIn:
    return TelegramStandIn("generalstaff", "General Staff of Ukraine")


@pytest.fixture
async def telegram_url(telegram: TelegramStandIn) -> AsyncIterator[str]:
    async with serving(telegram.application()) as url:
        yield url


@dataclass
class Site:
    """A web site of which a test says what each path answers: a text, or status, headers and body."""

    pages: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self._answer)])

    async def _answer(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        answer = self.pages.get(request.url.path)
        if answer is None:
            return Response(status_code=404)
        if isinstance(answer, str):
            answer = (200, {"content-type": "text/html; charset=utf-8"}, answer.encode())
        status, headers, body = answer
        if headers.get("etag") and request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        return Response(body, status, headers)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    async with serving(made.application()) as url:
        made.url = url
        yield made


@pytest.fixture
async def receiver(clock: Any) -> AsyncIterator[tuple[Receiver, str]]:
    made = Receiver(clock)
    async with serving(made.application()) as url:
        yield made, f"{url}/alerts"


@pytest.fixture
async def newsroom(database_url: str, clock: Any, telegram_url: str) -> AsyncIterator[Newsroom]:
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        telegram_base_url=telegram_url,
        allow_networks=(ipaddress.ip_network("127.0.0.0/8"),),
        host_gap_seconds=0,
        secret_key=SecretStr("a key for tests"),
    )
    async with open_newsroom(settings, clock=clock) as made:
        yield made


@pytest.fixture
def later(newsroom: Newsroom, clock: Any) -> Any:
    """Let time pass and make every check that has fallen due meanwhile."""

    async def go(seconds: float) -> datetime:
        now: datetime = clock.move(seconds)
        while await poll_once(newsroom):
            clock.move(0.001)
        return now

    return go
