"""Taking a watch off the list: its history stays, unless it is to be forgotten; then its words are gone everywhere."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.errors import NotFound
from app.domain.watches import WatchDraft, WatchState
from app.pipeline.watchlist import add_watch, remove_watch
from app.storage import captures, statements
from app.storage.tables import archive_capture, metadata

pytestmark = pytest.mark.anyio

DOCS = Path(__file__).parents[2] / "docs"
SECRET_WORDS = "The brigade will cross the river Zbruch with 1,200 soldiers on Thursday night."
OPENING = "The ministry published its plan for the coming week on Tuesday in the capital."
SHARED = "This page is the same on both addresses, and only one of them is forgotten by the newsroom."


@pytest.fixture
async def watch(newsroom, desk, add_pin, site, release, later):
    """Everything that can be kept of a watch: versions, claims, edits, flags, pins, events, alerts, visits."""
    add_pin("en: river Zbruch")
    site.pages["/release"] = release(OPENING, SECRET_WORDS)
    made = add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    site.pages["/release"] = release(OPENING)
    await later(301)
    await later(6)
    return made


def everything(database):
    """Every row of every table, as text."""
    with database.read() as conn:
        return {
            table.name: [" ".join(map(str, row)) for row in conn.execute(sa.select(table))]
            for table in metadata.sorted_tables
        }


def holding(database, words):
    return {name for name, rows in everything(database).items() if any(words in row for row in rows)}


async def test_history_stays_unless_it_is_to_be_forgotten(newsroom, watch, record, site):
    remove_watch(newsroom, watch.id, forget_history=False)
    assert record.watch(watch).state is WatchState.REMOVED
    assert record.statement.version_count == 2
    assert len(record.flags()) >= 1
    assert len(record.alerts()) == 1


async def test_forgetting_removes_the_words_wherever_they_were_kept(newsroom, watch, record):
    assert holding(newsroom.database, "1,200 soldiers") >= {"version", "claim", "claim_change", "flag", "event"}
    remove_watch(newsroom, watch.id, forget_history=True)
    assert holding(newsroom.database, "1,200 soldiers") == set()
    assert holding(newsroom.database, "plan for the coming week") == set()
    assert (record.statements(), record.edits(), record.flags(), record.alerts()) == ((), (), (), ())
    left = {name for name, rows in everything(newsroom.database).items() if rows}
    assert left & {"version", "claim", "claim_change", "edit_pin", "capture", "observation", "visit", "gap"} == set()


async def test_a_spread_database_without_rules_between_tables_forgets_as_much(newsroom, watch):
    """Those of step 4 in the growing of docs/operating.md, taken away by the words that stand there."""
    if newsroom.database.is_sqlite:
        pytest.skip("SQLite is not spread")
    away = re.search(r"DO \$\$.*?END \$\$;", (DOCS / "operating.md").read_text("utf-8"), re.DOTALL)
    with newsroom.database.write() as conn:
        conn.exec_driver_sql(away[0].replace("%", "%%"))
    remove_watch(newsroom, watch.id, forget_history=True)
    assert holding(newsroom.database, "1,200 soldiers") == set()
    left = {name for name, rows in everything(newsroom.database).items() if rows}
    assert {table.name for table in metadata.sorted_tables if "statement_id" in table.columns} & left == {"event"}


async def test_the_feed_stays_gapless_and_says_that_something_was_forgotten(newsroom, watch, record):
    before = record.events()
    remove_watch(newsroom, watch.id, forget_history=True)
    after = record.events()
    assert [(event.position, event.id, event.type) for event in after] == [
        (event.position, event.id, event.type) for event in before
    ]
    assert all(event.body["forgotten"] for event in after)


async def test_bytes_that_another_statement_was_read_from_too_stay(newsroom, site, release, record, later):
    site.pages["/a"] = site.pages["/b"] = release(SHARED)
    forgotten, kept = (add_watch(newsroom, WatchDraft(f"{site.url}/{name}")) for name in "ab")
    await later(1)
    await later(1)
    remove_watch(newsroom, forgotten.id, forget_history=True)
    assert record.statement.watch_id == kept.id
    with newsroom.database.read() as conn:
        assert SHARED in captures.get_capture(conn, record.versions()[0].capture_sha256).body.decode()


async def test_history_can_be_forgotten_later_too(newsroom, watch, record):
    remove_watch(newsroom, watch.id, forget_history=False)
    remove_watch(newsroom, watch.id, forget_history=True)
    assert record.statements() == ()


async def test_a_removed_address_can_be_added_again_and_begins_anew_beside_its_old_history(
    newsroom, watch, record, site, later
):
    (old,) = record.statements()
    remove_watch(newsroom, watch.id, forget_history=False)
    again = add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    assert again.id != watch.id
    with newsroom.database.read() as conn:
        new = statements.list_statements(conn, watch_id=again.id).items[0]
        kept = statements.get_statement(conn, old.id)
    assert (new.version_count, kept.version_count, kept.watch_id) == (1, 2, watch.id)


async def test_a_watch_that_never_was_cannot_be_removed(newsroom, watch):
    with pytest.raises(NotFound):
        remove_watch(newsroom, type(watch.id)(int=1), forget_history=True)


async def test_a_watch_is_forgotten_also_while_captures_of_its_past_are_unread(newsroom, watch):
    row = {column.name: None for column in archive_capture.columns} | {
        "watch_id": watch.id,
        "key": "k",
        "backfill_id": watch.id,
        "timestamp": 20250107091200,
        "original_url": watch.url,
        "archive": "archive.example",
        "capture_url": "https://archive.example/x",
        "headers": {},
        "http_status": 0,
        "found": 0,
        "versions": 0,
    }
    with newsroom.database.write() as conn:
        conn.execute(sa.insert(archive_capture).values(row))
    remove_watch(newsroom, watch.id, forget_history=True)
    assert not everything(newsroom.database)["archive_capture"]
