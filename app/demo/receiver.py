"""A receiver of alerts, as a newsroom would write it: it checks the signature before it believes a word."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.delivery.signature import is_genuine


@dataclass(frozen=True, slots=True)
class ReceivedAlert:
    """One alert that came in; ``is_genuine`` where its signature was right."""

    id: str
    is_genuine: bool
    body: dict[str, Any]


@dataclass(slots=True)
class Receiver:
    """Keeps what came in. The secret is told to it after the destination was made."""

    clock: Callable[[], datetime]
    secret: str = ""
    received: list[ReceivedAlert] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    def application(self) -> Starlette:
        """The server: ``POST /alerts``."""
        return Starlette(routes=[Route("/alerts", self._take, methods=["POST"])])

    async def wait_for(self, wanted: Callable[[ReceivedAlert], bool], *, seconds: float) -> ReceivedAlert | None:
        """The first alert that is wanted, or None where none came in time."""

        def found() -> ReceivedAlert | None:
            return next((one for one in self.received if wanted(one)), None)

        try:
            async with self.arrived, asyncio.timeout(seconds):
                await self.arrived.wait_for(lambda: found() is not None)
        except TimeoutError:
            return None
        return found()

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        genuine = is_genuine(request.headers, body, self.secret, now=self.clock().timestamp())
        alert = ReceivedAlert(request.headers.get("webhook-id", ""), genuine, json.loads(body))
        async with self.arrived:
            self.received.append(alert)
            self.arrived.notify_all()
        return Response(status_code=204 if genuine else 401)
