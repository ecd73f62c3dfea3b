"""Comparing texts that somebody brings along."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.claims import PinVariant
from app.domain.errors import InvalidInput
from app.pipeline.compare import compare_texts, within_seconds

BEFORE = "Our forces began new offensive operations in the Kursk region. Five villages were taken."
AFTER = "Our forces began combat operations in the Kursk region. Five villages were taken."


def test_every_claim_of_the_last_two_texts_is_told():
    told = compare_texts([BEFORE, AFTER], language="en", pins=[PinVariant("en", "new offensive")])
    assert [claim["action"] for claim in told["claims"]] == ["edited", "unchanged"]
    assert "wording" in told["claims"][0]["facets"]
    assert [(pin["variant"], pin["event"]) for pin in told["pins"]] == [("en: new offensive", "phrase_removed")]
    assert told["analyzer_version"]
    assert "quantity" in told["facets_supported"]


def test_earlier_texts_say_what_was_there_before():
    told = compare_texts([BEFORE, "Five villages were taken.", BEFORE], language="en")
    assert {claim["action"] for claim in told["claims"]} == {"restored", "unchanged"}
    (restored,) = [claim for claim in told["claims"] if claim["action"] == "restored"]
    assert restored["removed_in"] == 2


def test_the_language_is_found_out_where_it_is_not_given():
    assert compare_texts(["Сьогодні наші війська були там.", "Сьогодні наші війська були тут."])["language"] == "uk"


@pytest.mark.parametrize("texts", [[], ["one"], ["x"] * 51])
def test_two_to_fifty_texts_are_compared(texts: list[str]):
    with pytest.raises(InvalidInput):
        compare_texts(texts)


def test_past_the_deadline_the_answer_is_coarser_and_says_so():
    many = [" ".join(f"Sentence {n} of text {t} stands here." for n in range(200)) for t in range(2)]
    assert compare_texts(many, language="en", out_of_time=within_seconds(-1))["truncated"] is True


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=80), min_size=2, max_size=4))
def test_spans_point_at_what_they_quote(texts: list[str]):
    told: dict[str, Any] = compare_texts(texts, language="en")
    for claim in told["claims"]:
        for side, text in (("before", texts[-2]), ("after", texts[-1])):
            quoted = [text[start:end] for start, end in claim[f"{side}_spans"]]
            assert len(quoted) != 1 or claim[side] == quoted[0]
