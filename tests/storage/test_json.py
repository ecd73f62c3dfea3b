"""JSON of our own writing is read faster, and as any other JSON would be."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.json_values import read_json, write_json

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(ANY_JSON, st.sampled_from(["", " ", "\n"]), st.sampled_from(["", " ", "\n "]))
def test_json_comes_back_whoever_wrote_it_and_with_whatever_white_space(value, before, behind):
    written = before + json.dumps(value, ensure_ascii=False) + behind
    assert read_json(written) == value
    assert read_json(written.encode()) == value


@pytest.mark.parametrize("written", ["", "[1, 2", "[1] 2", "{} {}", "nothing"])
def test_what_is_no_json_is_refused(written):
    with pytest.raises(json.JSONDecodeError):
        read_json(written)


@given(ANY_JSON)
def test_what_is_written_is_what_the_standard_library_writes(value):
    assert write_json(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_what_cannot_be_json_is_not_written():
    with pytest.raises(TypeError):
        write_json({"at": object()})
