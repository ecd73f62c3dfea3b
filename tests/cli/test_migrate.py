"""Bringing a large record to the shape of today, as an operator types it and waits for it."""

import io
import sys
from itertools import pairwise

import pytest
import sqlalchemy as sa
from alembic import command

from app.cli.progress import migration_shown
from app.storage import step_progress
from app.storage.database import Database
from app.storage.migrating import _config, migrate
from app.storage.search_runs import add_places
from app.storage.step_progress import HowFar
from app.storage.tables import claim, ledger, public_term, search_term
from tests.storage.test_copying import fill

ADDRESS = "sqlite:///walkback.db"


@pytest.fixture
def old(monkeypatch, desk):
    """A filled record of some steps ago, all of whose tables are held to be large."""
    monkeypatch.setattr(step_progress, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(step_progress, "FEWEST_ROWS", 1)
    with Database(f"sqlite:///{desk / 'walkback.db'}") as database:
        migrate(database)
        fill(database)
        make_readable(database)
        config = _config()
        with database.engine.connect() as conn:
            config.attributes["connection"] = conn
            command.downgrade(config, "0030")
        yield database


def make_readable(database):
    """In the place of values at random, some that the steps can read."""
    with database.write() as conn:
        for table in (ledger, search_term, public_term):
            conn.execute(sa.delete(table))
        conn.execute(sa.update(claim).values(spans=[[0, 4]], standing=True))
        for table in (search_term, public_term):
            add_places(conn, table, {term: list(range(70)) for term in range(3)})


def test_a_long_migration_says_for_each_table_how_far_it_is(old):
    heard: list[HowFar] = []
    migrate(old, progress=heard.append)
    assert {far.revision for far in heard} >= {"0031", "0032", "0033"}
    for revision in sorted({far.revision for far in heard}):
        told = [far for far in heard if far.revision == revision]
        places = [far.place for far in told]
        assert places == sorted(places)
        assert places[-1] <= told[-1].tables
    for key in {(far.revision, far.table) for far in heard}:
        told = [far for far in heard if (far.revision, far.table) == key]
        done = [far.done for far in told]
        assert done == sorted(set(done)), "each report is of more rows"
        assert (done[0], done[-1]) == (0, told[0].rows)
        assert all(later - one <= 3 for one, later in pairwise(done))
        assert len({far.rows for far in told}) == 1


def test_the_command_says_it_on_standard_error_and_answers_on_standard_output(run, old):
    old.close()
    done = run("migrate")
    assert done.code == 0
    assert "0033: table " in done.err
    assert "claim: 0 of " in done.err
    assert "rows" not in done.out
    again = run("migrate")
    assert "rows" not in again.err


def test_small_tables_are_done_without_a_word(run, old, monkeypatch):
    old.close()
    monkeypatch.setattr(step_progress, "FEWEST_ROWS", 1_000)
    assert run("migrate").err == ""


def test_a_file_gets_ten_lines_a_table_and_a_terminal_a_bar(monkeypatch):
    reports = [HowFar("0033", "claim", 7, 41, done, 100_000) for done in range(0, 100_001, 1_000)]
    lines = shown(reports, is_terminal=False, monkeypatch=monkeypatch).splitlines()
    assert len(lines) == 11
    assert lines[0] == "0033: table 7 of 41, claim: 0 of 100,000 rows"
    assert lines[-1] == "0033: table 7 of 41, claim: 100,000 of 100,000 rows"
    bar = shown(reports, is_terminal=True, monkeypatch=monkeypatch)
    assert "0033: table 7 of 41, claim" in bar
    assert "100000/100000" in bar


def shown(reports, *, is_terminal, monkeypatch):
    screen = io.StringIO()
    screen.isatty = lambda: is_terminal
    monkeypatch.setattr(sys, "stderr", screen)
    with migration_shown() as tell:
        for far in reports:
            tell(far)
    return screen.getvalue()
