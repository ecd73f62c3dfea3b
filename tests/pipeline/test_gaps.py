"""Coverage is honest: each time of which nothing can be said is a row with its cause, entered and left once."""

import pytest

from app.domain.observations import LapseOf, Outcome
from app.domain.watches import SourceKind, WatchDraft
from app.pipeline.lapses import lapses_of_statement, lapses_of_watch
from app.pipeline.quotes import look_up
from app.pipeline.timeline import Moment, timeline_of
from app.pipeline.watchlist import add_watch
from app.storage import watches

pytestmark = pytest.mark.anyio

TEXT = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
HTML = {"content-type": "text/html; charset=utf-8"}
CAUSES = {
    Outcome.BLOCKED: (403, HTML, b"<html><title>Forbidden</title></html>"),
    Outcome.UNREADABLE: (200, HTML, b"<html><body><div></div></body></html>"),
    Outcome.TRUNCATED: (206, HTML, b"<html><body><p>Some of it"),
    Outcome.TOO_LARGE: (200, HTML, b"<html><body><p>" + b"word " * 1_200_000),
    Outcome.SERVER_ERROR: (500, HTML, b"<html><title>Error</title></html>"),
}


@pytest.fixture
async def watch(newsroom, site, release, later):
    site.pages["/release"] = release(TEXT)
    made = add_watch(newsroom, WatchDraft(f"{site.url}/release", publisher="Ministry"))
    await later(1)
    return made


@pytest.fixture
async def feed(newsroom, site, release, later):
    """A feed of one item that is read at its own page."""
    item = f"<item><guid>one</guid><title>Payments</title><link>{site.url}/item</link></item>"
    listed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Ministry</title>{item}</channel></rss>'
    site.pages["/feed"] = (200, {"content-type": "application/rss+xml"}, listed.encode())
    site.pages["/item"] = release(TEXT)
    made = add_watch(newsroom, WatchDraft(f"{site.url}/feed", kind=SourceKind.FEED))
    await later(1)
    await later(1)
    return made


@pytest.fixture
def lapses(newsroom, record):
    def of(watch=None):
        with newsroom.database.read() as conn:
            if watch is not None:
                return lapses_of_watch(conn, record.watch(watch))
            statement = record.statement
            return lapses_of_statement(conn, statement, watches.get_watch(conn, statement.watch_id))

    return of


@pytest.mark.parametrize("outcome", CAUSES)
async def test_a_watch_enters_and_leaves_a_gap_once_whatever_the_cause(outcome, watch, record, lapses, site, later):
    good = site.pages["/release"]
    site.pages["/release"] = CAUSES[outcome]
    for seconds in (301, 700, 1_500):
        await later(seconds)
    site.pages["/release"] = good
    await later(3_000)
    await later(301)
    gap = next(gap for gap in lapses(watch) if gap.of is LapseOf.WATCH)
    assert (gap.outcome, gap.closed_at is None) == (outcome, False)
    assert len(record.gaps(watch)) == 1
    assert record.told() == ["watch.failing", "watch.recovered"]


async def test_a_watch_that_fails_and_recovers_all_day_is_told_three_times_and_then_where_it_lasts(
    watch, record, site, later
):
    good = site.pages["/release"]

    async def turn(times):
        site.pages["/release"] = CAUSES[Outcome.BLOCKED]
        for _ in range(times):
            await later(1_500)
        site.pages["/release"] = good
        await later(1_500)

    for _ in range(6):
        await turn(2)
    assert record.told() == ["watch.failing", "watch.recovered"] * 3
    failed = [one.body["headline"] for one in record.events() if one.body["type"] == "watch.failing"]
    assert ["third time within a day" in headline for headline in failed] == [False, False, True]
    await turn(5)
    assert record.told() == ["watch.failing", "watch.recovered"] * 4
    assert len(record.gaps(watch)) == 7


async def test_another_cause_ends_one_gap_and_begins_the_next(watch, record, site, later):
    for outcome in (Outcome.BLOCKED, Outcome.SERVER_ERROR, Outcome.SERVER_ERROR, Outcome.BLOCKED):
        site.pages["/release"] = CAUSES[outcome]
        await later(3_000)
    newest, middle, oldest = record.gaps(watch)
    assert [gap.outcome for gap in (oldest, middle, newest)] == ["blocked", "server_error", "blocked"]
    assert (oldest.closed_at, middle.closed_at, newest.closed_at) == (middle.opened_at, newest.opened_at, None)
    assert record.told() == ["watch.failing"]


async def test_a_statement_that_cannot_be_read_at_its_own_place_has_a_gap_of_its_own(feed, record, lapses, site, later):
    good = site.pages["/item"]
    site.pages["/item"] = CAUSES[Outcome.BLOCKED]
    await later(2_000)
    await later(6_000)
    (gap,) = [gap for gap in lapses() if gap.of is LapseOf.STATEMENT]
    assert (gap.outcome, gap.closed_at) == (Outcome.BLOCKED, None)
    assert record.statement.unread_since == gap.opened_at
    assert record.gaps(feed) == ()
    site.pages["/item"] = CAUSES[Outcome.SERVER_ERROR]
    await later(30_000)
    site.pages["/item"] = good
    await later(60_000)
    assert record.statement.unread_since is None
    newer, older = [gap for gap in lapses() if gap.of is LapseOf.STATEMENT]
    assert [older.outcome, newer.outcome] == [Outcome.BLOCKED, Outcome.SERVER_ERROR]
    assert newer.closed_at is not None
    assert record.statement.version_count == 1


async def test_an_answer_about_a_quote_tells_the_gaps_of_the_statement_where_it_stands(
    newsroom, feed, record, site, later
):
    site.pages["/item"] = CAUSES[Outcome.BLOCKED]
    await later(2_000)
    await later(6_000)
    with newsroom.database.read() as conn:
        answer = look_up(conn, TEXT, now=newsroom.clock())
    (told,) = answer.coverage.watches
    (gap,) = [gap for gap in told.gaps if gap.of is LapseOf.STATEMENT]
    assert (told.watch_id, gap.statement_id) == (feed.id, record.statement.id)
    assert (gap.outcome, gap.closed_at) == (Outcome.BLOCKED, None)


async def test_a_time_in_which_nothing_was_checked_is_a_gap_of_everything(newsroom, watch, record, lapses, later):
    await later(50_000)
    (gap,) = lapses(watch)
    assert (gap.of, gap.outcome) == (LapseOf.SERVICE, None)
    assert lapses() == (gap,)
    with newsroom.database.read() as conn:
        moments = [entry.what for entry in timeline_of(conn, record.statement.id)]
    assert moments == [Moment.FIRST_SEEN, Moment.GAP_OPENED, Moment.GAP_CLOSED, Moment.LAST_SEEN]
