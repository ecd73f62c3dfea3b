"""Pages and wordings kept as differences come back to the letter, in any order, also when a neighbour is forgotten."""

import contextlib
import json
import random
from dataclasses import replace
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from alembic import command
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import StorageError
from app.domain.ids import StatementId
from app.domain.pages import Redirect
from app.domain.records import sha256_hex
from app.domain.statements import Capture, Statement, StatementState, Version, Wording
from app.storage import beginnings, captures, latest_texts, texts, versions
from app.storage.captures import MOST_DIFFERENCES
from app.storage.circumstances import IN_DOCUMENT, WITHOUT_TITLE, document_of, facts_of, text_of
from app.storage.forgetting import forget
from app.storage.identity import new_id
from app.storage.latest_texts import SHORT_BYTES
from app.storage.migrating import _config, migrate
from app.storage.packing import Damaged, pack, unpack
from app.storage.schema import check_schema
from app.storage.soundness_of_hashes import false_captures, false_versions
from app.storage.standing import load_standing
from app.storage.tables import capture, latest_text, version
from app.storage.texts import WHOLE_EVERY

LINE = "The ministry says that {} of {} trains were late in the week of the {}.\n"


def pages(count, *, seed=1):
    """A long text, one line of which changes at each step."""
    chance = random.Random(seed)
    lines = [LINE.format(chance.randrange(10**6), chance.randrange(10**6), chance.randrange(10**6)) for _ in range(60)]
    for _ in range(count):
        lines[chance.randrange(60)] = LINE.format(*(chance.randrange(10**6) for _ in range(3)))
        yield "".join(lines)


@pytest.fixture
def add_chain(database, add_watch, clock):
    """A statement of a new watch with these texts as its wordings, each out of a page of the same bytes."""

    def add(texts, url="https://example.org/a"):
        watch, key, now = add_watch(url), StatementId(new_id()), clock()
        new = Statement(
            id=key,
            watch_id=watch.id,
            external_id="page",
            url=url,
            state=StatementState.PRESENT,
            published_at=None,
            first_seen_at=now,
            last_seen_at=now,
            last_checked_at=now,
            missing_since=None,
            withdrawn_at=None,
            version_count=len(texts),
            edit_count=0,
            title=None,
            language=None,
        )
        with database.write() as conn:
            beginnings.add_statement(conn, new, read_from="own", read_by="1", text_sha256=sha256_hex(b""))
            for number, text in enumerate(texts, start=1):
                add_version(conn, key, number, text, clock.move(60))
        return new

    return add


def add_version(conn, key, number, text, at):
    keep_version(conn, a_version(key, number, text, at))


def keep_version(conn, new):
    body = new.wording.text.encode()
    before = versions.find_capture(conn, new.statement_id, new.number - 1)
    captures.add_capture(conn, Capture(sha256_hex(body), body, "text/html", new.first_seen_at), before=before)
    versions.add_version(conn, new)


def a_version(key, number, text, at):
    body = text.encode()
    return Version(
        statement_id=key,
        number=number,
        wording=Wording(text=text),
        first_seen_at=at,
        last_seen_at=at,
        text_sha256=sha256_hex(body),
        record_sha256=sha256_hex(body),
        capture_sha256=sha256_hex(body),
        restores=None,
        is_technical=False,
        fetched_url="https://example.org/a",
        headers={},
        redirects=(),
        extractor_version="1",
        normaliser_version="1",
    )


def test_every_wording_of_a_long_chain_comes_back_in_any_order(database, add_chain):
    texts = list(pages(3 * WHOLE_EVERY + 5))
    key = add_chain(texts).id
    with database.read() as conn:
        for number in (1, 2, WHOLE_EVERY, WHOLE_EVERY + 1, len(texts) - 1, len(texts)):
            assert versions.get_version(conn, key, number).wording.text == texts[number - 1]
        assert [one.wording.text for one in versions.list_versions(conn, key, limit=1000)] == texts
        assert [one.wording.text for one in versions.list_versions(conn, key, after=7, limit=3)] == texts[7:10]
        assert [one.wording.text for one in versions.list_history(conn, key, after=40, limit=9)] == texts[40:49]
        kept = sa.select(version.c.number).where(version.c.text_whole.is_not(None)).order_by(version.c.number)
        assert conn.execute(kept).scalars().all() == [WHOLE_EVERY, 2 * WHOLE_EVERY, 3 * WHOLE_EVERY]
        assert conn.execute(sa.select(latest_text.c.number)).scalars().all() == [len(texts)]
        assert not any(false_versions_of_words(conn))


def false_versions_of_words(conn):
    """Those whose words are not what their hash says: the records of these tests have no hashes of their own."""
    return [wrong for wrong in false_versions(conn) if wrong and "another record" not in wrong]


def test_a_row_of_a_version_is_never_written_again(database, add_chain, clock):
    first, second, third = pages(3)
    key = add_chain([first, second]).id
    with database.write() as conn:
        before = conn.execute(sa.select(version).order_by(version.c.number)).all()
        add_version(conn, key, 3, third, clock())
        assert conn.execute(sa.select(version).order_by(version.c.number)).all()[:2] == before


def test_wordings_without_words_stand_between_others(database, add_chain):
    texts = ["", "a word", "", "", "another", ""]
    key = add_chain(texts).id
    with database.read() as conn:
        assert [versions.get_version(conn, key, number).wording.text for number in range(1, 7)] == texts
        assert [one.wording.text for one in versions.list_versions(conn, key)] == texts


def test_short_and_long_wordings_follow_each_other(database, add_chain):
    """A short one stands in its row as it is, and brings a long one before it along all the same."""
    long, other, longer = pages(3)
    texts = ["short", long, "x" * SHORT_BYTES, other, other + "!", "short", "short", longer]
    of = add_chain(texts)
    with database.read() as conn:
        assert [versions.get_version(conn, of.id, number).wording.text for number in range(1, 9)] == texts
        assert [one.wording.text for one in versions.list_versions(conn, of.id)] == texts
        plain = sa.select(version.c.number).where(version.c.text != "").order_by(version.c.number)
        assert conn.execute(plain).scalars().all() == [1, 3, 6, 7]


def test_how_each_version_was_fetched_and_read_comes_back_with_it(database, add_chain):
    """The headers of an answer are other ones each time; short wordings have them in their columns."""
    of, texts = add_chain([]), ["short", *pages(3), "\n{}\n" + "long " * 99, "short"]
    added = []
    for number, text in enumerate(texts, start=1):
        added.append(a_version(of.id, number, text, of.first_seen_at))
        how = {
            "headers": {"etag": f'"{number}"', "x": "a\nb \u2028 Київ"},
            "redirects": (Redirect(301, "https://example.org/b"),) * (number % 2),
            "fetched_url": f"https://example.org/{number}",
            "extractor_version": f"web_page/{number}",
            "wording": replace(added[-1].wording, title="T", details={"views": number, "of": [None, 0.5]}),
        }
        added[-1] = replace(added[-1], **how)
        with database.write() as conn:
            keep_version(conn, added[-1])
    with database.read() as conn:
        assert versions.list_versions(conn, of.id) == tuple(added)
        assert [versions.get_version(conn, of.id, one.number) for one in added] == added


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_a_document_is_taken_apart_as_it_was_put_together(text, headers):
    row = {**IN_DOCUMENT, "fetched_url": "https://example.org", "headers": headers, "text": text}
    kept = document_of(row)
    empty = SimpleNamespace(**IN_DOCUMENT, number=1, statement_id="s")
    assert text_of(empty, kept) == text
    assert facts_of(empty, kept) == {name: row[name] for name in IN_DOCUMENT}
    assert (text_of(SimpleNamespace(**row), text), facts_of(SimpleNamespace(**row), text)) == (text, {})


def test_a_document_of_before_has_no_title_in_it(database, add_chain):
    """Its row has title, author and language itself."""
    of = add_chain([])
    text = next(iter(pages(1)))
    new = a_version(of.id, 1, text, of.first_seen_at)
    new = replace(new, wording=replace(new.wording, title="T", author="A", language="uk"))
    with database.write() as conn:
        keep_version(conn, new)
        facts = {name: getattr(new, name, {}) for name in WITHOUT_TITLE} | {"redirects": []}
        kept = f"{json.dumps(facts, default=dict)}\n{text}".encode()
        conn.execute(sa.update(latest_text).values(body=pack(kept), page_number=None))
        titled = {"title": "T", "author": "A", "language": "uk", "normaliser_version": ""}
        conn.execute(sa.update(version).values(titled))
        assert versions.get_version(conn, of.id, 1) == new


def test_a_long_wording_repeats_no_title_in_its_row_and_the_way_back_is_closed(database, add_chain):
    of = add_chain([])
    for number, text in enumerate(pages(2), start=1):
        new = a_version(of.id, number, text, of.first_seen_at)
        with database.write() as conn:
            keep_version(conn, replace(new, wording=replace(new.wording, title="Statement", language="uk")))
    with database.read() as conn:
        rows = conn.execute(sa.select(version.c.title, version.c.language, version.c.normaliser_version)).all()
        assert set(map(tuple, rows)) == {(None, None, "2")}
        assert [one.wording.title for one in versions.list_versions(conn, of.id)] == ["Statement"] * 2
    config = _config()
    with database.engine.connect() as conn:
        config.attributes["connection"] = conn
        with pytest.raises(RuntimeError, match="2 wordings"):
            command.downgrade(config, "0035")


@pytest.mark.parametrize("kept", ["", "{", "[]\nwords", "{}\nwords", "words"])
def test_a_document_without_circumstances_is_damaged(kept):
    with pytest.raises(StorageError):
        facts_of(SimpleNamespace(**IN_DOCUMENT, number=1, statement_id="s"), kept)


def kept_as_before(conn, key, texts):
    """As it was until the latest text was kept apart: whole in its row, others with their own difference."""
    conn.execute(sa.delete(latest_text))
    for number, text in enumerate(texts, start=1):
        row = {"text": text, "text_difference": None, "text_whole": None, "text_before": None}
        row |= {"fetched_url": "https://example.org/a", "extractor_version": "1", "normaliser_version": "1"}
        row |= {"headers": {}, "redirects": [], "details": {}}
        if number < len(texts) and number % 3:
            row |= {"text": "", "text_difference": pack(text.encode(), base=texts[number].encode())}
        mine = sa.and_(version.c.statement_id == key, version.c.number == number)
        conn.execute(sa.update(version).where(mine).values(row))


def test_texts_that_were_kept_before_are_read_and_gone_on_from(database, add_chain, clock):
    texts = list(pages(12))
    of = add_chain(texts[:8])
    with database.write() as conn:
        kept_as_before(conn, of.id, texts[:8])
        assert [one.wording.text for one in versions.list_versions(conn, of.id)] == texts[:8]
        assert load_standing(conn, of.watch_id, ["page"])["page"].text == texts[7]
        for number in range(9, 13):
            add_version(conn, of.id, number, texts[number - 1], clock())
        assert [one.wording.text for one in versions.list_versions(conn, of.id)] == texts
        assert [versions.get_version(conn, of.id, number).wording.text for number in range(1, 13)] == texts
        assert not any(false_versions_of_words(conn))


def test_the_schema_does_not_go_back_while_texts_are_kept_so(database, add_chain):
    texts = list(pages(3))
    key = add_chain(texts).id
    config = _config()
    with database.engine.connect() as conn:
        config.attributes["connection"] = conn
        with pytest.raises(RuntimeError, match="3 wordings"):
            command.downgrade(config, "0022")
    migrate(database)
    check_schema(database)
    with database.read() as conn:
        assert [one.wording.text for one in versions.list_versions(conn, key)] == texts


def test_the_latest_text_is_read_with_its_statement(database, add_chain):
    texts = list(pages(3))
    of = add_chain(texts)
    with database.write() as conn:
        assert load_standing(conn, of.watch_id, ["page"])["page"].text == texts[-1]
        conn.execute(sa.update(latest_text).values(body=b"x"))
        with pytest.raises(StorageError):
            str(load_standing(conn, of.watch_id, ["page"])["page"].text)
        assert len(false_versions_of_words(conn)) == 3


def test_every_page_of_a_long_chain_comes_back_and_takes_little(database, add_chain):
    texts = list(pages(MOST_DIFFERENCES + 20))
    add_chain(texts)
    with database.read() as conn:
        for text in texts:
            assert captures.get_capture(conn, sha256_hex(text.encode())).body == text.encode()
        rows = conn.execute(sa.select(capture).order_by(capture.c.first_fetched_at)).all()
        assert [row.differences for row in rows] == [*range(MOST_DIFFERENCES + 1), *range(19)]
        assert sum(len(row.body) for row in rows) < sum(row.size for row in rows) / 10
        assert not any(false_captures(conn))


def test_a_page_that_is_nothing_like_the_one_before_is_kept_whole(database, add_chain):
    chance = random.Random(3)
    add_chain(["a" * 500, "".join(chr(chance.randrange(33, 127)) for _ in range(700))])
    with database.read() as conn:
        rows = conn.execute(sa.select(capture.c.size, capture.c.differences).order_by(capture.c.size)).all()
    assert rows == [(500, 0), (700, 0)]


def test_what_another_watch_still_shows_is_whole_after_its_neighbour_is_forgotten(database, add_chain):
    first, second, third = pages(3)
    forgotten = add_chain([first, second, third])
    add_chain([third], url="https://example.org/b")
    with database.write() as conn:
        forget(conn, forgotten.watch_id)
    with database.read() as conn:
        (row,) = conn.execute(sa.select(capture)).all()
        assert (row.sha256, row.base_sha256, row.differences) == (sha256_hex(third.encode()), None, 0)
        assert captures.get_capture(conn, row.sha256).body == third.encode()


def test_a_page_stays_readable_when_two_watches_that_showed_it_are_forgotten_one_after_the_other(database, add_chain):
    first, second = pages(2)
    beginning = add_chain([first, second])
    other = add_chain([first], url="https://example.org/b")
    add_chain([second], url="https://example.org/c")
    for gone in (beginning, other):
        with database.write() as conn:
            forget(conn, gone.watch_id)
        with database.read() as conn:
            assert captures.get_capture(conn, sha256_hex(second.encode())).body == second.encode()
    with database.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(capture)).scalar_one() == 1


def test_the_page_that_a_new_one_differs_from_is_read_with_one_statement_however_long_its_chain(
    database, add_chain, clock
):
    *chain, last = pages(41)
    add_chain(chain)
    asked = []

    def note(_conn, _cursor, written, *_):
        asked.append(written)

    newest, body = sha256_hex(chain[-1].encode()), last.encode()
    with database.write() as conn:
        sa.event.listen(conn, "before_cursor_execute", note)
        captures.add_capture(conn, Capture(sha256_hex(body), body, "text/html", clock()), before=newest)
        sa.event.remove(conn, "before_cursor_execute", note)
        row = conn.execute(sa.select(capture).where(capture.c.sha256 == sha256_hex(body))).one()
        assert captures.get_capture(conn, row.sha256).body == body
    assert (len(asked), row.differences, row.base_sha256) == (3, 40, newest)


def test_damage_is_named_and_the_next_version_is_stored_all_the_same(database, add_chain, clock):
    first, second, third = pages(3)
    key = add_chain([first, second]).id
    with database.write() as conn:
        whole = capture.c.base_sha256.is_(None)
        conn.execute(sa.update(capture).where(whole).values(body=pack(b"something else")))
        add_version(conn, key, 3, third, clock())
    with database.read() as conn:
        for text in (first, second):
            with pytest.raises(StorageError):
                captures.get_capture(conn, sha256_hex(text.encode()))
        assert captures.get_capture(conn, sha256_hex(third.encode())).body == third.encode()
        assert sum(found is not None for found in false_captures(conn)) == 2


def test_a_wording_whose_next_one_is_gone_is_an_error_and_never_another_text(database, add_chain):
    key = add_chain(list(pages(3))).id
    with database.write() as conn:
        conn.execute(sa.delete(version).where(version.c.statement_id == key, version.c.number == 2))
    with database.read() as conn, pytest.raises(StorageError):
        versions.get_version(conn, key, 1)


@given(st.binary(max_size=3000), st.binary(max_size=3000) | st.none())
def test_whatever_is_packed_is_unpacked(body, base):
    assert unpack(pack(body, base=base), size=len(body), base=base, name="it") == body


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_bytes_that_are_no_difference_are_damaged_and_nothing_else(noise, base):
    with contextlib.suppress(Damaged):
        assert len(unpack(noise, size=10_000, base=base, name="it")) <= 10_000


def test_what_would_not_come_back_is_kept_whole(database, add_chain, monkeypatch):
    """A packer that loses a byte: nothing whole is let go for what it makes."""

    def lossy(body, *, base=None, level=9, is_summed=False):
        return pack(body, level=level) if base is None else pack(body[:-1], base=base, is_summed=is_summed)

    monkeypatch.setattr(texts, "pack", lossy)
    monkeypatch.setattr(captures, "pack", lossy)
    monkeypatch.setattr(latest_texts, "pack", lossy)
    written = list(pages(4))
    statement_id = add_chain(written).id
    with database.read() as conn:
        assert [one.wording.text for one in versions.list_versions(conn, statement_id)] == written
        assert list(filter(None, false_captures(conn))) == []
        whole = conn.execute(sa.select(version.c.text_before).order_by(version.c.number)).scalars().all()[1:]
        assert [unpack(one, size=10**6, name="it").decode().partition("\n")[2] for one in whole] == written[:-1]
        assert conn.execute(sa.select(sa.func.count()).where(capture.c.base_sha256.is_not(None))).scalar_one() == 0
