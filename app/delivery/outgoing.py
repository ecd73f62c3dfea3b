"""What goes out and what became of it: plain values that every kind of sender shares."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.delivery.reach import Given, Reach
from app.fetching.apprise_way import AppriseWay
from app.fetching.client import WebClient
from app.fetching.mail_server import MailServer


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One alert on its way: the same ``id`` and ``body`` on every try; ``secrets`` newest first.

    ``url`` is the whole address, also of a kind that keeps it sealed. ``round`` counts the tries since the last replay;
    ``language`` is that of messages for people. ``sequence`` grows from event to event: by it a receiver puts in order
    what came out of order.
    """

    id: str
    body: bytes
    url: str
    secrets: tuple[str, ...] = ()
    sequence: int = 0
    destination_id: str = ""
    round: int = 0
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver took it. ``status`` is the HTTP status, where HTTP is spoken."""

    status: int | None
    answer: str
    elapsed_seconds: float


@dataclass(frozen=True, slots=True)
class Rejected:
    """The receiver did not take it. ``is_final`` where it wants nothing more, ever; ``reason`` says why."""

    status: int | None
    answer: str
    elapsed_seconds: float
    retry_after_seconds: float | None
    is_final: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer came. ``is_refused`` where our own guard did not let it out: trying again cannot help."""

    error: str
    is_refused: bool


Result = Delivered | Rejected | Failed


@dataclass(frozen=True, slots=True)
class WaysOut:
    """What senders send with: the guarded client, and what the operator opens besides: a mail server, Apprise."""

    web: WebClient
    mail: MailServer | None = None
    apprise: AppriseWay | None = None


class Sender(Protocol):
    """One way to reach a destination."""

    @property
    def is_signed(self) -> bool:
        """True where every message is signed with a secret of the destination."""
        ...

    def reach(self, given: Given, ways: WaysOut, /) -> Reach:
        """Where alerts go, from what somebody typed.

        Raises:
            InvalidInput, AddressRefused: that is not what this kind needs, or this service has no such way out.
        """
        ...

    async def send(self, ways: WaysOut, outgoing: Outgoing, *, now: datetime, timeout_seconds: float) -> Result:
        """Send one alert once; never raises for what the network or the receiver does."""
