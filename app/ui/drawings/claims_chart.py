"""The claims chart: one line per claim, one column per version, so that a walk-back is seen in a second."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from app.domain.claims import Level
from app.domain.words import Words
from app.ui.drawings.canvas import Canvas
from app.ui.drawings.ink import Theme
from app.ui.drawings.lettering import Run, is_rtl, shorten, width_of, wrap
from app.ui.drawings.lives import Act, Cell, ClaimsChart, Column, Lane, Source, Step
from app.ui.drawings.publication import FOOT, HEAD, draw_foot, draw_head
from app.ui.drawings.sheet import LINE, PAGE, TOP, Extent, Sheet
from app.ui.drawings.signs import draw_sign, name_of_act, name_of_level, told

LEGEND = 26
LONGEST_DESCRIPTION = 2000


def draw_claims_chart(
    chart: ClaimsChart,
    words: Words,
    *,
    key: str = "claims",
    theme: Theme | None = None,
    source: Source | None = None,
    extent: Extent = PAGE,
) -> str:
    """The chart as SVG: for a page, or (with a theme and a source) as a picture that can stand alone.

    A narrow one stands beside the wide one of the same key, and is told by its words.
    """
    sheet = Sheet.of(chart, extent, top=HEAD if source else 0)
    canvas = Canvas(key, theme, is_second=extent.is_narrow)
    title = words.text("What became of each claim, version by version")
    if source:
        draw_head(canvas, source, title, sheet.width)
    _draw_gaps(canvas, sheet, words)
    for place, column in enumerate(sheet.columns):
        _draw_column(canvas, sheet, place, column, words)
    for place in range(len(sheet.quotes)):
        _draw_life(canvas, sheet, place, words)
    y = _draw_rest(canvas, sheet, words)
    y = _draw_legend(canvas, sheet, y, words)
    if source:
        draw_foot(canvas, source, words, sheet.width, y)
        y += FOOT
    return canvas.done(sheet.width, y, title=title, description=describe(sheet.folded.chart, words))


def _draw_gaps(canvas: Canvas, sheet: Sheet, words: Words) -> None:
    for place, column in enumerate(sheet.columns):
        if column.gap_before and place:
            middle = sheet.x(place) - sheet.column / 2
            title = words.text("nothing could be seen for a while before this version")
            if not sheet.is_narrow:
                canvas.hatched(middle - 14, sheet.top + TOP - 6, 28, sheet.bottom - sheet.top - TOP + 6, title=title)
                continue
            canvas.hatched(middle - 7, sheet.top + TOP - 10, 14, 10, title=title)


def _draw_column(canvas: Canvas, sheet: Sheet, place: int, column: Column, words: Words) -> None:
    x, y = sheet.x(place), sheet.top + 16
    name = name_of_column(column, words)
    if sheet.is_narrow:
        canvas.text(x, y, shorten(name, sheet.column, 11), "text-small", anchor="middle")
    else:
        canvas.line(x, sheet.top + TOP - 6, x, sheet.bottom, "hair")
        canvas.text(x, y, name, "text-strong", anchor="middle")
    for number, line in enumerate(_times(sheet, place, words)):
        canvas.text(x, y + 15 + 13 * number, line, "text-small", anchor="middle")


def _times(sheet: Sheet, place: int, words: Words) -> tuple[str, str]:
    """When a step was seen first: the day, with its year where that begins, and the hour."""
    at = sheet.columns[place].at
    years = {column.at.year for column in sheet.columns}
    if sheet.is_narrow:
        return words.short_date(at), f"{at:%Y}" if len(years) > 1 else f"{at:%H:%M}"
    return words.short_date(at, names_year=begins_year([one.at for one in sheet.columns], place)), _clock(at)


def begins_year(times: Sequence[datetime], place: int) -> bool:
    """True for the first instant, and for each in another year than the one before."""
    return place == 0 or times[place].year != times[place - 1].year


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


def _draw_life(canvas: Canvas, sheet: Sheet, place: int, words: Words) -> None:
    life, y = sheet.folded.chart.lives[place], sheet.y(place)
    if place:
        canvas.line(sheet.edge, y, sheet.width - sheet.edge, y, "hair")
    rtl = is_rtl(" ".join(run.text for run in life.words))
    for number, line in enumerate(sheet.quotes[place]):
        canvas.runs(sheet.quote_end if rtl else sheet.edge, sheet.first_line(place) + number * LINE, line, rtl=rtl)
    xs, lane = [sheet.x(step) for step in range(len(life.cells))], sheet.lane(place)
    end = xs[-1] + sheet.column / 2
    draw_lane(canvas, xs, lane, life.cells, words, end=end)
    _draw_state(canvas, end + (6 if sheet.is_narrow else 12), lane + 4.5, life.lane, words)


def draw_lane(
    canvas: Canvas, xs: Sequence[float], y: float, cells: Sequence[Cell], words: Words, *, end: float
) -> None:
    """The line of one claim through its columns, and a sign at each."""
    ends = [*xs[1:], end]
    for place, cell in enumerate(cells):
        paint = paint_of_lane(cell)
        if paint:
            canvas.line(xs[place], y, ends[place], y, paint)
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


def _draw_rest(canvas: Canvas, sheet: Sheet, words: Words) -> float:
    """What is not drawn is said, and whose clock the times are of."""
    quiet, others, y = sheet.folded.quiet, sheet.folded.others, sheet.bottom
    stand = words.plural("{count} more claim stands as first said", "{count} more claims stand as first said", quiet)
    hidden = words.plural(
        "{count} more claim changed and is not drawn", "{count} more claims changed and are not drawn", others
    )
    cut = words.text("The history is longer than this drawing: only a part of it is here.")
    zone = words.text("Times are when a wording was first seen, in UTC.")
    canvas.line(sheet.edge, y, sheet.width - sheet.edge, y, "hair")
    for said, is_so in ((stand, quiet), (hidden, others), (cut, not sheet.folded.chart.whole), (zone, True)):
        y += 6 if is_so else 0
        for line in wrap([Run(said, "text-small")], sheet.width - 2 * sheet.edge, lines=3, size=11) if is_so else ():
            y += 16
            canvas.runs(sheet.edge, y, line)
    return y


def _draw_legend(canvas: Canvas, sheet: Sheet, y: float, words: Words) -> float:
    """What each sign that is there means."""
    cells = [cell for life in sheet.folded.chart.lives for cell in life.cells if cell.act is not Act.ABSENT]
    shown = {(cell.act, cell.level if cell.act is Act.EDITED else None) for cell in cells}
    found = sorted(shown, key=lambda one: (list(Act).index(one[0]), one[1].rank if one[1] else 0))
    x, y = sheet.edge + 12.0, y + LEGEND
    for act, level in found:
        name = name_of_act(words, act) + (f" ({name_of_level(words, level)})" if level else "")
        wide = 42 + width_of(name, 11) * 1.1
        if x + wide > sheet.width - sheet.edge:
            x, y = sheet.edge + 12.0, y + LEGEND
        draw_sign(canvas, x, y, Cell(act, Lane.NONE, level))
        canvas.text(x + 18, y + 4, name, "text-small")
        x += wide
    if any(column.gap_before for column in sheet.columns[1:]):
        if x + 160 > sheet.width - sheet.edge:
            x, y = sheet.edge + 12.0, y + LEGEND
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
