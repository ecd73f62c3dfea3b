"""Which old checks are put together: long runs that have rested for a day, and never more than are read at once."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.old_checks import FEWEST_TOGETHER, MOST_TOGETHER, RESTING, run_length

NOW = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
OLD, YOUNG = NOW - RESTING - timedelta(seconds=1), NOW - RESTING


@pytest.mark.parametrize(
    ("times", "together"),
    [
        ([], 0),
        ([OLD] * (FEWEST_TOGETHER - 1), 0),
        ([OLD] * (FEWEST_TOGETHER - 1) + [YOUNG], 0),
        ([OLD] * FEWEST_TOGETHER, FEWEST_TOGETHER),
        ([OLD] * FEWEST_TOGETHER + [YOUNG] * 9, FEWEST_TOGETHER),
        ([OLD] * (MOST_TOGETHER + 9), MOST_TOGETHER),
        ([OLD] * 130 + [YOUNG] + [OLD] * 130, 130),
        ([YOUNG] + [OLD] * 130, 0),
    ],
)
def test_the_oldest_run_is_as_long_as_its_checks_have_rested(times, together):
    assert run_length(times, now=NOW) == together
