"""Who is told of what: filters only ever decide about telling."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.claims import Action, FacetKind, Level
from app.domain.destinations import AlertFilter, ClaimFacts, Subject, is_wanted
from app.domain.events import EventType
from app.domain.ids import PinId, WatchId
from app.domain.statements import StatementState

W1, W2 = WatchId(uuid.UUID(int=1)), WatchId(uuid.UUID(int=2))
P1, P2 = PinId(uuid.UUID(int=3)), PinId(uuid.UUID(int=4))


REMOVED = ClaimFacts(Action.REMOVED, frozenset())
NUMBER = ClaimFacts(Action.EDITED, frozenset({FacetKind.QUANTITY, FacetKind.WORDING}))


def edit(*, level=Level.MAJOR, pins=(), tags=(), worth=True, watch=W1, claims=(), state=None, language=None):
    told = None if claims is None else frozenset(claims)
    kind = EventType.STATEMENT_EDITED
    return Subject(kind, watch, tags, pins, level, is_worth_telling=worth, claims=told, state=state, language=language)


NEW = Subject(EventType.STATEMENT_FIRST_SEEN, W1, (), (), Level.MAJOR, is_worth_telling=False)
FAILING = Subject(EventType.WATCH_FAILING, W1, ("army",), (), Level.MAJOR)
PAUSED = Subject(EventType.DESTINATION_PAUSED, None, (), (), Level.MAJOR)

CASES = {
    "everything worth telling": (edit(), AlertFilter(), True),
    "an edit that nobody flagged": (edit(worth=False), AlertFilter(), False),
    "an edit that nobody flagged, where the type is asked for": (
        edit(worth=False),
        AlertFilter(event_types=(EventType.STATEMENT_EDITED,)),
        True,
    ),
    "another type": (edit(), AlertFilter(event_types=(EventType.STATEMENT_WITHDRAWN,)), False),
    "a new statement": (NEW, AlertFilter(), False),
    "a new statement, where asked for": (NEW, AlertFilter(event_types=(EventType.STATEMENT_FIRST_SEEN,)), True),
    "a new statement, where asked for by somebody who wants grave edits only": (
        NEW,
        AlertFilter(event_types=(EventType.STATEMENT_FIRST_SEEN,), min_level=Level.MAJOR),
        True,
    ),
    "of this watch": (edit(), AlertFilter(watch_ids=(W1, W2)), True),
    "of another watch": (edit(), AlertFilter(watch_ids=(W2,)), False),
    "with one of the tags": (edit(tags=("army", "uk")), AlertFilter(tags=("uk", "x")), True),
    "without the tag": (edit(tags=("army",)), AlertFilter(tags=("uk",)), False),
    "of the pin": (edit(pins=(P1, P2)), AlertFilter(pin_ids=(P2,)), True),
    "of another pin": (edit(pins=(P1,)), AlertFilter(pin_ids=(P2,)), False),
    "below the level": (edit(level=Level.MINOR), AlertFilter(min_level=Level.SUBSTANTIVE), False),
    "at the level": (edit(level=Level.SUBSTANTIVE), AlertFilter(min_level=Level.SUBSTANTIVE), True),
    "below the level, but it touched a pin": (
        edit(level=Level.COSMETIC, pins=(P1,)),
        AlertFilter(min_level=Level.MAJOR),
        True,
    ),
    "a watch that fails": (FAILING, AlertFilter(min_level=Level.MAJOR, tags=("army",)), True),
    "claims that were removed": (edit(claims=[REMOVED]), AlertFilter(actions=(Action.REMOVED,)), True),
    "claims that were only edited": (edit(claims=[NUMBER]), AlertFilter(actions=(Action.REMOVED,)), False),
    "a number that was changed": (edit(claims=[NUMBER]), AlertFilter(facets=(FacetKind.QUANTITY,)), True),
    "a change of both kinds in one claim": (
        edit(claims=[REMOVED, NUMBER]),
        AlertFilter(actions=(Action.EDITED,), facets=(FacetKind.QUANTITY, FacetKind.TIME)),
        True,
    ),
    "each kind of change in a claim of its own": (
        edit(claims=[REMOVED, NUMBER]),
        AlertFilter(actions=(Action.REMOVED,), facets=(FacetKind.QUANTITY,)),
        False,
    ),
    "an edit whose claims could not be compared may be anything": (
        edit(claims=None),
        AlertFilter(actions=(Action.REMOVED,), facets=(FacetKind.QUANTITY,)),
        True,
    ),
    "a watch that fails has no claims": (FAILING, AlertFilter(actions=(Action.REMOVED,)), False),
    "a statement that is gone": (
        edit(state=StatementState.WITHDRAWN),
        AlertFilter(states=(StatementState.WITHDRAWN,)),
        True,
    ),
    "a statement that stands": (
        edit(state=StatementState.PRESENT),
        AlertFilter(states=(StatementState.WITHDRAWN,)),
        False,
    ),
    "in the language": (edit(language="uk"), AlertFilter(languages=("en", "uk")), True),
    "in another language": (edit(language="ru"), AlertFilter(languages=("en", "uk")), False),
    "in a language that nobody knows": (edit(), AlertFilter(languages=("uk",)), False),
    "another destination that was paused": (PAUSED, AlertFilter(), True),
    "another destination that was paused, where a watch is asked for": (PAUSED, AlertFilter(watch_ids=(W1,)), False),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_destination_wants_to_hear(name):
    subject, wish, wanted = CASES[name]
    assert is_wanted(subject, wish) is wanted


subjects = st.builds(
    Subject,
    type=st.sampled_from(EventType),
    watch_id=st.none() | st.sampled_from([W1, W2]),
    tags=st.lists(st.sampled_from("ab"), max_size=2).map(tuple),
    pin_ids=st.lists(st.sampled_from([P1, P2]), max_size=2).map(tuple),
    level=st.sampled_from(Level),
    is_worth_telling=st.booleans(),
    claims=st.none()
    | st.frozensets(st.builds(ClaimFacts, st.sampled_from(Action), st.frozensets(st.sampled_from(FacetKind)))),
    state=st.none() | st.sampled_from(StatementState),
    language=st.none() | st.sampled_from(["uk", "en"]),
)


@given(subject=subjects)
def test_without_any_wish_everything_worth_telling_is_told(subject):
    assert is_wanted(subject, AlertFilter()) is subject.is_worth_telling


@given(
    subject=subjects,
    level=st.sampled_from(Level),
    tags=st.sampled_from([(), ("a",)]),
    actions=st.lists(st.sampled_from(Action), max_size=2).map(tuple),
    facets=st.lists(st.sampled_from(FacetKind), max_size=2).map(tuple),
    languages=st.sampled_from([(), ("uk",)]),
)
def test_a_narrower_wish_never_hears_more(subject, level, tags, actions, facets, languages):
    narrow = AlertFilter(min_level=level, tags=tags, actions=actions, facets=facets, languages=languages)
    if is_wanted(subject, narrow):
        assert is_wanted(subject, AlertFilter())
