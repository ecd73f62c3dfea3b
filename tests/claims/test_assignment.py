"""What stayed in order: the heaviest increasing run, checked against all runs that there are."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.claims.assignment import heaviest_increasing


def weight_of(places: set[int], weights: list[float]) -> float:
    return sum(weights[place] for place in places)


@given(
    st.lists(st.integers(0, 9), unique=True, max_size=8), st.lists(st.integers(1, 4).map(float), min_size=8, max_size=8)
)
def test_no_increasing_run_is_heavier_than_the_one_found(values: list[int], weights: list[float]):
    found = heaviest_increasing(values, weights)
    run = [values[place] for place in sorted(found)]
    assert run == sorted(run)
    best = max(
        weight_of(set(places), weights)
        for size in range(len(values) + 1)
        for places in combinations(range(len(values)), size)
        if all(values[one] < values[other] for one, other in pairwise(places))
    )
    assert weight_of(found, weights) == best


def test_a_stretch_out_of_order_leaves_what_is_before_and_behind_it():
    assert heaviest_increasing([0, 1, 4, 2, 3, 5, 6], [1.0] * 7) == {0, 1, 3, 4, 5, 6}
    assert heaviest_increasing([0, 1, 4, 2, 3, 5, 6], [1.0, 1.0, 9.0, 1.0, 1.0, 1.0, 1.0]) == {0, 1, 2, 5, 6}
