"""Moving the record to another database, as an operator types it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.cli.acts import copying
from app.storage.copying import name_of
from app.storage.database import Database
from app.storage.migrating import migrate
from app.storage.tables import capture, check
from app.wiring.newsroom import system_clock


@pytest.fixture
def filled(run):
    """A record with a watch and a key in it; gives its address."""
    run("key", "create", "desk")
    run("watch", "add", "https://example.org/release", "--no-preview")
    return "sqlite:///walkback.db"


def test_a_record_is_copied_to_a_server_and_both_databases_say_the_same(run, filled, postgres_template):
    url = postgres_template()
    done = run("copy", "--to", url)
    assert done.code == 0, done.err
    assert "both databases say the same" in done.out
    assert "DIFFERENT" not in done.out
    assert "WALKBACK_SECRET_KEY" in done.err
    with Database(url) as there, there.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(check)).scalar_one() == 1
    back = run("copy", "--to", "sqlite:///back.db", "--json")
    assert back.json["same"] is True
    postgres_template.drop(url)


def test_in_a_file_a_long_copy_says_now_and_then_how_far_it_is(run, filled, monkeypatch):
    monkeypatch.setattr(copying, "FEWEST_ROWS", 2)
    said = run("copy", "--to", "sqlite:///other.db").err.splitlines()
    total = said[0].rpartition(" ")[2]
    assert f"Copying: {total} of {total}" in said
    assert f"Comparing: {total} of {total}" in said


def test_for_programs_the_copy_is_json(run, filled):
    done = run("copy", "--to", "sqlite:///other.db", "--json")
    assert done.code == 0
    assert done.json["same"] is True
    (watch,) = [one for one in done.json["tables"] if one["name"] == "watch"]
    assert (watch["rows"], watch["rows_there"]) == (1, 1)
    assert watch["sha256"] == watch["sha256_there"]


def test_a_second_copy_into_the_same_place_is_refused(run, filled):
    assert run("copy", "--to", "sqlite:///other.db").code == 0
    again = run("copy", "--to", "sqlite:///other.db")
    assert again.code == 4
    assert "not empty" in again.err


def test_half_a_copy_is_used_by_nothing_until_it_is_whole(run, filled, monkeypatch):
    run("copy", "--to", "sqlite:///other.db")
    with Database("sqlite:///other.db") as half, half.write() as conn:
        conn.exec_driver_sql("CREATE TABLE copy_in_progress (source TEXT PRIMARY KEY)")
        here = Database(filled)
        conn.exec_driver_sql("INSERT INTO copy_in_progress VALUES (?)", (name_of(here),))
        here.close()
        conn.execute(sa.delete(check))
    monkeypatch.setenv("WALKBACK_DATABASE_URL", "sqlite:///other.db")
    assert "half a copy" in run("watch", "list").err
    monkeypatch.delenv("WALKBACK_DATABASE_URL")
    done = run("copy", "--to", "sqlite:///other.db")
    assert done.code == 0
    assert "going on with it" in done.err


def test_a_difference_ends_the_command_with_an_error(run, filled):
    """A rule of the target that nobody knows of changes what is written."""
    run("copy", "--to", "sqlite:///other.db", "--json")
    with Database("sqlite:///new.db") as there:
        migrate(there)
        with there.write() as conn:
            conn.exec_driver_sql(
                "CREATE TRIGGER meddling AFTER INSERT ON watch BEGIN UPDATE watch SET name = 'another'; END"
            )
    done = run("copy", "--to", "sqlite:///new.db")
    assert done.code == 1
    assert "DIFFERENT" in done.out
    assert "differ in watch" in done.err


def test_while_workers_are_at_work_only_what_stands_there_now_is_copied(run, filled):
    with Database(filled) as here, here.write() as conn:
        conn.execute(sa.update(check).values(lease="a worker", due_at=system_clock() + timedelta(hours=1)))
    refused = run("copy", "--to", "sqlite:///other.db")
    assert refused.code == 4
    assert "--live" in refused.err
    assert run("copy", "--to", "sqlite:///other.db", "--live").code == 0


def test_a_server_that_refuses_is_told_with_its_reason(run, filled, postgres_server):
    there = postgres_server.partition("?")
    refused = run("copy", "--to", f"{there[0].rpartition('/')[0]}/nowhere?{there[2]}")
    assert refused.code == 5
    assert 'database "nowhere" does not exist' in refused.err
    assert "refused" in run("copy", "--to", "postgresql+psycopg://nobody@127.0.0.1:9/none").err


def test_the_key_of_sealed_secrets_is_named_where_there_is_one(run, filled, postgres_template, desk, monkeypatch):
    monkeypatch.delenv("WALKBACK_SECRET_KEY")
    (desk / "walkback.db.key").write_text("a key")
    assert "walkback.db.key" in run("copy", "--to", "sqlite:///one.db").err
    monkeypatch.setenv("WALKBACK_DATABASE_URL", url := postgres_template())
    said = run("copy", "--to", "sqlite:///two.db").err
    assert "if they had one" in said
    assert ".key" not in said
    postgres_template.drop(url)


def test_an_address_that_cannot_be_used_is_said_so(run, filled):
    assert run("copy", "--to", "nonsense").code == 5
    assert run("copy", "--to", "postgresql+psycopg://nobody@127.0.0.1:9/none").code == 5


def test_there_has_to_be_something_to_copy(run):
    assert run("copy", "--to", "sqlite:///other.db").code == 5


def test_partitions_are_made_on_postgresql_and_only_while_it_is_empty(run, postgres_template, monkeypatch, filled):
    assert run("migrate", "--partitions", "4").code == 2
    monkeypatch.setenv("WALKBACK_DATABASE_URL", url := postgres_template())
    assert run("migrate", "--partitions", "4", "--json").json["partitions"] == 4
    assert run("migrate", "--json").json["partitions"] == 4
    monkeypatch.delenv("WALKBACK_DATABASE_URL")
    assert run("copy", "--to", url, "--json").json["partitions"] == 4
    with Database(url) as there, there.write() as conn:
        row = {"sha256": "ab" * 32, "body": b"x", "size": 1, "content_type": "a/b", "first_fetched_at": system_clock()}
        conn.execute(sa.insert(capture).values(row))
    monkeypatch.setenv("WALKBACK_DATABASE_URL", url)
    assert run("migrate", "--partitions", "8").code == 4
    postgres_template.drop(url)
