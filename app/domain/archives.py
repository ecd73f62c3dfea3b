"""What web archives kept of a statement before we watched it: captures of others, imported and named as such.

An archived version is numbered by the moment of its capture, as archives write it (``20240105093000``); our own
versions count from 1. So a number that was given is never given again, however much of the past is imported later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.domain.ids import BackfillId, StatementId, WatchId

FIRST_ARCHIVED = 19_900_101_000_000
"""Every number of an archived version is at least this; no statement has so many versions of our own."""
ARCHIVED_BEFORE = 10**14
"""More than any number of an archived version."""


LAST_NUMBER = 99_991_231_235_999


class Provenance(StrEnum):
    """Who saw a wording: we ourselves, or a web archive."""

    OWN = "own"
    ARCHIVE = "archive"


class BackfillSource(StrEnum):
    """Where the captures of a backfill come from."""

    INDEX = "index"
    WARC = "warc"


class BackfillState(StrEnum):
    """What a backfill does now, or how it ended."""

    LISTING = "listing"
    READING = "reading"
    COMPARING = "comparing"
    DONE = "done"
    FAILED = "failed"


OPEN_STATES = (BackfillState.LISTING, BackfillState.READING, BackfillState.COMPARING)


class CaptureOutcome(StrEnum):
    """What became of one capture. Only what was ``read`` can become a version."""

    READ = "read"
    ABSENT = "absent"
    BLOCKED = "blocked"
    REDIRECT = "redirect"
    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    SERVER_ERROR = "server_error"
    ELSEWHERE = "elsewhere"
    NOT_KEPT = "not_kept"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an archived version comes from: who captured it, at which address, when, and when we took it over.

    ``capture_url`` is where the bytes can be had again; for a WARC file it is the name of the file. ``digest`` is the
    archive's own, as it is written there.
    """

    archive: str
    capture_url: str
    original_url: str
    captured_at: datetime
    imported_at: datetime
    digest: str | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """One address to ask an archive for. ``external_id`` names the one statement wanted; None: all that it shows."""

    url: str
    external_id: str | None


@dataclass(frozen=True, slots=True)
class Range:
    """Which captures are wanted: from and to these moments, and at most so many (0: all), the oldest first."""

    since: datetime | None = None
    until: datetime | None = None
    most: int = 1000


@dataclass(frozen=True, slots=True)
class Backfill:
    """One import of the past of a watch, or of one statement in it. Its progress is kept, so that it survives a stop.

    ``place`` (of ``lookups``) and ``resume_key`` say how far the index was read, ``seen_keys`` which keys it has given
    for that address, and afterwards which captures the archive did not give, each as often as it did not; ``refused``
    counts lines of the index (or records of files) that could not be used, by reason; ``is_cut`` says that there are
    more captures than were wanted.
    """

    id: BackfillId
    watch_id: WatchId
    statement_id: StatementId | None
    source: BackfillSource
    archive: str
    lookups: tuple[Lookup, ...]
    wanted: Range
    state: BackfillState
    place: int
    resume_key: str | None
    seen_keys: tuple[str, ...]
    is_cut: bool
    refused: Mapping[str, int]
    edits: int
    failures: int
    detail: str | None
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    due_at: datetime
    lease: str | None

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class ListedCapture:
    """One capture as an index or a file names it. ``timestamp`` has 14 digits, in UTC."""

    timestamp: int
    original_url: str
    digest: str | None
    media_type: str | None

    @property
    def captured_at(self) -> datetime:
        """The moment of the capture."""
        return moment_of(self.timestamp)


@dataclass(frozen=True, slots=True)
class KnownCapture:
    """One capture as it is kept: where it is to be had, its bytes once we have them, and what became of it."""

    watch_id: WatchId
    key: str
    listed: ListedCapture
    external_id: str | None
    archive: str
    capture_url: str
    headers: Mapping[str, str]
    http_status: int
    capture_sha256: str | None


def timestamp_of(at: datetime) -> int:
    """A moment as archives write it: 14 digits in UTC."""
    return int(at.astimezone(UTC).strftime("%Y%m%d%H%M%S"))


def moment_of(timestamp: int) -> datetime:
    """The moment that 14 digits name.

    Raises:
        ValueError: they name none.
    """
    return datetime.strptime(f"{timestamp:014d}", "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def is_archived(number: int) -> bool:
    """Whether a version of this number was seen by an archive, and not by us."""
    return number >= FIRST_ARCHIVED


def in_time(number: int) -> int:
    """By what versions are put in order: archived ones by their moments, and before those that we saw ourselves."""
    return number - ARCHIVED_BEFORE if is_archived(number) else number


def provenance_of(number: int) -> Provenance:
    """Who saw the version of this number."""
    return Provenance.ARCHIVE if is_archived(number) else Provenance.OWN
