"""Flags: the work list. A claim change that somebody should look at, and what they made of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.claims import Action, FacetKind, Level, StatementAction
from app.domain.gists import Gist
from app.domain.ids import ClaimId, EditId, FlagId, PinId, StatementId, WatchId


class ReviewState(StrEnum):
    """What a person made of a flag."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Flag:
    """One claim change worth a look, because a pin was touched or the score passed the threshold.

    ``claim_id`` is None where the flag is on the statement as a whole (withdrawn).
    ``confirmed_at`` is that of the edit: when a second look showed the same again.
    """

    id: FlagId
    edit_id: EditId
    statement_id: StatementId
    watch_id: WatchId
    claim_id: ClaimId | None
    action: Action | StatementAction
    facets: tuple[FacetKind, ...]
    level: Level
    score: float
    pin_ids: tuple[PinId, ...]
    headline: str
    before: str
    after: str
    created_at: datetime
    review_state: ReviewState
    note: str | None
    reviewed_at: datetime | None
    reviewed_by: str | None
    revision: int
    gist: Gist | None = field(default=None, metadata={"is_told": False})
    """What the headline says, as facts, for other languages; None for flags older than this."""
