"""What the faults happen to: a site that changes, a receiver, workers, and a newsroom on a database of each kind."""

import asyncio
import ipaddress
import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
import sqlalchemy.event
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.demo.receiver import Receiver
from app.demo.serving import serving
from app.domain.destinations import AlertFilter, Destination, DestinationKind, DestinationState
from app.domain.ids import DestinationId
from app.domain.watches import Watch
from app.pipeline.newsroom import Newsroom
from app.settings import Settings
from app.storage import destinations
from app.storage.identity import new_id
from app.storage.soundness import check_record
from app.storage.tables import alert, claim, edit, event, flag, observation, statement, version
from app.storage.versions import build_versions
from app.wiring.newsroom import system_clock

SHORT = 12
SECRET = "whsec_" + "QUFB" * 10
PATIENCE_SECONDS = 120.0
TEXT = (
    "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital. "
    "All 1,200 soldiers of the brigade were withdrawn from the northern border on 3 January 2025."
)
COUNTED = "counted"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=SHORT, help="how often a worker is killed on each database")
    parser.addoption("--minutes", type=float, default=0.0, help="how long a soak lasts on each database")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests of this run counted, in whichever process, as a table for people and documents."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, row in report.user_properties if report.when == "call" else ():
                if name == COUNTED:
                    terminalreporter.write_line(str(row))


@pytest.fixture
def tell_counts(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Keep what a test counted for the table at the end of the run."""

    def tell(**counts: object) -> None:
        name = request.node.name.removeprefix("test_").replace("_", " ")
        row = "| " + " | ".join((name, *(f"{what} {count}" for what, count in counts.items()))) + " |"
        request.node.user_properties.append((COUNTED, row))

    return tell


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--kills", default=SHORT))


@pytest.fixture
def is_long(kills: int) -> bool:
    """True for ``make faults``, which takes its time."""
    return kills > SHORT


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def make_settings(database_url: str) -> Callable[..., Settings]:
    def make(**changes: Any) -> Settings:
        return Settings(
            _env_file=None,
            database_url=database_url,
            allow_networks=(ipaddress.ip_network("127.0.0.0/8"),),
            host_gap_seconds=0,
            secret_key=SecretStr("a key for tests"),
            **changes,
        )

    return make


@pytest.fixture
def add_destination() -> Callable[..., Destination]:
    def add(newsroom: Newsroom, name: str, url: str = "http://127.0.0.1:9/alerts") -> Destination:
        new = Destination(
            id=DestinationId(new_id()),
            kind=DestinationKind.WEBHOOK,
            name=name,
            url=url,
            wish=AlertFilter(),
            state=DestinationState.ACTIVE,
            state_reason=None,
            failing_since=None,
            created_at=newsroom.clock(),
            revision=1,
        )
        with newsroom.database.write() as conn:
            destinations.add_destination(conn, new, secrets=[newsroom.seal.seal(SECRET)])
        return new

    return add


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    made = Receiver(system_clock, secret=SECRET)
    async with serving(made.application()) as url:
        yield made, f"{url}/alerts"


@dataclass
class ChangingSite:
    """Each page says another number after every second request, until it is told to keep still."""

    pages: int
    requests: dict[str, int] = field(default_factory=dict)
    changes: bool = True
    total: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    def application(self) -> Starlette:
        async def nothing(_: Request) -> HTMLResponse:
            return HTMLResponse(status_code=404)

        return Starlette(routes=[Route("/robots.txt", nothing), Route("/{path:path}", self._answer)])

    async def _answer(self, request: Request) -> HTMLResponse:
        path = request.url.path
        self.asked.set()
        self.total += 1
        if self.changes:
            self.requests[path] = self.requests.get(path, 0) + 1
        text = self._text(path)
        return HTMLResponse(f"<html><body><main><article><p>{text}</p></article></main></body></html>")

    def _text(self, path: str) -> str:
        return TEXT.format(100 + 7 * (self.requests.get(path, 0) // 2))

    def texts(self) -> list[str]:
        """What all pages say now, sorted."""
        return sorted(self._text(f"/page-{number}") for number in range(self.pages))

    async def after(self, requests: int) -> None:
        """When so many more requests have come; at most ten seconds from now."""
        wanted = self.total + requests
        try:
            async with asyncio.timeout(10):
                while self.total < wanted:
                    self.asked.clear()
                    await self.asked.wait()
        except TimeoutError:
            return


@pytest.fixture
async def site() -> AsyncIterator[ChangingSite]:
    """Six pages that change all the time."""
    made = ChangingSite(pages=6)
    async with serving(made.application()) as url:
        made.url = url
        yield made


class KillableWorker:
    """A process that forks a worker again and again."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = 0

    async def start(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"go\n")
        await self._process.stdin.drain()
        self.pid = int(await self._line("started"))

    async def end(self, how: signal.Signals) -> None:
        os.kill(self.pid, how)
        assert int(await self._line("ended")) == self.pid
        self.pid = 0

    async def close(self) -> None:
        """End the forking process, and a worker that a failed test has left behind."""
        assert self._process.stdin is not None
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
        self._process.stdin.close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._process.wait()

    async def _line(self, word: str) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            said, _, rest = (await self._process.stdout.readline()).decode().partition(" ")
        assert said == word
        return rest


@pytest.fixture
async def make_worker(make_settings: Callable[..., Settings]) -> AsyncIterator[Callable[..., Any]]:
    """Workers with short leases, each a process of its own; none of them is at work yet."""
    async with AsyncExitStack() as stack:

        async def make(**changes: Any) -> KillableWorker:
            settings = make_settings()
            given: dict[str, Any] = {
                "database_url": settings.database_url,
                "allow_networks": "127.0.0.0/8",
                "secret_key": "a key for tests",
                "lease_seconds": 1.0,
                "second_look_seconds": 0.1,
                "confirm_after_seconds": 0.1,
                "idle_seconds": 0.02,
                "host_gap_seconds": 0,
            }
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(Path(__file__).with_name("worker_process.py")),
                json.dumps(given | changes),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
                env={"PYTHONPATH": str(Path(__file__).parents[2])},  # this very code, whatever is installed
            )
            made = KillableWorker(process)
            stack.push_async_callback(made.close)
            return made

        yield make


def _is_settled(newsroom: Newsroom, texts: list[str]) -> bool:
    """True where each page was seen as it stands now, everything is told, and every alert delivered."""
    with newsroom.database.read() as conn:
        of = sa.and_(statement.c.id == version.c.statement_id, statement.c.version_count == version.c.number)
        latest = build_versions(conn, conn.execute(sa.select(version).join(statement, of)))
        seen = sorted(one.wording.text for one in latest)
        undelivered = sa.select(sa.func.count()).select_from(alert).where(alert.c.state != "delivered")
        unsettled = sa.or_(edit.c.confirmation == "awaited", edit.c.analysis_state == "owed")
        open_edits = sa.select(sa.func.count()).select_from(edit).where(unsettled)
        return seen == texts and not (conn.execute(undelivered).scalar_one() + conn.execute(open_edits).scalar_one())


@pytest.fixture
def settled() -> Callable[..., Any]:
    """Let the site keep still, and wait until all is seen and told, looking after each request to the site."""

    async def wait(newsroom: Newsroom, site: ChangingSite) -> None:
        site.changes = False
        texts = site.texts()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await asyncio.to_thread(_is_settled, newsroom, texts):
                site.asked.clear()
                await site.asked.wait()

    return wait


@pytest.fixture
def account() -> Callable[..., dict[str, int]]:
    """What is in the record and at the receiver after all is settled: nothing missing, and nothing told twice."""

    def count(newsroom: Newsroom, received: Receiver, *, lease_seconds: float = 1.0) -> dict[str, int]:
        found = check_record(newsroom.database, now=newsroom.clock(), lease_seconds=lease_seconds, settling_seconds=0)
        assert found.broken == ()
        with newsroom.database.read() as conn:
            heavy = sa.select(event.c.id, event.c.edit_id).join(flag, flag.c.edit_id == event.c.edit_id).distinct()
            flagged = {str(row.id) for row in conn.execute(heavy)}
            silent = sa.select(sa.func.count(sa.distinct(flag.c.edit_id))).where(
                flag.c.edit_id.not_in(sa.select(event.c.edit_id).where(event.c.edit_id.is_not(None))),
                flag.c.edit_id.not_in(sa.select(edit.c.id).where(edit.c.confirmation == "overtaken")),
            )
            untold = conn.execute(silent).scalar_one()
            alerts = conn.execute(sa.select(alert.c.event_id, alert.c.state)).all()
        alerted = {str(row.event_id) for row in alerts if row.state == "delivered"}
        arrived = [one.id for one in received.received]
        assert all(one.is_genuine for one in received.received)
        lost = (
            untold + len(flagged - alerted) + len(alerted - set(arrived)) + sum(r.state != "delivered" for r in alerts)
        )
        assert lost == 0
        assert set(arrived) == alerted, "something arrived that the record does not know"
        gaps = sum(one.count for one in found.broken if "gap" in one.rule)
        return {
            "versions": found.counts["versions"],
            "edits told": len(flagged),
            "alerts": len(alerts),
            "arrived": len(arrived),
            "gaps": gaps,
            "lost": lost,
            "duplicates (same id)": len(arrived) - len(set(arrived)),
        }

    return count


@dataclass
class Fault:
    """Counts statements, or commits, and lets one of them fail: before it is carried out, or after, unreported."""

    engine: sa.Engine
    of: str
    when: str = "before"
    at: int | None = None
    count: int = 0
    has_struck: bool = False

    def strikes(self) -> bool:
        self.count += 1
        self.has_struck = self.has_struck or self.count == self.at
        return self.count == self.at

    def error(self) -> Exception:
        if self.engine.dialect.name == "postgresql":
            return psycopg.OperationalError("the connection broke")
        failed = sqlite3.OperationalError("disk I/O error")
        failed.sqlite_errorname = "SQLITE_IOERR"
        return failed

    @contextmanager
    def watching(self) -> Iterator["Fault"]:
        with self._commits() if self.of == "commit" else self._statements():
            yield self

    @contextmanager
    def _statements(self) -> Iterator[None]:
        def execute(cursor: Any, written: str, parameters: Any, _context: Any) -> bool:
            if not self.strikes():
                return False
            if self.when == "after":
                cursor.execute(written, parameters)
            raise self.error()

        def execute_many(cursor: Any, written: str, parameters: Any, _context: Any) -> bool:
            if not self.strikes():
                return False
            if self.when == "after":
                cursor.executemany(written, parameters)
            raise self.error()

        hooks = {"do_execute": execute, "do_executemany": execute_many}
        for name, hook in hooks.items():
            sa.event.listen(self.engine, name, hook)
        try:
            yield
        finally:
            for name, hook in hooks.items():
                sa.event.remove(self.engine, name, hook)

    @contextmanager
    def _commits(self) -> Iterator[None]:
        dialect = self.engine.dialect
        commit = dialect.do_commit

        def failing(connection: Any) -> None:
            struck = self.strikes()
            if not struck or self.when == "after":
                commit(connection)
            if struck:
                raise self.error()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dialect, "do_commit", failing)
            yield


@pytest.fixture
def make_fault() -> type[Fault]:
    return Fault


@dataclass
class Pages:
    """A site of which each path has a text of its own; None is gone."""

    texts: dict[str, str | None] = field(default_factory=dict)
    url: str = ""

    def application(self) -> Starlette:
        async def answer(request: Any) -> Response:
            text = self.texts.get(request.url.path)
            if text is None:
                return Response(status_code=404)
            own_bytes = f"<!-- {request.url.path} -->"
            return HTMLResponse(f"<html><body>{own_bytes}<main><article><p>{text}</p></article></main></body></html>")

        return Starlette(routes=[Route("/{path:path}", answer)])


@pytest.fixture
def make_pages() -> type[Pages]:
    return Pages


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    """A site to write on."""
    made = Pages()
    async with serving(made.application()) as url:
        made.url = url
        yield made


@pytest.fixture
def snapshot() -> Callable[[Newsroom, Watch], dict[str, Any]]:
    """Looks up everything that a check writes of a statement, but times and ids."""
    return _snapshot


def _snapshot(newsroom: Newsroom, watch: Watch) -> dict[str, Any]:
    """Everything that a check writes of a statement, but times and ids."""
    with newsroom.database.read() as conn:
        ids = conn.execute(sa.select(statement.c.id).where(statement.c.watch_id == watch.id)).scalars().all()

        def rows(table: sa.Table, *names: str) -> list[tuple[Any, ...]]:
            columns = [table.c[name] for name in names]
            found = conn.execute(sa.select(*columns).where(table.c.statement_id.in_(ids)))
            return sorted(tuple(map(str, row)) for row in found)

        told = sa.select(event.c.id).where(event.c.statement_id.in_(ids))
        owed = conn.execute(sa.select(alert.c.type, alert.c.destination_id).where(alert.c.event_id.in_(told)))
        states = sa.select(statement.c.state, statement.c.version_count).where(statement.c.watch_id == watch.id)
        return {
            "statements": [tuple(row) for row in conn.execute(states)],
            "versions": rows(version, "number", "text_sha256"),
            "claims": rows(claim, "number", "text", "standing"),
            "edits": rows(edit, "kind", "from_version", "to_version", "confirmation", "analysis_state"),
            "flags": rows(flag, "action", "before", "after"),
            "events": rows(event, "type"),
            "alerts": len(list(owed)),
            "observations": rows(observation, "outcome"),
        }


@pytest.fixture
def make_empty(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes empty databases of the kind of this test, and gives their addresses."""
    made: list[str] = []

    def on_a_file() -> str:
        path = tmp_path / f"empty-{len(list(tmp_path.iterdir()))}.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"

    def on_a_server() -> str:
        made.append(request.getfixturevalue("postgres_template")())
        return made[-1]

    yield on_a_file if database_url.startswith("sqlite") else on_a_server
    for url in made:
        request.getfixturevalue("postgres_template").drop(url)
