"""Which pairs of words a wording is kept under, and that three words in a row are always enough."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.word_pairs import ALL_PAIRS, MOST_ASKED, asked_terms, kept_terms

WORDS = st.lists(st.integers(-(2**31), 2**31 - 1), max_size=80)


@given(WORDS, st.integers(0, 77), st.integers(3, 12))
def test_any_three_words_in_a_row_find_the_wording(words, start, length):
    quote = words[start : start + length]
    if len(quote) >= 3:
        assert set(asked_terms(quote)) & set(kept_terms(words))


@given(WORDS)
def test_of_short_wordings_all_pairs_are_kept_and_of_long_ones_fewer(words):
    kept, asked = kept_terms(words), asked_terms(words)
    assert list(kept) == sorted(set(kept))
    assert set(kept) <= set(asked) or len(asked) == MOST_ASKED
    if len(words) - 1 <= ALL_PAIRS:
        assert set(kept) == set(asked)


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=90, max_size=400))
def test_of_very_long_sentences_so_many_pairs_are_asked_at_most(words):
    assert len(asked_terms(words)) <= MOST_ASKED
    assert set(asked_terms(words)) & set(kept_terms(words))
