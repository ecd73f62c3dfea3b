"""What a check means: each case by its name."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.statements import StatementState
from app.domain.transitions import (
    Edited,
    FirstSeen,
    KnownGone,
    NewlyMissing,
    Restored,
    StillMissing,
    Unchanged,
    Withdrawn,
    what_absence_means,
    what_was_found,
)

NOW = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
PRESENT, MISSING, WITHDRAWN = StatementState.PRESENT, StatementState.MISSING, StatementState.WITHDRAWN
EARLIER = {"a": 3, "b": 2, "c": 4}

FOUND = {
    "never seen before": ("a", None, {}, None, FirstSeen()),
    "as it stood": ("c", "c", EARLIER, PRESENT, Unchanged(returned=False)),
    "as it stood, after it was missing": ("c", "c", EARLIER, MISSING, Unchanged(returned=True)),
    "as it stood, after it was withdrawn": ("c", "c", EARLIER, WITHDRAWN, Unchanged(returned=True)),
    "new words": ("d", "c", EARLIER, PRESENT, Edited(returned=False)),
    "new words after it was withdrawn": ("d", "c", EARLIER, WITHDRAWN, Edited(returned=True)),
    "an earlier wording, by its latest number": ("a", "c", EARLIER, PRESENT, Restored(3, returned=False)),
    "an earlier wording after it was missing": ("b", "c", EARLIER, MISSING, Restored(2, returned=True)),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_a_wording_means(name):
    text, latest, earlier, state, meaning = FOUND[name]
    assert what_was_found(text, latest_sha256=latest, earlier=earlier, state=state) == meaning


ABSENT = {
    "there at the last look": (PRESENT, None, True, NewlyMissing()),
    "not on the list at the last look either": (MISSING, NOW - timedelta(seconds=300), False, StillMissing()),
    "not at its own place, too soon after": (MISSING, NOW - timedelta(seconds=59), True, StillMissing()),
    "not at its own place, a minute later": (MISSING, NOW - timedelta(seconds=60), True, Withdrawn()),
    "not at its own place, by a clock that was set back": (MISSING, NOW + timedelta(hours=1), True, StillMissing()),
    "withdrawn before": (WITHDRAWN, NOW - timedelta(days=3), True, KnownGone()),
    "missing, nobody knows since when": (MISSING, None, True, NewlyMissing()),
}


@pytest.mark.parametrize("name", ABSENT)
def test_what_an_absence_means(name):
    state, since, at_own_place, meaning = ABSENT[name]
    found = what_absence_means(state, missing_since=since, now=NOW, at_own_place=at_own_place, confirm_after_seconds=60)
    assert found == meaning


@given(
    state=st.sampled_from(StatementState),
    since=st.none() | st.integers(-(10**6), 10**6),
    at_own_place=st.booleans(),
    wait=st.floats(0, 10**5),
)
def test_nothing_is_withdrawn_without_two_looks_the_second_at_its_own_place_and_later(state, since, at_own_place, wait):
    missing_since = None if since is None else NOW - timedelta(seconds=since)
    meaning = what_absence_means(
        state, missing_since=missing_since, now=NOW, at_own_place=at_own_place, confirm_after_seconds=wait
    )
    if isinstance(meaning, Withdrawn):
        assert state is MISSING
        assert at_own_place
        assert missing_since is not None
        assert NOW - missing_since >= timedelta(seconds=wait)


@given(
    text=st.sampled_from("abcd"),
    latest=st.none() | st.sampled_from("abcd"),
    earlier=st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9)),
    state=st.none() | st.sampled_from(StatementState),
)
def test_every_wording_has_exactly_one_meaning(text, latest, earlier, state):
    meaning = what_was_found(text, latest_sha256=latest, earlier=earlier, state=state)
    match meaning:
        case FirstSeen():
            assert latest is None
        case Unchanged():
            assert text == latest
        case Restored(number=number):
            assert earlier[text] == number
            assert text != latest
        case Edited():
            assert text not in earlier
            assert text != latest
