"""Statements and their wordings: what a publisher said in one place, and every form in which it stood there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.archives import Origin, Provenance
from app.domain.ids import StatementId, WatchId
from app.domain.pages import Redirect


class StatementState(StrEnum):
    """Where a statement stands: seen at the last check, not found once, confirmed gone, or known from archives only."""

    PRESENT = "present"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Wording:
    """What a source read: the compared text, and the fields beside it.

    ``text`` is what people read, lines separated by ``\\n``, normalised by the source (never empty: a statement
    without text, such as a bare photo, has a description of its media in square brackets). ``details`` holds further
    facts of the source (kind of post, forwarded from, media) as JSON values; they are kept and never compared.
    """

    text: str
    title: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    marked_edited: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a publisher said in one place; its identity within its watch is ``external_id``, not its URL."""

    id: StatementId
    watch_id: WatchId
    external_id: str
    url: str
    state: StatementState
    published_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    last_checked_at: datetime
    missing_since: datetime | None
    withdrawn_at: datetime | None
    version_count: int
    edit_count: int
    title: str | None
    language: str | None
    flapping_since: datetime | None = None
    """Since when it goes back and forth between wordings; None where it does not."""
    unread_since: datetime | None = None
    """Since when it could not be read where it stands by itself; None where it can be."""


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of one statement: immutable, numbered from 1, or by the moment of its capture (app.domain.archives).

    ``origin`` says which archive saw it; None: we ourselves.
    """

    statement_id: StatementId
    number: int
    wording: Wording
    first_seen_at: datetime
    last_seen_at: datetime
    text_sha256: str
    record_sha256: str
    capture_sha256: str
    restores: int | None
    """The number of the earlier version whose text this one repeats."""
    is_technical: bool
    """True where our own rules changed, not the publisher's words; such a version alerts nobody."""
    fetched_url: str
    headers: Mapping[str, str]
    redirects: tuple[Redirect, ...]
    extractor_version: str
    normaliser_version: str
    origin: Origin | None = None

    @property
    def provenance(self) -> Provenance:
        """Who saw it."""
        return Provenance.OWN if self.origin is None else Provenance.ARCHIVE


@dataclass(frozen=True, slots=True)
class Capture:
    """The bytes exactly as fetched, stored once per content."""

    sha256: str
    body: bytes
    content_type: str
    first_fetched_at: datetime
