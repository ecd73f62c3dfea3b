import pytest

from evaluation.corpora import Part
from evaluation.paradigms import Grammar, read_cases
from evaluation.phrases import phrase_cases

LINES = (
    "adjective hard m ий ого ому ий им ому",
    "adjective hard p і их им і ими их",
    "carrier Є {}.",
    "noun кінь m кінь коня коню коня конем коні ; коні коней коням коней кіньми конях",
    "phrase троянськ hard кінь",
    "not троянський кінь : Кінь троянського князя.",
)


def test_adjective_and_noun_agree_in_case_number_and_life():
    grammar = Grammar("uk")
    for line in LINES:
        grammar.read(line)
    texts = [case.text for case in grammar.cases() if case.stands]
    assert texts[:4] == ["Є троянський кінь.", "Є троянського коня.", "Є троянському коню.", "Є троянського коня."]
    assert len(texts) == 12
    assert [case.text for case in grammar.cases() if not case.stands][-1] == "Кінь троянського князя."


def test_a_line_that_is_no_entry_is_refused():
    with pytest.raises(ValueError, match="unknown entry"):
        Grammar("uk").read("verb бігти")


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_every_gold_file_reads_and_holds_both_kinds_of_cases(language):
    cases = read_cases(language)
    assert sum(case.stands for case in cases) >= 100
    assert sum(not case.stands for case in cases) >= 100


def test_the_halves_share_no_phrase():
    looked_at, held_out = (
        {case.phrase for case in phrase_cases("ru", part)} for part in (Part.LOOKED_AT, Part.HELD_OUT)
    )
    assert looked_at
    assert held_out
    assert not looked_at & held_out
