"""The version strip: the wordings of a statement in time, gaps in coverage shaded, restored wordings joined."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from app.domain.claims import Level
from app.domain.words import Words
from app.ui.drawings.canvas import Canvas
from app.ui.drawings.ink import Theme
from app.ui.drawings.lettering import width_of

WIDTH, EDGE = 920, 24
AXIS, HEIGHT = 74, 124
EMPTY = 50
"""So much above the axis is empty where no wording came back."""
APART = 17
"""So far two dots are from each other at least; nearer ones are drawn apart, very many are drawn as one."""
MOST_DOTS = 48
MOST_GAPS = 60


@dataclass(frozen=True, slots=True)
class Dot:
    """One wording: first seen at ``at``; ``restores`` is the version whose words it repeats, ``level`` of its edit."""

    version: int
    name: str
    at: datetime
    level: Level | None = None
    restores: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which nothing could be seen; ``until`` None while it lasts."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Strip:
    """The wordings, oldest first, the gaps, and the instant up to which the axis goes."""

    dots: tuple[Dot, ...]
    gaps: tuple[Gap, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class _Group:
    """Dots too near to each other to be drawn apart."""

    dots: tuple[Dot, ...]

    @property
    def at(self) -> datetime:
        return self.dots[0].at

    @property
    def level(self) -> Level | None:
        return max((dot.level for dot in self.dots if dot.level), key=lambda one: one.rank, default=None)


def draw_version_strip(strip: Strip, words: Words, *, key: str = "strip", theme: Theme | None = None) -> str:
    """The strip as SVG. Time runs evenly, but dots that would touch are pushed apart."""
    title = words.text("Versions in time")
    canvas = Canvas(key, theme)
    groups = _grouped(strip.dots)
    scale = _Scale.of([group.at for group in groups], strip.until)
    for gap in strip.gaps[:MOST_GAPS]:
        left, right = scale.x(gap.since), scale.x(gap.until or strip.until)
        canvas.hatched(left, AXIS - 16, max(2, right - left), 32, title=words.text("gap in coverage"))
    canvas.line(EDGE, AXIS, WIDTH - EDGE, AXIS, "pen-muted")
    _draw_arcs(canvas, groups, scale, words)
    _draw_dots(canvas, groups, scale, words)
    _draw_ends(canvas, groups, strip.until, words)
    top = 0 if any(dot.restores for dot in strip.dots) else EMPTY
    return canvas.done(WIDTH, HEIGHT, title=title, description=_describe(strip, words), top=top)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Instants and where they are on the axis, both growing; between two of them time runs evenly."""

    times: tuple[datetime, ...]
    places: tuple[float, ...]

    @classmethod
    def of(cls, times: Sequence[datetime], until: datetime) -> "_Scale":
        if not times:
            return cls((), ())
        first, last = times[0], max(until, times[-1])
        whole = (last - first).total_seconds() or 1.0
        room = WIDTH - 2 * EDGE - 2 * APART
        places = [EDGE + APART + room * (at - first).total_seconds() / whole for at in times]
        for place in range(1, len(places)):
            places[place] = max(places[place], places[place - 1] + APART)
        limit = float(WIDTH - EDGE - APART)
        for place in reversed(range(len(places))):
            places[place] = min(places[place], limit)
            limit = places[place] - APART
        return cls((*times, last), (*places, WIDTH - EDGE))

    def x(self, at: datetime) -> float:
        """Where an instant is; before the first and behind the last it is at the end."""
        if not self.times or at <= self.times[0]:
            return float(EDGE)
        for place in range(1, len(self.times)):
            left, right = self.times[place - 1], self.times[place]
            if at <= right:
                part = (at - left).total_seconds() / ((right - left).total_seconds() or 1.0)
                return self.places[place - 1] + part * (self.places[place] - self.places[place - 1])
        return float(WIDTH - EDGE)


def _grouped(dots: Sequence[Dot]) -> list[_Group]:
    """At most so many groups; where there are more dots, neighbours nearest in time become one."""
    groups = [_Group((dot,)) for dot in dots]
    if len(groups) <= MOST_DOTS:
        return groups
    spans = [(right.at - left.at, place) for place, (left, right) in enumerate(pairwise(dots))]
    joined = {place for _, place in sorted(spans)[: len(dots) - MOST_DOTS]}
    groups = [_Group((dots[0],))]
    for place, dot in enumerate(dots[1:]):
        if place in joined:
            groups[-1] = _Group((*groups[-1].dots, dot))
        else:
            groups.append(_Group((dot,)))
    return groups


def _draw_arcs(canvas: Canvas, groups: Sequence[_Group], scale: _Scale, words: Words) -> None:
    """A restored wording is joined to the version whose words it repeats."""
    where = {dot.version: place for place, group in enumerate(groups) for dot in group.dots}
    for place, group in enumerate(groups):
        for dot in group.dots:
            earlier = where.get(dot.restores or -1)
            if earlier is None or earlier == place:
                continue
            left, right = scale.places[earlier], scale.places[place]
            height = min(48.0, 16 + (right - left) / 6)
            top, middle = AXIS - 9 - height, (left + right) / 2
            shape = f"M{left:.1f} {AXIS - 9}Q{middle:.1f} {top - height / 3:.1f} {right:.1f} {AXIS - 9}l-1 -6m1 6l-6 -2"
            title = words.text("{later} reads again as {earlier}", later=dot.name, earlier=groups[earlier].dots[0].name)
            canvas.path(shape, "pen-restored", title=title)


def _draw_dots(canvas: Canvas, groups: Sequence[_Group], scale: _Scale, words: Words) -> None:
    free = 0.0
    for place, group in enumerate(groups):
        x, dot = scale.places[place], group.dots[0]
        name = dot.name if len(group.dots) == 1 else f"{dot.name}–{group.dots[-1].name}"
        _draw_dot(canvas, x, group, f"{name}, {words.moment(group.at)}", is_first=place == 0)
        wide = width_of(name, 11)
        left = max(0.0, x - wide / 2)
        if left > free or place == 0:
            canvas.text(left, AXIS + 28, name, "text-small")
            free = left + wide + 4


def _draw_dot(canvas: Canvas, x: float, group: _Group, title: str, *, is_first: bool) -> None:
    """One wording; several drawn as one are a box with their number in it."""
    restored = any(one.restores for one in group.dots)
    paint = "fill-first" if is_first else f"fill-{group.level}" if group.level else "fill-said"
    paint = "fill-restored" if restored else paint
    if len(group.dots) > 1:
        canvas.rect(x - 13, AXIS - 9, 26, 18, paint, title=title)
        canvas.text(x, AXIS + 4, str(len(group.dots)), "text-sign", anchor="middle")
        return
    canvas.circle(x, AXIS, 8, paint, title=title)
    if restored or is_first or not group.level:
        canvas.circle(x, AXIS, 3, "fill-paper")
    else:
        canvas.text(x, AXIS + 4, str(group.level.rank + 1), "text-sign", anchor="middle")


def _draw_ends(canvas: Canvas, groups: Sequence[_Group], until: datetime, words: Words) -> None:
    if groups:
        canvas.text(EDGE, HEIGHT - 6, words.moment(groups[0].at), "text-small")
    canvas.text(WIDTH - EDGE, HEIGHT - 6, words.moment(until), "text-small", anchor="end")


def _describe(strip: Strip, words: Words) -> str:
    said = [f"{dot.name}: {words.moment(dot.at)}" for dot in strip.dots[:MOST_DOTS]]
    gaps = words.plural("{count} gap in coverage", "{count} gaps in coverage", len(strip.gaps))
    return f"{'; '.join(said)}. {gaps}."
