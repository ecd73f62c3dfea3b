"""Lengths of time and instants are read as people write them."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.options import instant_of, last_instant_of, seconds_of
from app.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("written", "seconds"), [("90", 90), ("90s", 90), ("5m", 300), (" 2 H ", 7200), ("1d", 86_400), ("0", 0)]
)
def test_a_length_of_time(written: str, seconds: int) -> None:
    assert seconds_of(written) == seconds


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2025-01-07", datetime(2025, 1, 7, tzinfo=UTC)),
        ("2025-01-07T09:12", datetime(2025, 1, 7, 9, 12, tzinfo=UTC)),
        ("2025-01-07T09:12:30Z", datetime(2025, 1, 7, 9, 12, 30, tzinfo=UTC)),
        ("2025-01-07 11:12+02:00", datetime(2025, 1, 7, 9, 12, tzinfo=UTC)),
    ],
)
def test_an_instant(written: str, instant: datetime) -> None:
    assert instant_of(written) == instant


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2022-12-31", datetime(2022, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("9999-12-31", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2022-12-31T00:00", datetime(2022, 12, 31, tzinfo=UTC)),
        ("2022-12-31 09:12+02:00", datetime(2022, 12, 31, 7, 12, tzinfo=UTC)),
        (None, None),
    ],
)
def test_a_day_at_the_end_of_a_time_is_meant_whole(written: str | None, instant: datetime | None) -> None:
    assert last_instant_of(written) == instant


def test_no_instant_is_none() -> None:
    assert instant_of(None) is None


@given(st.text())
def test_whatever_is_written_it_is_a_time_or_refused(written: str) -> None:
    for read in (seconds_of, instant_of, last_instant_of):
        with contextlib.suppress(InvalidInput):
            assert read(written) is not None


@pytest.mark.parametrize("written", ["five minutes", "5 weeks", "-5", "", "٥"])
def test_what_is_no_length_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput):
        seconds_of(written)


@pytest.mark.parametrize("written", ["yesterday", "2025-13-01", "", "0001-01-01T00:00+14:00"])
def test_what_is_no_instant_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput):
        instant_of(written)
