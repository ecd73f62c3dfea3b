"""Places in a row come back as they were, however they came into it."""

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from app.domain.runs import MOST_PLACES, Run, places_in, run_of, runs_of, with_places
from app.domain.search_terms import LAST_PLACE

places = st.one_of(st.integers(0, LAST_PLACE), st.integers(0, 300), st.integers(2**62, 2**62 + 2**40))
some_places = st.lists(places, min_size=1, max_size=150, unique=True).map(sorted)
a_run = some_places.map(lambda found: found[:MOST_PLACES])


@given(a_run)
def test_a_run_gives_its_places_back_and_knows_its_last(found):
    run = run_of(found)
    assert places_in(run) == found
    assert (run.first, run.last, run.size) == (found[0], found[-1], len(found))


@given(a_run, some_places)
def test_with_more_places_there_are_runs_of_all_of_them_that_follow_each_other(found, new):
    runs = list(with_places(run_of(found), new))
    assert [place for run in runs for place in places_in(run)] == sorted({*found, *new})
    assert all(1 <= run.size <= MOST_PLACES for run in runs)
    assert all(run == run_of(places_in(run)) for run in runs), "the same places are the same bytes"


@given(a_run.filter(lambda found: found[-1] < 2**62), st.lists(st.integers(1, 2**36), min_size=1, max_size=150))
def test_what_comes_behind_fills_a_run_up_before_another_begins(found, steps):
    runs = list(with_places(run_of(found), list(accumulate(steps, initial=2**62))))
    assert [run.size for run in runs[:-1]] == [MOST_PLACES] * (len(runs) - 1)


@given(some_places)
def test_many_places_take_as_few_runs_as_will_do(found):
    runs = list(runs_of(found))
    assert [place for run in runs for place in places_in(run)] == found
    assert len(runs) == -(-len(found) // MOST_PLACES)


def test_neighbours_take_a_byte_each_and_one_alone_takes_none():
    assert run_of([2**62]) == Run(2**62, 1, b"")
    assert len(run_of(list(range(2**62, 2**62 + MOST_PLACES))).others) == MOST_PLACES - 1
