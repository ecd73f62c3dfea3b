"""A point in time as a claim names it, with the parts that it leaves open."""

from enum import StrEnum
from typing import NamedTuple


class MomentKind(StrEnum):
    """What kind of time expression it is; only two of one kind can be the same moment."""

    DATE = "date"
    CLOCK = "clock"
    WEEKDAY = "weekday"
    RELATIVE = "relative"
    PART = "part"
    """Of the day or of the year: morning, winter."""


class Moment(NamedTuple):
    """``parts`` are (year, month, day), (hour, minute), (weekday,), (days from today,) or (part,); None is not said.

    It is written in the tokens [first, end).
    """

    kind: MomentKind
    parts: tuple[int | None, ...]
    first: int
    end: int

    def agrees_with(self, other: "Moment") -> bool:
        """Whether both may name the same moment: no part that both name differs."""
        return self.kind is other.kind and all(
            mine is None or theirs is None or mine == theirs
            for mine, theirs in zip(self.parts, other.parts, strict=True)
        )
