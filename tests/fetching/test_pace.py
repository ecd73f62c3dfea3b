"""How often a site may be asked: its own wishes first, and a clock that jumps delays nothing for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fetching.pace import (
    HostPace,
    PaceRules,
    after_answer,
    after_leaving,
    gap_seconds,
    ready_at,
    retry_after_seconds,
)

NOW = datetime(2025, 1, 7, 9, 40, tzinfo=UTC)
RULES = PaceRules(gap_seconds=2.0, slow_gap_seconds=10.0, longest_gap_seconds=600.0)
DAY = 24 * 3600.0

RETRY_AFTER = {
    "seconds": ("120", 120.0),
    "spaces around": (" 120 ", 120.0),
    "at once": ("0", 1.0),
    "for ever": ("99999999", DAY),
    "a number without end": ("9" * 400, DAY),
    "date": ("Tue, 07 Jan 2025 09:45:00 GMT", 300.0),
    "date of another zone": ("Tue, 07 Jan 2025 11:45:00 +0200", 300.0),
    "date without zone": ("Tue, 07 Jan 2025 09:45:00 -0000", 300.0),
    "date gone by": ("Mon, 06 Jan 2025 09:40:00 GMT", 1.0),
    "date far away": ("Fri, 07 Jan 2028 09:40:00 GMT", DAY),
    "nothing": (None, None),
    "empty": ("", None),
    "words": ("in a while", None),
    "negative": ("-5", None),
    "fraction": ("1.5", None),
    "digits of another script": ("١٢", None),
    "no such day": ("Tue, 32 Jan 2025 09:45:00 GMT", None),
}


@pytest.mark.parametrize(("value", "seconds"), RETRY_AFTER.values(), ids=RETRY_AFTER.keys())
def test_retry_after_is_understood_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value, NOW) == seconds


@given(st.text(max_size=40))
def test_retry_after_of_any_text_is_nothing_or_within_bounds(value: str) -> None:
    seconds = retry_after_seconds(value, NOW)
    assert seconds is None or 1.0 <= seconds <= DAY


def test_a_host_is_ready_at_first_and_then_after_its_gap() -> None:
    assert ready_at(HostPace(), RULES, NOW) == NOW
    left = after_leaving(HostPace(), NOW)
    assert ready_at(left, RULES, NOW) == NOW + timedelta(seconds=2)
    assert ready_at(left, RULES, NOW + timedelta(seconds=5)) == NOW + timedelta(seconds=5)


def test_the_pause_that_robots_txt_asks_for_is_the_gap_if_it_is_longer() -> None:
    assert gap_seconds(HostPace(crawl_delay_seconds=30.0), RULES) == 30.0
    assert gap_seconds(HostPace(crawl_delay_seconds=0.5), RULES) == 2.0
    assert gap_seconds(HostPace(crawl_delay_seconds=1e12), RULES) == DAY


def test_a_host_that_says_too_many_is_asked_ever_less_and_then_step_by_step_more() -> None:
    pace = HostPace()
    gaps = []
    for status in (429, 503, 429, 200, 404, 200, 200):
        pace = after_answer(pace, status, {}, NOW)
        gaps.append(gap_seconds(pace, RULES))
    assert gaps == [10.0, 20.0, 40.0, 20.0, 10.0, 2.0, 2.0]
    for _ in range(100):
        pace = after_answer(pace, 429, {}, NOW)
    assert gap_seconds(pace, RULES) == 600.0


def test_retry_after_rests_the_whole_host() -> None:
    pace = after_answer(HostPace(), 429, {"retry-after": "3600"}, NOW)
    assert ready_at(pace, RULES, NOW) == NOW + timedelta(hours=1)
    assert ready_at(after_answer(HostPace(), 500, {"retry-after": "60"}, NOW), RULES, NOW) == NOW + timedelta(minutes=1)
    assert ready_at(after_answer(HostPace(), 301, {"retry-after": "60"}, NOW), RULES, NOW) == NOW


def test_a_rest_that_is_over_is_forgotten() -> None:
    pace = after_answer(HostPace(), 429, {"retry-after": "60"}, NOW)
    assert after_leaving(pace, NOW).rest_until is not None
    assert after_leaving(pace, NOW + timedelta(minutes=2)).rest_until is None


def test_a_clock_that_is_set_back_delays_no_longer_than_the_gap() -> None:
    left = after_leaving(HostPace(), NOW)
    earlier = NOW - timedelta(hours=1)
    assert ready_at(left, RULES, earlier) == earlier + timedelta(seconds=2)


@given(
    st.lists(st.tuples(st.integers(100, 599), st.sampled_from([None, "0", "5", "100000"])), max_size=20),
    st.timedeltas(timedelta(days=-1), timedelta(days=1)),
)
def test_no_history_of_answers_makes_a_wait_longer_than_a_day(
    answers: list[tuple[int, str | None]], drift: timedelta
) -> None:
    pace = HostPace()
    for status, value in answers:
        pace = after_leaving(after_answer(pace, status, {"retry-after": value} if value else {}, NOW), NOW)
    wait = ready_at(pace, RULES, NOW + drift) - (NOW + drift)
    assert timedelta(0) <= wait <= timedelta(days=1)
