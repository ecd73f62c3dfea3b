"""The claim ribbon: the whole life of one claim as a band over the versions, each turn of it named."""

from app.domain.words import Words
from app.ui.drawings.canvas import Canvas
from app.ui.drawings.claims_chart import begins_year, describe, draw_lane, name_of_column, name_of_lane
from app.ui.drawings.folding import fold
from app.ui.drawings.ink import Theme
from app.ui.drawings.lettering import shorten
from app.ui.drawings.lives import Act, ClaimsChart
from app.ui.drawings.sheet import COLUMN
from app.ui.drawings.signs import name_of_act

EDGE, TOP, HEIGHT, STATE = 12, 56, 118, 130
STEP = COLUMN + 12


def draw_claim_ribbon(chart: ClaimsChart, words: Words, *, key: str = "ribbon", theme: Theme | None = None) -> str:
    """The one claim of a chart as SVG."""
    narrow = fold(chart).chart
    canvas = Canvas(key, theme)
    title = words.text("The life of the claim, version by version")
    xs = [EDGE + STEP * (place + 0.5) for place in range(len(narrow.columns))]
    width = max(EDGE + STEP * len(xs) + STATE, 320)
    life = narrow.lives[0] if narrow.lives else None
    y = TOP + 22
    for place, (x, column) in enumerate(zip(xs, narrow.columns, strict=True)):
        if column.gap_before and place:
            canvas.hatched(x - STEP / 2 - 12, TOP - 4, 24, 52, title=words.text("gap in coverage"))
        canvas.text(x, 16, name_of_column(column, words), "text-strong", anchor="middle")
        day = words.short_date(column.at, names_year=begins_year([one.at for one in narrow.columns], place))
        canvas.text(x, 31, day, "text-small", anchor="middle")
        canvas.text(x, 44, f"{column.at:%H:%M}", "text-small", anchor="middle")
        if life and life.cells[place].act not in (Act.ABSENT, Act.UNCHANGED):
            name = shorten(name_of_act(words, life.cells[place].act), STEP + 8, 11)
            canvas.text(x, HEIGHT - 10, name, "text-small", anchor="middle")
    if life:
        draw_lane(canvas, xs, y, life.cells, words, end=xs[-1] + COLUMN / 2)
        canvas.text(xs[-1] + STEP / 2 + 8, y + 4, name_of_lane(life.lane, words), "text-strong")
    return canvas.done(width, HEIGHT, title=title, description=describe(narrow, words))
