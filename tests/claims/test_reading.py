"""Reading a claim: most words are passed over at one look, and none of them would have told anything."""

import random

import pytest

from app.claims.facts import cues, dates, numbers
from app.claims.facts.reading import read
from app.claims.lexicons import LEXICONS
from app.claims.lexicons.calendar import month_names

TABLES = (
    "weekdays",
    "relative_days",
    "parts_of_time",
    "clock_words",
    "clock_phrases",
    "hour_ordinals",
    "clock_hour_words",
    "ordinals",
    "number_words",
    "multipliers",
    "function_words",
    "negative_prefixes",
)


def words_of(language: str) -> list[str]:
    """Words of the lists of a language, and forms of them that are in no list."""
    lexicon, names = LEXICONS[language], month_names(language)
    listed = [word for table in TABLES for word in sorted(getattr(lexicon, table))]
    listed += [*names.months, *names.short_months, *names.weekdays]
    listed += [form for senses in lexicon.cues.values() for forms in senses.values() for form in forms]
    plain = [word.replace("*", "").replace("#", "7").strip() for word in listed]
    return [*plain, *(word[:-1] for word in plain if len(word) > 4), *(word.capitalize() for word in plain)]


@pytest.mark.parametrize("language", list(LEXICONS))
def test_no_word_is_passed_over_that_would_have_told_something(language: str, monkeypatch: pytest.MonkeyPatch):
    dice, words = random.Random(7), words_of(language)
    texts = [" ".join(dice.choice(words) for _ in range(12)) for _ in range(150)]
    texts = [text.replace(" ", " 14 ", 1) if dice.random() < 0.3 else text for text in texts]
    quick = [read(text, language) for text in texts]
    for module in (cues, dates, numbers):
        monkeypatch.setattr(module, "may_begin", lambda word, language: True)
    slow = [read(text, language) for text in texts]
    assert [(one.marks, one.moments, one.quantities, one.cues) for one in quick] == [
        (one.marks, one.moments, one.quantities, one.cues) for one in slow
    ]
    assert any(one.cues for one in quick)
    assert any(one.moments for one in quick) or language == "ar"
