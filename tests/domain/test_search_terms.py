"""By what a wording is found: a place that goes by time, and terms of 32 bits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import StatementId, WatchId
from app.domain.search_terms import LAST_PLACE, LAST_SECOND, abbreviations, first_place_at, place_of, terms_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.integers(-(2**33), 2**34).map(lambda seconds: EPOCH + timedelta(seconds=seconds))


@given(moments, st.uuids(), st.integers(1, 5_000))
def test_a_place_lies_in_its_second_and_fits_into_a_column(at, statement_id, number):
    place = place_of(at, StatementId(statement_id), number)
    assert 0 <= first_place_at(at) <= place <= LAST_PLACE
    if 0 <= (at - EPOCH).total_seconds() < LAST_SECOND:
        assert place < first_place_at(at + timedelta(seconds=1))


@given(moments, st.uuids(), st.integers(1, 2_000))
def test_of_two_claims_of_one_statement_the_first_is_found_first(at, statement_id, number):
    assert place_of(at, StatementId(statement_id), number) > place_of(at, StatementId(statement_id), number + 1)


@given(st.text(max_size=200), st.uuids())
def test_any_text_has_its_terms(text, watch_id):
    found = terms_of((1, 2), text, "uk", WatchId(watch_id))
    assert {1, 2} < found
    assert all(-(2**31) <= term < 2**31 for term in found)


SHORT = {
    "of two letters": ("Санкції ЄС і США", ["ЄС"]),
    "of one letter": ("Знак Z на броні", ["Z"]),
    "not the first letter": ("У Києві", []),
    "not as a part of a word": ("EU2 and X-EU, and the EU’s own", []),
    "beside other signs": ("(EU), “UN”", ["EU", "UN"]),
    "not in small letters": ("of to", []),
}


@pytest.mark.parametrize(("text", "found"), SHORT.values(), ids=SHORT.keys())
def test_short_words_in_capitals_are_abbreviations(text, found):
    assert list(abbreviations(text)) == found
