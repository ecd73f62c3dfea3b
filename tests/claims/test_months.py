"""Month names come from the Unicode CLDR, and the file in the package is what its generator makes."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.claims.facts.dates import month_of
from app.claims.lexicons.calendar import month_names

ROOT = Path(__file__).parent.parent.parent


def test_the_file_of_month_names_is_current(tmp_path: Path):
    """Made in a process of its own: what babel has read for one language changes what it says of another later."""
    made = tmp_path / "months.json"
    subprocess.run([sys.executable, ROOT / "scripts" / "month_names.py", made], check=True)
    assert made.read_text("utf-8") == (ROOT / "app/claims/lexicons/months.json").read_text("utf-8")


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
