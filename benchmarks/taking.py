"""What it costs a worker to take due work: with a thousand watches, and with as many as you like.

    python -m benchmarks taking [--watches 20000] [--takes 100] [--postgres ADDRESS]

Watches are made by the database itself (benchmarks.due_work), once a thousand and once many, in three shapes: a little
is due at a time, everything is due at once, one host has nine tenths of it all. A worker takes eight checks at a time
and finishes them; the two databases take turns in one run. Measured is the taking alone, up to its commit: processor
time on SQLite, which works inside this process, and time on the wall on PostgreSQL, which does not.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from rich import box
from rich.console import Console
from rich.table import Table

from app.domain.checks import Check
from app.storage import checks
from app.storage.database import Database
from app.storage.migrating import migrate
from benchmarks.due_work import SHAPES, fill

EXAMPLE = "python -m benchmarks taking --watches 100000"
NOW = datetime(2026, 1, 7, tzinfo=UTC)
FEW = 1_000
AT_ONCE = 8
WARM_UP = 5
AGAIN_AFTER = timedelta(seconds=10)


@dataclass(slots=True)
class Bench:
    """One database with watches, and what each taking of work from it cost."""

    database: Database
    watches: int
    filled_seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    taken: int = 0

    @property
    def median(self) -> float:
        """Of the takings after the first few."""
        return statistics.median(self.milliseconds[WARM_UP:])

    def take(self, number: int, clock: Callable[[], float]) -> None:
        """Take work as at the ``number``-th second, and finish it for a while."""
        now = NOW + timedelta(seconds=number + 1)
        started = clock()
        with self.database.write() as conn:
            taken = checks.take_checks(conn, now=now, limit=AT_ONCE, lease=f"{number}", lease_seconds=60)
        self.milliseconds.append((clock() - started) * 1000)
        self.taken += len(taken)
        with self.database.write() as conn:
            for done in taken:
                _finish(conn, done, now=now)


def _finish(conn: sa.Connection, done: Check, *, now: datetime) -> None:
    checks.finish_check(conn, done, next_check=replace(done, due_at=now + AGAIN_AFTER, lease=None))
    checks.release_host(conn, done, next_at=now, gap_seconds=0, refusals=0)


@contextmanager
def opened(name: str, postgres: str | None, folder: Path) -> Iterator[Database]:
    """An empty database of our own tables: a file, or a schema of PostgreSQL; removed at the end."""
    if postgres is None:
        path = folder / f"{name}.db"
        with Database(f"sqlite:///{path}") as database:
            migrate(database)
            yield database
        for file in folder.glob(f"{name}.db*"):
            file.unlink()
        return
    url = sa.make_url(postgres)
    inside = url.update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)
    with Database(postgres) as server, Database(inside) as database:
        _run(server, f"DROP SCHEMA IF EXISTS {name} CASCADE")
        _run(server, f"CREATE SCHEMA {name}")
        try:
            migrate(database)
            yield database
        finally:
            _run(server, f"DROP SCHEMA {name} CASCADE")


def _run(database: Database, statement: str) -> None:
    with database.write() as conn:
        conn.exec_driver_sql(statement)


def measured(shape: str, *, watches: int, takes: int, postgres: str | None) -> tuple[Bench, Bench]:
    """Few and many watches of one shape, taken from in turns."""
    clock = time.perf_counter if postgres else time.process_time
    with (
        tempfile.TemporaryDirectory() as folder,
        opened("taking_few", postgres, Path(folder)) as few,
        opened("taking_many", postgres, Path(folder)) as many,
    ):
        benches = (Bench(few, min(FEW, watches)), Bench(many, watches))
        for bench in benches:
            started = time.perf_counter()
            fill(bench.database, SHAPES[shape], watches=bench.watches, now=NOW)
            bench.filled_seconds = time.perf_counter() - started
        for number in range(takes + WARM_UP):
            for bench in benches if number % 2 else benches[::-1]:
                bench.take(number, clock)
    return benches


def main(given: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks taking", epilog=f"example: {EXAMPLE}")
    parser.add_argument("--watches", type=int, default=20_000)
    parser.add_argument("--takes", type=int, default=100)
    parser.add_argument("--postgres", metavar="ADDRESS", help="A PostgreSQL database, in place of SQLite files.")
    options = parser.parse_args(given)
    kind = "PostgreSQL, time on the wall" if options.postgres else "SQLite, processor time"
    table = Table(title=f"Taking {AT_ONCE} checks: {kind}; median of {options.takes}", box=box.SIMPLE_HEAD)
    for column in ("what is due", f"{min(FEW, options.watches):,} watches", f"{options.watches:,} watches", "ratio"):
        table.add_column(column, justify="left" if column == "what is due" else "right")
    table.add_column("taken", justify="right")
    table.add_column("filled in", justify="right")
    for shape in SHAPES:
        few, many = measured(shape, watches=options.watches, takes=options.takes, postgres=options.postgres)
        cells = (f"{few.median:.2f} ms", f"{many.median:.2f} ms", f"{many.median / few.median:.2f}×")
        table.add_row(shape, *cells, f"{few.taken:,} / {many.taken:,}", f"{many.filled_seconds:.0f} s")
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
