"""Small counts: how often a watch was edited day by day, and how many flags each day brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.claims import Level
from app.domain.words import Words
from app.ui.drawings.canvas import Canvas
from app.ui.drawings.ink import Theme
from app.ui.drawings.signs import name_of_level

SPARK_HEIGHT, SPARK_STEP = 24, 4
MOST_DAYS = 92
BAR_HEIGHT, BAR_TOP, BAR_EDGE = 84, 18, 34


@dataclass(frozen=True, slots=True)
class DayOfFlags:
    """How many flags of each level one day brought."""

    day: date
    counts: Mapping[Level, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def draw_sparkline(counts: Sequence[int], words: Words, *, key: str, theme: Theme | None = None) -> str:
    """Edits by day, oldest first, as a row of small bars; a day without any is a dot on the ground."""
    shown = list(counts)[-MOST_DAYS:]
    most = max([*shown, 1])
    canvas = Canvas(key, theme)
    for place, count in enumerate(shown):
        height = max(2.0, (SPARK_HEIGHT - 2) * count / most) if count else 1.0
        paint = "fill-substantive" if count else "fill-line"
        canvas.rect(place * SPARK_STEP, SPARK_HEIGHT - height, SPARK_STEP - 1, height, paint)
    total = words.plural("{count} edit", "{count} edits", sum(shown))
    days = words.plural("in {count} day", "in {count} days", len(shown))
    description = words.text("at most {most} on one day", most=max(shown, default=0))
    width = max(1, len(shown)) * SPARK_STEP
    return canvas.done(width, SPARK_HEIGHT, title=f"{total} {days}", description=description)


def draw_flags_by_day(
    days: Sequence[DayOfFlags], words: Words, *, key: str = "flags-by-day", theme: Theme | None = None
) -> str:
    """Flags by day, oldest first: one bar each, its levels stacked from the most severe up, its number above it."""
    shown = list(days)[-MOST_DAYS:]
    step = max(8, min(36, 720 // max(1, len(shown))))
    most = max([1, *(day.total for day in shown)])
    canvas = Canvas(key, theme)
    ground = BAR_TOP + BAR_HEIGHT
    width = BAR_EDGE * 2 + step * len(shown)
    canvas.line(BAR_EDGE, ground, width - BAR_EDGE, ground, "hair")
    for place, day in enumerate(shown):
        x, y = BAR_EDGE + place * step, float(ground)
        for level in reversed(Level):
            count = day.counts.get(level, 0)
            height = BAR_HEIGHT * count / most
            y -= height
            if count:
                title = f"{day.day}: {name_of_level(words, level)} {count}"
                canvas.rect(x + 1, y, step - 2, height, f"fill-{level}", title=title)
                _draw_rank(canvas, x + step / 2, y + height / 2, level, has_room=height >= 13 and step >= 14)
        if day.total and step >= 14:
            canvas.text(x + step / 2, y - 4, str(day.total), "text-small", anchor="middle")
    for place in {0, len(shown) - 1} if shown else ():
        canvas.text(
            BAR_EDGE + (place + 0.5) * step, ground + 16, f"{shown[place].day:%m-%d}", "text-small", anchor="middle"
        )
    told = "; ".join(_told(day, words) for day in shown if day.total)
    return canvas.done(width, ground + 24, title=words.text("Flags by day"), description=told)


def _draw_rank(canvas: Canvas, x: float, y: float, level: Level, *, has_room: bool) -> None:
    """The level as on every sign: from 1 (cosmetic) to 4 (major)."""
    if has_room:
        canvas.text(x, y + 4, str(level.rank + 1), "text-sign", anchor="middle")


def _told(day: DayOfFlags, words: Words) -> str:
    """One day in words."""
    levels = (
        f"{name_of_level(words, level)} {day.counts[level]}" for level in reversed(Level) if day.counts.get(level)
    )
    return f"{day.day}: {', '.join(levels)}"
