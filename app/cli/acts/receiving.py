"""Listening for alerts on this machine, for whoever writes a receiver: each one is verified, and shown in words."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.cli.acts.heard_views import Heard, show_heard
from app.cli.acts.listening import ApiServer, bound, server_config
from app.cli.acts.running import run_service, stopped_by_signals
from app.cli.logs import configure_logs
from app.cli.record import load_settings
from app.cli.rooms import in_newsroom
from app.cli.screen import remark, short
from app.cli.speech import words_here
from app.delivery.signature import Doubtful, verify
from app.domain.errors import AddressRefused, InvalidInput
from app.domain.words import Words
from app.pipeline.destinations import DestinationDraft, create_destination, remove_destination
from app.pipeline.newsroom import Newsroom
from app.wiring.newsroom import system_clock

LARGEST_BODY_BYTES = 1024 * 1024
MOST_REMEMBERED = 10_000
NAME = "walkback listen"


@dataclass(frozen=True, slots=True)
class Hearing:
    """How to listen: where, what to verify with, what to answer, how many alerts to hear (None: until stopped)."""

    host: str
    port: int
    secrets: tuple[str, ...]
    answer: int
    count: int | None
    language: str | None
    as_json: bool


@dataclass(slots=True)
class Ear:
    """What came in so far. ``secrets`` may come later than the ear is open: a destination is made for its address."""

    hearing: Hearing
    words: Words
    clock: Callable[[], datetime]
    secrets: tuple[str, ...]
    on_enough: Callable[[], None] = lambda: None
    heard: int = 0
    ids: dict[str, None] = field(default_factory=dict)

    def application(self) -> Starlette:
        """The server: a POST to any address is an alert."""
        return Starlette(routes=[Route("/{path:path}", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        body = await _body_of(request)
        if body is None:
            return Response(status_code=413)
        verdict = verify(request.headers, body, self.secrets, now=self.clock()) if self.secrets else None
        status = 401 if isinstance(verdict, Doubtful) else self.hearing.answer
        message_id = request.headers.get("webhook-id", "")
        heard = Heard(message_id, verdict, body, status, seen_before=message_id in self.ids)
        show_heard(heard, self.words, as_json=self.hearing.as_json)
        if message_id and not isinstance(verdict, Doubtful):
            self._remember(message_id)
        self.heard += 1
        if self.heard == self.hearing.count:
            self.on_enough()
        return Response(status_code=status)

    def _remember(self, message_id: str) -> None:
        self.ids[message_id] = None
        if len(self.ids) > MOST_REMEMBERED:
            del self.ids[next(iter(self.ids))]


def listen(hearing: Hearing, *, registers: bool) -> None:
    """Listen until Ctrl-C, or until enough was heard. ``registers`` makes a destination for as long as it lasts.

    Raises:
        InvalidInput: a secret or the language is none, or there is both a secret and something to register.
        Failure: the port is taken.
        AddressRefused: alerts may not be sent to this machine.
    """
    ear = Ear(hearing, words_here(hearing.language), system_clock, hearing.secrets)
    verify({"webhook-id": "", "webhook-timestamp": "0", "webhook-signature": "v1,"}, b"", ear.secrets, now=ear.clock())
    if not registers:
        configure_logs(load_settings(), quiet=True)
        run_service(_listen(ear))
    elif hearing.secrets:
        raise InvalidInput("A destination that is registered has a secret of its own: leave --secret out.")
    else:
        in_newsroom(lambda newsroom: _listen(ear, newsroom))


async def _listen(ear: Ear, newsroom: Newsroom | None = None) -> None:
    sockets = await bound(ear.hearing.host, ear.hearing.port)
    host, port = sockets[0].getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    server = ApiServer(server_config(ear.application()), when_listening=lambda: _say_where(url, ear))

    def stop() -> None:
        server.should_exit = True

    ear.on_enough = stop
    with stopped_by_signals(stop):
        async with _registered(ear, newsroom, url):
            await server.serve(sockets=sockets)


@asynccontextmanager
async def _registered(ear: Ear, newsroom: Newsroom | None, url: str) -> AsyncIterator[None]:
    """A destination for this address while the block lasts, where there is a newsroom to make it in."""
    if newsroom is None:
        yield
        return
    try:
        made = create_destination(newsroom, DestinationDraft(url, NAME))
    except AddressRefused:
        remark("Alerts may not go to this machine. Allow it to every process: WALKBACK_ALLOW_NETWORKS=127.0.0.0/8")
        raise
    assert made.secret is not None
    ear.secrets = (made.secret,)
    remark(f"destination {short(made.destination.id)} is told here, until this command ends")
    try:
        yield
    finally:
        remove_destination(newsroom, made.destination.id)


def _say_where(url: str, ear: Ear) -> None:
    doubt = "" if ear.secrets else "; nothing is verified without --secret or --register"
    remark(f"Listening for alerts at {url}{doubt}. Stop it with Ctrl-C.")


async def _body_of(request: Request) -> bytes | None:
    """The body; None where it is longer than any alert."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY_BYTES:
            return None
    return body
