"""A record that is copied while others write, and one in which something is wrong, as an operator meets them."""

import sqlite3
import stat
import threading
from contextlib import closing, contextmanager

PAGE = "<html><body><main><article><p>{}</p></article></main></body></html>"
TEXT = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."


def altered(file):
    with closing(sqlite3.connect(file, isolation_level=None)) as conn:
        conn.execute("INSERT INTO feed_position VALUES (7, 3) ON CONFLICT DO NOTHING")


def test_a_record_that_is_whole_says_so(on_each):
    found = on_each("check-record")
    assert found.code == 0
    assert "19 of 19 promises hold" in found.out
    assert on_each("check-record", "--json").json["is_sound"] is True


def test_a_record_in_which_something_is_wrong_names_it(run, desk):
    run("migrate")
    altered(desk / "walkback.db")
    found = run("check-record")
    assert found.code == 1
    assert "BROKEN  The feed has no gap: 1 times not" in found.out
    assert run("check-record", "--json").json["broken"][0]["rule"] == "The feed has no gap"


def test_nothing_to_check_is_a_failure_of_its_own(run, desk):
    assert run("check-record").code == 5
    assert run("backup", "copy.db").code == 5
    assert list(desk.iterdir()) == []


def test_a_copy_is_one_file_that_only_its_owner_reads_and_that_works(run, desk, monkeypatch):
    run("migrate")
    run("key", "create", "newsroom", "--scope", "read")
    made = run("backup", "copy.db")
    assert made.code == 0
    assert "19 of 19 promises hold" in made.out
    assert {one.name for one in desk.iterdir() if one.name.startswith("copy")} == {"copy.db"}
    assert stat.S_IMODE((desk / "copy.db").stat().st_mode) == 0o600
    monkeypatch.setenv("WALKBACK_DATABASE_URL", "sqlite:///copy.db")
    assert "newsroom" in run("key", "list").out
    assert run("check-record").code == 0


def test_the_key_of_secrets_is_remembered_where_it_is_a_file(run, monkeypatch):
    run("migrate")
    assert "walkback.db.key" not in run("backup", "with-setting.db").err
    monkeypatch.delenv("WALKBACK_SECRET_KEY")
    assert "walkback.db.key" in run("backup", "with-file.db").err


def test_a_file_that_is_there_is_not_overwritten_and_a_folder_that_is_not_is_named(run, desk):
    run("migrate")
    (desk / "notes.txt").write_text("Dear diary")
    assert run("backup", "notes.txt").code == 4
    assert (desk / "notes.txt").read_text() == "Dear diary"
    missing = run("backup", "no/such/copy.db")
    assert missing.code == 5
    assert "no/such/copy.db" in missing.err


def test_a_copy_in_which_something_is_wrong_is_kept_and_said(run, desk):
    run("migrate")
    altered(desk / "walkback.db")
    made = run("backup", "copy.db", "--json")
    assert made.code == 1
    assert made.json["is_sound"] is False
    assert (desk / "copy.db").stat().st_size == made.json["bytes"]


def test_on_postgresql_the_tool_for_it_is_named(run, postgres_template, monkeypatch, desk):
    url = postgres_template()
    monkeypatch.setenv("WALKBACK_DATABASE_URL", url)
    refused = run("backup", "copy.db")
    assert refused.code == 2
    assert "pg_dump" in refused.err
    assert not (desk / "copy.db").exists()
    postgres_template.drop(url)


@contextmanager
def writing(file):
    """Somebody who writes all the time; gives what is written, number by number."""
    stop, written = threading.Event(), []

    def write():
        with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as conn:
            while not stop.is_set():
                conn.execute("INSERT INTO watch_tag SELECT id, ? FROM watch", (str(len(written)),))
                written.append(len(written))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


def test_a_copy_is_made_while_somebody_writes_all_the_time_and_is_of_one_moment(run, desk, pages, monkeypatch):
    url, there = pages
    there["/release"] = PAGE.format(TEXT)
    run("watch", "add", f"{url}/release")
    with closing(sqlite3.connect(desk / "walkback.db", isolation_level=None)) as conn:
        conn.execute(
            "CREATE TABLE ballast AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 8000)"
            " SELECT i, randomblob(1000) AS body FROM n"
        )
    with writing(desk / "walkback.db") as written:
        while not written:
            pass
        assert run("backup", "copy.db").code == 0
        went_on = len(written)
    with closing(sqlite3.connect(desk / "copy.db")) as copy:
        ((count, highest),) = copy.execute("SELECT count(*), max(CAST(tag AS INTEGER)) FROM watch_tag").fetchall()
    assert count == highest + 1
    assert 0 < count < went_on
