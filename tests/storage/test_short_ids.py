"""People type the end of an id; it means one thing, or it is said why not."""

import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.errors import InvalidInput, NotFound, WalkbackError
from app.domain.ids import KeyId
from app.domain.keys import ApiKey, Scope
from app.storage import keys
from app.storage.database import Database
from app.storage.short_ids import TABLES, find_id

NOW = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
FIRST = uuid.UUID("01944004-7d00-7000-8000-0000aa000001")
SECOND = uuid.UUID("01944004-7d00-7000-8000-0000bb000001")


@pytest.fixture
def filled(database: Database) -> Database:
    """Two keys of one millisecond, whose ids begin alike and end nearly alike."""
    with database.write() as conn:
        for place, key in enumerate((FIRST, SECOND)):
            made = ApiKey(KeyId(key), "key", f"wbk_{place}", Scope.READ, NOW, None, None, None)
            keys.add_key(conn, made, sha256=f"{place:064}")
    return database


MEANT = {
    "the whole id": str(FIRST),
    "the whole id without dashes": FIRST.hex,
    "its end": "aa000001",
    "its end with a dash": "8000-0000aa000001",
    "in capitals, with spaces": "  AA000001 ",
}


@pytest.mark.parametrize("written", MEANT.values(), ids=MEANT.keys())
def test_a_part_that_means_one_thing_finds_it(filled: Database, written: str) -> None:
    with filled.read() as conn:
        assert find_id(conn, "key", written) == FIRST


def test_the_beginning_will_do_where_it_is_one_thing_only(filled: Database) -> None:
    with filled.read() as conn:
        assert find_id(conn, "key", "01944004-7d00-7000-8000-0000b") == SECOND
        with pytest.raises(InvalidInput, match="more than one key"):
            find_id(conn, "key", "01944004")


def test_an_end_of_two_things_is_not_guessed(filled: Database) -> None:
    with filled.read() as conn, pytest.raises(InvalidInput, match="write more"):
        find_id(conn, "key", "000001")


@pytest.mark.parametrize("written", ["", "12345", "xyzxyz", "%%%%%%", "______", "٠٠٠٠٠٠", "0" * 33])
def test_what_is_no_part_of_an_id_is_refused(filled: Database, written: str) -> None:
    with filled.read() as conn, pytest.raises(InvalidInput):
        find_id(conn, "key", written)


@pytest.mark.parametrize("kind", TABLES)
def test_what_is_not_there_is_not_found(filled: Database, kind: str) -> None:
    with filled.read() as conn, pytest.raises(NotFound, match=kind):
        find_id(conn, kind, "abcdef12")


@given(written=st.text(st.characters(exclude_categories=())) | st.text("0123456789abcdef-", min_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_whatever_is_typed_it_is_found_or_refused(filled: Database, written: str) -> None:
    with filled.read() as conn:
        try:
            assert find_id(conn, "key", written) in (FIRST, SECOND)
        except WalkbackError as error:
            assert isinstance(error, InvalidInput | NotFound)  # noqa: PT017  # both are right, nothing else is
