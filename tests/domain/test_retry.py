"""Retries: ten tries over three days, never all at once, and as late as the receiver asks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.retry import GiveUp, TryAgain, after_failed_try, is_given_up_on

NOW = datetime(2025, 1, 7, 9, 40, tzinfo=UTC)
SCHEDULE = ["5 s", "5 min", "30 min", "2 h", "5 h", "10 h", "14 h", "20 h", "24 h"]
UNITS = {"s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": timedelta(hours=1)}


def pause(text: str) -> timedelta:
    number, unit = text.split()
    return int(number) * UNITS[unit]


@pytest.mark.parametrize(("tries", "text"), list(enumerate(SCHEDULE, start=1)))
def test_each_failure_waits_longer_than_the_one_before(tries: int, text: str) -> None:
    assert after_failed_try(tries, now=NOW, jitter=0.5) == TryAgain(NOW + pause(text))


def test_after_ten_tries_it_is_given_up() -> None:
    assert after_failed_try(10, now=NOW, jitter=0.5) == GiveUp()
    assert after_failed_try(99, now=NOW, jitter=0.5, retry_after_seconds=5) == GiveUp()


@given(st.integers(1, 9), st.floats(0, 1), st.none() | st.floats(-1e6, 1e9))
def test_jitter_moves_a_pause_by_a_fifth_at_most_and_the_receiver_moves_it_later_only(
    tries: int, jitter: float, asked: float | None
) -> None:
    usual = pause(SCHEDULE[tries - 1])
    match after_failed_try(tries, now=NOW, jitter=jitter, retry_after_seconds=asked):
        case TryAgain(at):
            assert at - NOW >= usual * 0.79
            assert at - NOW <= max(usual * 1.21, timedelta(days=1))
            if asked is None:
                assert at - NOW <= usual * 1.21
        case GiveUp():
            pytest.fail("given up too early")


@pytest.mark.parametrize(("asked", "waits"), [(None, 5), (0.0, 5), (-3.0, 5), (2.0, 5), (90.0, 90), (1e9, 86_400)])
def test_a_pause_that_the_receiver_asks_for_is_kept(asked: float | None, waits: int) -> None:
    assert after_failed_try(1, now=NOW, jitter=0.5, retry_after_seconds=asked) == TryAgain(
        NOW + timedelta(seconds=waits)
    )


@pytest.mark.parametrize(
    ("since", "worn_out"),
    [(None, False), (NOW, False), (NOW - timedelta(days=4, hours=23), False), (NOW - timedelta(days=5), True)],
)
def test_a_destination_is_paused_after_five_days_of_failure(since: datetime | None, worn_out: bool) -> None:
    assert is_given_up_on(since, NOW) is worn_out
