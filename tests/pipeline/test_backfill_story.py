"""The past of a page out of an archive: what stood there before anybody watched, compared and told to nobody."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import Response

from app.domain.archives import BackfillState, CaptureOutcome, Provenance, Range
from app.domain.errors import InvalidInput, NotFound
from app.domain.quotes import QuoteMatch
from app.domain.watches import WatchDraft
from app.pipeline.backfill import Place, begin_backfill
from app.pipeline.backfilling import do_backfill, take_backfills
from app.pipeline.quotes import look_up
from app.pipeline.watchlist import add_watch
from app.storage import claims, edits, statements, versions, watches

pytestmark = pytest.mark.anyio

OPENING = "The General Staff reports on the situation along the border with its neighbours this week. "
NEW = OPENING + "Our forces began new offensive operations in the Kursk region. Five villages are under control."
COMBAT = OPENING + "Our forces began combat operations in the Kursk region. Five villages are under control."
SEVEN = OPENING + "Our forces began combat operations in the Kursk region. Seven villages are under control."
EARLY, LATER, LAST = 20241224080000, 20241230101500, 20250105093000


@pytest.fixture
async def watched(room, site, release, later):
    """A page that we have seen once."""
    site.pages["/statement"] = release(SEVEN)
    watch = add_watch(room, WatchDraft(f"{site.url}/statement", publisher="General Staff", language="en"))
    await later(1)
    return watch


@pytest.fixture
def kept(archive, watched, release):
    """Three captures of it: one wording twice, then another."""
    archive.keep(EARLY, watched.url, release(NEW))
    archive.keep(LATER, watched.url, release(NEW, views=9))
    archive.keep(LAST, watched.url, release(COMBAT))
    return archive


def history(room, statement):
    with room.database.read() as conn:
        return versions.list_history(conn, statement.id)


async def test_captures_become_versions_with_the_time_of_the_archive(room, kept, watched, bring, record):
    done = await bring(watched.url)
    assert (done.backfill.state, done.versions, done.repeated, done.backfill.edits) == (BackfillState.DONE, 2, 1, 2)
    found = history(room, record.statement)
    assert [one.number for one in found] == [EARLY, LAST, 1]
    assert [one.provenance for one in found] == [Provenance.ARCHIVE, Provenance.ARCHIVE, Provenance.OWN]
    assert found[0].first_seen_at == datetime(2024, 12, 24, 8, tzinfo=UTC)
    assert found[0].last_seen_at == datetime(2024, 12, 30, 10, 15, tzinfo=UTC)
    origin = found[0].origin
    assert origin.capture_url == f"{kept.url}/web/{EARLY}id_/{watched.url}"
    assert (origin.original_url, origin.captured_at) == (watched.url, found[0].first_seen_at)


async def test_the_steps_before_our_first_sight_are_compared_and_nobody_is_told(
    room, kept, watched, bring, record, desk
):
    told, own = record.told(), record.versions()
    await bring(watched.url)
    steps = sorted(record.edits(), key=lambda one: one.first_seen_changed_at)
    assert [(one.from_version, one.to_version) for one in steps] == [(EARLY, LAST), (LAST, 1)]
    assert all(one.is_archived for one in steps)
    assert steps[0].last_seen_unchanged_at == datetime(2024, 12, 30, 10, 15, tzinfo=UTC)
    assert steps[0].first_seen_changed_at == datetime(2025, 1, 5, 9, 30, tzinfo=UTC)
    assert steps[1].first_seen_changed_at == record.statement.first_seen_at
    assert (record.flags(), record.alerts(), record.told()) == ((), (), told)
    assert record.versions() == own
    assert record.statement.version_count == 1


async def test_a_claim_keeps_its_id_across_our_first_sight(room, kept, watched, bring, record):
    with room.database.read() as conn:
        before = claims.list_claims(conn, statement_id=record.statement.id).items
    await bring(watched.url)
    with room.database.read() as conn:
        after = {one.id: one for one in claims.list_claims(conn, statement_id=record.statement.id).items}
    assert {one.id for one in before} <= after.keys()
    opening = next(one for one in before if one.text.startswith("The General Staff"))
    now = after[opening.id]
    assert (now.first_version, now.first_seen_by) == (EARLY, Provenance.ARCHIVE)
    assert (now.number, now.standing, now.last_version, now.text) == (opening.number, True, 1, opening.text)


async def test_a_sentence_that_only_the_archive_saw_is_found(room, kept, watched, bring, record):
    sentence = "Our forces began new offensive operations in the Kursk region."
    with room.database.read() as conn:
        assert look_up(conn, sentence, now=room.clock(), language="en").match is not QuoteMatch.EXACT
    await bring(watched.url)
    with room.database.read() as conn:
        answer = look_up(conn, sentence, now=room.clock(), language="en")
    hit = answer.sentences[0].hits[0]
    assert (hit.match, hit.first_seen_by, hit.versions) == (QuoteMatch.EXACT, Provenance.ARCHIVE, ((EARLY, EARLY),))
    assert hit.removed_by.to_version == LAST
    assert hit.removed_by.interval.first_seen_changed_at == datetime(2025, 1, 5, 9, 30, tzinfo=UTC)


async def test_asking_again_brings_nothing_twice(room, kept, watched, bring, record):
    await bring(watched.url)
    before = history(room, record.statement), record.edits()
    asked = len(kept.asked)
    done = await bring(watched.url)
    assert (done.listed, done.versions, done.backfill.edits) == (0, 0, 0)
    assert (history(room, record.statement), record.edits()) == before
    assert kept.asked[asked:] == ["index"]


async def test_the_past_teaches_when_the_page_is_edited_and_is_counted_once(
    room, kept, watched, bring, record, release
):
    await bring(watched.url)
    kept.keep(20241227000000, watched.url, release(COMBAT))
    await bring(watched.url)
    with room.database.read() as conn:
        habit = watches.get_watch(conn, watched.id).habit
    assert len(record.edits()) == 4
    assert sum(habit.edits) == pytest.approx(4, abs=0.02)
    past = record.statement.first_seen_at - datetime(2024, 12, 24, 8, tzinfo=UTC)
    assert 0 < sum(habit.seconds) <= past.total_seconds()


async def test_a_capture_between_two_others_takes_its_place(room, kept, watched, bring, record, release):
    """A → A becomes A → B → A: the later one was no version, and is one now, out of the bytes that were kept."""
    await bring(watched.url)
    kept.keep(20241227000000, watched.url, release(COMBAT))
    done = await bring(watched.url)
    assert done.versions == 2
    found = history(room, record.statement)
    assert [one.number for one in found] == [EARLY, 20241227000000, LATER, LAST, 1]
    assert [one.restores for one in found] == [None, None, EARLY, None, None]
    steps = {(one.from_version, one.to_version): one for one in record.edits()}
    assert set(steps) == {(EARLY, 20241227000000), (20241227000000, LATER), (LATER, LAST), (LAST, 1)}
    assert steps[20241227000000, LATER].restores == EARLY
    assert found[0].last_seen_at == found[0].first_seen_at


async def test_our_own_edits_stay_as_they_are(room, kept, watched, bring, record, site, release, later):
    site.pages["/statement"] = release(COMBAT)
    await later(301)
    await later(301)
    with room.database.read() as conn:
        own = [(one, edits.list_changes(conn, one)) for one in record.edits()]
    await bring(watched.url)
    with room.database.read() as conn:
        assert [(edits.get_edit(conn, one.id), edits.list_changes(conn, one)) for one, _ in own] == own


async def test_what_returns_from_before_our_watch_is_known_again(
    room, kept, watched, bring, record, site, release, later
):
    """A sentence that only the archive had seen comes back: our own edit says that it is restored."""
    await bring(watched.url)
    site.pages["/statement"] = release(NEW)
    await later(301)
    await later(301)
    (edit,) = [one for one in record.edits() if not one.is_archived]
    with room.database.read() as conn:
        changes = edits.list_changes(conn, edit)
    restored = [one.change for one in changes if one.change.action == "restored"]
    assert [one.after for one in restored] == [] or restored[0].removed_in == LAST


async def test_a_capture_from_the_time_of_our_watch_is_kept_beside_ours(
    room, archive, watched, bring, record, release, clock
):
    clock.move(86_400)
    archive.keep(20250107180000, watched.url, release(SEVEN))
    archive.keep(20250107190000, watched.url, release(COMBAT))
    done = await bring(watched.url)
    assert (done.versions, done.backfill.edits, record.edits()) == (1, 0, ())
    assert [one.number for one in history(room, record.statement)] == [1, 20250107190000]
    with room.database.read() as conn:
        at = versions.find_version_at(conn, record.statement.id, clock())
    assert at.number == 1


async def test_a_stopped_import_goes_on_where_it_was(room, kept, watched, bring, record):
    with room.database.read() as conn:
        place = Place(watched)
        assert statements.list_statements(conn).items
    job = begin_backfill(room, place, Range())
    for _ in range(3):
        (taken,) = take_backfills(room, limit=1, only=job.id)
        await do_backfill(room, taken)
    take_backfills(room, limit=1, only=job.id)  # a worker that was killed with the step in hand
    assert kept.asked == ["index", str(EARLY), str(LATER)]
    done = await bring(watched.url)
    assert done.backfill.id == job.id
    assert kept.asked == ["index", str(EARLY), str(LATER), str(LAST)]
    assert (done.versions, done.repeated, done.backfill.edits) == (2, 1, 2)


async def test_what_is_not_watched_is_refused_with_what_to_do(bring):
    with pytest.raises(NotFound, match="walkback watch add"):
        await bring("https://www.example.org/elsewhere")


async def test_a_range_that_ends_before_it_begins_is_refused(bring, watched, clock):
    with pytest.raises(InvalidInput):
        await bring(watched, Range(clock(), clock() - timedelta(days=1)))


async def test_only_captures_of_the_range_are_read(room, kept, watched, bring, record):
    done = await bring(watched.url, Range(datetime(2025, 1, 1, tzinfo=UTC), None, 1000))
    assert (done.listed, done.versions) == (1, 1)


async def test_the_limit_takes_the_oldest_and_says_that_there_are_more(room, kept, watched, bring, record):
    done = await bring(watched.url, Range(None, None, 2))
    assert (done.listed, done.backfill.is_cut) == (2, True)
    assert [one.number for one in history(room, record.statement)] == [EARLY, 1]
    done = await bring(watched.url, Range(None, None, 3))
    assert (done.listed, done.backfill.is_cut, done.versions) == (1, False, 1)


async def test_a_long_index_is_read_page_by_page(room, kept, watched, bring, record):
    kept.page_rows = 1
    done = await bring(watched.url)
    assert kept.asked.count("index") == 3
    assert done.versions == 2


async def test_an_archive_that_is_down_half_way_is_asked_again(room, kept, watched, bring, record, clock):
    kept.broken = {
        "index": [Response("<html>down</html>", 503, {"retry-after": "7"}), Response("<html>", 200)],
        str(LATER): [Response("busy", 429, {"retry-after": "60"}), Response("oops", 502)],
    }
    started = clock()
    done = await bring(watched.url)
    assert (done.backfill.state, done.versions) == (BackfillState.DONE, 2)
    assert clock() - started >= timedelta(seconds=67)


async def test_an_archive_that_stays_down_ends_the_import_and_the_same_command_goes_on(
    room, kept, watched, bring, record
):
    kept.broken = {str(time): [Response("oops", 502)] * 6 for time in (LATER, LAST)}
    done = await bring(watched.url)
    assert (done.backfill.state, done.backfill.detail) == (BackfillState.FAILED, "the archive answered 502")
    kept.broken = {}
    again = await bring(watched.url)
    assert (again.backfill.id, again.backfill.state, again.versions) == (done.backfill.id, BackfillState.DONE, 2)


UNUSABLE = {
    "a redirect": ((301, {"location": "/elsewhere"}, b""), CaptureOutcome.NOT_KEPT),
    "a page that was not there": ((404, {}, b"<html><body>Not found</body></html>"), CaptureOutcome.ABSENT),
    "a block page": ((403, {}, b"<html><body>Access denied</body></html>"), CaptureOutcome.BLOCKED),
    "a captcha": (
        (200, {"x-archive-orig-cf-mitigated": "challenge"}, b"<html>Just a moment</html>"),
        CaptureOutcome.BLOCKED,
    ),
    "an empty page": ((200, {}, b""), CaptureOutcome.UNREADABLE),
    "a PDF": ((200, {}, b"%PDF-1.7"), CaptureOutcome.UNREADABLE),
    "a server error of the time": ((503, {}, b"oops"), CaptureOutcome.SERVER_ERROR),
    "another moment": (
        (200, {"memento-datetime": "Tue, 07 Jan 2020 09:30:00 GMT"}, b"<html>"),
        CaptureOutcome.ELSEWHERE,
    ),
    "less than the publisher announced": (
        (200, {"x-archive-orig-content-length": "9000"}, b"<html><body><p>It began</p></body></html>"),
        CaptureOutcome.TRUNCATED,
    ),
    "a page cut short": ((200, {}, b"<html><body><p>It began</p><p cla"), CaptureOutcome.TRUNCATED),
}


@pytest.mark.parametrize(("capture", "outcome"), UNUSABLE.values(), ids=UNUSABLE)
async def test_what_shows_no_statement_is_named_and_never_a_version(
    room, kept, watched, bring, record, capture, outcome
):
    kept.captures[20241228000000, watched.url] = capture
    done = await bring(watched.url)
    assert done.outcomes == {CaptureOutcome.READ: 3, outcome: 1}
    assert [one.capture for one in done.rejected] == [20241228000000]
    assert [one.number for one in history(room, record.statement)] == [EARLY, LAST, 1]
