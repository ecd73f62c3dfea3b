"""How likely an edit is: by the published figures at first, then as the source has taught, whatever the order."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.hazard import (
    ARTICLE,
    DAY,
    HOUR,
    NOTHING_SEEN,
    PAGE,
    PUBLISHED_HAZARD,
    SPANS,
    YEAR,
    Clock,
    Lesson,
    Phase,
    age_of_share,
    cell_of,
    habit_of,
    hazards,
    learned,
    lessons_of,
    outliving,
    soon_for_most,
    usual_hazards,
)
from app.domain.schedule import Outlook, ScheduleRules, next_statement_look
from app.domain.watches import SourceKind

BORN = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
lessons = st.lists(
    st.builds(Lesson, st.integers(0, 2 * len(SPANS) - 1), st.integers(0, 50), st.integers(0, 10**8).map(float)),
    max_size=12,
)


def at(seconds):
    return BORN + timedelta(seconds=seconds)


def wait(habit, age):
    clock = Clock(BORN, Phase.PUBLISHED)
    shown = Outlook([clock], habit, SourceKind.WEB_PAGE)
    look = next_statement_look(now=at(age), interval_seconds=None, outlook=shown, rules=ScheduleRules())
    return (look.due_at - at(age)).total_seconds()


@pytest.mark.parametrize(("day", "share"), [(0, 0.63), (1, 0.88), (3, 0.95)])
def test_the_prior_gives_the_published_shares_for_articles_of_any_hour(day, share):
    hours = [1.0 - outliving((24 * day + (i + 0.5) / 10) * HOUR) for i in range(240)]
    assert sum(hours) / len(hours) == pytest.approx(share, abs=0.006)


def test_hazards_fall_with_age_and_never_reach_nothing():
    for phase in Phase:
        rates = [PUBLISHED_HAZARD[cell_of(phase, begin)] for begin in SPANS]
        assert all(later < sooner for sooner, later in itertools.pairwise(rates))
        assert rates[-1] > 0


@given(lessons, st.randoms(use_true_random=False))
def test_the_order_in_which_lessons_come_does_not_matter(taught, chance):
    shuffled = list(taught)
    chance.shuffle(shuffled)
    assert hazards(learned(NOTHING_SEEN, shuffled)) == pytest.approx(hazards(learned(NOTHING_SEEN, taught)))


@given(lessons)
def test_hazards_stay_positive_and_finite_whatever_is_learned(taught):
    assert all(0 < rate < 1 for rate in hazards(learned(NOTHING_SEEN, taught)))


def test_a_source_that_edits_late_is_looked_at_less_at_first_and_more_later():
    late = learned(NOTHING_SEEN, _published_and_edited(count=300, age=5 * DAY))
    assert wait(late, 60) > wait(NOTHING_SEEN, 60)
    assert wait(late, 5 * DAY) < wait(NOTHING_SEEN, 5 * DAY)


def test_a_source_that_never_edits_is_looked_at_less():
    silent = learned(NOTHING_SEEN, [Lesson(cell_of(Phase.PUBLISHED, begin), 0, 10**7) for begin in SPANS])
    assert wait(silent, HOUR) > 3 * wait(NOTHING_SEEN, HOUR)


def _published_and_edited(*, count, age):
    clock, now = Clock(BORN, Phase.PUBLISHED), at(age)
    for _ in range(count):
        for before, after in itertools.pairwise([0.0, *(begin for begin in SPANS if 0 < begin < age), age]):
            yield from lessons_of(
                clock, watched_from=BORN, last_seen_at=at(before), now=at(after), was_edited=after == age
            )
    assert clock.age(now) == age


def test_how_soon_most_edits_come_is_told_from_five_edits_on():
    few = learned(NOTHING_SEEN, [Lesson(cell_of(Phase.PUBLISHED, HOUR), 4, HOUR)])
    enough = learned(few, [Lesson(cell_of(Phase.PUBLISHED, HOUR), 1, HOUR)])
    assert soon_for_most(few, Phase.PUBLISHED) is None
    assert soon_for_most(enough, Phase.EDITED) is None
    age, seen = soon_for_most(enough, Phase.PUBLISHED)
    assert seen == 5
    assert age < age_of_share(PUBLISHED_HAZARD, Phase.PUBLISHED)


@given(
    first=st.floats(0, 200 * DAY),
    steps=st.lists(st.floats(1, 30 * DAY), min_size=1, max_size=30),
    was_edited=st.booleans(),
)
def test_all_time_watched_is_counted_once_however_often_it_is_looked(first, steps, was_edited):
    clock = Clock(BORN, Phase.PUBLISHED)
    looks = list(itertools.accumulate(steps, initial=first))
    taught = [
        lesson
        for i, (before, after) in enumerate(itertools.pairwise(looks))
        for lesson in lessons_of(
            clock,
            watched_from=at(first),
            last_seen_at=at(before),
            now=at(after),
            was_edited=was_edited and i == len(steps) - 1,
        )
    ]
    habit = learned(NOTHING_SEEN, taught)
    assert sum(habit.edits) == was_edited
    if was_edited:
        end = (looks[-1] + looks[-2]) / 2
    else:
        end = max((begin for begin in SPANS if begin <= looks[-1]), default=0.0)
        end = end if cell_of(Phase.PUBLISHED, looks[-1]) != cell_of(Phase.PUBLISHED, first) else first
    assert sum(habit.seconds) == pytest.approx(max(end - first, 0.0), abs=1e-3)


def test_a_page_that_stands_for_years_is_expected_to_change_later_than_an_article():
    young, old = (cell_of(Phase.EDITED, age) for age in (HOUR, 3 * YEAR))
    article, page = usual_hazards(ARTICLE), usual_hazards(PAGE)
    assert page[young] < article[young] / 2
    assert page[old] > 10 * article[old]


def test_years_without_an_edit_make_a_page_seldom_looked_at():
    clock = Clock(BORN, Phase.EDITED)
    passed = [begin for begin in SPANS if begin] + [3 * YEAR]
    quiet = [
        lesson
        for before, after in itertools.pairwise([0.0, *passed])
        for lesson in lessons_of(clock, watched_from=BORN, last_seen_at=at(before), now=at(after), was_edited=False)
    ]
    cell = cell_of(Phase.EDITED, 3 * YEAR)
    assert hazards(learned(NOTHING_SEEN, quiet), PAGE)[cell] < 0.6 * usual_hazards(PAGE)[cell]


def test_a_habit_that_was_kept_with_fewer_spans_keeps_what_it_saw():
    habit = habit_of([*[1.0] * 15, *[2.0] * 15], [10.0] * 30)
    assert len(habit.edits) == len(habit.seconds) == 2 * len(SPANS)
    assert (habit.seen_edits(Phase.PUBLISHED), habit.seen_edits(Phase.EDITED)) == (15, 30)
    assert habit_of(habit.edits, habit.seconds) == habit


def test_most_looks_teach_nothing():
    clock = Clock(BORN, Phase.PUBLISHED)
    assert lessons_of(clock, watched_from=BORN, last_seen_at=at(5), now=at(10), was_edited=False) == ()


@given(lessons, st.sampled_from(Phase), st.floats(0.05, 0.95))
def test_the_told_age_parts_the_expected_edits_of_ninety_days_as_it_says(taught, phase, share):
    table = hazards(learned(NOTHING_SEEN, taught))
    age = age_of_share(table, phase, share)

    def expected(until):
        spans = itertools.pairwise(SPANS)
        return sum(table[cell_of(phase, begin)] * max(min(end, until) - begin, 0.0) for begin, end in spans)

    assert expected(age) / expected(90 * DAY) == pytest.approx(share)
