"""Writes the tables of docs/accuracy.md anew: both halves of every corpus side by side, the held-out half first.

    python -m evaluation.page DATA_DIR docs/accuracy.md --date 2026-11-22

Only what stands between the two marks in the page is replaced.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from evaluation.__main__ import warm_up
from evaluation.catalogue import TABLES, Run
from evaluation.corpora import Part, corpus_path
from evaluation.engine import walkback
from evaluation.report import CorpusReport, Measure
from evaluation.tables import bounds_of, notes_of, with_interval, written

START, END = "<!-- tables -->", "<!-- end of tables -->"
HEAD = ("measure", "held out", "n", "looked at", "n", "floor", "target")
Halves = Mapping[Part, CorpusReport]


def markdown_table(name: str, halves: Halves) -> str:
    """One corpus: its measures on both halves, bounds, and what the rivals reach on the held-out half."""
    held_out, looked_at = halves[Part.HELD_OUT], halves[Part.LOOKED_AT]
    rivals = list(dict.fromkeys(rival for measure in held_out.measures for rival in measure.rivals))
    head = (*HEAD, *rivals)
    rule = ("---", *("--:" for _ in head[1:]))
    rows = [
        markdown_row(measure, other, rivals)
        for measure, other in zip(held_out.measures, looked_at.measures, strict=True)
    ]
    lines = "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))
    notes = "; ".join(note.rstrip(".") for note in notes_of(name, held_out))
    return f"### {held_out.title}\n\n{lines}\n\nHeld-out half: {notes}.\n"


def markdown_row(measure: Measure, other: Measure, rivals: Sequence[str]) -> list[str]:
    """One measure on the held-out half, the same on the other, and the rivals."""
    reached = [written(measure.rivals[one].value, measure.unit) if one in measure.rivals else "" for one in rivals]
    ours = [
        cell
        for estimate in (measure.estimate, other.estimate)
        for cell in (with_interval(estimate, measure.unit), f"{estimate.count:,}")
    ]
    return [measure.name, *ours, *bounds_of(measure), *reached]


def with_tables(page: str, tables: str) -> str:
    """The page with what stood between the marks replaced. Raises ValueError if a mark is missing."""
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"the page lacks {START} or {END}")
    return f"{before}{START}\n{tables}\n{END}{after}"


def main(given: Sequence[str] | None = None) -> int:
    """Measure both halves of everything that is there, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.page")
    parser.add_argument("folder", type=Path, metavar="DATA_DIR")
    parser.add_argument("page", type=Path, metavar="PAGE")
    parser.add_argument("--date", required=True, help="the day of the measurement, as it is to stand on the page")
    parser.add_argument("--only", nargs="+", choices=list(TABLES), default=list(TABLES), metavar="NAME")
    options = parser.parse_args(given)
    engine = walkback()
    warm_up(engine)
    written_tables = [f"\nMeasured on {options.date} with analyzer version {engine.version}.\n"]
    for name, table in TABLES.items():
        is_there = table.corpus is None or corpus_path(options.folder, table.corpus).exists()
        if name in options.only and is_there:
            parts = (Part.HELD_OUT, Part.LOOKED_AT)
            halves = {part: table.measure(Run(options.folder, part), engine) for part in parts}
            written_tables.append(markdown_table(name, halves))
    options.page.write_text(with_tables(options.page.read_text(encoding="utf-8"), "\n".join(written_tables)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
