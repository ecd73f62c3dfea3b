"""Runs of the soak: the watches put on the list, the worker over its site, a backup half-way, and what was kept.

Everything is done by the program's own commands; what it counted is read from where it shows it.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from rich.console import Console
from rich.progress import track

from app.domain.watches import WatchDraft
from app.pipeline.watchlist import add_drafted, draft_watch
from app.settings import Settings
from app.storage.database import Database
from app.storage.migrating import migrate
from app.storage.tables import statement
from app.wiring.newsroom import open_newsroom, system_clock

RECORD = "soak.db"
HOSTS = 250
OFTEN = 1 / 8
"""The share of watches that is looked at often; they make three in five of the checks."""
CHECKS_OFTEN = 3 / 5
GAP_SECONDS = 1.0
AT_ONCE = 1_000
PATIENCE_SECONDS = 120
REFUSING = 30
"""Of the last bytes of addresses that end in 0, multiples of this refuse connections."""
LAG = re.compile(r'walkback_check_lag_seconds_bucket\{le="([^"]+)"\} (\S+)')


@dataclass(frozen=True, slots=True)
class Work:
    """What the worker is given."""

    watches: int
    minutes: float
    a_second: float
    edits: float
    port: int
    metrics_port: int
    folder: Path

    @property
    def settings(self) -> dict[str, str]:
        """The settings of the worker, as an environment."""
        return {
            "WALKBACK_DATABASE_URL": f"sqlite:///{self.folder / RECORD}",
            "WALKBACK_ALLOW_NETWORKS": "127.0.0.0/8",
            "WALKBACK_HOST_GAP_SECONDS": str(GAP_SECONDS),
            "WALKBACK_HOST_REQUESTS_PER_HOUR": "3600",
            "WALKBACK_REQUESTS_PER_HOUR": "0",
            "WALKBACK_FETCH_TIMEOUT_SECONDS": "5",
            "WALKBACK_SECOND_LOOK_SECONDS": "5",
            "WALKBACK_SECRET_KEY": "a key for the benchmark",
            "WALKBACK_RESPECT_ROBOTS": "false",
            "WALKBACK_LOG_LEVEL": "WARNING",
            "WALKBACK_LOG_JSON": "true",
        }

    def program(self, *words: str, **others: str) -> list[str]:
        """A command of the program with these settings."""
        settings = (f"{name}={value}" for name, value in (self.settings | others).items())
        return ["env", *settings, sys.executable, "-m", "app", *words]

    def interval_seconds(self, number: int) -> int:
        """How often the watch of this number is looked at."""
        often = number < OFTEN * self.watches
        watches = self.watches * (OFTEN if often else 1 - OFTEN)
        checks = self.a_second * (CHECKS_OFTEN if often else 1 - CHECKS_OFTEN)
        return max(int(watches / checks), 60)

    def address(self, number: int) -> str:
        """Where the page of this number is."""
        last = 1 + number % HOSTS
        host = f"127.0.1.{last}"
        is_refusing = last % 10 == 0 and last % REFUSING == 0
        return f"http://{host}:{self.port + is_refusing}/p/{number}"


def _this(moment: datetime) -> datetime:
    """Always the same time."""
    return moment


async def fill(work: Work) -> None:
    """Put the watches on the list, their first checks spread over their intervals."""
    given: dict[str, Any] = {name.removeprefix("WALKBACK_").lower(): value for name, value in work.settings.items()}
    given["_env_file"] = None
    start = system_clock() + timedelta(seconds=5 + work.watches / 400)
    async with open_newsroom(Settings(**given)) as room:
        migrate(room.database)
        groups = range(0, work.watches, AT_ONCE)
        for first in track(groups, "watches", console=Console(stderr=True), transient=True):
            with room.database.write() as conn:
                for number in range(first, min(first + AT_ONCE, work.watches)):
                    interval = work.interval_seconds(number)
                    due = start + timedelta(seconds=interval * ((number * 7_919) % work.watches) / work.watches)
                    then = replace(room, clock=partial(_this, due))
                    draft = WatchDraft(work.address(number), interval_seconds=interval, respect_robots=False)
                    add_drafted(conn, then, draft, draft_watch(then, draft))


@dataclass(frozen=True, slots=True)
class Moment:
    """What stood at one time."""

    minute: float
    asked: int
    lag: Mapping[str, float]
    mebibytes: float
    cpu_seconds: float


class Worker:
    """``walkback work`` with its numbers shown."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.log = work.folder / "soak.log"
        command = work.program("work", "--concurrency", "50", "--metrics-port", str(work.metrics_port))
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stderr=log)

    def wait(self) -> None:
        """Until it shows its numbers."""
        for _ in range(PATIENCE_SECONDS):
            if self.process.poll() is not None:
                break
            try:
                self.numbers()
            except OSError:
                time.sleep(1)
            else:
                return
        raise RuntimeError(f"the worker did not start: {self.log.read_text()[-500:]}")

    def numbers(self) -> str:
        """What it counted, as Prometheus reads it."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._work.metrics_port}/metrics", timeout=30) as answer:
            told: str = answer.read().decode()
        return told

    def moment(self, started: float, asked: int) -> Moment:
        """How it is now."""
        folder = Path("/proc") / str(self.process.pid)
        status = (folder / "status").read_text().splitlines()
        resident = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        lag = {limit: float(count) for limit, count in LAG.findall(self.numbers())}
        return Moment((time.monotonic() - started) / 60, asked, lag, resident, cpu)

    def stop(self) -> int:
        """End it as one should."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()


def within(moments: Sequence[Moment], share: float) -> str:
    """Within how many seconds so many of the checks were taken, between two moments: the limit of a step."""
    first, last = moments
    counts = {limit: last.lag[limit] - first.lag.get(limit, 0.0) for limit in last.lag}
    whole = counts.get("+Inf", 0.0)
    return next((limit for limit, count in counts.items() if whole and count >= share * whole), "–")


@contextmanager
def the_site(work: Work) -> Iterator[None]:
    """The site, running."""
    command = [sys.executable, "-m", "benchmarks.soak_site", str(work.port), str(work.edits), str(GAP_SECONDS)]
    site = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert site.stdout is not None
        if not site.stdout.readline():
            raise RuntimeError("the site did not start")
        yield
    finally:
        site.terminate()
        site.wait()


def ask(work: Work, what: str) -> Any:
    """What the site says of itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{work.port}/{what}", timeout=60) as answer:
        return json.load(answer)


def run(work: Work) -> tuple[list[Moment], dict[str, Any]]:
    """Let it work; the moments, and what was found at the end."""
    found: dict[str, Any] = {}
    backup = work.folder / "backup.db"
    moments: list[Moment] = []
    with the_site(work), Worker(work) as worker:
        worker.wait()
        started = time.monotonic()
        steps = max(int(work.minutes * 2), 4)
        for step in track(range(steps + 1), "half minutes", console=Console(stderr=True), transient=True):
            moments.append(worker.moment(started, ask(work, "told").get("asked", 0)))
            if step == steps // 2:
                began = time.monotonic()
                subprocess.run(work.program("backup", str(backup)), check=True, stdout=subprocess.DEVNULL)
                found["seconds of backing up"] = round(time.monotonic() - began, 1)
            time.sleep(max(started + (step + 1) * work.minutes * 60 / steps - time.monotonic(), 0) * (step < steps))
        found["exit code of the worker"] = worker.stop()
        found |= ask(work, "told")
        shown = dict(ask(work, "versions"))
    found |= compared(work, shown)
    found["statements in the backup"] = sound(work, backup)
    found["warnings in the log"] = sum(line.startswith("{") for line in worker.log.read_text().splitlines())
    return moments, found


def compared(work: Work, shown: Mapping[int, int]) -> dict[str, Any]:
    """What the record has of the wordings that the pages have shown."""
    with Database(work.settings["WALKBACK_DATABASE_URL"]) as database, database.read() as conn:
        rows = conn.execute(sa.select(statement.c.url, statement.c.version_count)).all()
    kept = {int(row.url.rpartition("/")[2]): int(row.version_count) for row in rows}
    return {
        "wordings shown": sum(shown.values()),
        "wordings kept": sum(kept.values()),
        "lost": sum(max(count - kept.get(number, 0), 0) for number, count in shown.items()),
        "invented": sum(max(count - shown.get(number, 0), 0) for number, count in kept.items()),
    }


def sound(work: Work, backup: Path) -> int:
    """Check the backup as its owner would; how many statements it has."""
    address = f"sqlite:///{backup}"
    command = work.program("check-record", WALKBACK_DATABASE_URL=address)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with Database(address) as database, database.read() as conn:
        return conn.execute(sa.select(sa.func.count()).select_from(statement)).scalar_one()
