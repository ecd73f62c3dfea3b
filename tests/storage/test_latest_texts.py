"""The latest text is kept as what is different from a page in which it stands, and comes back to the letter."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from alembic import command

from app.domain.errors import StorageError
from app.domain.records import sha256_hex
from app.domain.statements import Capture
from app.storage import captures, latest_texts, statements, versions
from app.storage.forgetting import forget
from app.storage.latest_texts import LARGEST_PAGE_BYTES, Beside
from app.storage.migrating import _config, migrate
from app.storage.packing import pack
from app.storage.soundness_of_hashes import false_captures
from app.storage.standing import load_standing, load_standing_of_many
from app.storage.tables import capture, latest_text, version
from tests.storage.test_differences import a_version, add_chain, false_versions_of_words, pages

__all__ = ["add_chain"]


def page_with(text, *, around="<div class='menu'>Home</div>\n"):
    return ("<html>" + around * 40 + "".join(f"<p class='a'>{line}</p>\n" for line in text.splitlines())).encode()


@pytest.fixture
def add_pages(database, add_chain, clock):
    """A statement of a new watch whose versions were read from these pages, as a check adds one after the other."""

    def add(chain, url="https://example.org/a"):
        of = add_chain([], url=url)
        for number, (text, body) in enumerate(chain, start=1):
            with database.write() as conn:
                add_one(conn, of, number, text, body, clock.move(60))
        return of

    return add


def add_one(conn, of, number, text, body, at):
    standing = load_standing(conn, of.watch_id, ["page"]).get("page")
    page = Capture(sha256_hex(body), body, "text/html", at)
    captures.add_capture(conn, page, before=standing.capture_sha256 if standing else None)
    beside = Beside(page, standing.kept, standing.page) if standing else Beside(page)
    new = replace(a_version(of.id, number, text, at), capture_sha256=page.sha256)
    versions.add_version(conn, new, beside)
    known = replace(of, version_count=number - 1)
    statements.mark_statement(conn, known, version_count=number, text_sha256=new.text_sha256)


def kept(database, of):
    with database.read() as conn:
        return conn.execute(sa.select(latest_text).where(latest_text.c.statement_id == of.id)).one()


def latest(database, of):
    with database.read() as conn:
        return load_standing(conn, of.watch_id, ["page"])["page"].text


def test_a_text_that_stands_in_its_page_takes_a_fraction_of_what_it_takes_alone(database, add_pages):
    (text,) = pages(1)
    of = add_pages([(text, page_with(text))])
    row = kept(database, of)
    assert row.page_number == 1
    assert len(row.body) < len(pack(text.encode())) / 2
    assert latest(database, of) == text


def test_the_texts_of_later_versions_go_on_from_the_first_page_and_all_come_back(database, add_pages):
    texts = list(pages(9))
    of = add_pages([(text, page_with(text)) for text in texts])
    assert (kept(database, of).page_number, kept(database, of).number) == (2, 9)
    assert latest(database, of) == texts[-1]
    with database.read() as conn:
        assert [versions.get_version(conn, of.id, number).wording.text for number in range(1, 10)] == texts
        assert [one.wording.text for one in versions.list_versions(conn, of.id)] == texts
        assert false_versions_of_words(conn) == []


def test_a_text_that_is_not_in_its_page_is_whole_and_one_that_is_again_is_a_difference(database, add_pages):
    first, second = pages(1, seed=1), pages(1, seed=2)
    (one,), (other,) = first, second
    of = add_pages([(one, b"<html>" + bytes(range(200)))])
    assert kept(database, of).page_number is None
    of = add_pages([(one, page_with(one)), (other, b"\x00" + bytes(range(256)))], url="https://example.org/b")
    assert kept(database, of).page_number is None
    assert latest(database, of) == other


def test_a_page_that_is_read_through_many_others_is_under_no_text(database, add_pages, clock):
    """Another watch begins with a page that is the fifth of a chain."""
    texts = list(pages(5))
    add_pages([(text, page_with(text)) for text in texts])
    of = add_pages([(texts[-1], page_with(texts[-1]))], url="https://example.org/b")
    assert kept(database, of).page_number is None
    assert latest(database, of) == texts[-1]


def test_a_page_of_a_megabyte_is_under_no_text(database, add_pages):
    (text,) = pages(1)
    of = add_pages([(text, page_with(text) + b" " * LARGEST_PAGE_BYTES)])
    assert kept(database, of).page_number is None


def test_a_text_stays_readable_when_another_watch_that_showed_its_page_is_forgotten(database, add_pages):
    texts = list(pages(2))
    chain = [(text, page_with(text)) for text in texts]
    forgotten, of = add_pages(chain), add_pages(chain, url="https://example.org/b")
    with database.write() as conn:
        forget(conn, forgotten.watch_id)
    assert latest(database, of) == texts[-1]
    with database.read() as conn:
        assert [one for one in false_captures(conn) if one] == []
        assert false_versions_of_words(conn) == []


def test_a_text_under_which_the_page_is_damaged_is_an_error_and_never_another_text(database, add_pages):
    first, second = pages(2)
    of = add_pages([(first, page_with(first))])
    for body in (pack(page_with(second)), b"x"):
        with database.write() as conn:
            conn.execute(sa.update(capture).values(body=body))
        with pytest.raises(StorageError):
            latest(database, of)
        with database.read() as conn:
            assert len(false_versions_of_words(conn)) == 1


def test_a_check_that_compares_hashes_alone_reads_no_text(database, add_pages):
    (text,) = pages(1)
    of = add_pages([(text, page_with(text))])
    with database.read() as conn:
        (standing,) = load_standing_of_many(conn, {(of.watch_id, "page")}, with_texts=False).values()
    assert standing.text_sha256 == sha256_hex(text.encode())
    with pytest.raises(AssertionError):
        str(standing.text)


def test_the_schema_does_not_go_back_while_texts_are_kept_beside_pages(database, add_pages):
    (text,) = pages(1)
    of = add_pages([(text, page_with(text))])
    config = _config()
    with database.engine.connect() as conn:
        config.attributes["connection"] = conn
        with pytest.raises(RuntimeError, match="1 wordings"):
            command.downgrade(config, "0029")
    migrate(database)
    assert latest(database, of) == text
    with database.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(version)).scalar_one() == 1


def test_what_would_not_come_back_from_a_page_is_kept_whole(database, add_pages, monkeypatch):
    def lossy(body, *, base=None, level=9, is_summed=False):
        return pack(body if base is None else body[:-1], base=base, level=level, is_summed=is_summed)

    monkeypatch.setattr(latest_texts, "pack", lossy)
    (text,) = pages(1)
    of = add_pages([(text, page_with(text))])
    assert kept(database, of).page_number is None
    assert latest(database, of) == text
