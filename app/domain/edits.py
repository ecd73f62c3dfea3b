"""Edits: the step from one wording to the next, computed once and kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.archives import Provenance, provenance_of
from app.domain.claims import ClaimChange, FacetKind, Level, PinEventKind, PinVariant, Span, StatementAction
from app.domain.ids import ClaimId, EditId, PinId, StatementId, WatchId


class AnalysisState(StrEnum):
    """Whether an edit's claims have been compared: done, still owed, or tried too often in vain."""

    DONE = "done"
    OWED = "owed"
    FAILED = "failed"


class EditKind(StrEnum):
    """What kind of step it was: a new wording, or the statement gone and back."""

    WORDING = "wording"
    WITHDRAWN = "withdrawn"
    REPUBLISHED = "republished"


class Confirmation(StrEnum):
    """Whether a second look is needed before anybody is told, and what it showed."""

    NOT_NEEDED = "not_needed"
    AWAITED = "awaited"
    CONFIRMED = "confirmed"
    OVERTAKEN = "overtaken"
    """The second look showed the old wording again: nobody is told of the removal."""


@dataclass(frozen=True, slots=True)
class PinChange:
    """What an edit did to one pinned phrase. The name is the pin's at that time."""

    pin_id: PinId
    name: str
    variant: PinVariant
    event: PinEventKind
    before: tuple[Span, ...]
    after: tuple[Span, ...]
    claim_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """One step. The old words were last seen unchanged, and the new ones first seen, at the ends of the interval.

    ``stood_seconds`` is how long the old wording is known to have stood, from first to last sight.
    ``confirmed_at`` is when a second look showed the same again. ``change_hash`` is the same for the same edit
    elsewhere. ``disclosed``: the new text gained a note of correction; ``marked_edited``: the publisher's own marker.
    """

    id: EditId
    statement_id: StatementId
    watch_id: WatchId
    kind: EditKind
    from_version: int
    to_version: int
    restores: int | None
    last_seen_unchanged_at: datetime
    first_seen_changed_at: datetime
    stood_seconds: float
    seconds_since_publication: float | None
    earlier_edits: int
    confirmation: Confirmation
    confirmed_at: datetime | None
    analysis_state: AnalysisState
    analysis_attempts: int
    analyzer_version: str | None
    statement_action: StatementAction | None
    score: float
    level: Level
    disclosed: bool
    marked_edited: bool
    language: str | None
    facets_supported: tuple[FacetKind, ...]
    truncated: bool
    change_hash: str | None
    pins: tuple[PinChange, ...]
    is_technical: bool
    analysis_is_technical: bool = False
    """True where what is said of the claims was found later, by newer rules of ours; it alerts nobody."""
    is_flap: bool = False
    """True for one step of a statement that goes back and forth: it is told with the others, as one event."""
    large_loss: bool = False
    """True where most of the text was gone at once (app.domain.losses)."""
    is_archived: bool = False
    """True where an archive saw one of the two wordings, or both; it alerts nobody and is no new work."""


@dataclass(frozen=True, slots=True)
class EditGroup:
    """The same edit in several statements; ``latest`` is the one seen last, whose heaviest change is the sample.

    ``publishers`` are those of the watches, each once, in the order in which they were first seen to make it.
    """

    change_hash: str
    latest: Edit
    before: str
    after: str
    edits: int
    statements: int
    watches: int
    publishers: tuple[str, ...]
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class KeptChange:
    """A claim change as it is kept, with the lasting id of its claim and the pins that it touched."""

    claim_id: ClaimId
    edit_id: EditId
    change: ClaimChange
    pins: tuple[PinChange, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """The life of one claim: where and by whom it was first seen, how it reads now or last read, where it stands."""

    id: ClaimId
    statement_id: StatementId
    number: int
    text: str
    standing: bool
    first_version: int
    last_version: int
    removed_in: int | None
    first_seen_at: datetime
    last_seen_at: datetime

    @property
    def first_seen_by(self) -> Provenance:
        """Who saw it first: we ourselves, or an archive."""
        return provenance_of(self.first_version)
