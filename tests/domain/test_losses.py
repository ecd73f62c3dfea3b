"""Most of a text gone at once is marked; a shorter text in its place, or a few lines less, is not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.losses import (
    FEWEST_REWRITTEN,
    FEWEST_WORDS,
    KEEPS_LESS_THAN,
    REWRITTEN_FROM,
    is_another_text,
    is_large_loss,
    notice_in_place_of,
    share_lost,
)

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


NOTICES = {
    "a notice under the same title": (f"Title\n{LONG}", "Title\nWe will be back soon. Please try again later.", True),
    "a part of the text": (f"Title\n{LONG}", "Title\n" + " ".join(LONG.split()[:20]), False),
    "the title alone": (f"Title\n{LONG}", "Title", False),
    "words about the same": (LONG + " ministry statement withdrawn", "Statement withdrawn by ministry.", False),
    "many other words": (LONG, NEW, False),
    "a notice for a short text": ("The office is closed on Monday.", "We will be back soon.", False),
}


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_in_the_place_of_a_text(name):
    before, after, is_one = NOTICES[name]
    assert notice_in_place_of(before, after) == (after.removeprefix("Title\n") if is_one else "")


def test_another_text_shares_hardly_a_word():
    assert is_another_text("The museum shows old paintings.", "Five people were wounded in the fighting.")
    assert not is_another_text("The ministry pays 500 euros in March.", "In March the ministry pays 400 euros.")


def test_the_share_is_that_of_the_words():
    assert share_lost("one two three four", "one") == pytest.approx(0.75)
    assert (share_lost("", "one"), share_lost("one", "one two")) == (0.0, 0.0)


@given(st.text(), st.text())
def test_any_two_texts_can_be_asked(before, after):
    assert 0.0 <= share_lost(before, after) <= 1.0
    assert not (is_large_loss(before, after) and share_lost(before, after) <= 0.6)


LINES = st.lists(st.sampled_from([LONG, NEW, "One line more.", "", "Two, three; İ four"]), max_size=5).map("\n".join)


@given(LINES, LINES)
def test_a_text_with_lines_in_common_is_told_as_any_other(before, after):
    def words(text):
        return re.findall(r"\w+", text.casefold())

    old, new = words(before), words(after)
    is_less = len(old) >= FEWEST_WORDS and len(new) < KEEPS_LESS_THAN * len(old)
    written = sum(word not in old for word in new) >= REWRITTEN_FROM * len(new)
    is_large = is_less and not (len(new) >= FEWEST_REWRITTEN and written)
    assert is_large_loss(before, after) is is_large
