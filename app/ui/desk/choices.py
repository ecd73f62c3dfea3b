"""Filters as links, and lists to choose from: each word of the product in the reader's language."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from app.domain.terms import term_of
from app.ui.visit import Visit

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a filter."""

    label: str
    address: str
    is_chosen: bool


def wanted(words: type[E], asked: str | None) -> E | None:
    """The word that an address asks for; None where it is none."""
    return words(asked) if asked in set(words) else None


def choices_of(visit: Visit, name: str, words: type[StrEnum], *, usual: StrEnum | None = None) -> list[Choice]:
    """A link for each word of a list; the chosen one takes the filter away.

    ``usual`` is the word that holds where none is chosen.
    """
    chosen = wanted(words, visit.query.get(name)) or usual
    return [
        Choice(
            term_of(one, visit.words),
            visit.here(**{name: None if one in (chosen, usual) else one.value, "after": None}),
            one is chosen,
        )
        for one in words
    ]


def options_of(visit: Visit, words: type[StrEnum]) -> list[tuple[str, str]]:
    """What stands in a list to choose from: value and name."""
    return [(one.value, term_of(one, visit.words)) for one in words]
