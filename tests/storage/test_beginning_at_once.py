"""Two who find a new statement at the same moment: a check, and an import of its past. It begins once."""

import threading

import pytest

from app.domain.errors import LeaseLost
from app.domain.ids import StatementId
from app.domain.statements import Statement, StatementState
from app.storage import beginnings
from app.storage.identity import new_id

AS_READ = {"read_from": "own", "read_by": "1", "text_sha256": "0" * 64}


@pytest.fixture
def found_again(add_watch, clock):
    """The same new statement, as each of those who find it would begin it."""
    watch, now = add_watch("https://example.org/a"), clock()

    def find():
        return Statement(
            id=StatementId(new_id()),
            watch_id=watch.id,
            external_id="page",
            url="https://example.org/a",
            state=StatementState.PRESENT,
            published_at=None,
            first_seen_at=now,
            last_seen_at=now,
            last_checked_at=now,
            missing_since=None,
            withdrawn_at=None,
            version_count=1,
            edit_count=0,
            title=None,
            language=None,
        )

    return find


def test_who_comes_later_finds_the_one_that_was_begun(database, found_again):
    first, second = found_again(), found_again()
    with database.write() as conn:
        assert beginnings.add_or_find_statement(conn, first, **AS_READ) == first.id
    with database.write() as conn:
        assert beginnings.add_or_find_statement(conn, second, **AS_READ) == first.id


def test_a_check_that_comes_later_lets_its_work_go(database, found_again):
    with database.write() as conn:
        beginnings.add_statement(conn, found_again(), **AS_READ)
    with pytest.raises(LeaseLost), database.write() as conn:
        beginnings.add_statement(conn, found_again(), **AS_READ)


def test_who_comes_while_it_is_being_written_waits_and_finds_it(database, found_again):
    first, second = found_again(), found_again()
    told = []

    def come_later():
        with database.write() as conn:
            told.append(beginnings.add_or_find_statement(conn, second, **AS_READ))

    later = threading.Thread(target=come_later)
    with database.write() as conn:
        beginnings.add_statement(conn, first, **AS_READ)
        later.start()
        assert told == []
    later.join(30)
    assert told == [first.id]
