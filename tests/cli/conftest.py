"""A newsroom's machine: the command line on a real database, sites and receivers on loopback."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner

from app.__main__ import app
from app.demo.receiver import Receiver
from app.demo.serving import serving
from app.demo.telegram import TelegramStandIn

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code, and both of its outputs."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, and settings that let a test look at loopback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WALKBACK_ALLOW_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("WALKBACK_HOST_GAP_SECONDS", "0")
    monkeypatch.setenv("WALKBACK_SECOND_LOOK_SECONDS", "0")
    monkeypatch.setenv("WALKBACK_SECRET_KEY", "a key for tests")
    monkeypatch.delenv("WALKBACK_DATABASE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # a process that a test starts runs this very code
    return tmp_path


@pytest.fixture
def run() -> Run:
    """Type a command, on the SQLite file of this folder."""

    def typed(*words: str, stdin: str | None = None) -> Answer:
        result = CliRunner().invoke(app, list(words), input=stdin, catch_exceptions=False)
        return Answer(result.exit_code, result.stdout, result.stderr)

    return typed


@pytest.fixture
def has_shape() -> Callable[[type[BaseModel], Any], None]:
    """That JSON is exactly what the interface would tell: every field of its model, in its form, and no other."""

    def check(model: type[BaseModel], told: Any) -> None:
        assert model.model_validate(told, by_alias=False, by_name=True).model_dump(mode="json", by_alias=False) == told

    return check


@pytest.fixture
def on_each(run: Run, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same, on SQLite and on PostgreSQL."""
    monkeypatch.setenv("WALKBACK_DATABASE_URL", database_url)
    return run


@contextmanager
def in_a_thread(application: Starlette) -> Iterator[str]:
    """Serve beside the test, which has an event loop of its own for each command."""
    ready, stop = threading.Event(), threading.Event()
    urls: list[str] = []

    async def go() -> None:
        async with serving(application) as url:
            urls.append(url)
            ready.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(go(),))
    thread.start()
    ready.wait(10)
    try:
        yield urls[0]
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def serve_beside() -> Callable[[Starlette], AbstractContextManager[str]]:
    """Serve an application of a test's own while something is done; its address."""
    return in_a_thread


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramStandIn]:
    """A stand-in of Telegram's public preview, with one channel: generalstaff."""
    made = TelegramStandIn("generalstaff", "General Staff")
    with in_a_thread(made.application()) as url:
        monkeypatch.setenv("WALKBACK_TELEGRAM_BASE_URL", url)
        yield made


@pytest.fixture
def pages() -> Iterator[tuple[str, dict[str, str]]]:
    """A web site: its address, and what stands at each path."""
    there: dict[str, str] = {}

    async def answer(request: Request) -> Response:
        text = there.get(request.url.path)
        if text is None:
            return Response(status_code=404)
        return Response(text, headers={"content-type": "text/html; charset=utf-8"})

    with in_a_thread(Starlette(routes=[Route("/{path:path}", answer)])) as url:
        yield url, there


@pytest.fixture
def receiver() -> Iterator[tuple[Receiver, str]]:
    """A receiver of webhooks, and its address."""
    made = Receiver(lambda: datetime.now(UTC))  # noqa: TID251  # alerts are signed with the time of this machine
    with in_a_thread(made.application()) as url:
        yield made, f"{url}/alerts"


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[tuple[int, str], str]]:
    """A web archive: captures by time and address, with an index in the form of Wayback's."""
    kept: dict[tuple[int, str], str] = {}

    async def index(request: Request) -> Response:
        found = sorted(key for key in kept if key[1] == request.query_params["url"])
        return JSONResponse([["timestamp", "original"], *([str(time), url] for time, url in found)])

    async def capture(request: Request) -> Response:
        time, url = request.path_params["time"], str(request.url).partition("id_/")[2]
        text = kept.get((int(time), url))
        if not text:
            return Response(status_code=404 if text is None else 503)
        moment = datetime.strptime(time, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        headers = {"memento-datetime": format_datetime(moment, usegmt=True), "content-type": "text/html; charset=utf-8"}
        return Response(text, headers=headers)

    with in_a_thread(Starlette(routes=[Route("/cdx", index), Route("/web/{time}id_/{rest:path}", capture)])) as url:
        monkeypatch.setenv("WALKBACK_ARCHIVE_INDEX_URL", f"{url}/cdx")
        monkeypatch.setenv("WALKBACK_ARCHIVE_CAPTURE_URL", f"{url}/web")
        yield kept
