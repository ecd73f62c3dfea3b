"""How soon edits are seen for the same number of requests: our schedule, a fixed interval, step decay, and the best.

Simulated, not timed: figures do not depend on the machine. Our schedule is the program's own (app.domain.schedule,
app.domain.hazard, app.domain.budget), held to the number of requests by its own budget.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from app.domain.hazard import DAY, HOUR
from benchmarks.schedule_chains import CORPORA, Simulated, best_even_mean, halves, page_lives, simulate_corpus
from benchmarks.schedule_published import CALENDAR_DAYS, ELAPSED_HOURS, published_rows

EXAMPLE = "python -m benchmarks schedule FOLDER"
HORIZONS_DAYS = (7, 30, 90)


def published_table() -> Table:
    """Mean delays over the published ages of edits, for three lengths of watching."""
    shown = Table(title="published ages of edits, as many requests as changedetection.io's 3 h", box=box.SIMPLE_HEAD)
    for heading in ("ages", "days", "requests", "schedule", "mean delay", "of fixed", "of the best"):
        shown.add_column(heading, justify="left" if heading in ("ages", "schedule") else "right")
    for ages in (CALENDAR_DAYS, ELAPSED_HOURS):
        for days in HORIZONS_DAYS:
            rows = published_rows(ages, days * DAY, requests=days * 8)
            fixed, best = rows["every 3 h (changedetection.io)"], rows["best possible"]
            for name, delay in rows.items():
                minutes = f"{delay / 60:,.1f} min"
                shown.add_row(
                    ages.name, str(days), str(days * 8), name, minutes, f"{delay / fixed:.2f}", f"{delay / best:.2f}"
                )
    return shown


def corpus_table(title: str, results: dict[str, Simulated], *, best_even: float) -> Table:
    """Requests and delays of each schedule over some version chains, and what even intervals could reach at best."""
    fixed = results["fixed interval"]
    shown = Table(title=f"{title}: {fixed.pages} pages, {fixed.edits:,} edits", box=box.SIMPLE_HEAD)
    for heading in ("schedule", "requests", "mean delay", "median", "of fixed", "of best even", "seen apart"):
        shown.add_column(heading, justify="left" if heading == "schedule" else "right")
    for policy, one in results.items():
        shown.add_row(
            policy,
            f"{one.requests:,}",
            f"{one.mean / HOUR:.2f} h",
            f"{one.median / HOUR:.2f} h",
            f"{one.mean / fixed.mean:.2f}",
            f"{one.mean / best_even:.2f}",
            f"{one.seen_apart / one.edits:.0%}",
        )
    even = f"{best_even / HOUR:.2f} h"
    shown.add_row(
        "even intervals, number of edits known",
        f"{fixed.requests:,}",
        even,
        "",
        f"{best_even / fixed.mean:.2f}",
        "1.00",
    )
    return shown


def main(given: Sequence[str] | None = None) -> int:
    """Simulate over the published figures, and over the chains in a folder if one is named; 1 if there are none."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], epilog=f"example: {EXAMPLE}")
    parser.add_argument("folder", type=Path, nargs="?", help="with version chains: " + ", ".join(CORPORA))
    parser.add_argument("--hours", type=float, default=12.0, help="the fixed interval, for the number of requests")
    options = parser.parse_args(given)
    if options.hours <= 0:
        parser.error("--hours must be more than 0")
    console, folder = Console(width=140), options.folder
    found = [] if folder is None else [name for name in CORPORA if (folder / f"{name}.jsonl.gz").is_file()]
    if folder is not None and not found:
        where = "holds none" if folder.is_dir() else "is no folder"
        print(f"No version chains: {folder} {where}. Looked for: {', '.join(CORPORA)}.", file=sys.stderr)
        return 1
    console.print(published_table())
    for name in found:
        for half, lives in halves(page_lives(options.folder, name)).items():
            if any(life.edits for life in lives):
                results = simulate_corpus(lives, options.hours * HOUR)
                best = best_even_mean(lives, results["fixed interval"].requests)
                console.print(corpus_table(f"{name}, {half}", results, best_even=best))
    return 0
