import pytest

from app.domain.claims import Action
from evaluation import alignment, chains, operations, pairs, phrases, segmentation
from evaluation.baselines import numbers_or_names_changed, word_distance
from evaluation.corpora import AlignedPair, Chain, Pair, Part


def pair(before, after, label="factual", *, document="d", held_out=False):
    return Pair(document, held_out, "en", before, after, label)


def figures(report):
    return {measure.key: measure.estimate.value for measure in report.measures}


def test_factual_edits_are_counted_in_both_directions(digit_engine):
    report = pairs.factual_transitions([pair("5 men", "500 men"), pair("a red car", "a blue car")], digit_engine)
    found = figures(report)
    assert found["vitaminc.above_cosmetic"] == found["vitaminc.substantive_back"] == 0.5
    assert report.cases == 4
    assert [failure.before for failure in report.failures] == ["a red car"]


def test_failures_of_the_held_out_half_are_never_shown(digit_engine):
    report = pairs.factual_transitions([pair("a red car", "a blue car", held_out=True)], digit_engine)
    assert report.failures == ()


def test_facets_of_meaning_are_weighed_against_mere_wording(digit_engine):
    cases = [pair("5 men", "500 men"), pair("a man", "no man"), pair("big house", "large house", "wording")]
    report = pairs.factual_or_wording(cases, digit_engine, cases)
    assert figures(report)["summedits.balanced"] == 0.75
    assert figures(report)["summedits.spared"] == 1.0


def test_false_alarms_are_counted_on_fixes(digit_engine):
    fixes = [pair("a 5", "a 6", "cosmetic"), pair("teh", "the", "cosmetic")]
    report = pairs.false_alarms(fixes, digit_engine, name="ua_gec", title="fixes")
    assert figures(report)["ua_gec.false_meaning"] == figures(report)["ua_gec.substantive"] == 0.5
    assert len(report.failures) == 1


def test_a_ranking_is_an_area_under_the_curve(digit_engine):
    cases = [pair("5", "6", "significant", document="a"), pair("x", "y", "insignificant", document="b")]
    report = pairs.ranked_revisions(cases, digit_engine, name="edgi", title="pages", positive="significant")
    assert figures(report)["edgi.auc"] == 1.0


def test_law_paragraphs_set_text_against_formatting(digit_engine):
    cases = [pair("ст. 5", "ст. 6", "text_changed"), pair("ст. 5", "ст.  5", "formatting_only")]
    assert figures(pairs.law_paragraphs(cases, digit_engine))["ua_laws.auc"] == 1.0


def test_links_between_equal_words_are_what_a_diff_can_find(digit_engine):
    words = AlignedPair("d", False, "the cat sat", "the dog sat", frozenset({(0, 0), (1, 1), (2, 2)}))
    found = figures(alignment.word_alignment([words], digit_engine))
    assert found["multimwa.same_f1"] == 1.0
    assert found["multimwa.recall"] == pytest.approx(2 / 3)


def test_a_line_that_comes_back_must_be_called_restored(digit_engine):
    first, second = "The road is closed today.", "The road is open again now."
    chain = Chain("page", False, "en", (first, second, first, second + "\n" + first))
    report = chains.version_chains([chain], digit_engine, name="fcdo_status", title="chains")
    found = figures(report)
    assert found["fcdo_status.restored_recall"] == 0.5
    assert found["fcdo_status.restored_precision"] == 1.0
    assert found["fcdo_status.exact_returns"] == 1.0
    assert found["fcdo_status.unchanged"] == 0.75
    assert found["fcdo_status.ms_per_step"] == pytest.approx(2.0)
    assert [failure.after for failure in report.failures] == [second]


def test_boundaries_where_people_disagree_count_neither_way():
    one = segmentation.read_marked("He said: “It is safe. ¦ Drink it.” | Tests go on.")
    assert one.text == "He said: “It is safe. Drink it.” Tests go on."
    right = frozenset({one.text.index("Tests")})
    assert one.judge(right).f1 == one.judge(right | {0, one.text.index("Drink")}).f1 == 1.0
    assert one.judge(right | {3}).invented == 1


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_the_marked_texts_hold_enough_sentences_in_each_half(language):
    for part in (Part.LOOKED_AT, Part.HELD_OUT):
        assert sum(len(one.starts) + 1 for one in segmentation.read_gold(language, part)) >= 60


def test_boundaries_are_measured_for_every_language(digit_engine):
    found = figures(segmentation.sentence_boundaries(digit_engine, Part.ALL))
    assert set(found) == {"segmentation.uk", "segmentation.ru", "segmentation.en"}
    assert all(0.5 < value < 1 for value in found.values())


def test_pins_are_measured_for_every_language(digit_engine):
    found = figures(phrases.pinned_phrases(digit_engine, Part.ALL))
    assert found["phrases.uk.precision"] == 1.0
    assert 0 < found["phrases.uk.recall"] < 0.5


def test_the_rivals_are_what_their_names_say():
    assert word_distance("one two three four", "one two three five") == 0.25
    assert numbers_or_names_changed("Mr Pell has 5", "Mr Pell has 6")
    assert numbers_or_names_changed("said Pell today", "said Briggs today")
    assert not numbers_or_names_changed("The cat sat", "A cat sat")


def test_every_known_operation_is_in_the_gold_and_in_the_text():
    for number in range(20):
        document = operations.operated("uk", number)
        removed, added = document.gold[Action.REMOVED], document.gold[Action.ADDED]
        assert all(one in document.before and one not in document.after for one in removed)
        assert all(one in document.after and one not in document.before for one in added)
        assert all(one in document.before and one in document.after for one in document.gold[Action.MOVED])


def test_a_plain_diff_takes_an_altered_figure_for_a_removal(digit_engine):
    found = figures(operations.known_operations(digit_engine, Part.ALL))
    assert found["operations.en.removed"] < 0.9
    assert found["operations.en.edited"] == 0.0
