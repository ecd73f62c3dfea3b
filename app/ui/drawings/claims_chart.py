"""The claims chart: one line per claim, one column per version, so that a walk-back is seen in a second."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from app.domain.claims import Level
from app.domain.words import Words
from app.ui.drawings.canvas import Canvas
from app.ui.drawings.folding import Folded, fold
from app.ui.drawings.ink import Theme
from app.ui.drawings.lettering import Run, is_rtl, width_of, wrap
from app.ui.drawings.lives import Act, Cell, ClaimsChart, Column, Lane, Source, Step
from app.ui.drawings.publication import FOOT, HEAD, draw_foot, draw_head
from app.ui.drawings.signs import draw_sign, name_of_act, name_of_level, told

QUOTE, COLUMN, STATE, EDGE = 380, 84, 112, 16
TOP, LINE, LEGEND = 58, 17, 26
QUOTE_LINES = 3
LONGEST_DESCRIPTION = 2000


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where things are on the sheet: the chart begins ``top`` from above, and each life at its own height."""

    folded: Folded
    quotes: tuple[list[list[Run]], ...]
    top: float

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.folded.chart.columns

    @property
    def width(self) -> float:
        return max(EDGE + QUOTE + COLUMN * len(self.columns) + STATE + EDGE, 760)

    def x(self, place: int) -> float:
        return EDGE + QUOTE + COLUMN * (place + 0.5)

    def height_of(self, place: int) -> float:
        return max(40, len(self.quotes[place]) * LINE + 16)

    def y(self, place: int) -> float:
        return self.top + TOP + sum(map(self.height_of, range(place)))

    @property
    def bottom(self) -> float:
        return self.y(len(self.quotes))


def draw_claims_chart(
    chart: ClaimsChart, words: Words, *, key: str = "claims", theme: Theme | None = None, source: Source | None = None
) -> str:
    """The chart as SVG: for a page, or (with a theme and a source) as a picture that can stand alone."""
    folded = fold(chart)
    quotes = tuple(wrap(life.words, QUOTE - 24, lines=QUOTE_LINES) for life in folded.chart.lives)
    sheet = _Sheet(folded, quotes, HEAD if source else 0)
    canvas = Canvas(key, theme)
    title = words.text("What became of each claim, version by version")
    if source:
        draw_head(canvas, source, title, sheet.width)
    _draw_gaps(canvas, sheet, words)
    for place, column in enumerate(sheet.columns):
        _draw_column(canvas, sheet, place, column, words)
    for place in range(len(folded.chart.lives)):
        _draw_life(canvas, sheet, place, words)
    y = _draw_rest(canvas, sheet, words)
    y = _draw_legend(canvas, sheet, y, words)
    if source:
        draw_foot(canvas, source, words, sheet.width, y)
        y += FOOT
    return canvas.done(sheet.width, y, title=title, description=describe(folded.chart, words))


def _draw_gaps(canvas: Canvas, sheet: _Sheet, words: Words) -> None:
    for place, column in enumerate(sheet.columns):
        if column.gap_before and place:
            left = sheet.x(place - 1) + COLUMN / 2 - 14
            title = words.text("nothing could be seen for a while before this version")
            canvas.hatched(left, sheet.top + TOP - 6, 28, sheet.bottom - sheet.top - TOP + 6, title=title)


def _draw_column(canvas: Canvas, sheet: _Sheet, place: int, column: Column, words: Words) -> None:
    x, y = sheet.x(place), sheet.top + 16
    canvas.line(x, sheet.top + TOP - 6, x, sheet.bottom, "hair")
    canvas.text(x, y, name_of_column(column, words), "text-strong", anchor="middle")
    canvas.text(x, y + 15, f"{column.at:%Y-%m-%d}", "text-small", anchor="middle")
    canvas.text(x, y + 28, _clock(column.at), "text-small", anchor="middle")


def name_of_column(column: Column, words: Words) -> str:
    """What stands over a column."""
    if column.count > 1:
        return words.plural("{count} step", "{count} steps", column.count)
    match column.step:
        case Step.VERSION:
            return words.text("v{number}", number=column.version)
        case Step.ARCHIVED:
            return words.term("version", "archive")
        case Step.WITHDRAWN:
            return words.term("statement", "not seen")
        case Step.REPUBLISHED:
            return words.term("statement", "back again")
        case _:
            assert_never(column.step)


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def _draw_life(canvas: Canvas, sheet: _Sheet, place: int, words: Words) -> None:
    life, y = sheet.folded.chart.lives[place], sheet.y(place)
    height, quote = sheet.height_of(place), sheet.quotes[place]
    if place:
        canvas.line(EDGE, y, sheet.width - EDGE, y, "hair")
    rtl = is_rtl(" ".join(run.text for run in life.words))
    first = y + height / 2 - (len(quote) - 1) * LINE / 2 + 4.5
    for number, line in enumerate(quote):
        canvas.runs(EDGE + (QUOTE - 24 if rtl else 0), first + number * LINE, line, rtl=rtl)
    draw_lane(canvas, [sheet.x(step) for step in range(len(life.cells))], y + height / 2, life.cells, words)
    _draw_state(canvas, sheet.x(len(life.cells) - 1) + COLUMN / 2 + 12, y + height / 2 + 4.5, life.lane, words)


def draw_lane(canvas: Canvas, xs: Sequence[float], y: float, cells: Sequence[Cell], words: Words) -> None:
    """The line of one claim through its columns, and a sign at each."""
    for place, cell in enumerate(cells):
        end = xs[place + 1] if place + 1 < len(cells) else xs[place] + COLUMN / 2
        paint = paint_of_lane(cell)
        if paint:
            canvas.line(xs[place], y, end, y, paint)
    for x, cell in zip(xs, cells, strict=True):
        draw_sign(canvas, x, y, cell, title=told(words, cell))


def paint_of_lane(cell: Cell) -> str | None:
    """How the line goes on behind a step."""
    match cell.lane:
        case Lane.NONE:
            return None
        case Lane.AS_SAID:
            return "lane-said"
        case Lane.ALTERED:
            return f"lane-{cell.level or Level.MINOR}"
        case Lane.GONE:
            return "lane-gone"
        case _:
            assert_never(cell.lane)


def name_of_lane(lane: Lane, words: Words) -> str:
    """Where a claim stands now."""
    match lane:
        case Lane.NONE:
            return words.term("claim", "merged")
        case Lane.AS_SAID:
            return words.term("claim", "stands as said")
        case Lane.ALTERED:
            return words.term("claim", "altered")
        case Lane.GONE:
            return words.term("claim", "gone")
        case _:
            assert_never(lane)


def _draw_state(canvas: Canvas, x: float, y: float, lane: Lane, words: Words) -> None:
    paints = {Lane.ALTERED: "text-altered", Lane.GONE: "text-gone"}
    canvas.text(x, y, name_of_lane(lane, words), paints.get(lane, "text"))


def _draw_rest(canvas: Canvas, sheet: _Sheet, words: Words) -> float:
    """What is not drawn is said."""
    quiet, others, y = sheet.folded.quiet, sheet.folded.others, sheet.bottom
    stand = words.plural("{count} more claim stands as first said", "{count} more claims stand as first said", quiet)
    hidden = words.plural(
        "{count} more claim changed and is not drawn", "{count} more claims changed and are not drawn", others
    )
    cut = words.text("The history is longer than this drawing: only a part of it is here.")
    canvas.line(EDGE, y, sheet.width - EDGE, y, "hair")
    for line, is_so in ((stand, quiet), (hidden, others), (cut, not sheet.folded.chart.whole)):
        if is_so:
            y += 22
            canvas.text(EDGE, y, line, "text-small")
    return y


def _draw_legend(canvas: Canvas, sheet: _Sheet, y: float, words: Words) -> float:
    """What each sign that is there means."""
    cells = [cell for life in sheet.folded.chart.lives for cell in life.cells if cell.act is not Act.ABSENT]
    shown = {(cell.act, cell.level if cell.act is Act.EDITED else None) for cell in cells}
    found = sorted(shown, key=lambda one: (list(Act).index(one[0]), one[1].rank if one[1] else 0))
    x, y = EDGE + 12.0, y + LEGEND
    for act, level in found:
        name = name_of_act(words, act) + (f" ({name_of_level(words, level)})" if level else "")
        wide = 42 + width_of(name, 11) * 1.1
        if x + wide > sheet.width - EDGE:
            x, y = EDGE + 12.0, y + LEGEND
        draw_sign(canvas, x, y, Cell(act, Lane.NONE, level))
        canvas.text(x + 18, y + 4, name, "text-small")
        x += wide
    if any(column.gap_before for column in sheet.columns[1:]):
        if x + 160 > sheet.width - EDGE:
            x, y = EDGE + 12.0, y + LEGEND
        canvas.hatched(x - 8, y - 9, 20, 18, title="")
        canvas.text(x + 20, y + 4, words.text("gap in coverage"), "text-small")
    return y + LEGEND


def describe(chart: ClaimsChart, words: Words) -> str:
    """The chart in words, for whoever does not see it: each claim to which something happened."""
    lines = []
    for life in chart.lives:
        steps = [
            f"{name_of_column(column, words)}: {told(words, cell)}"
            for column, cell in zip(chart.columns, life.cells, strict=True)
            if cell.act not in (Act.ABSENT, Act.UNCHANGED)
        ]
        said = " ".join(run.text for run in life.words if run.paint != "text-in")[:100]
        lines.append(f"“{said}”: {'; '.join(steps)}; {name_of_lane(life.lane, words)}.")
    return " ".join(lines)[:LONGEST_DESCRIPTION]
