"""Each time a watch fails is told, up to three a day; more of them only where they last an hour."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.failing import LASTS, MOST_TOLD_A_DAY, failing_of
from app.domain.ids import WatchId
from app.domain.observations import Gap, Outcome
from app.storage.identity import new_id

NOW = datetime(2025, 1, 8, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WATCH = WatchId(new_id())


def gap(began, ended):
    """Minutes before now; ``ended`` None where it lasts."""
    closed_at = None if ended is None else NOW - ended * MINUTE
    return Gap(WATCH, NOW - began * MINUTE, closed_at, Outcome.BLOCKED, None)


def failing(*times):
    return failing_of([gap(*one) for one in times], now=NOW, usual_seconds=300)


def test_the_first_three_failures_of_a_day_are_told_at_once():
    assert failing((5, None)).is_told_at_once()
    assert failing((5, None), (60, 40)).is_told_at_once()
    third = failing((5, None), (60, 40), (120, 90))
    assert third.is_told_at_once()
    assert third.is_last_told_at_once()
    assert not failing((5, None), (60, 40), (120, 90), (200, 180)).is_told_at_once()


def test_a_single_failed_look_and_what_was_before_the_day_do_not_count():
    assert failing((5, None), (60, 55), (120, 115), (200, 195)).earlier == 0
    assert failing((5, None), (1_600, 1_500), (1_700, 1_650), (1_800, 1_750)).earlier == 0


def test_a_gap_of_another_cause_goes_on_in_the_next():
    lasting = failing((5, None), (20, 5), (40, 20), (90, 70))
    assert (lasting.began_at, lasting.earlier) == (NOW - 40 * MINUTE, 1)


def test_one_of_many_is_told_once_it_has_lasted():
    many = failing((90, None), (160, 140), (220, 190), (300, 280))
    assert not many.was_told_by(many.began_at + LASTS - MINUTE)
    assert many.was_told_by(many.began_at + LASTS)
    assert not many.was_told_by(None)


@pytest.mark.parametrize("gaps", [[], [(0, 0)]])
def test_without_a_gap_a_failing_begins_now(gaps):
    assert failing(*gaps).is_told_at_once()


@given(st.lists(st.integers(1, 60), min_size=2, max_size=80).filter(lambda steps: len(steps) % 2 == 0))
def test_however_often_it_fails_the_first_of_a_day_are_told(steps):
    times, at = [], 0
    for ended, began in zip(steps[::2], steps[1::2], strict=True):
        times.append((at + ended + began, at + ended))
        at += ended + began
    counted = failing((0, None), *times)
    assert counted.is_told_at_once() == (counted.earlier < MOST_TOLD_A_DAY)
    assert counted.earlier <= len(times)
