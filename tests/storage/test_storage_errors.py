"""What can happen to a database while the program runs, and what it is called then."""

import shutil
import sqlite3
import threading
from datetime import UTC, datetime

import psycopg
import pytest
import sqlalchemy as sa

from app.domain.errors import DatabaseBusy, DatabaseGone, DatabaseReadOnly
from app.storage import events
from app.storage.database import Database
from app.storage.tables import capture


@pytest.fixture
def file(tmp_path, sqlite_template):
    path = tmp_path / "walkback.db"
    shutil.copy(sqlite_template, path)
    return path


@pytest.fixture
def sqlite(file):
    with Database(f"sqlite:///{file}", busy_timeout_seconds=0.05) as opened:
        yield opened


def write(database):
    with database.write() as conn:
        conn.execute(sa.text("INSERT INTO feed_position (id, last) VALUES (2, 0)"))


def test_a_database_that_another_program_holds_is_busy_and_then_usable_again(file, sqlite):
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy):
        write(sqlite)
    with sqlite.read() as conn:
        assert events.last_position(conn) == 0
    other.execute("ROLLBACK")
    write(sqlite)
    other.close()


def test_a_writer_waits_for_another_one(file):
    with Database(f"sqlite:///{file}", busy_timeout_seconds=10) as database:
        other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.2, other.execute, args=["ROLLBACK"])
        release.start()
        write(database)
        release.join()
        other.close()


def test_a_file_that_was_taken_away_is_noticed_and_found_again(file, sqlite):
    write(sqlite)
    elsewhere = file.with_name("elsewhere.db")
    with sqlite3.connect(file) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()
    file.rename(elsewhere)
    with pytest.raises(DatabaseGone):
        write(sqlite)
    with pytest.raises(DatabaseGone), sqlite.read() as conn:
        events.last_position(conn)
    assert not file.exists()
    elsewhere.rename(file)
    with sqlite.read() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM feed_position WHERE id = 2")).scalar_one() == 1


def test_a_file_that_was_replaced_by_a_backup_is_read_and_not_the_old_one(file, sqlite, sqlite_template):
    write(sqlite)
    for leftover in (file, file.with_name("walkback.db-wal"), file.with_name("walkback.db-shm")):
        leftover.unlink(missing_ok=True)
    shutil.copy(sqlite_template, file)
    with sqlite.read() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM feed_position")).scalar_one() == 0


def test_a_full_disk_is_named(sqlite):
    with sqlite.read() as conn:
        pages = conn.execute(sa.text("PRAGMA page_count")).scalar_one()
    with pytest.raises(DatabaseGone), sqlite.write() as conn:
        _fill(conn, pages)


def _fill(conn, pages):
    conn.execute(sa.text(f"PRAGMA max_page_count={pages}"))
    row = {"body": b"x" * 4_000, "size": 1, "content_type": "", "first_fetched_at": datetime(2025, 1, 7, tzinfo=UTC)}
    into = sa.insert(capture)
    for number in range(500):
        conn.execute(into, row | {"sha256": f"{number:064}"})


def test_a_file_that_may_not_be_written_is_named(file, sqlite_template):
    with (
        Database(f"sqlite:///file:{file}?mode=ro&uri=true") as database,
        pytest.raises(DatabaseReadOnly),
    ):
        write(database)


def test_several_readings_in_one_view_agree_although_somebody_writes_meanwhile(database):
    with database.read() as conn:
        before = events.last_position(conn)
        write(database)
        assert conn.execute(sa.text("SELECT count(*) FROM feed_position")).scalar_one() == 0
        assert events.last_position(conn) == before
    with database.read() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM feed_position")).scalar_one() == 1


def test_what_is_written_while_reading_is_lost(database):
    with database.read() as conn:
        conn.execute(sa.text("INSERT INTO feed_position (id, last) VALUES (2, 0)"))
    with database.read() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM feed_position")).scalar_one() == 0


def test_a_postgres_that_closes_the_connection_is_gone_for_a_moment_only(postgres_template):
    with Database(postgres_template(), pool_size=1) as database:
        with pytest.raises(DatabaseGone), database.write() as conn:
            _end_own_connection(database, conn)
        write(database)


def _end_own_connection(database, conn):
    own = conn.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    with database.engine.connect() as other:
        other.execute(sa.text(f"SELECT pg_terminate_backend({own})"))
    conn.execute(sa.text("SELECT 1"))


def test_a_postgres_that_cannot_lock_gives_up_as_busy(postgres_template):
    with Database(postgres_template()) as database, database.write() as holder:
        _write_row(holder)
        with pytest.raises(DatabaseBusy), database.write() as conn:
            _write_row(conn)


def _write_row(conn):
    conn.execute(sa.text("SET LOCAL lock_timeout = '50ms'"))
    conn.execute(sa.text("INSERT INTO feed_position (id, last) VALUES (1, 0)"))


def test_a_process_that_is_stalled_in_the_middle_of_a_transaction_is_undone_and_holds_up_nobody(postgres_template):
    """It holds the feed, for which every other writer waits."""
    with Database(postgres_template(), pool_size=2) as database:
        with database.read() as conn:
            assert conn.execute(sa.text("SHOW idle_in_transaction_session_timeout")).scalar_one() == "1min"
        with pytest.raises(DatabaseGone), database.write() as stalled:
            _stall(database, stalled)
        with database.read() as conn:
            assert events.last_position(conn) == 0


def _stall(database, stalled):
    stalled.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = '20ms'"))
    stalled.execute(sa.text("INSERT INTO feed_position (id, last) VALUES (1, 1)"))
    with database.write() as conn:
        conn.execute(sa.text("INSERT INTO feed_position (id, last) VALUES (1, 0)"))
    stalled.execute(sa.text("SELECT 1"))


def test_a_connection_that_outlives_its_database_ends_as_soon_as_it_is_given_back(database_url: str):
    database = Database(database_url)
    with database.read() as conn:
        late = conn.connection.dbapi_connection
        database.close()
        assert conn.exec_driver_sql("SELECT 1").scalar_one() == 1
    assert late is not None
    with pytest.raises((sqlite3.ProgrammingError, psycopg.OperationalError)):
        late.cursor().execute("SELECT 1")
