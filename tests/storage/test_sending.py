"""Many rows of one statement are sent in a cheaper way, and arrive as they would in the usual one."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.storage.hosts import release_all
from app.storage.identity import new_id
from app.storage.sending import send
from app.storage.tables import gap, host, visit, watch

ADD, END = sa.insert(visit), sa.update(visit).where(visit.c.id == sa.bindparam("of_id"))
NOON = datetime(2025, 1, 7, 12, 0, tzinfo=UTC)


@pytest.fixture
def a_row(add_watch):
    watch_id = add_watch().id

    def make(number):
        return {
            "watch_id": watch_id,
            "id": new_id(),
            "at": NOON + timedelta(microseconds=number),
            "url": "https://example.org/",
            "outcome": "read",
            "detail": None if number else "“%s” 100 % of it: :name, ?",
            "http_status": 200,
            "elapsed_seconds": 0.25,
            "wire_bytes": 10**6,
            "found": number,
        }

    return make


def kept(conn, rows):
    found = conn.execute(sa.select(visit).where(visit.c.id.in_([row["id"] for row in rows])))
    return {row.id: dict(row._mapping) for row in found}


def test_rows_arrive_as_they_were_given(database, a_row):
    rows = [a_row(number) for number in range(5)]
    with database.write() as conn:
        assert send(conn, ADD, rows) == 5
        assert kept(conn, rows) == {row["id"]: row for row in rows}


def test_it_says_how_many_rows_were_touched(database, a_row):
    rows = [a_row(number) for number in range(3)]
    with database.write() as conn:
        send(conn, ADD, rows)
        ended = [{"of_id": row["id"], "detail": None, "found": 7} for row in rows]
        assert send(conn, END, [*ended, {**ended[0], "of_id": new_id()}]) == 3
        assert send(conn, END, []) == 0
        assert {row["found"] for row in kept(conn, rows).values()} == {7}


def test_values_that_stand_in_the_statement_are_sent_along(database, add_watch, owe):
    owe(add_watch(), host="example.org")
    with database.write() as conn:
        conn.execute(sa.update(host).values(lease="one"))
        pace = {"next_at": NOON, "gap_seconds": 2.5, "refusals": 1}
        assert release_all(conn, [("example.org", "one", pace)])
        assert not release_all(conn, [("example.org", "one", pace)])
        row = conn.execute(sa.select(host)).one()
    assert (row.lease, row.next_at, row.ready_at, row.gap_seconds) == (None, NOON, NOON, 2.5)


def test_json_times_flags_and_nothing_are_written_as_everywhere_else(database, add_watch):
    one = add_watch()
    with database.write() as conn:
        habit = {"edits": [1.5, 0.0], "seconds": [3.0]}
        mine = sa.update(watch).where(watch.c.id == sa.bindparam("of_id"))
        send(conn, mine, [{"of_id": one.id, "habit": habit, "last_checked_at": NOON, "respect_robots": False}])
        row = conn.execute(sa.select(watch)).one()
    assert (row.habit, row.last_checked_at, row.respect_robots) == (habit, NOON, False)


def test_a_statement_that_wants_more_than_the_rows_have_is_a_mistake_of_the_program(database):
    with database.write() as conn, pytest.raises(AssertionError, match="wants values"):
        send(conn, END, [{"detail": None}])


def test_a_row_that_the_database_refuses_is_refused(database):
    row = {"watch_id": new_id(), "opened_at": NOON, "closed_at": None, "outcome": "blocked", "detail": None}
    with pytest.raises(sa.exc.IntegrityError), database.write() as conn:
        send(conn, sa.insert(gap), [row])
