"""Small counts: how often a watch was edited day by day, and how many flags each day brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from app.domain.claims import Level
from app.domain.words import Words
from app.ui.drawings.canvas import Canvas
from app.ui.drawings.ink import Theme
from app.ui.drawings.lettering import width_of
from app.ui.drawings.signs import name_of_level

SPARK_HEIGHT, SPARK_STEP = 24, 4
MOST_DAYS = 92
BAR_HEIGHT, BAR_TOP, BAR_EDGE = 84, 18, 34
LEGEND_BROAD, LEGEND_GAP, SMALL = 14, 16, 11
SHARE: Final[Mapping[Level, float]] = {Level.MAJOR: 1.0, Level.SUBSTANTIVE: 0.75, Level.MINOR: 0.5, Level.COSMETIC: 0.3}
"""How broad the part of a level is: who sees no colours sees that."""


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
    """Edits by day, oldest first, as a row of small bars; a day without any is a dot on the ground.

    All bars of a paint are one path: a list of watches has hundreds of them.
    """
    shown = list(counts)[-MOST_DAYS:]
    most = max([*shown, 1])
    canvas = Canvas(key, theme)
    bars: dict[str, list[str]] = {"fill-line": [], "fill-substantive": []}
    for place, count in enumerate(shown):
        height = max(2.0, round((SPARK_HEIGHT - 2) * count / most, 1)) if count else 1.0
        bar = f"M{place * SPARK_STEP} {SPARK_HEIGHT}v-{height:g}h{SPARK_STEP - 1}v{height:g}z"
        bars["fill-substantive" if count else "fill-line"].append(bar)
    for paint, some in bars.items():
        if some:
            canvas.path("".join(some), paint)
    total = words.plural("{count} edit", "{count} edits", sum(shown))
    days = words.plural("in {count} day", "in {count} days", len(shown))
    description = words.text("at most {most} on one day", most=max(shown, default=0))
    width = max(1, len(shown)) * SPARK_STEP
    return canvas.done(width, SPARK_HEIGHT, title=f"{total} {days}", description=description)


def draw_flags_by_day(
    days: Sequence[DayOfFlags], words: Words, *, key: str = "flags-by-day", theme: Theme | None = None
) -> str:
    """Flags by day, oldest first: one bar each with its number above it, its levels stacked from the most severe up.

    A level is told by its colour and by the width of its part, as the legend below has them with their sums.
    """
    shown = list(days)[-MOST_DAYS:]
    step = max(8, min(36, 720 // max(1, len(shown))))
    most = max([1, *(day.total for day in shown)])
    canvas = Canvas(key, theme)
    ground = BAR_TOP + BAR_HEIGHT
    width = BAR_EDGE * 2 + step * len(shown)
    canvas.line(BAR_EDGE, ground, width - BAR_EDGE, ground, "hair")
    for place, day in enumerate(shown):
        x, y = BAR_EDGE + (place + 0.5) * step, float(ground)
        for level in reversed(Level):
            count = day.counts.get(level, 0)
            height = BAR_HEIGHT * count / most
            y -= height
            if count:
                title = f"{_named(day, words)}: {name_of_level(words, level)} {count}"
                broad = (step - 2) * SHARE[level]
                canvas.rect(x - broad / 2, y, broad, height, f"fill-{level}", title=title)
        if day.total and step >= 14:
            canvas.text(x, y - 4, str(day.total), "text-small", anchor="middle")
    names_year = bool(shown) and shown[0].day.year != shown[-1].day.year
    for place in {0, len(shown) - 1} if shown else ():
        name = words.short_date(_start(shown[place]), names_year=names_year)
        canvas.text(BAR_EDGE + (place + 0.5) * step, ground + 16, name, "text-small", anchor="middle")
    sums = {level: sum(day.counts.get(level, 0) for day in shown) for level in reversed(Level)}
    end = _draw_legend(canvas, {level: count for level, count in sums.items() if count}, width, ground + 38, words)
    told = "; ".join(_told(day, words) for day in shown if day.total)
    return canvas.done(max(width, end), ground + 46, title=words.text("Flags by day"), description=told)


def _draw_legend(canvas: Canvas, sums: Mapping[Level, int], width: float, y: float, words: Words) -> float:
    """Each level that there is, as broad as in the bars, with its name and how many there were of it; where it ends.

    It stands under the newest days, which are what a narrow screen shows of the chart.
    """
    texts = {level: f"{name_of_level(words, level)}: {words.number(count)}" for level, count in sums.items()}
    long = sum(LEGEND_BROAD + 5 + width_of(text, SMALL) + LEGEND_GAP for text in texts.values())
    x = max(0.0, width - BAR_EDGE - long)
    for level, text in texts.items():
        broad = LEGEND_BROAD * SHARE[level]
        canvas.rect(x + (LEGEND_BROAD - broad) / 2, y - 9, broad, 10, f"fill-{level}")
        canvas.text(x + LEGEND_BROAD + 5, y, text, "text-small")
        x += LEGEND_BROAD + 5 + width_of(text, SMALL) + LEGEND_GAP
    return x


def _told(day: DayOfFlags, words: Words) -> str:
    """One day in words."""
    levels = (
        f"{name_of_level(words, level)} {day.counts[level]}" for level in reversed(Level) if day.counts.get(level)
    )
    return f"{_named(day, words)}: {', '.join(levels)}"


def _named(day: DayOfFlags, words: Words) -> str:
    return words.date(_start(day))


def _start(day: DayOfFlags) -> datetime:
    return datetime.combine(day.day, time(), UTC)
