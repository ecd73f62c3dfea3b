"""Writes the accuracy tables for people (a terminal, a page of documentation) and for programs (JSON)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich import box
from rich.table import Table

from evaluation.floors import FLOORS, PUBLISHED, TIME_TARGETS_MS, Bound
from evaluation.metrics import Estimate
from evaluation.report import CorpusReport, Measure, Unit


def written(value: float, unit: Unit) -> str:
    """A figure as people read it: 97.5 %, .883, 2.31 ms."""
    match unit:
        case Unit.SHARE:
            return f"{value:.1%}".replace("%", " %")
        case Unit.AREA:
            return f"{value:.3f}".removeprefix("0")
        case Unit.MILLISECONDS:
            return f"{value:.2f} ms" if value < 100 else f"{value:.0f} ms"


def with_interval(estimate: Estimate, unit: Unit) -> str:
    """A figure with its interval in brackets."""
    low, high = (written(value, unit).removesuffix(" %").removesuffix(" ms") for value in (estimate.low, estimate.high))
    return f"{written(estimate.value, unit)} [{low}–{high}]"


def bounds_of(measure: Measure) -> tuple[str, str]:
    """The floor and the target of a measure as they are written, each empty where there is none."""
    bound = FLOORS.get(measure.key)
    if bound is None:
        most = TIME_TARGETS_MS.get(measure.key)
        return "", "" if most is None else f"≤ {written(most, measure.unit)}"
    sign = "≥" if bound.at_least else "≤"
    target = "" if bound.target is None else f"{sign} {written(bound.target, measure.unit)}"
    return f"{sign} {written(bound.floor, measure.unit)}", target


def falls_below(measure: Measure, bound: Bound, *, by_interval: bool) -> bool:
    """Whether a measure is on the wrong side of its floor; with ``by_interval`` only where even its interval is.

    A sample is judged by its interval, so that chance does not stop a build.
    """
    if not by_interval:
        return not bound.holds(measure.estimate.value)
    return not bound.holds(measure.estimate.high if bound.at_least else measure.estimate.low)


def rows_of(report: CorpusReport) -> tuple[list[str], list[list[str]]]:
    """The head and the rows of one table as texts; a column for each rival that has a figure."""
    rivals = list(dict.fromkeys(name for measure in report.measures for name in measure.rivals))
    head = ["measure", "Walkback", "n", "floor", "target", *rivals]
    rows = []
    for measure in report.measures:
        others = [
            written(measure.rivals[name].value, measure.unit) if name in measure.rivals else "" for name in rivals
        ]
        estimate = with_interval(measure.estimate, measure.unit)
        rows.append([measure.name, estimate, f"{measure.estimate.count:,}", *bounds_of(measure), *others])
    return head, rows


def notes_of(name: str, report: CorpusReport) -> list[str]:
    """What stands under a table: its size, its remarks, published figures."""
    size = f"{report.cases:,} cases of {report.documents:,} documents, {report.cpu_seconds:.1f} s CPU"
    return [size, *report.remarks, *(f"published: {figure}" for figure in PUBLISHED.get(name, ()))]


def as_rich(name: str, report: CorpusReport) -> Table:
    """One table for the terminal."""
    head, rows = rows_of(report)
    table = Table(
        title=report.title,
        caption="\n".join(notes_of(name, report)),
        box=box.SIMPLE_HEAD,
        title_justify="left",
        caption_justify="left",
    )
    for column, heading in enumerate(head):
        table.add_column(heading, justify="left" if column == 0 else "right")
    for row in rows:
        table.add_row(*row)
    return table


def as_json(reports: Mapping[str, CorpusReport], *, version: str, part: str, sampled: bool) -> dict[str, Any]:
    """All tables for programs."""
    return {
        "analyzer_version": version,
        "part": part,
        "sampled": sampled,
        "corpora": {name: asdict(report) | {"failures": len(report.failures)} for name, report in reports.items()},
    }
