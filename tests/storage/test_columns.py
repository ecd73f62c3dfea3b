"""Columns come back to the bit, whatever is in them; what was damaged or cut off is refused."""

import contextlib
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.columns import ColumnsReader, ColumnsWriter
from app.storage.packing import Damaged, pack

WORDS = st.integers(-(2**63), 2**63 - 1)
INSTANTS = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SECONDS = st.one_of(st.none(), st.floats(allow_nan=False), st.integers(0, 10**9).map(lambda number: number / 1e6))
ROWS = st.lists(st.tuples(INSTANTS, st.uuids(), WORDS, st.none() | WORDS, st.none() | st.text(), SECONDS), max_size=40)


def written(rows):
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 6
    writer = ColumnsWriter(len(rows))
    writer.instants(columns[0])
    writer.ids(columns[1], near=columns[0])
    writer.whole(columns[2])
    writer.optional(columns[3])
    writer.texts(columns[4])
    writer.seconds(columns[5])
    return writer.finish()


def read(packed):
    reader = ColumnsReader(packed, name="these rows")
    at = reader.instants()
    rest = (reader.ids(near=at), reader.whole(), reader.optional(), reader.texts(), reader.seconds())
    reader.finish()
    return list(zip(at, *rest, strict=True))


@given(ROWS)
def test_rows_come_back_as_they_were(rows):
    again = read(written(rows))
    assert again == rows
    assert [str(row[-1]) for row in again] == [str(row[-1]) for row in rows]  # minus zero too


@given(ROWS, st.data())
def test_bytes_that_are_cut_off_or_have_something_behind_them_are_refused(rows, data):
    packed = written(rows)
    with pytest.raises(Damaged):
        read(packed[: data.draw(st.integers(0, len(packed) - 1))])
    with pytest.raises(Damaged):
        read(packed + b"x")


@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused_or_read_as_rows(plain):
    body = pack(b"\x01" + plain)
    packed = len(body).to_bytes(4, "little") + body
    with contextlib.suppress(Damaged):
        assert written(read(packed))


def test_another_format_is_named():
    body = pack(b"\x02" + bytes(4))
    with pytest.raises(Damaged, match="format 2"):
        read(len(body).to_bytes(4, "little") + body)


def test_numbers_that_grow_evenly_take_next_to_nothing_and_ids_their_random_part():
    writer = ColumnsWriter(1_000)
    writer.whole([7 + 300 * number for number in range(1_000)])
    assert len(writer.finish()) < 60
    at = [datetime(2025, 1, 7, tzinfo=UTC)] * 1_000
    writer = ColumnsWriter(1_000)
    writer.ids([uuid.UUID(int=(place << 80) + 5) for place in range(1_000)], near=at)
    assert len(writer.finish()) < 10_000 + 60
