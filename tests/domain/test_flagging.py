"""What is worth a look, and what is looked at a second time first."""

import uuid
from dataclasses import replace

import pytest

from app.domain.claims import Action, ClaimChange, Facet, FacetKind, Level, PinEventKind, PinVariant, StatementAction
from app.domain.edits import PinChange
from app.domain.flagging import is_flagged, needs_second_look
from app.domain.ids import PinId

BLANK = ClaimChange(
    number=7,
    action=Action.EDITED,
    before="a",
    after="b",
    before_spans=(),
    after_spans=(),
    facets=(Facet(FacetKind.WORDING),),
    score=0.5,
    level=Level.MINOR,
    similarity=0.5,
)
PIN = PinChange(PinId(uuid.UUID(int=1)), "pin", PinVariant("en", "pin"), PinEventKind.CONTEXT_CHANGED, (), (), (7,))
ELSEWHERE = replace(PIN, claim_numbers=(8,))
UNCHANGED = replace(BLANK, action=Action.UNCHANGED, facets=(), level=Level.COSMETIC)

CASES = {
    "a cosmetic edit": (replace(BLANK, level=Level.COSMETIC), (), False),
    "a minor edit": (BLANK, (), False),
    "a substantive edit": (replace(BLANK, level=Level.SUBSTANTIVE), (), True),
    "a major removal": (replace(BLANK, action=Action.REMOVED, level=Level.MAJOR), (), True),
    "a cosmetic edit of a pinned claim": (replace(BLANK, level=Level.COSMETIC), (PIN,), True),
    "a minor edit beside a pinned claim": (BLANK, (ELSEWHERE,), False),
    "a pinned claim that stayed as it was": (UNCHANGED, (PIN,), False),
    "a pinned claim of which only the form changed": (
        replace(UNCHANGED, facets=(Facet(FacetKind.FORMAT),)),
        (PIN,),
        True,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_flagged(name):
    change, pins, flagged = CASES[name]
    assert is_flagged(change, pins) is flagged


SECOND_LOOKS = {
    "nothing flagged": ((), (), None, False),
    "an edited number": ((BLANK,), (), None, False),
    "a removed claim": ((replace(BLANK, action=Action.REMOVED),), (), None, True),
    "a pinned phrase gone": ((BLANK,), (replace(PIN, event=PinEventKind.REMOVED),), None, True),
    "a pinned phrase new": ((BLANK,), (replace(PIN, event=PinEventKind.ADDED),), None, False),
    "a statement replaced": ((), (), StatementAction.REPLACED, True),
}


@pytest.mark.parametrize("name", SECOND_LOOKS)
def test_what_is_looked_at_again_before_it_is_told(name):
    flagged, pins, action, again = SECOND_LOOKS[name]
    assert needs_second_look(flagged, pins, action) is again
