"""A worker with very many watches for some minutes: whether it keeps up, and its memory and manners with it.

    python -m benchmarks soak [--watches 100000] [--minutes 10] [--a-second 100] [--edits 0.05] [--keep FOLDER]

Its site is made by itself (benchmarks.soak_site): pages on 250 hosts, a tenth of which answer 503, never, or refuse. An
eighth of the watches are looked at often, so that they are edited meanwhile, the others seldom; together they make as
many checks a second as asked for. Half-way the record is backed up while the worker goes on. At the end every wording
that a page has shown has to be in the record, and nothing else, and the backup has to be sound. No host may have been
asked before its pause was over.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.soak_runs import GAP_SECONDS, HOSTS, RECORD, Moment, Work, fill, run, within
from benchmarks.soak_site import kind_of

EXAMPLE = "python -m benchmarks soak --watches 100000 --minutes 10"
FEWEST_WATCHES = 8


def tables(work: Work, moments: Sequence[Moment], found: Mapping[str, Any]) -> Iterator[Table]:
    """The course, and the end."""
    course = Table(title=f"{work.watches:,} watches, {work.a_second:g} checks a second wanted", box=box.SIMPLE_HEAD)
    names = ("minute", "checks/s", "half taken within s", "99 of 100", "MiB", "processor")
    for name in names:
        course.add_column(name, justify="right")
    for before, one in pairwise(moments):
        seconds = (one.minute - before.minute) * 60
        course.add_row(
            f"{one.minute:.1f}",
            f"{(one.asked - before.asked) / seconds:.1f}",
            within((before, one), 0.5),
            within((before, one), 0.99),
            f"{one.mebibytes:.0f}",
            f"{(one.cpu_seconds - before.cpu_seconds) / seconds:.0%}",
        )
    yield course
    end = Table(title=f"{sum(map(is_bad, range(HOSTS)))} of {HOSTS} hosts are bad", box=box.SIMPLE_HEAD)
    end.add_column("counted")
    end.add_column("", justify="right")
    end.add_column("limit", justify="right")
    limits = {"lost": 0, "invented": 0, "asked twice at once": 0, "asked too soon": 0, "shortest pause": GAP_SECONDS}
    for name, value in found.items():
        end.add_row(name, f"{value:,}", str(limits.get(name, "")))
    yield end


def is_bad(place: int) -> bool:
    """True for a host that does not answer as it should."""
    return kind_of(f"127.0.1.{1 + place}") is not None


def main(given: Sequence[str] | None = None) -> int:
    """Print the tables; exit code 1 where a wording is lost or invented, or a host was asked too soon."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks soak", epilog=f"example: {EXAMPLE}")
    parser.add_argument("--watches", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--a-second", type=float, default=100.0, help="Checks.")
    parser.add_argument("--edits", type=float, default=0.05, help="The share of looks at which a page has changed.")
    parser.add_argument("--port", type=int, default=8861, help="And the next two.")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="Leave the record, its backup and the log here.")
    options = parser.parse_args(given)
    if options.watches < FEWEST_WATCHES or options.minutes <= 0 or options.a_second <= 0 or not 0 <= options.edits <= 1:
        parser.error(f"--watches from {FEWEST_WATCHES} on, --minutes and --a-second above 0, --edits from 0 to 1")
    if options.keep is not None and (options.keep / RECORD).exists():
        parser.error(f"there is a record in {options.keep} already: name another folder")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        ports = (options.port, options.port + 2)
        work = Work(options.watches, options.minutes, options.a_second, options.edits, *ports, folder)
        asyncio.run(fill(work))
        moments, found = run(work)
    for one in tables(work, moments, found):
        Console(width=None if sys.stdout.isatty() else 120).print(one)
    return int(any(found.get(name) for name in ("lost", "invented", "asked too soon", "asked twice at once")))


if __name__ == "__main__":
    sys.exit(main())
