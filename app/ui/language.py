"""The language that somebody reads the pages in: the one they chose, or the one their browser likes best."""

from collections.abc import Iterable, Mapping
from typing import Final

from app.catalogues.choosing import catalogue_of, negotiated
from app.domain.words import Words

NAMES: Final[Mapping[str, str]] = {"en": "English", "uk": "Українська"}
"""Tag → its name in itself, in the order in which the pages offer them."""


def words_for(wishes: Iterable[str | None], accepted: str) -> Words:
    """The words of the first wish that the pages speak, or of what the browser says that its reader likes best."""
    chosen = next((wish for wish in wishes if wish in NAMES), None)
    return catalogue_of(chosen or negotiated(accepted))
