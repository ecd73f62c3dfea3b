"""What is worth a look: which claim changes are flagged, and which of them need a second look first."""

from collections.abc import Iterable

from app.domain.claims import Action, ClaimChange, Level, PinEventKind, StatementAction
from app.domain.edits import PinChange

FLAGGED_FROM = Level.SUBSTANTIVE


def is_flagged(change: ClaimChange, pins: Iterable[PinChange]) -> bool:
    """True where an edit touched a pin in this claim, or changed it by much (never for a claim left as it was)."""
    if change.action is Action.UNCHANGED and not change.facets:
        return False
    touched = any(change.number in pin.claim_numbers for pin in pins)
    return touched or change.level.rank >= FLAGGED_FROM.rank


def needs_second_look(
    flagged: Iterable[ClaimChange], pins: Iterable[PinChange], action: StatementAction | None
) -> bool:
    """True where something is said to be gone: a removal is confirmed before anybody is alerted."""
    return (
        action is StatementAction.REPLACED
        or any(change.action is Action.REMOVED for change in flagged)
        or any(pin.event is PinEventKind.REMOVED for pin in pins)
    )
