"""When our own rules of reading change, kept pages are read again: technical, and nobody is alerted."""

from dataclasses import replace

import pytest

from app.domain.errors import NotFound
from app.domain.ids import WatchId
from app.domain.watches import SourceKind, WatchDraft
from app.pipeline import findings
from app.pipeline.poll import poll_once
from app.pipeline.reread_all import count_read_otherwise, reread_all
from app.pipeline.watchlist import add_watch
from app.sources.contract import Statements
from app.sources.feed import Feed
from app.sources.web_page import EXTRACTOR_VERSION, WebPage
from app.storage.identity import new_id

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
SECOND = "All 1,200 soldiers of the brigade were withdrawn from the northern border on 3 January 2025."


class NextReader(WebPage):
    """The next version of the reader of web pages: it leaves the heading out, as trackers do at times."""

    extractor_version = f"{EXTRACTOR_VERSION}-next"

    def read(self, page, target, *, external_id, now, other=None):
        reading = super().read(page, target, external_id=external_id, now=now, other=other)
        if not isinstance(reading, Statements):
            return reading
        (found,) = reading.found
        text = found.wording.text.partition("\n")[2]
        return replace(reading, found=(replace(found, wording=replace(found.wording, text=text)),))


class NextFeed(Feed):
    """The next version of the reader of feeds, which reads as before."""

    extractor_version = "feed-2"


@pytest.fixture
async def watches(newsroom, site, release, later):
    made = []
    for name in ("a", "b"):
        site.pages[f"/{name}"] = release(FIRST, SECOND, title=f"Release {name}")
        made.append(add_watch(newsroom, WatchDraft(f"{site.url}/{name}", publisher="Ministry")))
        await later(1)
    return made


@pytest.fixture
def upgraded(newsroom):
    return replace(newsroom, sources={**newsroom.sources, SourceKind.WEB_PAGE: NextReader()})


async def test_kept_pages_are_read_again_ahead_of_the_next_check(watches, upgraded, desk, record, site, later):
    asked = len(site.asked)
    assert count_read_otherwise(upgraded, None) == 2
    done = []
    summary = reread_all(upgraded, None, done_one=lambda: done.append(1))
    assert (summary.same, summary.different, summary.unclear, summary.left, len(done)) == (0, 2, 0, 0, 2)
    assert len(site.asked) == asked
    for statement in record.statements():
        old, new = record.versions(statement)
        assert (old.is_technical, new.is_technical) == (False, True)
        assert new.wording.text == f"{FIRST}\n{SECOND}"
        assert (new.capture_sha256, new.first_seen_at) == (old.capture_sha256, old.first_seen_at)
    assert (record.flags(), record.told(), record.alerts()) == ((), [], ())


async def test_a_second_run_finds_nothing_left_to_do(watches, upgraded, record):
    reread_all(upgraded, watches[0].id)
    assert count_read_otherwise(upgraded, None) == 1
    reread_all(upgraded, None)
    assert count_read_otherwise(upgraded, None) == 0
    assert reread_all(upgraded, None).different == 0
    assert {statement.version_count for statement in record.statements()} == {2}


async def test_the_check_after_it_finds_the_page_unchanged(watches, upgraded, record, clock):
    reread_all(upgraded, None)
    clock.move(301)
    await poll_once(upgraded)
    assert {statement.version_count for statement in record.statements()} == {2}
    assert record.told() == []


async def test_without_it_the_check_itself_reads_again_first(watches, upgraded, desk, record, clock):
    clock.move(301)
    while await poll_once(upgraded):
        clock.move(1)
    assert {statement.version_count for statement in record.statements()} == {2}
    assert all(edit.is_technical for edit in record.edits())
    assert (record.flags(), record.told()) == ((), [])


async def test_an_edit_of_the_publisher_is_told_although_the_reader_changed_at_once(
    watches, upgraded, desk, record, site, release, clock
):
    site.pages["/a"] = release(FIRST.replace("500", "50"), SECOND, title="Release a")
    reread_all(upgraded, None)
    clock.move(301)
    while await poll_once(upgraded):
        clock.move(1)
    assert record.told() == ["statement.edited"]
    assert len(record.flags()) == 1


async def test_a_new_form_of_comparing_texts_is_no_edit_either(watches, newsroom, record, clock, monkeypatch):
    monkeypatch.setattr(findings, "NORMALISER_VERSION", "text-2")
    assert count_read_otherwise(newsroom, None) == 2
    assert reread_all(newsroom, None).same == 2
    assert count_read_otherwise(newsroom, None) == 0
    clock.move(301)
    await poll_once(newsroom)
    assert (record.edits(), record.told()) == ((), [])


async def test_what_cannot_be_read_any_more_keeps_its_words(watches, newsroom, record):
    class Blind(NextReader):
        def read(self, page, target, *, external_id, now):
            return Statements()

    blind = replace(newsroom, sources={**newsroom.sources, SourceKind.WEB_PAGE: Blind()})
    assert reread_all(blind, None).unclear == 2
    assert {statement.version_count for statement in record.statements()} == {1}


async def test_items_that_are_read_from_their_feed_are_read_again_there(newsroom, site, record, later):
    item = f"<item><guid>one</guid><title>Payments</title><description>{FIRST}</description></item>"
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Ministry</title>{item}</channel></rss>'
    site.pages["/feed"] = (200, {"content-type": "application/rss+xml"}, feed.encode())
    watch = add_watch(newsroom, WatchDraft(f"{site.url}/feed", kind=SourceKind.FEED))
    await later(1)
    await later(1)
    newer = replace(newsroom, sources={**newsroom.sources, SourceKind.FEED: NextFeed()})
    assert count_read_otherwise(newer, watch.id) == 1
    assert reread_all(newer, watch.id).same == 1
    assert record.statement.version_count == 1


async def test_a_watch_that_is_not_there_is_named(newsroom):
    with pytest.raises(NotFound):
        reread_all(newsroom, WatchId(new_id()))
