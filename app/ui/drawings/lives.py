"""The lives of the claims of a statement as values: one line per claim, one column per step, ready to be drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.claims import Level
from app.ui.drawings.lettering import Run


class Act(StrEnum):
    """What one step did to one claim, as a drawing tells it."""

    ABSENT = "absent"
    UNCHANGED = "unchanged"
    FIRST_SEEN = "first_seen"
    REGROUPED = "regrouped"
    """Split off another sentence, or merged into one: the words are there, cut otherwise."""
    MOVED = "moved"
    EDITED = "edited"
    RESTORED = "restored"
    REMOVED = "removed"


class Lane(StrEnum):
    """How a claim stands behind a step."""

    NONE = "none"
    AS_SAID = "as_said"
    ALTERED = "altered"
    GONE = "gone"


class Step(StrEnum):
    """What a column is."""

    VERSION = "version"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"
    REPUBLISHED = "republished"


@dataclass(frozen=True, slots=True)
class Column:
    """One step: the wording numbered ``version``, not seen before ``not_before`` and seen at ``at``.

    ``gap_before`` says that for a while before it nothing could be seen. ``count`` is how many steps it stands for.
    """

    step: Step
    version: int
    at: datetime
    not_before: datetime | None = None
    gap_before: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """What one step did to one claim, and how it stands behind it; ``level`` is that of what changed last."""

    act: Act
    lane: Lane
    level: Level | None = None
    moved: bool = False
    before: str = ""
    after: str = ""

    @property
    def weight(self) -> int:
        """By what columns and lines are kept where not all can be shown."""
        rank = self.level.rank if self.level else 0
        return WEIGHTS[self.act] + (rank * 2 if self.act is Act.EDITED else 0)


WEIGHTS: Mapping[Act, int] = {
    Act.ABSENT: 0,
    Act.UNCHANGED: 0,
    Act.FIRST_SEEN: 1,
    Act.REGROUPED: 1,
    Act.MOVED: 2,
    Act.EDITED: 2,
    Act.RESTORED: 8,
    Act.REMOVED: 9,
}


@dataclass(frozen=True, slots=True)
class Life:
    """One claim: its number, its words as first said with what became of them, and one cell for each column."""

    number: int
    words: tuple[Run, ...]
    cells: tuple[Cell, ...]

    @property
    def weight(self) -> int:
        """How much happened to it."""
        return max((cell.weight for cell in self.cells if cell.act is not Act.FIRST_SEEN), default=0)

    @property
    def lane(self) -> Lane:
        """How it stands now."""
        return self.cells[-1].lane if self.cells else Lane.NONE


@dataclass(frozen=True, slots=True)
class ClaimsChart:
    """Every claim of a statement over its steps. ``whole`` says whether every claim and step of it is in here."""

    columns: tuple[Column, ...]
    lives: tuple[Life, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """What stands under a picture that leaves the house: whose words, where, our own page, and when it was drawn."""

    publisher: str
    title: str
    url: str
    page_url: str
    drawn_at: datetime
    last_checked_at: datetime
