import pytest

from app.domain.claims import Action, FacetKind, Level
from evaluation import engine


def test_a_changed_number_is_judged_as_a_quantity():
    verdict = engine.judge("The mayor said 5 people died.", "The mayor said 500 people died.", "en")
    assert FacetKind.QUANTITY in verdict.facets
    assert verdict.level.rank >= Level.SUBSTANTIVE.rank
    assert verdict.seconds > 0


def test_a_chain_hands_its_ledger_on_so_that_a_return_is_restored():
    first = "The bridge is open. Nobody was hurt in the storm."
    second = "The bridge is open."
    steps = list(engine.walk([first, second, first], "en"))
    assert [bool(step.restored) for step in steps] == [False, True]
    ((start, end),) = steps[1].restored
    assert first[start:end] == "Nobody was hurt in the storm."
    assert (steps[1].unchanged, steps[1].total) == (1, 2)


@pytest.mark.parametrize(
    ("before", "after", "links"),
    [
        ("a cat sat", "a dog sat", {(0, 0), (2, 2)}),
        ("one two", "one two", {(0, 0), (1, 1)}),
        ("one two", "two", {(1, 0)}),
        ("", "", set()),
    ],
)
def test_words_that_the_diff_keeps_are_linked_by_their_places(before, after, links):
    assert engine.links(before, after) == links


def test_sentences_start_where_the_analysis_cuts():
    assert engine.starts("Бої тривають. Втрат немає.", "uk") == {0, 14}


def test_a_pin_is_found_in_another_form_and_not_elsewhere():
    assert engine.finds("новий наступ", "Про початок нового наступу не йдеться.", "uk")
    assert not engine.finds("новий наступ", "Наступного тижня новин не буде.", "uk")


def test_what_befell_each_claim_is_told_with_both_wordings():
    acts = list(engine.acts("It rained. The road is shut.", "It rained.", "en"))
    assert (Action.REMOVED, False, "The road is shut.", "") in acts
