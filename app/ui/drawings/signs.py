"""The sign of each act: a shape of its own and a colour of its own, so that neither is ever the only one."""

from collections.abc import Mapping
from typing import assert_never

from app.domain.claims import Level
from app.domain.terms import term_of
from app.domain.words import Words, msgid
from app.ui.drawings.canvas import Canvas
from app.ui.drawings.lives import Act, Cell

HALF = 10
"""Half the height of a sign."""


def draw_sign(canvas: Canvas, x: float, y: float, cell: Cell, *, title: str = "") -> None:
    """Put the sign of what happened around a point; nothing where the claim does not stand."""
    match cell.act:
        case Act.ABSENT:
            return
        case Act.UNCHANGED:
            canvas.line(x, y - 5, x, y + 5, "pen-muted")
        case Act.FIRST_SEEN:
            canvas.circle(x, y, 7, "fill-first", title=title)
            canvas.circle(x, y, 2.5, "fill-paper")
        case Act.REGROUPED:
            canvas.circle(x, y, 5, "fill-said", title=title)
        case Act.MOVED:
            _box(canvas, x, y, "fill-moved", title)
            canvas.path(f"M{x - 3:g} {y - 2:g}l3 -4l3 4M{x - 3:g} {y + 2:g}l3 4l3 -4", "sign")
        case Act.EDITED:
            _edited(canvas, x, y, cell.level or Level.MINOR, title)
        case Act.RESTORED:
            canvas.circle(x, y, HALF - 0.5, "fill-restored", title=title)
            canvas.path(f"M{x - 4.5:g} {y - 3:g}h5a3.6 3.6 0 0 1 0 7.4h-3.5M{x - 2:g} {y - 6:g}l-3 3l3 3", "sign")
        case Act.REMOVED:
            _box(canvas, x, y, "fill-removed", title)
            canvas.path(f"M{x - 4:g} {y - 4:g}l8 8m0 -8l-8 8", "sign")
        case _:
            assert_never(cell.act)


def _box(canvas: Canvas, x: float, y: float, paint: str, title: str) -> None:
    canvas.rect(x - HALF + 1, y - HALF + 1, 2 * HALF - 2, 2 * HALF - 2, paint, title=title)


def _edited(canvas: Canvas, x: float, y: float, level: Level, title: str) -> None:
    """A diamond with the level in it, from 1 (cosmetic) to 4 (major)."""
    half = HALF + 2
    shape = f"M{x:g} {y - half:g}l{half} {half}l{-half} {half}l{-half} {-half}z"
    canvas.path(shape, f"fill-{level}", title=title)
    canvas.text(x, y + 4, str(level.rank + 1), "text-sign", anchor="middle")


ACTS: Mapping[Act, str] = {
    Act.ABSENT: msgid("not there"),
    Act.UNCHANGED: msgid("unchanged"),
    Act.FIRST_SEEN: msgid("first seen"),
    Act.REGROUPED: msgid("split or merged"),
    Act.MOVED: msgid("moved"),
    Act.EDITED: msgid("edited"),
    Act.RESTORED: msgid("restored"),
    Act.REMOVED: msgid("removed"),
}


def name_of_act(words: Words, act: Act) -> str:
    """As a legend and a description say it."""
    return words.text(ACTS[act])


def name_of_level(words: Words, level: Level) -> str:
    """The level of an edit."""
    return term_of(level, words)


def told(words: Words, cell: Cell) -> str:
    """What a cell says: ``edited (major): “…” → “…”``."""
    name = name_of_act(words, cell.act)
    if cell.act is Act.EDITED and cell.level:
        name = f"{name} ({name_of_level(words, cell.level)})"
    if cell.before and cell.after and cell.before != cell.after:
        return f"{name}: “{cell.before[:80]}” → “{cell.after[:80]}”"
    return name
