"""What filters looked at in an event, as it is kept beside it."""

import uuid
from collections.abc import Mapping
from typing import Any

from app.domain.claims import Action, FacetKind, Level
from app.domain.destinations import ClaimFacts, Subject
from app.domain.events import EventType
from app.domain.ids import PinId, WatchId
from app.domain.statements import StatementState


def subject_to_json(subject: Subject) -> dict[str, Any]:
    """A subject as JSON, the same for the same subject."""
    return {
        "type": subject.type,
        "watch_id": None if subject.watch_id is None else str(subject.watch_id),
        "tags": list(subject.tags),
        "pin_ids": [str(key) for key in subject.pin_ids],
        "level": subject.level,
        "is_worth_telling": subject.is_worth_telling,
        "claims": None
        if subject.claims is None
        else sorted([one.action, *sorted(one.facets)] for one in subject.claims),
        "state": subject.state,
        "language": subject.language,
    }


def subject_from_json(kept: Mapping[str, Any]) -> Subject:
    """The subject again."""
    claims = kept["claims"]
    return Subject(
        type=EventType(kept["type"]),
        watch_id=None if kept["watch_id"] is None else WatchId(uuid.UUID(kept["watch_id"])),
        tags=tuple(kept["tags"]),
        pin_ids=tuple(PinId(uuid.UUID(key)) for key in kept["pin_ids"]),
        level=Level(kept["level"]),
        is_worth_telling=kept["is_worth_telling"],
        claims=None
        if claims is None
        else frozenset(ClaimFacts(Action(one[0]), frozenset(map(FacetKind, one[1:]))) for one in claims),
        state=None if kept["state"] is None else StatementState(kept["state"]),
        language=kept["language"],
    )
