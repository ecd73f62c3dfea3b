"""What an operator may mistype: each is answered by one line that says what is wrong, and by its exit code."""

import pytest

from app.cli.exits import Exit

NO_DATABASE = "There is no database walkback.db yet. “walkback serve” or “walkback migrate” makes it."
ADDRESSES = "not one of sqlite:///FILE or postgresql+psycopg://"

WITHOUT_DATABASE = {
    "status": (("status", "--once"), Exit.DATABASE, NO_DATABASE),
    "check-record": (("check-record",), Exit.DATABASE, NO_DATABASE),
    "backup": (("backup", "copy.db"), Exit.DATABASE, NO_DATABASE),
    "copy": (("copy", "--to", "sqlite:///copy.db"), Exit.DATABASE, NO_DATABASE),
    "gaps": (("watch", "gaps", "ab12cd"), Exit.DATABASE, NO_DATABASE),
    "audit": (("audit",), Exit.DATABASE, NO_DATABASE),
    "a WARC that is not there": (("backfill", "--warc", "none.warc"), Exit.NOT_FOUND, "There is no file none.warc."),
    "a folder as WARC": (("backfill", "--warc", "."), Exit.FAILED, ". cannot be read: Is a directory."),
}

WITH_DATABASE = {
    "partitions of a file": (("migrate", "--partitions", "4"), Exit.USAGE, "SQLite has no partitions"),
    "one partition": (("migrate", "--partitions", "1"), Exit.USAGE, "--partitions"),
    "audit since nothing": (("audit", "--since", "nope"), Exit.USAGE, "“nope” is no instant"),
    "audit of no act": (("audit", "--act", "nope"), Exit.USAGE, "'nope' is not one of"),
    "a negative grace": (("work", "--grace", "-5"), Exit.USAGE, "--grace"),
    "no grace at all": (("work", "--grace", "soon"), Exit.USAGE, "--grace"),
    "nothing in flight": (("work", "--concurrency", "0"), Exit.USAGE, "--concurrency"),
    "a port that cannot be": (("serve", "--port", "99999"), Exit.USAGE, "--port"),
    "a WARC that is none": (("backfill", "--warc", "nonsense.warc"), Exit.FAILED, "nonsense.warc at byte 0"),
    "backfill of nothing": (("backfill",), Exit.USAGE, "Name an address or the id of a watch"),
    "backfill of no address": (("backfill", "nope"), Exit.USAGE, "“nope” is not a whole address"),
    "backfill of what is not watched": (("backfill", "https://example.org/x"), Exit.NOT_FOUND, "walkback watch add"),
    "backfill of no watch": (("backfill", "0123456789abcdef"), Exit.NOT_FOUND, "no watch 0123456789abcdef"),
    "backfill since nothing": (("backfill", "https://example.org/x", "--from", "nope"), Exit.USAGE, "no instant"),
    "reread of no id": (("reread", "--watch", "nope"), Exit.USAGE, "“nope” is no id"),
    "reread of no watch": (("reread", "--watch", "0123456789abcdef"), Exit.NOT_FOUND, "There is no watch"),
    "gaps of no id": (("watch", "gaps", "nope"), Exit.USAGE, "“nope” is no id"),
    "gaps of no watch": (("watch", "gaps", "0123456789abcdef"), Exit.NOT_FOUND, "There is no watch"),
    "gaps of no statement": (("statement", "gaps", "0123456789abcdef"), Exit.NOT_FOUND, "There is no statement"),
    "a copy to itself": (("copy", "--to", "sqlite:///walkback.db"), Exit.REFUSED, "the very database"),
    "a copy to itself by another name": (
        ("copy", "--to", "sqlite:///./walkback.db"),
        Exit.REFUSED,
        "the very database",
    ),
    "a copy to MySQL": (("copy", "--to", "mysql://user@host/name"), Exit.DATABASE, ADDRESSES),
    "a copy into memory": (("copy", "--to", "sqlite://"), Exit.DATABASE, ADDRESSES),
    "a copy into memory by name": (("copy", "--to", "sqlite:///:memory:"), Exit.DATABASE, ADDRESSES),
    "a copy to no address": (("copy", "--to", "nonsense"), Exit.DATABASE, ADDRESSES),
    "a copy into no folder": (("copy", "--to", "sqlite:///no/such.db"), Exit.DATABASE, "such.db cannot be used"),
    "a backup over the database": (("backup", "walkback.db"), Exit.REFUSED, "walkback.db is there already"),
    "a backup over a file": (("backup", "nonsense.warc"), Exit.REFUSED, "nonsense.warc is there already"),
    "a backup into no folder": (("backup", "no/such.db"), Exit.DATABASE, "there is no folder no."),
}


@pytest.mark.parametrize(("words", "code", "said"), WITHOUT_DATABASE.values(), ids=WITHOUT_DATABASE)
def test_without_a_database_it_says_so_and_makes_none(run, desk, words, code, said):
    answer = run(*words)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert list(desk.iterdir()) == []


@pytest.fixture(scope="session")
def empty_database(sqlite_template):
    """The bytes of an empty one."""
    return sqlite_template.read_bytes()


@pytest.mark.parametrize(("words", "code", "said"), WITH_DATABASE.values(), ids=WITH_DATABASE)
def test_what_cannot_be_is_named_and_changes_nothing(run, desk, empty_database, words, code, said):
    (desk / "walkback.db").write_bytes(empty_database)
    (desk / "nonsense.warc").write_text("nonsense")
    answer = run(*words)
    assert answer.code == code, answer
    assert said in answer.err, answer
    assert "Traceback" not in answer.err
    assert (desk / "nonsense.warc").read_text() == "nonsense"


NO_DATABASE_AT_ALL = {
    "MySQL": ("mysql://user@host/name", ADDRESSES),
    "no address": ("nonsense", ADDRESSES),
    "a database in memory": ("sqlite://", ADDRESSES),
    "a file that is no database": ("sqlite:///nonsense.db", "file is not a database"),
    "nobody listens": ("postgresql+psycopg://user:geheim@127.0.0.1:1/name", "PostgreSQL cannot be reached"),
}


@pytest.mark.parametrize(("address", "said"), NO_DATABASE_AT_ALL.values(), ids=NO_DATABASE_AT_ALL)
@pytest.mark.parametrize("words", [("status", "--once"), ("check-record",), ("migrate",)], ids=" ".join)
def test_a_database_that_cannot_be_used_is_named_without_its_password(run, desk, monkeypatch, words, address, said):
    (desk / "nonsense.db").write_text("nonsense " * 100)
    monkeypatch.setenv("WALKBACK_DATABASE_URL", address)
    answer = run(*words)
    assert (answer.code, answer.out) == (Exit.DATABASE, "")
    assert said in answer.err
    assert "geheim" not in answer.err
