import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import metrics
from evaluation.metrics import Counts


def test_wilsons_interval_of_nine_in_ten_is_the_published_one():
    estimate = metrics.share_of(9, 10)
    assert (round(estimate.low, 3), round(estimate.high, 3)) == (0.596, 0.982)


def test_a_share_of_nothing_is_known_by_nobody():
    estimate = metrics.share([])
    assert (estimate.low, estimate.high, estimate.count) == (0.0, 1.0, 0)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_lies_within_its_interval(hits, others):
    estimate = metrics.share_of(hits, hits + others)
    assert -1e-9 <= estimate.low <= estimate.value + 1e-9
    assert estimate.value - 1e-9 <= estimate.high <= 1 + 1e-9


def test_the_area_under_the_curve_counts_ties_half():
    assert metrics.area_under_curve([(True, 0.9), (False, 0.1)]) == 1.0
    assert metrics.area_under_curve([(True, 0.1), (False, 0.9)]) == 0.0
    assert metrics.area_under_curve([(True, 0.5), (False, 0.5)]) == 0.5
    assert metrics.area_under_curve([(True, 0.5), (False, 0.5), (True, 0.7), (False, 0.6)]) == pytest.approx(0.625)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1))))
def test_the_area_equals_the_share_of_pairs_in_the_right_order(cases):
    ups = [score for truth, score in cases if truth]
    downs = [score for truth, score in cases if not truth]
    pairs = [(up > down) + (up == down) / 2 for up in ups for down in downs]
    expected = sum(pairs) / len(pairs) if pairs else 0.5
    assert metrics.area_under_curve(cases) == pytest.approx(expected)


def test_balanced_accuracy_does_not_reward_the_greater_class():
    assert metrics.balanced_accuracy([(True, True)] * 9 + [(False, True)]) == 0.5


def test_counts_give_precision_recall_and_f1():
    counts = metrics.add_up([Counts(right=3, invented=1), Counts(missed=2)])
    assert (counts.precision, counts.recall, counts.f1) == (0.75, 0.6, pytest.approx(2 / 3))


def test_a_bootstrap_is_the_same_on_every_run_and_draws_whole_documents():
    documents = [[1.0, 1.0], [0.0], [1.0], [0.0, 0.0, 0.0]]
    first, second = (metrics.bootstrap(documents, lambda items: sum(items) / len(items)) for _ in range(2))
    assert first == second
    assert first.count == 7
    assert first.low < first.value < first.high


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9).map(float))))
def test_the_best_threshold_is_not_beaten_by_any_other(cases):
    def reached(threshold):
        return metrics.balanced_accuracy([(truth, score >= threshold) for truth, score in cases])

    best = reached(metrics.best_threshold(cases))
    assert all(best >= reached(other) - 1e-9 for other in range(10))
