"""Most of a text gone at once is marked; a shorter text in its place, or a few lines less, is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.losses import is_large_loss, share_lost

LONG = " ".join(f"word{number}" for number in range(300))
NEW = " ".join(f"other{number}" for number in range(100))

CASES = {
    "a third is left": (LONG, " ".join(LONG.split()[:100]), True),
    "half is left": (LONG, " ".join(LONG.split()[:150]), False),
    "nothing is left": (LONG, "", True),
    "a line of another kind is left": (LONG, "Something went wrong. Please try again later.", True),
    "a shorter text was written in its place": (LONG, NEW, False),
    "a short notice grew shorter": ("The office is closed on Monday and on Tuesday.", "The office is closed.", False),
    "it grew": (NEW, LONG, False),
}


@pytest.mark.parametrize("name", CASES)
def test_a_large_loss(name):
    before, after, is_large = CASES[name]
    assert is_large_loss(before, after) is is_large


def test_the_share_is_that_of_the_words():
    assert share_lost("one two three four", "one") == pytest.approx(0.75)
    assert (share_lost("", "one"), share_lost("one", "one two")) == (0.0, 0.0)


@given(st.text(), st.text())
def test_any_two_texts_can_be_asked(before, after):
    assert 0.0 <= share_lost(before, after) <= 1.0
    assert not (is_large_loss(before, after) and share_lost(before, after) <= 0.6)
