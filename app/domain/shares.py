"""Share links: one statement or one edit, shown to whoever has the link, until a day that somebody chose."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.domain.ids import EditId, ShareId, StatementId

LONGEST: Final = timedelta(days=365)
"""So long a link may be good for; what is to stay open belongs on the watchlist as public."""


class SharedKind(StrEnum):
    """What a link shows, and nothing else."""

    STATEMENT = "statement"
    EDIT = "edit"


class ShareState(StrEnum):
    """What a link is good for now."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Share:
    """A link as it is kept: never its token, by which it is opened. ``name`` is what it showed when it was made."""

    id: ShareId
    kind: SharedKind
    statement_id: StatementId
    edit_id: EditId | None
    name: str
    made_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def state_at(self, now: datetime) -> ShareState:
        """What it is good for at ``now``."""
        if self.revoked_at is not None:
            return ShareState.REVOKED
        return ShareState.OPEN if now < self.expires_at else ShareState.EXPIRED
