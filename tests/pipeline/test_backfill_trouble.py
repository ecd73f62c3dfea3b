"""An archive that misleads, floods or refuses, and workers that are killed: nothing is doubled, and all is named."""

import gzip
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.domain.archives import BackfillState, CaptureOutcome, Range
from app.domain.watches import WatchDraft
from app.pipeline.archive_history import compare_behind
from app.pipeline.backfill import Place, begin_backfill, work_off
from app.pipeline.backfill_listing import ROUND_IN_CIRCLES
from app.pipeline.backfilling import do_backfill, give_back_backfills, take_backfills
from app.pipeline.watchlist import add_watch
from app.storage import archived, versions
from app.storage.backfills import get_backfill
from app.storage.tables import host

pytestmark = pytest.mark.anyio

OPENING = "The General Staff reports on the situation along the border with its neighbours this week. "
NEW = OPENING + "Our forces began new offensive operations in the Kursk region. Five villages are under control."
COMBAT = OPENING + "Our forces began combat operations in the Kursk region. Five villages are under control."
EARLY, LATER = 20241224080000, 20241230101500
HEAD = ["timestamp", "original"]


@pytest.fixture
async def watched(room, site, release, later):
    site.pages["/statement"] = release(COMBAT)
    watch = add_watch(room, WatchDraft(f"{site.url}/statement", publisher="General Staff", language="en"))
    await later(1)
    return watch


@pytest.fixture
def kept(archive, watched, release):
    archive.keep(EARLY, watched.url, release(NEW))
    archive.keep(LATER, watched.url, release(COMBAT))
    return archive


async def test_an_index_that_leads_round_in_a_circle_is_left(kept, watched, bring):
    rows = [HEAD, [str(EARLY), watched.url]]
    kept.broken["index"] = [JSONResponse([*rows, [], [key]]) for key in ("a", "b", "a", "b")]
    done = await bring(watched.url)
    assert (done.backfill.state, done.listed, kept.asked.count("index")) == (BackfillState.DONE, 1, 3)
    assert done.backfill.refused == {ROUND_IN_CIRCLES: 1}


async def test_an_index_that_is_none_ends_the_import_with_what_it_is(kept, watched, bring):
    kept.broken["index"] = [Response("<html>Sorry</html>")] * 6
    done = await bring(watched.url)
    assert done.backfill.state is BackfillState.FAILED
    assert "HTML" in done.backfill.detail


async def test_an_archive_that_our_own_guard_refuses_is_not_asked_again(room, watched, bring, clock):
    refused = replace(room, rules=replace(room.rules, archive_index_url="http://10.0.0.1/cdx"))
    job = begin_backfill(refused, Place(watched), Range())
    (taken,) = take_backfills(refused, limit=1, only=job.id)
    await do_backfill(refused, taken)
    with room.database.read() as conn:
        job = get_backfill(conn, watched.id, job.id)
    assert (job.state, "not public" in job.detail) == (BackfillState.FAILED, True)


async def test_a_capture_that_leads_away_from_the_archive_is_not_believed(kept, watched, bring, site, release):
    site.pages["/forged"] = (200, {"memento-datetime": "Tue, 24 Dec 2024 08:00:00 GMT"}, release("Forged.").encode())
    kept.broken[str(EARLY)] = [RedirectResponse(f"{site.url}/forged")]
    done = await bring(watched.url)
    assert done.outcomes == {CaptureOutcome.ELSEWHERE: 1, CaptureOutcome.READ: 1}


async def test_a_bomb_is_named_and_the_next_capture_read(kept, watched, bring):
    bomb = gzip.compress(b"a" * 30_000_000)
    kept.broken[str(EARLY)] = [Response(bomb, headers={"content-encoding": "gzip"})]
    done = await bring(watched.url)
    assert done.outcomes == {CaptureOutcome.TOO_LARGE: 1, CaptureOutcome.READ: 1}


async def test_a_capture_that_the_archive_does_not_give_holds_up_none_after_it(kept, watched, bring, record):
    kept.broken[str(EARLY)] = [Response("oops", 502)] * 3
    done = await bring(watched.url)
    assert kept.asked == ["index", str(EARLY), str(LATER), str(EARLY), str(EARLY)]
    assert (done.backfill.state, done.outcomes) == (
        BackfillState.DONE, {CaptureOutcome.NOT_KEPT: 1, CaptureOutcome.READ: 1}
    )  # fmt: skip
    assert [one.detail for one in done.rejected] == ["the archive answered 502, 3 times"]
    again = await bring(watched.url)
    assert (again.listed, again.versions, len(record.edits())) == (1, 1, 1), "another day it is asked for again"


async def test_a_pause_that_the_archive_asks_for_is_no_fault_of_a_capture(kept, watched, bring):
    kept.broken[str(EARLY)] = [Response("slower", 429, {"retry-after": "60"})] * 5
    done = await bring(watched.url)
    assert done.outcomes == {CaptureOutcome.READ: 2}


async def test_a_worker_that_lost_its_lease_writes_nothing(room, kept, watched, bring, record, clock):
    job = begin_backfill(room, Place(watched), Range())
    (slow,) = take_backfills(room, limit=1, only=job.id)
    assert take_backfills(room, limit=1, only=job.id) == ()
    clock.move(room.rules.lease_seconds + 1)
    done = await bring(watched.url)
    before = record.edits()
    await do_backfill(room, slow)
    with room.database.read() as conn:
        assert get_backfill(conn, watched.id, job.id) == done.backfill
        assert len(versions.list_history(conn, record.statement.id)) == 3
    assert record.edits() == before


async def test_killed_before_every_step_it_ends_the_same(room, kept, watched, bring, record, clock):
    """Each step is taken by a worker that dies with it in hand, and made by the next one."""
    job = begin_backfill(room, Place(watched), Range())
    for _ in range(20):
        take_backfills(room, limit=1, only=job.id)
        clock.move(room.rules.lease_seconds + 1)
        for taken in take_backfills(room, limit=1, only=job.id):
            await do_backfill(room, taken)
    done = await bring(watched)
    with room.database.read() as conn:
        assert [one.number for one in versions.list_history(conn, record.statement.id)] == [EARLY, LATER, 1]
        assert len(archived.list_readings(conn, record.statement.id)) == 2
    assert (job.id, kept.asked) == (job.id, ["index", str(EARLY), str(LATER), "index"])
    assert done.listed == 0
    assert len(record.edits()) == 1


async def test_the_archive_is_asked_by_one_worker_at_a_time(room, kept, watched, site, release, later, clock):
    site.pages["/other"] = release(NEW)
    other = add_watch(room, WatchDraft(f"{site.url}/other"))
    await later(1)
    for one in (watched, other):
        begin_backfill(room, Place(one), Range())
    taken = take_backfills(room, limit=5)
    assert len(taken) == 1
    give_back_backfills(room, taken)
    assert len(take_backfills(room, limit=5)) == 1


class ToldError(Exception):
    """What a waiting command was told."""


async def test_whoever_waits_for_an_archive_that_is_left_alone_is_told_until_when(room, kept, watched, clock):
    def told(progress):
        raise ToldError(progress.waits_until)

    job = begin_backfill(room, Place(watched), Range())
    until = clock() + timedelta(seconds=160)
    with room.database.write() as conn:
        conn.execute(sa.update(host).values(next_at=until))
    with pytest.raises(ToldError) as raised:
        await work_off(room, job, told=told)
    assert raised.value.args == (until,)
    clock.move(200)
    with pytest.raises(ToldError) as raised:
        await work_off(room, job, told=told)
    assert raised.value.args == (None,)


async def test_what_was_read_is_compared_also_where_nobody_asks_again(room, kept, watched, bring, record):
    await bring(watched.url)
    before = record.edits()
    with room.database.write() as conn:
        archived.mark_behind(conn, record.statement.id, watched.id)
        archived.remove_archived_edits(conn, record.statement.id)
    assert compare_behind(room) == 1
    assert record.edits() == before
    assert compare_behind(room) == 0
