"""Every word of the product that people are shown has its name."""

from enum import StrEnum

import pytest

from app.catalogues.choosing import catalogue_of
from app.domain.audit import ActorKind
from app.domain.claims import FacetKind, Level
from app.domain.terms import TERMS, term_of
from app.domain.words import ENGLISH


@pytest.mark.parametrize("kind", TERMS, ids=lambda kind: kind.__name__)
def test_every_value_has_its_name(kind: type[StrEnum]) -> None:
    assert set(TERMS[kind]) == set(kind)


def test_a_word_is_said_in_the_language_of_the_reader() -> None:
    assert term_of(Level.MAJOR, ENGLISH) == "major"
    assert term_of(FacetKind.QUANTITY, catalogue_of("uk")) == "число"


def test_a_word_without_a_name_is_said_as_it_is() -> None:
    assert term_of(ActorKind.COMMAND_LINE, ENGLISH) == "command_line"
