"""What differs between two values, in a form that JSON can hold and a reader understands."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.domain.audit import Changed, changes_between
from app.domain.watches import Selectors, WatchState


@dataclass(frozen=True)
class Thing:
    name: Any = "a"
    state: Any = None
    secret: Any = "x"


NAMES = ("name", "state", "secret")


def test_what_is_the_same_is_not_told():
    assert changes_between(Thing(), Thing(), NAMES) == {}


def test_what_was_not_there_before_has_no_value_before():
    assert changes_between(None, Thing(), ["name", "state"]) == {"name": Changed(None, "a")}
    assert changes_between(Thing(), None, ["name"]) == {"name": Changed("a", None)}


def test_a_hidden_text_is_named_and_not_repeated():
    assert changes_between(Thing(), Thing(secret="y"), NAMES, hidden=["secret"]) == {"secret": Changed(None, None)}


def test_values_become_what_json_can_hold():
    instant = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
    table = {
        WatchState.PAUSED: "paused",
        instant: "2025-01-07T09:12:00+00:00",
        UUID(int=1): "00000000-0000-0000-0000-000000000001",
        Selectors(("main",), ("nav",)): {"include": ["main"], "exclude": ["nav"]},
        ("x", 1): ["x", 1],
        frozenset({"b", "a"}): ["a", "b"],
    }
    for value, told in table.items():
        assert changes_between(Thing(), Thing(state=value), NAMES)["state"] == Changed(None, told)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.tuples(inner, inner)))
def test_any_change_can_be_written_as_json(value: Any):
    for one in changes_between(Thing(), replace(Thing(), state=value), NAMES).values():
        assert json.loads(json.dumps([one.before, one.after])) == [one.before, one.after]
