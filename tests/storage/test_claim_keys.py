"""The key of a claim is kept as what it leaves out of the text, and had back to the letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.clean import match_key
from app.storage.claim_keys import key_of, left_out

COST = "The cost is 387.9 million, of which 17 per cent is covered."
KEYS = {
    "punctuation inside of numbers stays": (COST, "the cost is 387.9 million of which 17 per cent is covered", 4),
    "nothing is left out": ("usual words", "usual words", 2),
    "quotation marks around": ("«Слава» — “героям”!", "слава героям", 4),
    "letters that mean the same": ("Ще ґанок, ёлка", "ще ганок елка", 4),
    "a sign and no space": ("peoples’rights", "peoples rights", 4),
    "a word that stands in another one": ("cat, at", "cat at", 4),
}


@pytest.mark.parametrize(("text", "key", "length"), KEYS.values(), ids=KEYS)
def test_a_key_is_kept_in_a_few_bytes(text, key, length):
    kept = left_out(text, key)
    assert kept is not None
    assert len(kept) == length
    assert key_of(text, kept) == key


NOT_SO = {
    "another word": ("a text", "another"),
    "another word further on": ("a text", "a word"),
    "more than is counted": (" " * 256 + "a", "a"),
    "more words than there are": ("a", "a a"),
}


@pytest.mark.parametrize(("text", "key"), NOT_SO.values(), ids=NOT_SO)
def test_what_is_not_made_by_leaving_out_is_not_kept_so(text, key):
    assert left_out(text, key) is None


@given(st.text())
def test_the_key_of_any_text_comes_back_or_is_not_kept_so(text):
    kept = left_out(text, key := match_key(text))
    assert kept is None or key_of(text, kept) == key


@given(st.text(), st.text())
def test_no_other_text_and_key_are_taken_for_each_other(text, key):
    kept = left_out(text, key)
    assert kept is None or key_of(text, kept) == key


@given(st.from_regex(r"\A\w+(, \w+){0,20}\.\Z"))
def test_usual_sentences_are_kept_so(text):
    key = match_key(text)
    assert left_out(text, key) is not None or len(key) > len(text) or max(map(len, key.split(" "))) > 250
