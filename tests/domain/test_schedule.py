"""When it is looked again: soon after publication and after an edit, daily at last, later and later after failures."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.schedule import (
    LONGEST_BACK_OFF_SECONDS,
    LONGEST_SECONDS,
    in_words,
    look_after_failure,
    next_list_look,
    next_statement_look,
)

NOW = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
ages = st.integers(-(10**7), 10**9)
least = st.integers(1, 10**7)


def wait(look):
    return (look.due_at - NOW).total_seconds()


def statement(age, *, least_seconds=300, edited=None):
    return next_statement_look(
        now=NOW,
        published_at=None if age is None else NOW - timedelta(seconds=age),
        last_edited_at=None if edited is None else NOW - timedelta(seconds=edited),
        least_seconds=least_seconds,
    )


@pytest.mark.parametrize(
    ("age", "edited", "seconds"),
    [
        (None, None, 300),
        (60, None, 300),
        (3_600, None, 300),
        (4 * 3_600, None, 600),
        (100 * 3_600, None, 3_000),
        (100 * 3_600, 60, 300),
        (60, 100 * 3_600, 300),
        (10 * 365 * 86_400, None, 86_400),
        (-86_400, None, 300),
    ],
)
def test_the_wait_grows_with_the_root_of_the_age_from_the_last_edit(age, edited, seconds):
    assert wait(statement(age, edited=edited)) == seconds


@given(age=st.none() | ages, edited=st.none() | ages, least_seconds=least)
def test_the_next_look_is_never_in_the_past_never_sooner_than_asked_and_never_later_than_a_day(
    age, edited, least_seconds
):
    seconds = wait(statement(age, edited=edited, least_seconds=least_seconds))
    assert least_seconds <= seconds <= max(LONGEST_SECONDS, least_seconds)


@given(younger=ages, older=ages, least_seconds=least)
def test_an_older_statement_is_not_looked_at_more_often(younger, older, least_seconds):
    younger, older = sorted((younger, older))
    assert wait(statement(younger, least_seconds=least_seconds)) <= wait(statement(older, least_seconds=least_seconds))


def test_a_watch_is_looked_at_as_often_as_somebody_asked_or_as_usual():
    asked = next_list_look(now=NOW, interval_seconds=7_200, default_seconds=300)
    usual = next_list_look(now=NOW, interval_seconds=None, default_seconds=300)
    assert (wait(asked), asked.reason) == (7_200, "every 2 h, as asked")
    assert (wait(usual), usual.reason) == (300, "every 5 min, the usual interval")


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


def test_the_reason_says_why_it_is_looked_at_then():
    assert statement(7_200).reason == "published 2 h ago: every 7 min at this age"
    assert statement(7_200, edited=60).reason == "edited 60 s ago: every 5 min at this age"
