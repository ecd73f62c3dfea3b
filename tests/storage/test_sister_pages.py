"""The first page of a statement is kept beside a whole page of the same watch, and comes back whatever is forgotten."""

import random
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.domain.ids import StatementId
from app.domain.records import sha256_hex
from app.domain.statements import Capture, Statement, StatementState
from app.storage import beginnings, captures, versions
from app.storage.forgetting import forget
from app.storage.identity import new_id
from app.storage.soundness_of_hashes import false_captures
from app.storage.tables import capture
from app.storage.together import gathered
from tests.storage.test_differences import a_version

FRAME = "".join(f"<li class='c{random.Random(place).getrandbits(64):x}'>Section {place}</li>\n" for place in range(150))


def article(number):
    return f"<html>{FRAME}<p>The ministry said that {number * 7919} trains were late.</p></html>".encode()


def noise(seed):
    return random.Random(seed).randbytes(3000)


@pytest.fixture
def add_article(database, add_watch, clock):
    """A new statement of a watch, first read from this page."""
    watches = {}

    def add(body, of="a", number=1):
        watch = watches.get(of) or add_watch(f"https://example.org/{of}")
        watches[of] = watch
        key, now = StatementId(new_id()), clock.move(60)
        page = Capture(sha256_hex(body), body, "text/html", now)
        with database.write() as conn:
            new = a_statement(key, watch.id, now)
            beginnings.add_statement(conn, new, read_from="own", read_by="1", text_sha256=sha256_hex(b""))
            captures.add_capture(conn, page, of_watch=watch.id)
            versions.add_version(conn, replace(a_version(key, number, "x", now), capture_sha256=page.sha256))
        return watch

    return add


def a_statement(key, watch_id, now):
    return Statement(
        id=key,
        watch_id=watch_id,
        external_id=str(key),
        url="https://example.org",
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


def kept(database):
    """The rows of all pages, in order, each of which comes back."""
    with database.read() as conn:
        assert [one for one in false_captures(conn) if one] == []
        return conn.execute(sa.select(capture).order_by(capture.c.first_fetched_at)).all()


def test_articles_of_one_watch_are_kept_beside_the_first_of_them(database, add_article):
    for number in range(5):
        add_article(article(number))
    rows = kept(database)
    assert [row.differences for row in rows] == [0, 1, 1, 1, 1]
    assert {row.base_sha256 for row in rows[1:]} == {rows[0].sha256}
    assert all(len(row.body) < len(rows[0].body) / 4 for row in rows[1:])


def test_a_page_that_is_not_alike_is_whole_and_the_next_ones_go_by_it(database, add_article):
    for body in (article(1), noise(1), noise(1) + b"!", article(2)):
        add_article(body)
    rows = kept(database)
    assert [row.differences for row in rows] == [0, 0, 1, 0]
    assert rows[2].base_sha256 == rows[1].sha256


def test_a_page_of_another_watch_is_no_sister(database, add_article):
    add_article(article(1))
    add_article(article(2), of="b")
    assert [row.differences for row in kept(database)] == [0, 0]


def test_statements_that_only_an_archive_saw_have_no_page_to_go_by(database, add_article):
    add_article(article(1), number=20240107091200)
    add_article(article(2))
    assert [row.differences for row in kept(database)] == [0, 0]


@pytest.mark.parametrize("first_forgotten", ["a", "b"])
def test_pages_that_two_watches_showed_come_back_when_either_is_forgotten(database, add_article, first_forgotten):
    """The second watch never showed the page from which the one that both showed is the difference."""
    watches = {}
    for of, number in (("a", 1), ("a", 2), ("b", 2), ("b", 3)):
        watches[of] = add_article(article(number), of=of)
    assert [row.differences for row in kept(database)] == [0, 1, 0]
    with database.write() as conn:
        forget(conn, watches[first_forgotten].id)
    shas = {row.sha256 for row in kept(database)}
    left = (2, 3) if first_forgotten == "a" else (1, 2)
    assert shas == {sha256_hex(article(number)) for number in left}


def test_several_pages_of_one_group_that_are_the_same_are_kept_once(database, add_article, add_watch, clock):
    watch = add_article(article(1))
    with database.write() as conn, gathered(conn):
        for _ in range(3):
            body = article(2)
            captures.add_capture(conn, Capture(sha256_hex(body), body, "text/html", clock()), of_watch=watch.id)
    assert [row.differences for row in kept(database)] == [0, 1]
