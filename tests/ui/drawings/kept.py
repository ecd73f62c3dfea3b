"""One edit, one change and one claim as they are kept, for tests that name only what matters."""

import uuid
from datetime import UTC, datetime

from app.domain.claims import Action, ClaimChange, Level
from app.domain.edits import AnalysisState, Claim, Confirmation, Edit, EditKind
from app.domain.ids import ClaimId, EditId, StatementId, WatchId

T = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
STATEMENT = StatementId(uuid.UUID(int=1))
EDIT = Edit(
    id=EditId(uuid.UUID(int=2)),
    statement_id=STATEMENT,
    watch_id=WatchId(uuid.UUID(int=3)),
    kind=EditKind.WORDING,
    from_version=1,
    to_version=2,
    restores=None,
    last_seen_unchanged_at=T,
    first_seen_changed_at=T,
    stood_seconds=60.0,
    seconds_since_publication=None,
    earlier_edits=0,
    confirmation=Confirmation.NOT_NEEDED,
    confirmed_at=None,
    analysis_state=AnalysisState.DONE,
    analysis_attempts=1,
    analyzer_version="1",
    statement_action=None,
    score=0.8,
    level=Level.MAJOR,
    disclosed=False,
    marked_edited=False,
    language="en",
    facets_supported=(),
    truncated=False,
    change_hash=None,
    pins=(),
    is_technical=False,
)
CHANGE = ClaimChange(
    number=1,
    action=Action.EDITED,
    before="",
    after="",
    before_spans=(),
    after_spans=(),
    facets=(),
    score=0.8,
    level=Level.MAJOR,
    similarity=0.9,
)
CLAIM = Claim(
    id=ClaimId(uuid.UUID(int=4)),
    statement_id=STATEMENT,
    number=1,
    text="",
    standing=True,
    first_version=1,
    last_version=9,
    removed_in=None,
    first_seen_at=T,
    last_seen_at=T,
)
