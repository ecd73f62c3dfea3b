"""One clock for the whole fleet: the database server's, whatever a worker's machine says."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.domain.errors import DatabaseGone
from app.storage.database import Database
from app.storage.server_time import FRESH_SECONDS, ServerClock, now_in, steady_seconds

SOON = timedelta(seconds=20)


class Seconds:
    """A steady clock that a test moves."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def on_server(database, request):
    if database.is_sqlite:
        pytest.skip("SQLite has no server")
    return database


def server_says(database):
    with database.read() as conn:
        return conn.execute(sa.text("SELECT clock_timestamp()")).scalar_one()


def test_the_clock_of_a_server_says_what_the_server_says(on_server):
    clock = on_server.server_clock()
    before = server_says(on_server)
    now = clock()
    assert before - timedelta(seconds=1) <= now <= server_says(on_server) + timedelta(seconds=1)
    assert now.tzinfo is not None
    assert now.astimezone(UTC) == now


def test_between_two_readings_it_counts_the_seconds(on_server, seconds):
    clock = ServerClock(on_server.read, seconds=seconds)
    first = clock()
    seconds.now += 3_600
    assert clock() - first == timedelta(hours=1)


def test_a_transaction_reads_it_again_when_it_is_no_longer_fresh(on_server, seconds):
    clock = ServerClock(on_server.read, seconds=seconds)
    first = clock()
    with on_server.read() as conn:
        seconds.now += FRESH_SECONDS
        clock.keep_fresh(conn)
        assert clock() == first + timedelta(seconds=FRESH_SECONDS)
        seconds.now += 3_600
        clock.keep_fresh(conn)
    assert clock() < first + SOON


def test_leases_ask_the_server_itself_even_while_a_reading_is_fresh(on_server, seconds):
    """A machine whose counter stood still while it slept."""
    clock = ServerClock(on_server.read, seconds=seconds)
    clock()
    with on_server.read() as conn:
        seconds.now -= 3_600
        assert server_says(on_server) - now_in(conn, clock) < SOON
        assert clock() - server_says(on_server) < SOON


class Line:
    """A server whose answers are on their way for a while, and its own clock."""

    def __init__(self, seconds, *, ahead=0.0):
        self.seconds = seconds
        self.ahead = ahead
        self.there = self.back = 0.0
        self.said = self.now()

    def now(self):
        return datetime(2025, 1, 7, tzinfo=UTC) + timedelta(seconds=self.seconds.now + self.ahead)

    def execute(self, _):
        self.seconds.now += self.there
        self.said = self.now()
        self.seconds.now += self.back
        return self

    def scalar_one(self):
        return self.said


@pytest.mark.parametrize(("there", "back"), [(0.0, 0.4), (0.4, 0.0), (0.2, 0.2)])
def test_the_clock_never_runs_behind_the_server_however_long_an_answer_was_on_its_way(seconds, there, back):
    """A pause between two requests would be cut short by it."""
    line, clock = Line(seconds), ServerClock(nullcontext, seconds=seconds)
    line.there, line.back = there, back
    assert clock.read(line) <= line.now(), "who takes work must not be ahead"
    assert line.now() <= clock() <= line.now() + timedelta(seconds=0.4)


def test_a_reading_that_took_long_does_not_spoil_a_better_one_before_it(seconds):
    line, clock = Line(seconds), ServerClock(nullcontext, seconds=seconds)
    clock.read(line)
    line.there, seconds.now = 18.0, seconds.now + 10
    clock.read(line)
    assert line.now() <= clock() <= line.now() + timedelta(seconds=0.01)


def test_a_server_whose_clock_was_set_is_believed(seconds):
    line, clock = Line(seconds), ServerClock(nullcontext, seconds=seconds)
    clock.read(line)
    for jump in (3_600.0, -3_600.0):
        line.ahead += jump
        clock.read(line)
        assert clock() == line.now()


def test_every_transaction_of_a_database_keeps_its_clock_right(on_server, monkeypatch):
    clock = on_server.server_clock()
    clock()
    monkeypatch.setattr(clock, "_reading", (datetime(2001, 1, 1, tzinfo=UTC), steady_seconds() - FRESH_SECONDS - 1))
    assert clock().year == 2001
    with on_server.write() as conn:
        now = conn.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    assert abs(clock() - now) < SOON


def test_a_clock_that_a_test_has_stopped_stays_stopped(database, clock):
    with database.write() as conn:
        assert now_in(conn, clock) == clock()


def test_one_file_on_one_machine_has_no_clock_of_its_own(tmp_path):
    with Database(f"sqlite:///{tmp_path / 'one.db'}") as database:
        assert database.server_clock() is None


def test_a_server_that_is_not_there_is_named():
    with Database("postgresql+psycopg://nobody@127.0.0.1:1/none") as database, pytest.raises(DatabaseGone):
        database.server_clock()()
