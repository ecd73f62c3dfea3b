"""The sheet of a drawing: elements of SVG, each escaped once, painted by class in a page or by colour in a file."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.ui.drawings.ink import FAMILY, Theme, attributes
from app.ui.drawings.lettering import Run, isolated, safe

LONGEST_TITLE = 200


@dataclass(slots=True)
class Canvas:
    """Gathers elements. ``theme`` None paints by classes, for a page; ``key`` keeps ids apart within one page.

    ``is_second`` is the same drawing once more in another shape: it is told by the words of the first one of its key,
    and nothing in it is named for a pointer.
    """

    key: str
    theme: Theme | None = None
    is_second: bool = False
    pieces: list[str] = field(default_factory=list)

    def paint(self, name: str) -> str:
        """The attributes by which an element is painted."""
        if self.theme is None:
            return f' class="d-{name}"'
        return "".join(f' {key}="{value}"' for key, value in attributes(name, self.theme).items())

    def line(self, x1: float, y1: float, x2: float, y2: float, paint: str) -> None:
        """A straight line."""
        self.pieces.append(f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}"{self.paint(paint)}/>')

    def path(self, shape: str, paint: str, *, title: str = "") -> None:
        """A path whose ``d`` is ours; ``title`` is what a pointer reads over it."""
        self.pieces.append(self._titled(f'<path d="{shape}"{self.paint(paint)}', "path", title))

    def circle(self, x: float, y: float, radius: float, paint: str, *, title: str = "") -> None:
        """A disc or ring."""
        start = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"{self.paint(paint)}'
        self.pieces.append(self._titled(start, "circle", title))

    def rect(self, x: float, y: float, width: float, height: float, paint: str, *, title: str = "") -> None:
        """A rectangle."""
        place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(max(0, width))}" height="{_n(max(0, height))}"'
        self.pieces.append(self._titled(f"<rect {place}{self.paint(paint)}", "rect", title))

    def hatched(self, x: float, y: float, width: float, height: float, *, title: str) -> None:
        """A stretch of which nothing is known: one broad line of dashes, which costs a tenth of a pattern in a PNG."""
        middle = x + width / 2
        line = f'<path d="M{_n(middle)} {_n(y)}V{_n(y + max(0, height))}" stroke-width="{_n(max(0, width))}"'
        self.pieces.append(self._titled(f"{line}{self.paint('hatch')}", "path", title))

    def text(self, x: float, y: float, text: str, paint: str = "text", *, anchor: str = "start") -> None:
        """One line of words, painted alike."""
        self.runs(x, y, [Run(text, paint)], anchor=anchor)

    def runs(self, x: float, y: float, runs: Sequence[Run], *, anchor: str = "start", rtl: bool = False) -> None:
        """One line of words, painted each as it is to be; a line from right to left ends at ``x``."""
        anchor = "end" if rtl else anchor
        ends = "" if anchor == "start" else f' text-anchor="{anchor}"'
        if len(runs) == 1:
            words = html.escape(isolated(safe(runs[0].text), rtl=rtl))
            self.pieces.append(f'<text x="{_n(x)}" y="{_n(y)}"{ends}{self.paint(runs[0].paint)}>{words}</text>')
            return
        inner = " ".join(f"<tspan{self.paint(run.paint)}>{html.escape(safe(run.text))}</tspan>" for run in runs)
        inner = f"\u2067{inner}\u2069" if rtl else inner
        self.pieces.append(f'<text x="{_n(x)}" y="{_n(y)}"{ends}{self.paint("text")}>{inner}</text>')

    def done(self, width: float, height: float, *, title: str, description: str, top: float = 0) -> str:
        """The drawing as one element of SVG; what is above ``top`` is empty, and left out."""
        size = f'width="{_n(width)}" height="{_n(height - top)}" viewBox="0 {_n(top)} {_n(width)} {_n(height - top)}"'
        names = f'aria-labelledby="{self.key}-title {self.key}-desc"'
        font = f' font-family="{FAMILY}"' if self.theme else ' class="drawing"'
        told = (
            f'<title id="{self.key}-title">{html.escape(safe(title))}</title>'
            f'<desc id="{self.key}-desc">{html.escape(safe(description))}</desc>'
        )
        told = "" if self.is_second else told
        head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {names} {size}{font}>'
        return "".join([head, told, self._paper(width, height), *self.pieces, "</svg>"])

    def _paper(self, width: float, height: float) -> str:
        if self.theme is None:
            return ""
        return f'<rect width="{_n(width)}" height="{_n(height)}"{self.paint("fill-paper")}/>'

    def _titled(self, start: str, tag: str, title: str) -> str:
        if not title or self.is_second:
            return f"{start}/>"
        return f"{start}><title>{html.escape(safe(title)[:LONGEST_TITLE])}</title></{tag}>"


def _n(value: float) -> str:
    """A coordinate to a tenth, which is finer than anybody sees."""
    return f"{round(value, 1):g}"
