"""The beat of one process: how often it writes down that it works."""

from datetime import datetime, timedelta

EVERY = timedelta(seconds=30)


class Beat:
    """Due at most once in half a minute. Several threads may ask: at worst it is written down once too often."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether to write it down now; where it is, the next time comes half a minute later."""
        if self._last is not None and timedelta(0) <= now - self._last < EVERY:
            return False
        self._last = now
        return True
