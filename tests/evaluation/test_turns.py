"""What would have been told of a record: turns back and forth once, changes by our own tools never."""

from datetime import UTC, datetime, timedelta

from evaluation.answers import chains_as_pages, real_answers
from evaluation.corpora import Answer, Chain
from evaluation.turns import WINDOW, told_once, turns_of

START = datetime(2025, 1, 7, tzinfo=UTC)
TEXT = "The service may end this agreement at any time, and the user may do so with a notice of thirty days. " * 20


def chain(*texts, hours=12):
    seen_at = tuple(START + timedelta(hours=hours * number) for number in range(len(texts)))
    return Chain("terms", False, "en", texts, seen_at)


def test_turns_are_told_until_it_is_known_that_it_flaps():
    turns = list(turns_of(chain("a", "b", "a", "b", "a", "c", "a"), WINDOW))
    assert [turn.is_return for turn in turns] == [False, True, True, True, False, True]
    assert [turn.is_told for turn in turns] == [True, True, False, False, True, False]
    assert [turn.begins_flapping for turn in turns] == [False, False, True, False, False, False]


def test_turns_that_are_weeks_apart_are_each_told():
    assert all(turn.is_told for turn in turns_of(chain("a", "b", "a", "b", hours=24 * 14), WINDOW))


def test_the_table_counts_messages():
    report = told_once([chain("a", "b", "a", "b", "a")])
    by_key = {measure.key: measure.estimate.value for measure in report.measures}
    assert by_key["flapping.told"] == 3 / 4
    assert by_key["flapping.returns_told"] == 2 / 3


def test_a_stump_and_a_loss_are_counted_apart_from_good_versions():
    report = chains_as_pages([chain(TEXT, "Page not found", TEXT, TEXT[:600], TEXT)])
    by_key = {measure.key: measure.estimate for measure in report.measures}
    assert (by_key["pages.false_blocks"].value, by_key["pages.false_blocks"].count) == (0.0, 2)
    assert (by_key["pages.stumps"].value, by_key["pages.stumps"].count) == (1.0, 1)
    assert (by_key["pages.losses_back"].value, by_key["pages.losses_back"].count) == (1.0, 2)


def test_a_refusal_is_known_as_it_came_and_by_its_title_alone():
    refusal = Answer("1", False, "https://www.example.org/a/b", 403, {"server": "x"}, "Access Denied", 400, 0.1)
    page = Answer("2", False, "https://www.example.org/a/b", 200, {}, "Rules", 2_000, 1.0)
    gone = Answer("3", False, "https://www.example.org/a/b", 404, {}, "Page not found", 500, 1.0)
    report = real_answers([refusal, page, gone])
    assert {measure.key: measure.estimate.value for measure in report.measures} == {
        "answers.refused": 1.0,
        "answers.named": 1.0,
        "answers.gone": 1.0,
        "answers.good": 1.0,
        "answers.soft": 1.0,
    }
