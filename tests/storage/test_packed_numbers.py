"""Places of claims as bytes, and back."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.claims import Span
from app.domain.errors import StorageError
from app.storage.packed_numbers import numbers_in, pack_numbers, pack_spans, spans_in

ANY = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(ANY | st.integers(0, 2**16 - 1)))
def test_numbers_come_back(numbers):
    assert numbers_in(pack_numbers(numbers)) == tuple(numbers)


@given(st.lists(st.builds(Span, st.integers(0, 2**40), st.integers(0, 2**40))))
def test_spans_come_back(spans):
    assert spans_in(pack_spans(spans)) == tuple(spans)


def test_small_ones_take_two_bytes_and_none_take_none():
    assert len(pack_numbers([1, 0, 65_535])) == 7
    assert len(pack_numbers([1, 0, 65_536])) == 25
    assert pack_numbers([]) == b""


@pytest.mark.parametrize("packed", [b"\x00", b"\x03abc", b"\x02a", b"\x08abcd"])
def test_other_bytes_are_damaged(packed):
    with pytest.raises(StorageError):
        numbers_in(packed)


@given(st.binary())
def test_any_bytes_are_numbers_or_damaged(packed):
    with suppress(StorageError):
        assert all(isinstance(number, int) for number in numbers_in(packed))
