"""Month names come from the Unicode CLDR, and the file in the package is what its generator makes."""

import importlib.util
from pathlib import Path

import pytest

from app.claims.facts.dates import month_of
from app.claims.lexicons.calendar import month_names

ROOT = Path(__file__).parent.parent.parent


def test_the_file_of_month_names_is_current():
    spec = importlib.util.spec_from_file_location("month_names", ROOT / "scripts" / "month_names.py")
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert generator.TARGET.read_text(encoding="utf-8") == generator.document()


@pytest.mark.parametrize("language", ["en", "uk", "ru", "de", "fr", "es", "pl", "ar"])
def test_every_lexicon_language_has_its_months(language: str):
    assert set(month_names(language).months.values()) == set(range(1, 13))


@pytest.mark.parametrize(
    ("word", "language", "month"),
    [
        ("січня", "uk", 1),
        ("січень", "uk", 1),
        ("січнем", "uk", 1),
        ("январем", "ru", 1),
        ("january", "en", 1),
        ("книга", "uk", None),
    ],
)
def test_a_month_is_known_in_all_its_forms(word: str, language: str, month: int | None):
    assert month_of(word, language) == month
