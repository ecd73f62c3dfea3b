"""Changed pages are written down together: what is kept is the same, with few statements, and none spoils another."""

import asyncio
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from app.domain.errors import LeaseLost, StorageError
from app.domain.observations import Outcome
from app.pipeline import preparing
from app.pipeline.findings import load_known
from app.pipeline.keeper import Changed, Keeper, Verdict, write_group
from app.pipeline.keeping import prepare
from app.pipeline.preparing import prepare_several
from app.storage.tables import statement
from tests.looks import FIRST, LONG, NAMES, rows, written_by

pytestmark = pytest.mark.anyio

SHORTER = LONG[:-1]
MOST_TO_PREPARE, MOST_TO_WRITE = 8, 46
"""Statements for three changed pages. Of those that write, two and the reading of the page before are for each one."""


@pytest.fixture
def say(site, release):
    """What the three pages say now."""

    def write(first, *more, of=NAMES):
        for name in of:
            site.pages[f"/{name}"] = release(first, *more, title=f"Statement {name}")

    return write


@contextmanager
def counted(database):
    """The statements that are sent meanwhile."""
    sent = []

    def note(_conn, _cursor, written, *_):
        sent.append(written)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)


async def test_what_is_written_for_changed_pages_together_is_what_is_written_for_each_alone(newsroom, look_at, say):
    say(FIRST.replace("500", "200"), *SHORTER, of=NAMES[:2])
    say(FIRST, "Nobody is paid twice.", *LONG, of=NAMES[2:])
    looks = await look_at()
    before = rows(newsroom)
    together = written_by(newsroom, lambda inside: [[prepare(inside, seen) for seen in looks]])
    alone = written_by(newsroom, lambda inside: ([prepare(inside, seen)] for seen in looks))
    assert together == alone
    assert {name for name, kept in together.items() if kept != before[name]} >= {
        "check_due", "host", "visit", "watch", "statement", "version", "capture", "claim", "claim_wording", "edit",
        "claim_change", "flag", "observation", "event", "watch_extent", "quote_term",
    }  # fmt: skip


async def test_edits_that_are_confirmed_together_are_confirmed_as_each_would_be_alone(newsroom, look_at, say):
    """Words are removed; at the next look those of one page are back, one says something else, one stays short."""
    say(FIRST, *SHORTER)
    first = await look_at()
    assert write_group(newsroom, [prepare(newsroom, seen) for seen in first]) == [Verdict.KEPT] * 3
    say(FIRST, *LONG, of=NAMES[:1])
    say(FIRST.replace("500", "200"), *SHORTER, of=NAMES[1:2])
    looks = await look_at()
    before = rows(newsroom)
    together = written_by(newsroom, lambda inside: [[prepare(inside, seen) for seen in looks]])
    alone = written_by(newsroom, lambda inside: ([prepare(inside, seen)] for seen in looks))
    assert together == alone
    assert len(together["event"]) - len(before["event"]) >= 3


async def test_a_version_that_another_worker_stored_meanwhile_costs_one_look_of_a_group_and_no_other(
    newsroom, look_at, say, record
):
    say(FIRST.replace("500", "200"), *LONG)
    looks = await look_at()
    writings = [prepare(newsroom, seen) for seen in looks]
    overtaken = next(of for of in record.statements() if of.watch_id == looks[1].watch.id)
    with newsroom.database.write() as conn:
        mine = statement.c.id == overtaken.id
        conn.execute(sa.update(statement).where(mine).values(version_count=2))
    results = write_group(newsroom, writings)
    assert results[::2] == [Verdict.KEPT] * 2
    assert isinstance(results[1], LeaseLost)
    others = [of for of in record.statements() if of.id != overtaken.id]
    assert [record.outcomes(of) for of in others] == [[Outcome.FIRST_SEEN, Outcome.EDITED]] * 2
    assert record.outcomes(overtaken) == [Outcome.FIRST_SEEN]
    assert [event.position for event in record.events()] == list(range(1, len(record.events()) + 1))


async def test_changed_pages_are_prepared_and_written_with_few_statements(newsroom, look_at, say):
    say(FIRST.replace("500", "200"), *LONG)
    looks = await look_at()
    with counted(newsroom.database) as asked:
        writings = prepare_several(newsroom, looks)
    with counted(newsroom.database) as sent:
        write_group(newsroom, writings)
    print("\n".join(one[:90] for one in sent))
    assert (len(asked) <= MOST_TO_PREPARE, len(sent) <= MOST_TO_WRITE) == (True, True), (len(asked), len(sent))


async def test_what_was_read_for_all_at_once_is_what_is_read_for_each(newsroom, look_at, say, monkeypatch):
    say(FIRST.replace("500", "200"), *LONG)
    looks = await look_at()
    known = {}

    def note(room, seen, of=None):
        known[seen.check.id] = of
        return prepare(room, seen, of)

    monkeypatch.setattr(preparing, "prepare", note)
    assert len(prepare_several(newsroom, looks)) == 3
    for seen in looks:
        alone = load_known(newsroom.database, newsroom.sources[seen.watch.kind], seen.watch, seen.reading)
        assert known[seen.check.id] == alone
        assert alone.standing


async def test_a_page_that_cannot_be_prepared_fails_alone(newsroom, look_at, say, record, monkeypatch):
    monkeypatch.setattr(preparing, "ENOUGH_SECONDS", 60.0)
    say(FIRST.replace("500", "200"), *LONG)
    looks = await look_at()

    def damaged(room, seen, known=None):
        if seen is looks[1]:
            raise StorageError("a page is damaged")
        return prepare(room, seen, known)

    monkeypatch.setattr(preparing, "prepare", damaged)
    results = write_group(newsroom, [Changed(seen) for seen in looks])
    assert [type(one) for one in results] == [Verdict, StorageError, Verdict]
    assert sorted(of.version_count for of in record.statements()) == [1, 2, 2]


@pytest.mark.parametrize("enough_seconds", [-1.0, 60.0])
async def test_pages_that_take_long_to_prepare_do_not_hold_up_the_group(
    newsroom, look_at, say, record, monkeypatch, enough_seconds
):
    say(FIRST.replace("500", "200"), *LONG)
    looks = await look_at()
    monkeypatch.setattr(preparing, "ENOUGH_SECONDS", enough_seconds)
    keeper = Keeper(newsroom)
    assert await asyncio.gather(*(keeper.keep(seen) for seen in looks)) == [False] * 3
    assert [of.version_count for of in record.statements()] == [2, 2, 2]
    assert record.told() == ["statement.edited"] * 3


async def test_a_mistake_of_the_program_with_one_page_costs_its_group_nothing(
    newsroom, look_at, say, record, monkeypatch
):
    say(FIRST.replace("500", "200"), *LONG)
    looks = await look_at()

    def mistaken(room, seen, known=None):
        if seen is looks[1]:
            raise ZeroDivisionError
        return prepare(room, seen, known)

    monkeypatch.setattr(preparing, "prepare", mistaken)
    keeper = Keeper(newsroom)
    tried = await asyncio.gather(*(keeper.keep(seen) for seen in looks), return_exceptions=True)
    assert [tried[0], type(tried[1]), tried[2]] == [False, ZeroDivisionError, False]
    assert sorted(of.version_count for of in record.statements()) == [1, 2, 2]
