"""What every test may ask for: a clock that stands still; databases and the input of strangers have their own files."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from hypothesis import settings

pytest_plugins = [
    "tests.sharing",
    "tests.databases",
    "tests.browsing",
    "tests.fuzzing",
    "tests.trials",
    "tests.newsrooms",
    "tests.looks",
]
settings.register_profile("walkback", deadline=None)  # how fast it is depends on what else the machine does
settings.load_profile("walkback")

START = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)


class StoppedClock:
    """A clock that only moves when a test moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A test that starts the program sends the logs to its own captured stream, which is closed afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
