"""The promises of the record: a whole one keeps all of them, and whatever is taken out of it or altered is found."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.watches import WatchDraft
from app.pipeline.deliver import deliver_once
from app.pipeline.watchlist import add_watch
from app.storage import latest_texts
from app.storage.soundness import LONG_RULES, RULES, check_record
from app.storage.tables import (
    alert,
    capture,
    check,
    claim,
    delivery,
    edit,
    event,
    flag,
    flag_pin,
    host,
    statement,
    version,
)

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital."
SECRET = "whsec_" + "QUFB" * 10
SECOND = "All 1,200 soldiers of the brigade were withdrawn from the northern border on 3 January 2025."


@pytest.fixture
async def story(newsroom, site, release, add_destination, receiver, clock, later, monkeypatch):
    """A page with an edit, a removal that was confirmed, a withdrawal, and an alert for each, delivered.

    Its texts are kept as long ones are, each with the version behind it.
    """
    monkeypatch.setattr(latest_texts, "SHORT_BYTES", 0)
    received, url = receiver
    received.secret = SECRET
    add_destination(url=url)
    site.pages["/release"] = release(FIRST.format(500), SECOND)
    add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    clock.move(1)
    await later(1)
    for words in ((FIRST.format(50), SECOND), (FIRST.format(50),), None):
        site.pages["/release"] = release(*words) if words else None
        await later(301)
        await later(61)
        while await deliver_once(newsroom):
            clock.move(1)
    assert len(received.received) == 3
    return newsroom


def ask(newsroom):
    return check_record(newsroom.database, now=newsroom.clock(), lease_seconds=120, settling_seconds=0)


def broken(newsroom):
    return [one.rule for one in ask(newsroom).broken]


def alter(newsroom, *statements):
    with newsroom.database.write() as conn:
        for one in statements:
            conn.execute(one)


async def test_a_whole_record_keeps_every_promise(story):
    found = ask(story)
    assert found.broken == ()
    assert found.is_sound
    assert found.rules == len(RULES) + len(LONG_RULES)
    counts = {"statements": 1, "versions": 3, "captures": 3, "edits": 3, "events": 4, "alerts": 3}
    assert found.counts == counts | {"packs of checks": 0}


async def test_each_version_and_capture_is_told_of_as_it_is_looked_at(story):
    told = []
    check_record(story.database, now=story.clock(), lease_seconds=120, told=lambda *step: told.append(step))
    assert [step for step in told if step[2] == 3] == [
        (rule, number, 3) for rule in list(LONG_RULES)[:2] for number in (1, 2, 3)
    ]


TOLD = (event.c.edit_id.is_not(None), event.c.position == 2)
OF_SECOND = sa.select(alert.c.id).where(alert.c.event_id.in_(sa.select(event.c.id).where(*TOLD)))
THIRD = version.c.number == 3
ALTERED = {
    "a version is taken out": (
        [sa.delete(version).where(version.c.number == 2)],
        ["The numbers of versions have no gap", "Every text and record has its hash"],
    ),
    "the last version is taken out": (
        [sa.delete(version).where(THIRD)],
        ["The numbers of versions have no gap", "Every text and record has its hash"],
    ),
    "a claim is taken out": (
        [sa.delete(claim).where(claim.c.number == 1)],
        ["Every form of a claim has its text"],
    ),
    "an edit is taken out": (
        [sa.delete(edit).where(edit.c.to_version == 2)],
        ["Every version after the first has its edit", "Every flag has its edit"],
    ),
    "an edit is there twice": (
        [sa.update(edit).where(edit.c.to_version == 3, edit.c.kind == "wording").values(to_version=2, from_version=1)],
        ["Every version after the first has its edit"],
    ),
    "an event is taken out": (
        [sa.delete(event).where(*TOLD)],
        ["Every edit was told as often as it should be", "The feed has no gap", "Every alert has its event"],
    ),
    "the last event is taken out": (
        [sa.delete(event).where(event.c.position == 4)],
        ["Every edit was told as often as it should be", "The feed has no gap", "Every alert has its event"],
    ),
    "what a second look should have confirmed is told already": (
        [sa.update(edit).where(edit.c.to_version == 3, edit.c.kind == "wording").values(confirmation="awaited")],
        ["Every edit was told as often as it should be"],
    ),
    "an alert is taken out": (
        [
            sa.delete(delivery).where(delivery.c.alert_id.in_(OF_SECOND)),
            sa.delete(alert).where(alert.c.id.in_(OF_SECOND)),
        ],
        ["Every event has the alerts that were wanted"],
    ),
    "an alert has no next try": (
        [sa.update(alert).values(state="pending", next_try_at=None)],
        ["Every alert is delivered, given up or owed"],
    ),
    "a try is taken out": ([sa.delete(delivery)], ["Every try of an alert is noted"]),
    "a watch is owed nothing": ([sa.delete(check)], ["Every active watch is owed its next look"]),
    "a host never wakes": ([sa.update(host).values(ready_at=None)], ["No host sleeps longer than its work"]),
    "a pin has a flag in another place": (
        [sa.insert(flag_pin).from_select(["flag_id", "pin_id", "open_rank"], sa.select(flag.c.id, flag.c.id, 99))],
        ["Every flag of a pin is ranked as it is"],
    ),
    "a text is altered": ([sa.update(version).where(THIRD).values(text="x")], ["Every text and record has its hash"]),
    "a title is altered": ([sa.update(version).where(THIRD).values(title="x")], ["Every text and record has its hash"]),
    "a statement forgets its hash": (
        [sa.update(statement).values(text_sha256="0" * 64)],
        ["Every text and record has its hash"],
    ),
    "bytes are altered": ([sa.update(capture).values(body=b"x")], ["Every capture has its hash"]),
}
"""Of each: what is done to the record, and the promises that are broken then."""


@pytest.mark.parametrize("name", ALTERED)
async def test_what_is_taken_out_or_altered_is_found(story, name):
    statements, rules = ALTERED[name]
    alter(story, *statements)
    assert broken(story) == rules


async def test_a_host_that_sleeps_past_its_work_and_a_lease_without_end_are_found(story):
    later = story.clock() + timedelta(days=30)
    alter(story, sa.update(host).values(ready_at=later))
    assert broken(story) == ["No host sleeps longer than its work"]
    alter(story, sa.update(host).values(next_at=later, lease="x"))
    assert broken(story) == ["No lease is longer than a worker may hold"]


async def test_a_row_that_refers_to_nothing_is_found_and_named(story):
    if not story.database.is_sqlite:
        pytest.skip("PostgreSQL lets nobody do that")
    with closing(sqlite3.connect(story.database.engine.url.database, isolation_level=None)) as conn:
        conn.execute("DELETE FROM capture")
    (found,) = ask(story).broken
    assert found.rule == "What is referred to is there"
    assert found.count == 3
    assert found.places[0].startswith("version: capture ")


async def test_a_file_that_is_damaged_is_found(story):
    if not story.database.is_sqlite:
        pytest.skip("PostgreSQL looks after its own files")
    file = story.database.engine.url.database
    with closing(sqlite3.connect(file, isolation_level=None)) as conn:
        conn.execute("PRAGMA writable_schema=ON")
        other = "replace(sql, '(capture_sha256)', '(text_sha256)')"
        conn.execute(f"UPDATE sqlite_schema SET sql = {other} WHERE name = 'ix_version_capture_sha256'")
    story.database.close()
    assert broken(story) == ["The file is undamaged"]
