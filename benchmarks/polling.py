"""What a check costs the running worker, over a generated site of press releases, beside other watchers of pages.

    python -m benchmarks polling DIR [--n 500] [--noise] [--etag] [--changed 0 0 0.1 1] [--peers changedetection …]

DIR holds the generated site and the runners of the peers (``site_server.py``, ``bench.py``). Every program gets the
same pages on the same hosts with the same number of requests in flight, one program after another. A first pass sees
every page for the first time; before each further one the given share of the pages changes. Processor time is that of
the measured program alone. Ratios are of one run.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.polling_runs import WALKBACK, Pass, Work, peer_passes, walkback_passes

EXAMPLE = "python -m benchmarks polling DIR --n 500 --noise --peers changedetection webchanges --bench-work SCRATCH"
PEERS = ("changedetection", "webchanges", "urlwatch")


def what_changed(one: Pass) -> str:
    """A pass in words."""
    if one.is_first:
        return "first sight"
    return "unchanged" if not one.change else f"{one.change:.0%} changed"


def table(title: str, passes: Iterable[Pass]) -> Table:
    """Each pass of each program, with the ratios to Walkback's pass of the same place."""
    shown = Table(title=title, box=box.SIMPLE_HEAD)
    shown.add_column("program")
    shown.add_column("pass")
    for name in ("checks/s", "ratio", "CPU ms/check", "ratio", "peak MiB", "bytes added/page"):
        shown.add_column(name, justify="right")
    found = list(passes)
    ours = [one for one in found if one.program == WALKBACK]
    places: dict[str, int] = {}
    for before, one in zip([None, *found], found, strict=False):
        place = places[one.program] = places.get(one.program, -1) + 1
        same = ours[place] if place < len(ours) else None
        added = one.disk_bytes - (before.disk_bytes if before is not None and before.program == one.program else 0)
        shown.add_row(
            one.program,
            what_changed(one),
            f"{one.checks_a_second:,.0f}",
            ratio(same.checks_a_second if same else None, one.checks_a_second),
            f"{one.cpu_milliseconds:.2f}",
            ratio(one.cpu_milliseconds, same.cpu_milliseconds if same else None),
            f"{one.peak_mebibytes:.0f}",
            f"{added / one.checks:,.0f}",
        )
    return shown


def ratio(more: float | None, less: float | None) -> str:
    """How many times better Walkback is."""
    return f"{more / less:.1f}×" if more is not None and less else ""


def main(given: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks polling", epilog=f"example: {EXAMPLE}")
    parser.add_argument("bench_dir", type=Path, metavar="DIR", help="Folder of site_server.py and bench.py.")
    parser.add_argument("--n", type=int, default=500, help="Pages.")
    parser.add_argument("--hosts", type=int, default=200, help="Hosts that they stand on (127.0.0.1 …), 254 at most.")
    parser.add_argument("--workers", type=int, default=10, help="Requests in flight, for every program.")
    parser.add_argument("--port", type=int, default=8801)
    parser.add_argument("--noise", action="store_true", help="Fresh tokens in every answer, outside the text.")
    parser.add_argument("--etag", action="store_true", help="The site answers conditional requests.")
    parser.add_argument("--changed", type=float, nargs="*", default=[0, 0, 0, 0.1, 1], help="Shares, a pass each.")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=[])
    parser.add_argument("--bench-work", type=Path, default=Path("bench-work"), help="Where the peers are set up.")
    parser.add_argument("--postgres", metavar="ADDRESS", help="An empty PostgreSQL database, in place of SQLite.")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="Leave Walkback's database and log here.")
    options = parser.parse_args(given)
    work = Work(
        bench_dir=options.bench_dir.resolve(),
        pages=options.n,
        hosts=min(options.hosts, 254),
        workers=options.workers,
        port=options.port,
        changes=options.changed,
        noise=options.noise,
        etag=options.etag,
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        address = options.postgres or f"sqlite:///{folder / 'polling.db'}"
        passes = list(walkback_passes(work, folder, address))
        for peer in options.peers:
            passes += peer_passes(work, peer, options.bench_work.resolve())
    title = f"{work.pages:,} pages on {work.hosts} hosts, {work.workers} requests in flight"
    Console(width=None if sys.stdout.isatty() else 180).print(table(title, passes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
