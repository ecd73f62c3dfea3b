"""Runs of the polling benchmark: the generated site, Walkback's own worker over it, and the peers beside it.

The site and the runners of the peers are not part of this project: they stand in a folder that is named on the command
line (``site_server.py`` with its control addresses, ``bench.py --peer NAME``), so that all are asked the same.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from app.storage.database import Database
from app.storage.dialect import EPOCH
from app.storage.tables import check

LATER = datetime(2100, 1, 1, tzinfo=UTC)
TICKS = os.sysconf("SC_CLK_TCK")
WALKBACK = "Walkback"


@dataclass(frozen=True, slots=True)
class Work:
    """What every program is given: ``changes`` is the share of pages that changes before each pass."""

    bench_dir: Path
    pages: int
    hosts: int
    workers: int
    port: int
    changes: Sequence[float]
    noise: bool
    etag: bool

    @property
    def addresses(self) -> list[str]:
        """The pages, on as many hosts as there are."""
        return [f"http://127.0.0.{1 + i % self.hosts}:{self.port}/press/{i}" for i in range(self.pages)]

    @property
    def flags(self) -> list[str]:
        """How the site answers."""
        return [*(["--noise"] if self.noise else []), *(["--etag"] if self.etag else [])]


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over all pages: processor milliseconds a check, peak MiB so far, bytes on the disk after it."""

    program: str
    change: float
    is_first: bool
    checks: int
    seconds: float
    cpu_milliseconds: float
    peak_mebibytes: float
    disk_bytes: int

    @property
    def checks_a_second(self) -> float:
        """From the start of the pass to the last request that the site saw."""
        return self.checks / self.seconds


class Site:
    """The generated site, running."""

    def __init__(self, work: Work) -> None:
        self._base = f"http://127.0.0.1:{work.port}/__ctl/"
        command = [sys.executable, "site_server.py", "--port", str(work.port), "--n", str(work.pages)]
        command += ["--hosts", str(work.hosts), *work.flags]
        self._process = subprocess.Popen(command, cwd=work.bench_dir, stdout=subprocess.PIPE)
        if self._process.stdout is None or not self._process.stdout.readline():
            raise RuntimeError("the generated site did not start")

    def ask(self, what: str) -> dict[str, Any]:
        """One of its control addresses."""
        with urllib.request.urlopen(self._base + what, timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


class Worker:
    """``walkback work`` in a process of its own, whose needs are read from the outside."""

    def __init__(self, environment: Mapping[str, str], log: Path, concurrency: int) -> None:
        self._log = log.open("w")
        command = [*_with(environment), sys.executable, "-m", "app", "work", "--concurrency", str(concurrency)]
        self._process = subprocess.Popen(command, stderr=self._log)
        self._folder = Path("/proc") / str(self._process.pid)

    def cpu_seconds(self) -> float:
        """Processor time until now, user's and system's."""
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak_mebibytes(self) -> float:
        """The most memory that it ever held."""
        lines = (self._folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))

    def settle(self, idle: float) -> float:
        """Wait until it has nothing more to do; its processor time then."""
        used = self.cpu_seconds()
        while True:
            time.sleep(0.5)
            now = self.cpu_seconds()
            if now - used < 0.5 * idle + 0.02:
                return now
            used = now

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._log.close()


def walkback_passes(work: Work, folder: Path, address: str) -> Iterator[Pass]:
    """Add the pages by ``watch import``, let the worker make one pass after another, and measure each."""
    environment = {
        "WALKBACK_DATABASE_URL": address,
        "WALKBACK_ALLOW_NETWORKS": "127.0.0.0/8",
        "WALKBACK_HOST_GAP_SECONDS": "0",
        "WALKBACK_DEFAULT_INTERVAL_SECONDS": "86400",
        "WALKBACK_SECOND_LOOK_SECONDS": "86400",
        "WALKBACK_IDLE_SECONDS": "0.1",
        "WALKBACK_SECRET_KEY": "a key for the benchmark",
    }
    pages = folder / "pages.txt"
    pages.write_text("\n".join(work.addresses))
    for words in (["migrate"], ["watch", "import", str(pages)]):
        command = [*_with(environment), sys.executable, "-m", "app", *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with (
        Site(work) as site,
        _held_back(address) as database,
        Worker(environment, folder / "worker.log", work.workers) as worker,
    ):
        time.sleep(2)
        idle = _idle(worker)
        for number, change in enumerate((1.0, *work.changes)):
            if number and change:
                site.ask(f"advance?share={change}")
            yield _one_pass(work, worker, site, database, idle, change, is_first=number == 0)


def _with(environment: Mapping[str, str]) -> list[str]:
    """The beginning of a command that is to run with these settings beside those of this process."""
    return ["env", *(f"{name}={value}" for name, value in environment.items())]


@contextmanager
def _held_back(address: str) -> Iterator[Database]:
    """The same database, with nothing due yet."""
    with Database(address) as database:
        with database.write() as conn:
            conn.execute(sa.update(check).values(due_at=LATER, is_counted=False))
        yield database


def _idle(worker: Worker) -> float:
    """Processor seconds a second of a worker that has nothing to do."""
    while True:
        before = worker.cpu_seconds()
        time.sleep(3)
        idle = (worker.cpu_seconds() - before) / 3
        if idle < 0.2:
            return idle


def _one_pass(
    work: Work, worker: Worker, site: Site, database: Database, idle: float, change: float, *, is_first: bool
) -> Pass:
    site.ask("mark")
    before = worker.cpu_seconds()
    started, clock = site.ask("stats")["now"], time.monotonic()
    with database.write() as conn:
        conn.execute(sa.update(check).where(check.c.purpose == "list").values(due_at=EPOCH, is_counted=False))
    while site.ask("stats")["distinct_pages"] < work.pages:
        time.sleep(0.2)
    _until_written(database)
    used = worker.settle(idle) - before - idle * (time.monotonic() - clock)
    seen = site.ask("stats")
    return Pass(
        program=WALKBACK,
        change=change,
        is_first=is_first,
        checks=seen["gets"],
        seconds=seen["last"] - started,
        cpu_milliseconds=1000 * used / seen["gets"],
        peak_mebibytes=worker.peak_mebibytes(),
        disk_bytes=_bytes_of(database),
    )


def _until_written(database: Database) -> None:
    """Wait for answers that are still to be written down: on a busy machine they would put off the next pass."""
    in_hand = sa.select(sa.func.count()).select_from(check).where(check.c.lease.is_not(None))
    while True:
        with database.read() as conn:
            if not conn.execute(in_hand).scalar_one():
                return
        time.sleep(0.1)


def _bytes_of(database: Database) -> int:
    pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    query = pages if database.is_sqlite else "SELECT pg_database_size(current_database())"
    with database.read() as conn:
        return int(conn.exec_driver_sql(query).scalar_one())


def peer_passes(work: Work, peer: str, bench_work: Path) -> Iterator[Pass]:
    """The same passes by one of the peers' runners."""
    command = [str(bench_work / "venv_bench" / "bin" / "python"), "bench.py", "--peer", peer, "--n", str(work.pages)]
    command += ["--workers", str(work.workers), "--hosts", str(work.hosts), "--site-port", str(work.port)]
    command += ["--passes", ",".join(map(str, (0, *work.changes))), *work.flags]
    command += ["--http-client", "requests"] if peer == "webchanges" else []
    command = [*_with({"BENCH_WORK": str(bench_work)}), *command]
    done = subprocess.run(command, cwd=work.bench_dir, check=True, stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        row = json.loads(line)
        yield Pass(
            program=row["peer"],
            change=row["change"],
            is_first=row["cold"],
            checks=row["gets"],
            seconds=row["wall_s"],
            cpu_milliseconds=row["cpu_ms_per_check"],
            peak_mebibytes=row["rss_peak_mb"],
            disk_bytes=row["disk_bytes"],
        )
