"""What a transaction wrote is told once it is kept, and never where it was undone."""

import pytest

from app.domain.observations import Visit, VisitOutcome
from app.storage import observations
from app.storage.identity import new_id
from app.storage.written import VisitWritten

READ, GONE = VisitOutcome.READ, VisitOutcome.GONE


@pytest.fixture
def told(database):
    heard = []
    database.listeners.append(heard.extend)
    return heard


@pytest.fixture
def visit(add_watch, clock):
    watch = add_watch()

    def add(conn, outcome=READ):
        new = Visit(new_id(), watch.id, clock(), watch.url, outcome, None, 200, 0.1, 10, 1)
        observations.add_visit(conn, new)

    return add


def write_and_stumble(database, visit, outcome):
    with database.write() as conn:
        visit(conn, outcome)
        raise ZeroDivisionError


def test_what_is_kept_is_told_after_the_commit(database, told, visit):
    with database.write() as conn:
        visit(conn)
        visit(conn, GONE)
        assert told == []
    assert told == [VisitWritten(READ), VisitWritten(GONE)]


def test_what_was_undone_is_not_told(database, told, visit):
    with pytest.raises(ZeroDivisionError):
        write_and_stumble(database, visit, READ)
    with database.write() as conn:
        visit(conn, GONE)
    assert told == [VisitWritten(GONE)]


def test_a_step_that_was_undone_inside_a_larger_transaction_is_left_out(database, told, visit):
    with database.write() as conn:
        visit(conn)
        inner = database.within(conn)
        with pytest.raises(ZeroDivisionError):
            write_and_stumble(inner, visit, GONE)
        with inner.write() as nested:
            visit(nested)
        assert told == []
    assert told == [VisitWritten(READ), VisitWritten(READ)]
