"""What goes out and what became of it: plain values that every kind of sender shares."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.fetching.client import WebClient


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One alert on its way: the same ``id`` and ``body`` on every try; ``secrets`` newest first."""

    id: str
    body: bytes
    url: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver took it (2xx)."""

    status: int
    answer: str
    elapsed_seconds: float


@dataclass(frozen=True, slots=True)
class Rejected:
    """The receiver answered, and not with 2xx. ``is_final`` where it wants nothing more, ever (410)."""

    status: int
    answer: str
    elapsed_seconds: float
    retry_after_seconds: float | None
    is_final: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer came. ``is_refused`` where our own guard did not let it out: trying again cannot help."""

    error: str
    is_refused: bool


Result = Delivered | Rejected | Failed


class Sender(Protocol):
    """One way to reach a destination."""

    async def send(self, web: WebClient, outgoing: Outgoing, *, now: datetime, timeout_seconds: float) -> Result:
        """Send one alert once; never raises for what the network or the receiver does."""
