"""Which language somebody is spoken to in."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogues.choosing import catalogue_of, language_of, languages, negotiated
from app.domain.words import ENGLISH

WISHES = {
    "nothing is asked for": (None, "en"),
    "an empty wish": ("", "en"),
    "a language we speak": ("uk", "uk"),
    "with its region": ("uk-UA,uk;q=0.9", "uk"),
    "in capitals": ("UK-ua", "uk"),
    "the first we speak": ("fr-FR, fr;q=0.9, uk;q=0.8, en;q=0.7", "uk"),
    "the weightiest": ("en;q=0.3, uk;q=0.8", "uk"),
    "equal wishes in their order": ("uk, en", "uk"),
    "one refused": ("uk;q=0, en", "en"),
    "none that we speak": ("fr, de;q=0.5", "en"),
    "anything": ("fr, *;q=0.5", "en"),
    "spaces": (" uk ; q=0.5 , en ; q=0.4", "uk"),
    "nonsense beside a wish": ("q=1;;, <b>, uk", "uk"),
    "a weight above one": ("uk;q=2, en;q=0.9", "en"),
}


@pytest.mark.parametrize("name", WISHES)
def test_the_language_of_a_wish(name: str) -> None:
    asked, language = WISHES[name]
    assert negotiated(asked) == language


def test_who_asks_for_nothing_we_speak_gets_the_default() -> None:
    assert negotiated("fr", default="uk") == "uk"
    assert negotiated("*", default="uk") == "uk"
    assert negotiated("en", default="uk") == "en"


@given(st.text())
def test_whatever_is_asked_is_answered_with_a_language_we_speak(asked: str) -> None:
    assert negotiated(asked) in languages()
    assert language_of(asked) in {None, *languages()}


def test_a_language_we_do_not_speak_is_answered_in_english() -> None:
    assert catalogue_of("tlh") is ENGLISH
    assert catalogue_of(None) is ENGLISH
    assert catalogue_of("uk-UA") is catalogue_of("uk")


def test_who_speaks_english_only_does_not_load_what_reads_catalogues() -> None:
    program = (
        "import sys; from app.catalogues.choosing import catalogue_of, negotiated; "
        "catalogue_of(negotiated('en')).text('removed'); print([m for m in sys.modules if m.startswith('babel')])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
