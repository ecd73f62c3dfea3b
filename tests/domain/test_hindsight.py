"""Archives teach habits: each edit counts once, however uncertain its time, and quiet years count too."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.hazard import (
    DAY,
    HOUR,
    NOTHING_SEEN,
    PAGE,
    Phase,
    cell_of,
    hazards,
    learned,
    usual_hazards,
)
from app.domain.hindsight import Stood, lessons_of_past, taken_back

BORN = datetime(2020, 1, 7, 9, 12, tzinfo=UTC)
steps = st.lists(st.tuples(st.floats(0, 400 * DAY), st.sampled_from("abc")), min_size=1, max_size=20)


def at(seconds):
    return BORN + timedelta(seconds=seconds)


def stood(*wordings):
    return [Stood(text, at(first), at(last)) for text, first, last in wordings]


def taught(*wordings, published_at=BORN):
    return lessons_of_past(stood(*wordings), published_at=published_at, prior=PAGE)


@given(steps)
def test_each_edit_counts_once_and_no_second_is_counted_twice(gaps):
    now, chain, edits = 0.0, [], 0
    for gap, text in gaps:
        edits += bool(chain) and chain[-1].text_sha256 != text
        chain.append(Stood(text, at(now), at(now + gap / 2)))
        now += gap
    habit = learned(NOTHING_SEEN, lessons_of_past(chain, published_at=None, prior=PAGE))
    assert sum(habit.edits) == pytest.approx(edits, abs=1e-6)
    assert sum(habit.seconds) <= now + 1e-3


def test_an_edit_between_close_captures_is_put_at_its_age():
    habit = learned(NOTHING_SEEN, taught(("a", 0, 5 * HOUR), ("b", 6 * HOUR, 6 * HOUR)))
    assert habit.edits[cell_of(Phase.PUBLISHED, 5 * HOUR)] == pytest.approx(1.0)


def test_an_edit_between_captures_a_year_apart_is_spread_over_the_ages_that_are_possible():
    habit = learned(NOTHING_SEEN, taught(("a", 0, 0), ("b", 365 * DAY, 365 * DAY)))
    assert max(habit.edits) < 0.5
    assert 0 < sum(habit.seconds) < 365 * DAY


def test_an_archive_that_saw_nothing_change_for_years_makes_looks_seldom():
    quiet = learned(NOTHING_SEEN, taught(("a", 0, 2000 * DAY)))
    cell = cell_of(Phase.PUBLISHED, 3 * 365 * DAY)
    assert hazards(quiet, PAGE)[cell] < 0.5 * usual_hazards(PAGE)[cell]


def test_what_was_taught_can_be_taken_back():
    lessons = taught(("a", 0, DAY), ("b", 90 * DAY, 91 * DAY))
    habit = learned(learned(NOTHING_SEEN, lessons), taken_back(lessons))
    assert sum(habit.edits) == pytest.approx(0.0, abs=1e-9)
    assert sum(habit.seconds) == pytest.approx(0.0, abs=1e-3)


def test_nothing_that_stood_teaches_nothing():
    assert taught() == ()
