"""Where things are on a claims chart: quotes beside their lines where there is room, above them on a phone."""

from dataclasses import dataclass
from typing import Final

from app.ui.drawings.folding import MOST_COLUMNS, MOST_LIVES, Folded, fold
from app.ui.drawings.lettering import Run, wrap
from app.ui.drawings.lives import ClaimsChart, Column

QUOTE, COLUMN, STATE, EDGE = 380, 84, 112, 16
TOP, LINE = 58, 17
LEAST_WIDTH: Final = 760
NARROW, NARROW_EDGE, NARROW_STATE = 330, 4, 96
LANE_BELOW: Final = 30
QUOTE_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a chart is drawn at most, and whether it has to fit on a phone."""

    most_columns: int = MOST_COLUMNS
    most_lives: int = MOST_LIVES
    is_narrow: bool = False


PAGE: Final = Extent()
PHONE: Final = Extent(5, 8, is_narrow=True)
PICTURE: Final = Extent(8, 10)
"""Beside an article nobody reads more; it bounds the pixels without making the letters small."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The chart begins ``top`` from above, and each life at its own height."""

    folded: Folded
    quotes: tuple[list[list[Run]], ...]
    top: float
    is_narrow: bool

    @classmethod
    def of(cls, chart: ClaimsChart, extent: Extent, *, top: float) -> "Sheet":
        """The sheet of a chart, of which so much is drawn."""
        folded = fold(chart, most_columns=extent.most_columns, most_lives=extent.most_lives)
        room = NARROW - 2 * NARROW_EDGE - 22 if extent.is_narrow else QUOTE - 24
        quotes = tuple(wrap(life.words, room, lines=QUOTE_LINES) for life in folded.chart.lives)
        return cls(folded, quotes, top, extent.is_narrow)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The steps that are drawn."""
        return self.folded.chart.columns

    @property
    def edge(self) -> float:
        """How far from the border anything is."""
        return NARROW_EDGE if self.is_narrow else EDGE

    @property
    def column(self) -> float:
        """How broad a column is."""
        room = NARROW - 2 * NARROW_EDGE - NARROW_STATE
        return min(COLUMN, room / max(1, len(self.columns))) if self.is_narrow else COLUMN

    @property
    def width(self) -> float:
        """How wide the sheet is."""
        return NARROW if self.is_narrow else max(EDGE + QUOTE + COLUMN * len(self.columns) + STATE + EDGE, LEAST_WIDTH)

    @property
    def quote_end(self) -> float:
        """Where a quote from right to left begins."""
        return NARROW - NARROW_EDGE if self.is_narrow else EDGE + QUOTE - 24

    def x(self, place: int) -> float:
        """The middle of a column."""
        return self.edge + (0 if self.is_narrow else QUOTE) + self.column * (place + 0.5)

    def height_of(self, place: int) -> float:
        """How high a life is."""
        words = len(self.quotes[place]) * LINE + 16
        return words + LANE_BELOW if self.is_narrow else max(40, words)

    def y(self, place: int) -> float:
        """Where a life begins."""
        return self.top + TOP + sum(map(self.height_of, range(place)))

    def first_line(self, place: int) -> float:
        """The ground line of the first words of a quote."""
        if self.is_narrow:
            return self.y(place) + LINE + 1
        return self.lane(place) - (len(self.quotes[place]) - 1) * LINE / 2 + 4.5

    def lane(self, place: int) -> float:
        """The height of the line of a claim."""
        height = self.height_of(place)
        return self.y(place) + (height - LANE_BELOW / 2 - 5 if self.is_narrow else height / 2)

    @property
    def bottom(self) -> float:
        """Where the last life ends."""
        return self.y(len(self.quotes))
