"""What each step of a check takes, from taking it to putting its words into the index, in one thread.

    python -m benchmarks steps DIR [--n 120] [--together 8] [--passes 0 1 1 1]

DIR holds the generated site (``site_server.py``). The steps are those of the worker, one after the other and not beside
one another, so that the processor time of each can be told: what the event loop and its threads take comes on top
(``polling``). A first pass sees every page for the first time; before each further one a share of the pages changes.
"""

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from rich import box
from rich.console import Console
from rich.table import Table

from app.cli.logs import configure_logs
from app.domain.watches import WatchDraft
from app.pipeline.analysts import Analysts, Owed
from app.pipeline.indexing import make_searchable
from app.pipeline.keeper import write_group
from app.pipeline.keeping_quiet import may_be_quiet
from app.pipeline.looking import Look, fetch, request_of, target_of
from app.pipeline.newsroom import Newsroom
from app.pipeline.poll import Duty, take_duties
from app.pipeline.preparing import prepare_several
from app.pipeline.watchlist import add_watch
from app.pipeline.writing import Writing
from app.settings import Settings
from app.sources.contract import Other, Same
from app.storage.dialect import EPOCH
from app.storage.migrating import migrate
from app.storage.tables import check
from app.wiring.newsroom import open_newsroom
from benchmarks.polling_runs import Site, Work

EXAMPLE = "python -m benchmarks steps DIR --n 120 --passes 0 1 1 1"
STEPS = ("taking", "fetching", "glance", "reading", "what is known", "comparing", "writing", "index of words")
AIM_MILLISECONDS = {False: 2.5, True: 8.0}
"""What a check may take in all where its page changed, and where it did not."""
SETTINGS: Mapping[str, Any] = {
    "_env_file": None,
    "allow_networks": "127.0.0.0/8",
    "host_gap_seconds": 0,
    "second_look_seconds": 86_400,
    "default_interval_seconds": 86_400,
    "secret_key": "a key for the benchmark",
}
T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """Processor seconds by step, and the checks that took them."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    checks: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count what the block takes, without the steps inside of it."""
        inside = sum(self.seconds.values())
        started = time.process_time()
        yield
        self.seconds[name] += time.process_time() - started - (sum(self.seconds.values()) - inside)

    def milliseconds(self, name: str) -> float:
        """Of one check."""
        return 1000 * self.seconds[name] / max(self.checks, 1)


class AtOnce(Analysts):
    """Compares in the thread that asks, and counts what it takes."""

    def __init__(self) -> None:
        super().__init__(deadline_seconds=60.0)
        self.tally = Tally()

    def attempt(self, work: Callable[[], T], *, characters: int) -> T | Owed:  # noqa: ARG002  (as of all analysts)
        """The work itself; what goes wrong in it is raised."""
        with self.tally.step("comparing"):
            return work()


async def one_pass(room: Newsroom, analysts: AtOnce, together: int) -> Tally:
    """Make every check once, ``together`` at a time."""
    tally = analysts.tally = Tally()
    with room.database.write() as conn:
        conn.execute(sa.update(check).where(check.c.purpose == "list").values(due_at=EPOCH, is_counted=False))
    while duties := _take(room, tally, together):
        _keep(room, tally, [await _look(room, tally, duty) for duty in duties])
        tally.checks += len(duties)
    with tally.step("index of words"):
        make_searchable(room, rest=lambda _: False)
    return tally


def _take(room: Newsroom, tally: Tally, together: int) -> Sequence[Duty]:
    with tally.step("taking"):
        return take_duties(room, limit=together)


async def _look(room: Newsroom, tally: Tally, duty: Duty) -> Look:
    source, target = room.sources[duty.watch.kind], target_of(duty.watch)
    request = request_of(duty.check, source, target, now=room.clock())
    with tally.step("fetching"):
        page = await fetch(room, request)
    mark, now = duty.check.mark, page.fetched_at
    with tally.step("glance"):
        seen = None if mark is None else source.glance(page, target, mark, external_id=None, now=now)
    if isinstance(seen, Same):
        return Look(duty.check, duty.watch, target, request, page, seen)
    with tally.step("reading"):
        other = seen if isinstance(seen, Other) else None
        reading = source.read(page, target, external_id=None, now=now, other=other)
    return Look(duty.check, duty.watch, target, request, page, reading)


def _keep(room: Newsroom, tally: Tally, looks: Sequence[Look]) -> None:
    quiet = [look for look in looks if may_be_quiet(look)]
    with tally.step("what is known"):
        found = prepare_several(room, [look for look in looks if not may_be_quiet(look)])
    with tally.step("writing"):
        write_group(room, [*quiet, *(one for one in found if isinstance(one, Writing))])


async def measured(work: Work, folder: Path, together: int) -> list[Tally]:
    """The first sight of all pages, and a pass after each change."""
    given: dict[str, Any] = {**SETTINGS, "database_url": f"sqlite:///{folder / 'steps.db'}"}
    settings = Settings(**given)
    with (folder / "steps.log").open("w") as log, redirect_stderr(log):
        configure_logs(settings)
        return await _measured(work, settings, together)


async def _measured(work: Work, settings: Settings, together: int) -> list[Tally]:
    analysts = AtOnce()
    passes: list[Tally] = []
    with Site(work) as site:
        async with open_newsroom(settings) as opened:
            room = replace(opened, analysts=analysts)
            migrate(room.database)
            for address in work.addresses:
                add_watch(room, WatchDraft(address))
            analysts.warm_up(("en", "uk", "ru"))
            gc.collect()
            gc.freeze()
            for number, change in enumerate((1.0, *work.changes)):
                if number and change:
                    site.ask(f"advance?share={change}")
                passes.append(await one_pass(room, analysts, together))
    analysts.close()
    return passes


def table(work: Work, passes: Sequence[Tally]) -> Table:
    """Milliseconds of the processor a check, by step."""
    shown = Table(title=f"{work.pages} pages: milliseconds of the processor a check", box=box.SIMPLE_HEAD)
    shown.add_column("step")
    shares = ["first sight", *("unchanged" if not share else f"{share:.0%} changed" for share in work.changes)]
    for name in shares:
        shown.add_column(name, justify="right")
    for step in STEPS:
        shown.add_row(step, *(f"{one.milliseconds(step):.2f}" for one in passes))
    whole = [sum(map(one.milliseconds, STEPS)) for one in passes]
    shown.add_row("in all", *(f"{one:.2f}" for one in whole))
    aims = ["", *(AIM_MILLISECONDS[share == 1] if share in (0, 1) else "" for share in work.changes)]
    shown.add_row("the aim, for the whole worker", *map(str, aims))
    return shown


def main(given: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks steps", epilog=f"example: {EXAMPLE}")
    parser.add_argument("bench_dir", type=Path, metavar="DIR", help="Folder of site_server.py.")
    parser.add_argument("--n", type=int, default=120, help="Pages.")
    parser.add_argument("--together", type=int, default=8, help="Checks in one transaction.")
    parser.add_argument("--passes", type=float, nargs="*", default=[0, 1, 1, 1], help="Shares of pages, a pass each.")
    parser.add_argument("--port", type=int, default=8805)
    options = parser.parse_args(given)
    folder = options.bench_dir.resolve()
    if not (folder / "site_server.py").is_file():
        parser.error(f"there is no site_server.py in {folder}")
    if options.n < 1 or options.together < 1:
        parser.error("--n and --together from 1 on")
    work = Work(folder, options.n, 200, options.together, options.port, options.passes, noise=True, etag=False)
    with tempfile.TemporaryDirectory() as scratch:
        passes = asyncio.run(measured(work, Path(scratch), options.together))
    Console(width=None if sys.stdout.isatty() else 140).print(table(work, passes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
