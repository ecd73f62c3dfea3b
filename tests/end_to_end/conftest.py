"""The program as an operator starts it: processes of its own, on a database of each kind, with sites on loopback."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from app.pipeline.newsroom import Newsroom
from app.settings import Settings
from app.wiring.newsroom import open_newsroom

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120.0
KEY = "a key for tests"


class Process:
    """One running program. What it says on standard error is kept, line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._said: list[str] = []
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def said(self) -> str:
        return "".join(self._said)

    async def says(self, text: str) -> None:
        """Wait until it has said this."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while text not in self.said:
                assert not self._reading.done(), f"it ended without saying “{text}”:\n{self.said}"
                self._news.clear()
                await self._news.wait()

    def tell(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def end(self) -> int:
        """Wait until it has ended; its exit code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._reading
            return await self._process.wait()

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self.end()

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._said.append(line.decode())
            self._news.set()
        self._news.set()


Start = Callable[..., Awaitable[Process]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    """The settings of the program, that let it look at loopback."""
    ours = {
        "DATABASE_URL": database_url,
        "ALLOW_NETWORKS": "127.0.0.0/8",
        "HOST_GAP_SECONDS": "0",
        "SECRET_KEY": KEY,
        "IDLE_SECONDS": "0.05",
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("WALKBACK_")}  # noqa: TID251
    return others | {f"WALKBACK_{name}": value for name, value in ours.items()}


@pytest.fixture
async def start(environment: dict[str, str]) -> AsyncIterator[Start]:
    """Start the program with these words, and settings in place of the usual; killed at the end if it still runs."""
    started: list[Process] = []

    async def begin(*words: str, **settings: str) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app",
            *words,
            env=environment | {f"WALKBACK_{name.upper()}": value for name, value in settings.items()},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        started.append(Process(process))
        return started[-1]

    yield begin
    for process in started:
        await process.kill()


@pytest.fixture
async def newsroom(environment: dict[str, str]) -> AsyncIterator[Newsroom]:
    """The same database, for a test to look at and to put watches into."""
    given = {
        name.removeprefix("WALKBACK_").lower(): value
        for name, value in environment.items()
        if name.startswith("WALKBACK_")
    }
    async with open_newsroom(Settings(_env_file=None, **given)) as made:
        yield made
