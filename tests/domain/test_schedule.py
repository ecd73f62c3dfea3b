"""When it is looked again: often while edits are likely, seldom when they are not, later and later after failures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.budget import UNLIMITED, Allowance
from app.domain.hazard import NOTHING_SEEN, Clock, Lesson, Phase, cell_of, learned
from app.domain.schedule import (
    LONGEST_BACK_OFF_SECONDS,
    LONGEST_SECONDS,
    Outlook,
    ScheduleRules,
    in_words,
    look_after_failure,
    next_list_look,
    next_statement_look,
    told_late,
)
from app.domain.watches import SourceKind

NOW = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
RULES = ScheduleRules()
HOUR = 3_600
MINUTES = "every 2 min"
ages = st.integers(-(10**7), 10**9)
allowances = st.builds(Allowance, st.floats(1e-6, 1), st.floats(1, 1e6))
clocks = st.builds(lambda age, phase: Clock(NOW - timedelta(seconds=age), phase), ages, st.sampled_from(Phase))
outlooks = st.builds(
    Outlook,
    st.lists(clocks, max_size=20),
    st.just(NOTHING_SEEN),
    st.just(SourceKind.TELEGRAM_CHANNEL),
    allowances | st.just(UNLIMITED),
    st.floats(0, 1, exclude_max=True),
    st.booleans(),
)
rules = st.builds(ScheduleRules, st.integers(1, 3_600), st.integers(1, 86_400), st.integers(1, 10**7))


def wait(look):
    return (look.due_at - NOW).total_seconds()


def outlook(*ages_seconds, phase=Phase.PUBLISHED, habit=NOTHING_SEEN, **others):
    shown = [Clock(NOW - timedelta(seconds=age), phase) for age in ages_seconds]
    return Outlook(shown, habit, SourceKind.TELEGRAM_CHANNEL, **others)


def list_wait(*ages_seconds, **others):
    return wait(next_list_look(now=NOW, interval_seconds=None, outlook=outlook(*ages_seconds, **others), rules=RULES))


def own_wait(*ages_seconds, **others):
    look = next_statement_look(now=NOW, interval_seconds=None, outlook=outlook(*ages_seconds, **others), rules=RULES)
    return wait(look)


def test_a_page_of_twenty_new_posts_is_looked_at_as_often_as_may_be():
    assert list_wait(*[0] * 20) == RULES.least_seconds


def test_a_new_post_is_looked_at_again_within_minutes():
    assert list_wait(0) < 3 * 60
    assert own_wait(0) < 5 * 60


def test_a_list_is_never_left_longer_than_the_usual_interval_while_no_budget_asks_for_it():
    assert list_wait() == RULES.usual_seconds
    assert RULES.usual_seconds * 0.9 < list_wait(*[10**8] * 20) <= RULES.usual_seconds


def test_an_old_statement_is_still_looked_at_every_day():
    assert HOUR < own_wait(10**9) <= RULES.greatest_seconds


def test_an_edit_makes_looks_frequent_again():
    assert own_wait(0, phase=Phase.EDITED) < own_wait(30 * 24 * HOUR) / 10


def test_a_request_that_shows_twenty_statements_is_made_more_often_and_counted_once():
    single = next_statement_look(now=NOW, interval_seconds=None, outlook=outlook(HOUR), rules=RULES)
    page = next_statement_look(now=NOW, interval_seconds=None, outlook=outlook(*[HOUR] * 20), rules=RULES)
    assert wait(page) < wait(single)
    assert 20 * page.demand.total < 5 * single.demand.total


def test_a_watch_is_looked_at_as_often_as_somebody_asked():
    asked = next_list_look(now=NOW, interval_seconds=7_200, outlook=outlook(0, jitter=0.5), rules=RULES)
    assert (wait(asked), asked.reason) == (7_200, "every 2 h, as asked")
    assert asked.demand.total == pytest.approx(1 / 7_200)


@given(shown=outlooks, some=rules)
def test_no_wait_is_shorter_than_the_least_interval_or_beyond_its_bounds(shown, some):
    least = min(some.least_seconds, some.usual_seconds)
    for look in (
        next_list_look(now=NOW, interval_seconds=None, outlook=shown, rules=some),
        next_statement_look(now=NOW, interval_seconds=None, outlook=shown, rules=some),
    ):
        longest = max(LONGEST_SECONDS, some.greatest_seconds, some.usual_seconds)
        assert least * (0.5 if shown.is_first else 0.9) - 1e-3 <= wait(look) <= longest + 1e-3
        if shown.allowance == UNLIMITED:
            assert wait(look) <= max(some.greatest_seconds, some.usual_seconds, least) + 1e-3


@given(shown=outlooks, some=rules, interval=st.integers(1, 10**7))
def test_own_looks_are_never_more_frequent_than_a_pinned_interval(shown, some, interval):
    look = next_statement_look(now=NOW, interval_seconds=interval, outlook=shown, rules=some)
    assert wait(look) >= interval * (0.5 if shown.is_first else 0.9) - 1e-3


@given(shown=outlooks, less=allowances, more=allowances)
def test_a_smaller_allowance_never_brings_a_look_forward(shown, less, more):
    less, more = (
        Allowance(min(less.base_share, more.base_share), max(less.stretch, more.stretch)),
        Allowance(max(less.base_share, more.base_share), min(less.stretch, more.stretch)),
    )
    waits = [
        wait(next_list_look(now=NOW, interval_seconds=None, outlook=replace(shown, allowance=one), rules=RULES))
        for one in (more, less)
    ]
    assert waits[0] <= waits[1] + 1e-3


@given(younger=ages, older=ages)
def test_an_older_statement_is_not_looked_at_more_often(younger, older):
    younger, older = sorted((younger, older))
    assert own_wait(younger) <= own_wait(older) + 1e-3


def test_looks_that_were_begun_together_are_spread():
    assert list_wait(HOUR, jitter=0.9) < list_wait(HOUR, jitter=0.1) <= list_wait(HOUR)
    assert list_wait(HOUR, jitter=0.9, is_first=True) < 0.6 * list_wait(HOUR)


def edits_seen(count, *, phase=Phase.PUBLISHED, age):
    return learned(NOTHING_SEEN, [Lesson(cell_of(phase, age), count, count * 600.0)])


REASONS = {
    "published, nothing known": (
        outlook(12 * 60),
        "published 12 min ago; elsewhere edits come within 21 h in 80 % of cases: " + MINUTES,
    ),
    "edited, the habit known": (
        outlook(12 * 60, phase=Phase.EDITED, habit=edits_seen(9, phase=Phase.EDITED, age=HOUR)),
        "edited 12 min ago; this channel edits again within 16 h in 80 % of cases (9 seen): every 60 s",
    ),
    "many": (
        outlook(3 * 24 * HOUR, 12 * 60),
        "2 statements, one of them published 12 min ago; elsewhere edits come within 21 h in 80 % of cases: " + MINUTES,
    ),
    "none": (outlook(), "every 5 min, the usual interval"),
    "none, and a budget that does not suffice": (
        outlook(allowance=Allowance(0.5, 2.0)),
        "every 10 min, as the budget of requests allows",
    ),
}


@pytest.mark.parametrize(("shown", "reason"), REASONS.values(), ids=REASONS)
def test_the_reason_says_where_a_statement_stands_and_what_is_known_of_its_source(shown, reason):
    look = next_list_look(now=NOW, interval_seconds=None, outlook=shown, rules=RULES)
    assert look.reason == reason


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 300), (2, 600), (3, 1_200), (6, 9_600), (7, 19_200), (8, 21_600)]
)
def test_each_failure_in_a_row_doubles_the_wait_up_to_six_hours(failures, seconds):
    look = look_after_failure(now=NOW, failures=failures, usual_seconds=300, jitter=0.5, retry_after_seconds=None)
    assert wait(look) == pytest.approx(seconds)


@given(
    failures=st.integers(1, 10**6),
    usual=st.floats(1, 10**7),
    jitter=st.floats(0, 1, exclude_max=True),
    asked=st.none() | st.floats(0, 86_400),
)
def test_after_a_failure_the_wait_is_bounded_and_never_shorter_than_the_site_asked(failures, usual, jitter, asked):
    look = look_after_failure(now=NOW, failures=failures, usual_seconds=usual, jitter=jitter, retry_after_seconds=asked)
    seconds = wait(look)
    assert seconds >= (asked or 0) - 1e-3
    assert 0.8 * usual - 1e-3 <= seconds <= max(1.2 * max(LONGEST_BACK_OFF_SECONDS, usual), asked or 0) + 1e-3


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (89, "89 s"),
        (90, "2 min"),
        (5_399, "90 min"),
        (5_400, "2 h"),
        (129_600, "2 days"),
        (864_000, "10 days"),
    ],
)
def test_lengths_of_time_are_said_in_words(seconds, words):
    assert in_words(seconds) == words


def test_a_statement_of_which_nobody_says_when_it_was_published_is_as_old_as_its_first_sight():
    shown = [Clock(NOW - timedelta(minutes=12), Phase.PUBLISHED, is_first_sight=True)]
    known = Outlook(shown, NOTHING_SEEN, SourceKind.WEB_PAGE)
    reason = next_list_look(now=NOW, interval_seconds=None, outlook=known, rules=RULES).reason
    assert reason.startswith("first seen 12 min ago; ")


@pytest.mark.parametrize(("late_seconds", "word"), [(0, ""), (59, ""), (60, "; this look came 60 s late")])
def test_a_look_that_came_so_late_that_one_was_missed_says_so(late_seconds, word):
    following = next_list_look(now=NOW, interval_seconds=60, outlook=outlook(5), rules=RULES)
    assert told_late(following, now=NOW, late_seconds=late_seconds).reason == "every 60 s, as asked" + word
