"""What filters saw of an event is kept as they saw it."""

import json
import uuid

from hypothesis import given
from hypothesis import strategies as st

from app.domain.claims import Action, FacetKind, Level
from app.domain.destinations import ClaimFacts, Subject
from app.domain.events import EventType
from app.domain.statements import StatementState
from app.storage.subjects import subject_from_json, subject_to_json

IDS = st.builds(uuid.UUID, int=st.integers(0, 2**128 - 1))
SUBJECTS = st.builds(
    Subject,
    type=st.sampled_from(EventType),
    watch_id=st.none() | IDS,
    tags=st.lists(st.text(max_size=5), max_size=2).map(tuple),
    pin_ids=st.lists(IDS, max_size=2).map(tuple),
    level=st.sampled_from(Level),
    is_worth_telling=st.booleans(),
    claims=st.none()
    | st.frozensets(st.builds(ClaimFacts, st.sampled_from(Action), st.frozensets(st.sampled_from(FacetKind)))),
    state=st.none() | st.sampled_from(StatementState),
    language=st.none() | st.sampled_from(["uk", "en"]),
)


@given(SUBJECTS)
def test_a_subject_comes_back_as_it_was(subject: Subject) -> None:
    assert subject_from_json(json.loads(json.dumps(subject_to_json(subject)))) == subject
