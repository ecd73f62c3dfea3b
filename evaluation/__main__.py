"""The command behind ``make evaluate``: measures the analysis on a folder of corpora and prints one table for each.

python -m evaluation DATA_DIR [--short] [--part looked-at|held-out|all] [--floors] [--json FILE]
                              [--markdown FILE] [--failures N] [--only NAME …]
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from evaluation import tables
from evaluation.catalogue import TABLES, Run
from evaluation.corpora import Part, corpus_path
from evaluation.engine import walkback
from evaluation.floors import FLOORS
from evaluation.report import CorpusReport, Engine

SHORT_ROWS = 250
"""Rows of each corpus in the short form, which takes less than a minute of processor time."""

WARMED_UP = ("en", "uk", "ru")
"""Languages of the corpora."""


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line, read."""
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="DATA_DIR", help="folder with the corpora, <name>.jsonl.gz")
    parser.add_argument("--short", action="store_true", help="an even sample of every corpus, under a minute")
    parser.add_argument("--part", type=Part, choices=list(Part), default=Part.ALL, help="which half of each corpus")
    parser.add_argument("--floors", action="store_true", help="exit 1 if a figure is below its floor")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures for programs")
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="show the worst N of the looked-at half")
    parser.add_argument("--only", nargs="+", choices=list(TABLES), metavar="NAME", help="only these tables")
    return parser.parse_args(given)


def measured(
    run: Run, engine: Engine, only: Sequence[str] | None, console: Console
) -> Iterator[tuple[str, CorpusReport]]:
    """Each table as soon as it is measured; a corpus whose file is not there is named and left out."""
    for name, table in TABLES.items():
        if only and name not in only:
            continue
        if table.corpus and not corpus_path(run.folder, table.corpus).exists():
            console.print(f"{name}: {table.corpus}.jsonl.gz is not there; left out")
            continue
        yield name, table.measure(run, engine)


def warm_up(engine: Engine) -> None:
    """Load the dictionaries before the clock runs."""
    for language in WARMED_UP:
        engine.judge("Один. One. 1.", "Два. Two. 2.", language)


def show_failures(report: CorpusReport, at_most: int, console: Console) -> None:
    """The worst cases of the half that may be looked at."""
    for number, failure in enumerate(report.failures[:at_most], start=1):
        console.print(f"{number:3}. {failure.document} | {failure.what}", markup=False, highlight=False)
        for sign, text in (("-", failure.before), ("+", failure.after)):
            if text:
                console.print(f"     {sign} {text}", markup=False, highlight=False, soft_wrap=True)


def below_floor(reports: Mapping[str, CorpusReport], *, sampled: bool) -> list[str]:
    """The figures on the wrong side of their floors, in words."""
    return [
        f"{measure.key}: {tables.with_interval(measure.estimate, measure.unit)}, floor {tables.bounds_of(measure)[0]}"
        for report in reports.values()
        for measure in report.measures
        if (bound := FLOORS.get(measure.key)) and tables.falls_below(measure, bound, by_interval=sampled)
    ]


def main(given: Sequence[str] | None = None) -> int:
    """Measure, print, write; 1 if floors are asked for and one does not hold."""
    options = arguments(given)
    console = Console(width=None if sys.stdout.isatty() else 180)
    engine = walkback()
    warm_up(engine)
    run = Run(options.folder, options.part, SHORT_ROWS if options.short else None)
    console.print(f"analyzer {engine.version}, part: {options.part}{', sampled' if options.short else ''}\n")
    reports: dict[str, CorpusReport] = {}
    for name, report in measured(run, engine, options.only, console):
        reports[name] = report
        console.print(tables.as_rich(name, report))
        show_failures(report, options.failures, console)
    if options.json:
        figures = tables.as_json(reports, version=engine.version, part=options.part, sampled=options.short)
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False), encoding="utf-8")
    fallen = below_floor(reports, sampled=options.short) if options.floors else []
    for line in fallen:
        console.print(f"below the floor: {line}", style="bold red")
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
