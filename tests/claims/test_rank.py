"""What an edit weighs beside another one: the order people are shown is the order of how much was changed."""

import pytest

from app.claims.facets.classify import classify
from app.claims.facts.reading import read
from app.claims.rank import edit_score
from app.domain.claims import Level


def score(before: str, after: str) -> float:
    old, new = read(before, "en"), read(after, "en")
    return edit_score(classify(old, new, frozenset()), old.tokens, new.tokens)


BEFORE = "The governor of Kursk said that 12 houses burnt in the northern district."


@pytest.mark.parametrize(
    ("less", "more"),
    [
        pytest.param(
            "The governor of Kursk said that 12 houses burnt in the nothern district.",
            "The governor of Kursk said that 12 houses burnt in the western district.",
            id="a typing mistake below another word",
        ),
        pytest.param(
            "The governor of Kursk said that 12 houses burnt in the district.",
            "The governor of Kursk said that 12 houses burnt.",
            id="one word gone below two",
        ),
        pytest.param(
            "The governor of Kursk said that houses burnt in the northern district.",
            "The governor of Kursk said that 120 houses burnt in the northern district.",
            id="a number gone below ten times as many",
        ),
        pytest.param(
            "The governor of Kursk said that 12 houses burnt in the western district.",
            "The governor of Kursk said that 12 houses did not burn in the northern district.",
            id="another word below a negation",
        ),
    ],
)
def test_one_edit_weighs_less_than_another(less: str, more: str):
    assert 0 < score(BEFORE, less) < score(BEFORE, more) <= 1


def test_a_number_that_is_gone_is_substantive():
    gone = score("They say 3 people were killed there.", "They say people were killed there.")
    assert Level.of(gone) is Level.SUBSTANTIVE
