"""The names of the things Walkback keeps: every id is a UUID with a meaning."""

import uuid
from typing import NewType

WatchId = NewType("WatchId", uuid.UUID)
StatementId = NewType("StatementId", uuid.UUID)
CheckId = NewType("CheckId", uuid.UUID)
ObservationId = NewType("ObservationId", uuid.UUID)
VisitId = NewType("VisitId", uuid.UUID)
EditId = NewType("EditId", uuid.UUID)
ClaimId = NewType("ClaimId", uuid.UUID)
PinId = NewType("PinId", uuid.UUID)
FlagId = NewType("FlagId", uuid.UUID)
EventId = NewType("EventId", uuid.UUID)
AlertId = NewType("AlertId", uuid.UUID)
DestinationId = NewType("DestinationId", uuid.UUID)
KeyId = NewType("KeyId", uuid.UUID)
SessionId = NewType("SessionId", uuid.UUID)
BackfillId = NewType("BackfillId", uuid.UUID)
ShareId = NewType("ShareId", uuid.UUID)


def claim_id(statement_id: StatementId, number: int) -> ClaimId:
    """The lasting id of the ``number``-th claim ever seen in a statement; the same on every machine (UUIDv5)."""
    return ClaimId(uuid.uuid5(statement_id, f"claim/{number}"))


def archived_edit_id(statement_id: StatementId, from_version: int, to_version: int) -> EditId:
    """The id of the step between two wordings of which an archive saw one; the same however often it is compared."""
    return EditId(uuid.uuid5(statement_id, f"archived/{from_version}/{to_version}"))
