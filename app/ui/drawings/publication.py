"""What makes a drawing fit to leave the house: above it whose words these are, below it source, link and time."""

from app.domain.words import Words
from app.ui.drawings.canvas import Canvas
from app.ui.drawings.lettering import shorten
from app.ui.drawings.lives import Source

HEAD, FOOT, EDGE = 64, 74, 16


def draw_head(canvas: Canvas, source: Source, title: str, width: float) -> None:
    """The publisher and the title of the statement, over the name of the drawing."""
    name = f"{source.publisher}: {source.title}" if source.title else source.publisher
    canvas.text(EDGE, 30, shorten(name, width - 2 * EDGE, 18), "text-head")
    canvas.text(EDGE, 50, title, "text-small")


def draw_foot(canvas: Canvas, source: Source, words: Words, width: float, y: float) -> None:
    """Where it is from, where it can be looked up, and when it was so."""
    room = width - 2 * EDGE
    canvas.line(EDGE, y + 4, width - EDGE, y + 4, "hair")
    seen = words.text(
        "Last looked at {checked}; drawn {drawn}.",
        checked=words.moment(source.last_checked_at),
        drawn=words.moment(source.drawn_at),
    )
    lines = [
        words.text("Source: {url}", url=source.url),
        words.text("Record: {url}", url=source.page_url),
        seen,
    ]
    for place, line in enumerate(lines):
        canvas.text(EDGE, y + 24 + place * 17, shorten(line, room, 11), "text-small")
