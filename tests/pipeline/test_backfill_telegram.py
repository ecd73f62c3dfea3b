"""The past of a Telegram channel out of an archive: posts that nobody here ever saw, and what becomes of them later."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.statements import StatementState
from app.domain.watches import WatchDraft
from app.pipeline.quotes import look_up
from app.pipeline.watchlist import add_watch, remove_watch
from app.storage import captures, claims, edits, statements, versions

pytestmark = pytest.mark.anyio

LIST = "https://t.me/s/generalstaff"
MORNING = "Our forces began new offensive operations in the Kursk region. Five villages are under control."
EVENING = "Our forces began combat operations in the Kursk region. Five villages are under control."


def preview(*posts):
    """A list page of the preview as it was in those years."""
    blocks = "".join(
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="generalstaff/{number}">'
        f'<div class="tgme_widget_message_text js-message_text">{text}</div>'
        f'<a class="tgme_widget_message_date"><time datetime="2024-12-24T07:00:00+00:00"></time></a></div></div>'
        for number, text in posts
    )
    return f"<!DOCTYPE html><html><body><section>{blocks}</section></body></html>"


@pytest.fixture
async def channel(room, telegram, telegram_url, later, clock):
    telegram.publish("The morning report will be published at six.", clock() - timedelta(minutes=1))
    watch = add_watch(room, WatchDraft(f"{telegram_url}/generalstaff", publisher="General Staff", language="en"))
    await later(1)
    return watch


async def test_a_post_that_only_an_archive_saw_is_a_statement_of_its_own(room, archive, channel, bring, record):
    archive.keep(20241224080000, LIST, preview((71, MORNING), (72, "Air raid alert.")))
    archive.keep(20241224180000, LIST, preview((71, EVENING), (72, "Air raid alert.")))
    done = await bring(channel)
    assert (done.versions, done.repeated, done.backfill.edits) == (3, 1, 1)
    found = {one.external_id: one for one in record.statements()}
    assert {key: one.state for key, one in found.items()} == {
        "1": StatementState.PRESENT, "71": StatementState.ARCHIVED, "72": StatementState.ARCHIVED,
    }  # fmt: skip
    assert (found["71"].version_count, found["71"].first_seen_at) == (0, datetime(2024, 12, 24, 8, tzinfo=UTC))
    with room.database.read() as conn:
        assert versions.find_latest(conn, found["71"]).wording.text == EVENING
        answer = look_up(conn, "Our forces began new offensive operations in the Kursk region.", now=room.clock())
    assert answer.sentences[0].hits[0].statement.id == found["71"].id
    assert not answer.sentences[0].hits[0].stands


async def test_checks_do_not_miss_what_only_an_archive_saw(room, archive, channel, bring, record, later):
    archive.keep(20241224080000, LIST, preview((71, MORNING)))
    await bring(channel)
    await later(301)
    await later(301)
    assert {one.external_id: one.state for one in record.statements()}["71"] is StatementState.ARCHIVED


async def test_a_post_that_is_seen_after_all_goes_on_under_the_same_ids(
    room, archive, channel, bring, record, telegram, later, clock
):
    archive.keep(20241224080000, LIST, preview((2, MORNING)))
    archive.keep(20241224180000, LIST, preview((2, EVENING)))
    await bring(channel)
    (before,) = [one for one in record.statements() if one.external_id == "2"]
    with room.database.read() as conn:
        old = {one.text: one for one in claims.list_claims(conn, statement_id=before.id).items}
    telegram.publish(EVENING.replace("Five", "Seven"), clock())
    await later(301)
    await bring(channel)
    (after,) = [one for one in record.statements() if one.external_id == "2"]
    assert (after.id, after.state, after.version_count) == (before.id, StatementState.PRESENT, 1)
    with room.database.read() as conn:
        new = {one.text: one for one in claims.list_claims(conn, statement_id=after.id).items}
        steps = edits.list_edits(conn, statement_id=after.id).items
        history = versions.list_history(conn, after.id)
    assert [one.number for one in history] == [20241224080000, 20241224180000, 1]
    combat = "Our forces began combat operations in the Kursk region."
    assert (new[combat].id, new[combat].standing, new[combat].last_version) == (old[combat].id, True, 1)
    assert "statement.first_seen" in [event.type for event in record.events()]
    assert {(one.from_version, one.to_version, one.is_archived) for one in steps} == {
        (20241224080000, 20241224180000, True),
        (20241224180000, 1, True),
    }


async def test_forgetting_a_watch_forgets_what_archives_saw(room, archive, channel, bring, record):
    archive.keep(20241224080000, LIST, preview((71, MORNING)))
    await bring(channel)
    (seen,) = [one for one in record.statements() if one.external_id == "71"]
    with room.database.read() as conn:
        sha256 = versions.list_archived(conn, seen.id)[0].capture_sha256
        assert captures.get_capture(conn, sha256)
    remove_watch(room, channel.id, forget_history=True)
    with room.database.read() as conn:
        assert statements.list_statements(conn).items == ()
        assert captures.count_captures(conn, since=datetime(2000, 1, 1, tzinfo=UTC)) == 0


async def test_one_post_is_looked_up_at_its_own_addresses(room, archive, channel, bring, record):
    archive.keep(20241224080000, "https://t.me/s/generalstaff/1", preview((1, "The report will be published at five.")))
    archive.keep(20241224090000, LIST, preview((71, MORNING)))
    done = await bring(f"{channel.url}/1")
    assert (done.listed, done.versions) == (1, 1)
    assert archive.asked.count("index") == 3
    assert [one.external_id for one in record.statements()] == ["1"]
