"""Long histories made short enough to look at: the heaviest steps and claims stay, the others are drawn together."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from app.ui.drawings.lives import Act, Cell, ClaimsChart, Column, Lane

MOST_COLUMNS = 16
MOST_LIVES = 28
FEW_QUIET = 4
"""So many claims to which nothing happened are drawn each by itself; more become one line."""


class Folded(NamedTuple):
    """A chart of bounded size, and how many claims it leaves out: those that stand as said, and all others."""

    chart: ClaimsChart
    quiet: int
    others: int


def fold(chart: ClaimsChart, *, most_columns: int = MOST_COLUMNS, most_lives: int = MOST_LIVES) -> Folded:
    """The chart with at most so many columns and lines."""
    narrow = _fold_columns(chart, most_columns)
    eventful = [life for life in narrow.lives if life.weight > 0 or life.lane is not Lane.AS_SAID]
    quiet = [life for life in narrow.lives if life.weight == 0 and life.lane is Lane.AS_SAID]
    shown_quiet = quiet if len(quiet) <= FEW_QUIET else []
    room = most_lives - len(shown_quiet)
    kept = sorted(eventful, key=lambda life: (-life.weight, life.number))[:room]
    shown = sorted([*kept, *shown_quiet], key=lambda life: life.number)
    if not shown and quiet:
        shown, shown_quiet = quiet[:FEW_QUIET], quiet[:FEW_QUIET]
    return Folded(replace(narrow, lives=tuple(shown)), len(quiet) - len(shown_quiet), len(eventful) - len(kept))


def _fold_columns(chart: ClaimsChart, most: int) -> ClaimsChart:
    total = len(chart.columns)
    if total <= most:
        return chart
    weights = [max((life.cells[place].weight for life in chart.lives), default=0) for place in range(total)]
    inner = sorted(range(1, total - 1), key=lambda place: (-weights[place], -place))
    kept = {0, total - 1, *inner[: max(0, (most - 3) // 2)]}
    groups = [list(run) for _, run in groupby(range(total), key=lambda place: place if place in kept else -1)]
    columns = tuple(_column([chart.columns[place] for place in group]) for group in groups)
    lives = tuple(
        replace(life, cells=tuple(_cell([life.cells[place] for place in group]) for group in groups))
        for life in chart.lives
    )
    return replace(chart, columns=columns, lives=lives)


def _column(run: Sequence[Column]) -> Column:
    """Several steps as one: it is there as of the last, and nothing of it was there before the first."""
    if len(run) == 1:
        return run[0]
    last = run[-1]
    gap = any(column.gap_before for column in run)
    return replace(last, not_before=run[0].at, gap_before=gap, count=sum(column.count for column in run))


def _cell(run: Sequence[Cell]) -> Cell:
    """What several steps did: the heaviest of it, and how the claim stands behind the last."""
    if len(run) == 1:
        return run[0]
    heaviest = max(run, key=lambda cell: cell.weight)
    last = run[-1]
    act = heaviest.act if heaviest.weight else _still(run)
    return replace(heaviest, act=act, lane=last.lane, level=heaviest.level or last.level)


def _still(run: Sequence[Cell]) -> Act:
    return Act.UNCHANGED if any(cell.act is Act.UNCHANGED for cell in run) else run[-1].act
