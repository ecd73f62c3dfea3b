"""How long the pages take with a thousand versions and with a million, beside the limit of 150 ms of server time.

    python -m benchmarks pages [--versions 1000000] [--keep FOLDER] [--only WORD …] [--requests 20]

Both records are SQLite files that benchmarks.page_record makes; with --keep they stay, and the next run takes them
again. The whole program serves them over loopback, the two in turns. Measured is what the server does for a request:
time on the wall and processor time of its process, from the first byte of the request to the last of the answer.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID

from rich import box
from rich.console import Console
from rich.table import Table
from starlette.types import ASGIApp, Receive, Scope, Send

from app.demo.serving import serving
from app.domain.ids import StatementId
from app.domain.keys import Scope as KeyScope
from app.pipeline.keys import create_key
from app.pipeline.sessions import sign_in
from app.pipeline.shares import share_statement
from app.pipeline.warming import warm_up
from app.settings import Settings
from app.ui.access import SESSION_COOKIE
from app.wiring.interface import build_service
from app.wiring.newsroom import open_newsroom
from benchmarks.page_cases import Case, Sample, chosen, taken
from benchmarks.page_record import NOW, Shape, fill

EXAMPLE = "python -m benchmarks pages --keep /var/tmp/pages --only statements"
FEW = 1_000
LIMIT_MS = 150.0
LIMIT_BYTES = 100_000


@dataclass(slots=True)
class Stopwatch:
    """Around the whole program: how long each request took it."""

    app: ASGIApp
    wall_ms: float = 0.0
    processor_ms: float = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wall, processor = time.perf_counter(), time.process_time()
        await self.app(scope, receive, send)
        self.wall_ms = (time.perf_counter() - wall) * 1000
        self.processor_ms = (time.process_time() - processor) * 1000


@dataclass(slots=True)
class Served:
    """One record behind the running program, and what is needed to ask it."""

    sample: Sample
    watch: Stopwatch
    connection: HTTPConnection
    headers: dict[str, str]

    def ask(self, case: Case, number: int) -> "Lap":
        """One request for a page. (Without its headers a stranger asks.)"""
        addresses = case.ask(self.sample)
        self.connection.request(
            "GET", addresses[number % len(addresses)], headers={} if case.by_stranger else self.headers
        )
        answer = self.connection.getresponse()
        size = len(answer.read())
        self.connection.close()
        return Lap(answer.status, self.watch.wall_ms, self.watch.processor_ms, size)


@dataclass(frozen=True, slots=True)
class Lap:
    """What one request came to."""

    status: int
    wall_ms: float
    processor_ms: float
    size: int


@dataclass(slots=True)
class Laps:
    """What all requests for a page came to, after a first one that is not counted."""

    laps: list[Lap] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(lap.processor_ms for lap in self.laps)

    @property
    def worst(self) -> float:
        return max(lap.processor_ms for lap in self.laps)

    @property
    def median_wall(self) -> float:
        return statistics.median(lap.wall_ms for lap in self.laps)

    @property
    def worst_wall(self) -> float:
        return max(lap.wall_ms for lap in self.laps)

    @property
    def size(self) -> int:
        return max(lap.size for lap in self.laps)

    @property
    def statuses(self) -> set[int]:
        return {lap.status for lap in self.laps}


@asynccontextmanager
async def served(path: Path, shape: Shape) -> AsyncIterator[Served]:
    """The program over a record; an administrator is signed in."""
    if not await asyncio.to_thread(path.exists):
        started = time.perf_counter()
        await asyncio.to_thread(fill, path, shape)
        print(f"made {shape.versions:,} versions in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    settings = Settings(
        database_url=f"sqlite:///{path}", public_read=True, rate_limit_per_minute=1_000_000, _env_file=None
    )  # type: ignore[call-arg]
    async with open_newsroom(settings, clock=lambda: NOW) as newsroom:
        warm_up(newsroom)
        key = create_key(newsroom, name="benchmark", scope=KeyScope.ADMIN)
        session = sign_in(newsroom, key.secret, lasts=timedelta(days=1))
        shared = share_statement(newsroom, StatementId(UUID(int=0)), lasts=timedelta(days=1))
        watch = Stopwatch(build_service(newsroom, settings))
        async with serving(watch) as url:
            yield Served(
                taken(newsroom.database, shape, shared.token),
                watch,
                HTTPConnection(url.removeprefix("http://")),
                {"Cookie": f"{SESSION_COOKIE}={session.token}", "Authorization": f"Bearer {key.secret}"},
            )


def measured(case: Case, both: Sequence[Served], requests: int) -> Sequence[Laps]:
    """The same page of both records in turns."""
    found = [Laps() for _ in both]
    for number in range(requests + 1):
        for one, laps in zip(both, found, strict=True):
            lap = one.ask(case, number)
            if number:
                laps.laps.append(lap)
    return found


async def run(options: argparse.Namespace, folder: Path) -> Table:
    """Everything that was asked for, as a table."""
    shapes = [Shape(FEW), Shape(options.versions)]
    table = Table(
        title=f"Milliseconds of the server, processor / wall; {options.requests} requests", box=box.SIMPLE_HEAD
    )
    columns = ("page", f"{FEW:,}", f"{options.versions:,}: median", "worst", "ratio", "KB", "")
    for column in columns:
        table.add_column(column, justify="left" if column == "page" else "right")
    async with AsyncExitStack() as stack:
        both = [
            await stack.enter_async_context(served(folder / f"pages-{shape.versions}.db", shape)) for shape in shapes
        ]
        for case in chosen(options.only):
            few, many = await asyncio.to_thread(measured, case, both, options.requests)
            row = _row(case, few, many)
            table.add_row(*row)
            print(" | ".join(row), file=sys.stderr, flush=True)
    return table


def _row(case: Case, few: Laps, many: Laps) -> tuple[str, ...]:
    wrong = [str(status) for status in sorted(few.statuses | many.statuses) if status != 200]
    is_slow = many.worst > LIMIT_MS and not case.is_file
    is_heavy = many.size > LIMIT_BYTES and not (case.is_file or case.path.startswith("/v1"))
    remarks = [*wrong, *(["SLOW"] if is_slow else []), *(["HEAVY"] if is_heavy else [])]
    return (
        f"{case.path} {case.shape}".strip(),
        f"{few.median:.1f} / {few.median_wall:.1f}",
        f"{many.median:.1f} / {many.median_wall:.1f}",
        f"{many.worst:.1f} / {many.worst_wall:.1f}",
        f"{many.median / few.median:.2f}×",
        f"{many.size / 1000:.1f}",
        " ".join(remarks),
    )


def main(given: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks pages", epilog=f"example: {EXAMPLE}")
    parser.add_argument("--versions", type=int, default=1_000_000, help="Versions of the great record.")
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="Where the records stay for the next run.")
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="Only pages with one of these words.")
    options = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        table = asyncio.run(run(options, folder))
    Console(width=None if sys.stdout.isatty() else 200).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
