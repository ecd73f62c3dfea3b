"""What came back from the network, as plain values: the bytes exactly as fetched, and how they were reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop on the way: the status that sent us on, and where to."""

    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a source wants fetched: an address, and the validators of the last answer for a conditional request."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    respect_robots: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One HTTP answer. ``body`` is decoded of its content encoding and never longer than the cap; header names are
    lower case. ``url`` is the address that answered, after ``redirects``."""

    requested_url: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirects: tuple[Redirect, ...]
    fetched_at: datetime
    peer: str | None = None
    wire_bytes: int = 0
    elapsed_seconds: float = 0.0

    @property
    def content_type(self) -> str:
        """The media type without parameters, lower case; empty where the server named none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver answered to something we sent: the status decides; ``body`` is at most its first 2 KiB."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed_seconds: float
