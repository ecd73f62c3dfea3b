"""A feed says which statements there are; each is read at its own page, and goes on when it has left the feed."""

import pytest

from app.domain.edits import Confirmation
from app.domain.observations import Outcome
from app.domain.statements import StatementState
from app.domain.watches import SourceKind, WatchDraft, WatchHealth
from app.pipeline.watchlist import add_watch

pytestmark = pytest.mark.anyio

RSS = {"content-type": "application/rss+xml"}
WORDS = "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital."
MORE = "Payments do not depend on income, and nobody has to apply for them at any office of the ministry."


def feed_of(*items):
    """Items are (guid, link, description)."""
    entries = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid>"
        + (f"<link>{link}</link>" if link else "")
        + f"<title>Release {guid}</title><description>{words}</description></item>"
        for guid, link, words in items
    )
    body = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Press office</title>{entries}</channel></rss>"
    return (200, RSS, body.encode())


@pytest.fixture
def feed(site):
    def put(*items):
        site.pages["/feed.xml"] = feed_of(*items)

    return put


@pytest.fixture
async def watch(newsroom, site, feed, release, later):
    site.pages["/one"] = release(WORDS.format(500), MORE, title="Release one")
    site.pages["/two"] = release(WORDS.format(700), MORE, title="Release two")
    feed(("1", f"{site.url}/one", "In short: 500"), ("2", f"{site.url}/two", "In short: 700"))
    made = add_watch(newsroom, WatchDraft(f"{site.url}/feed.xml"))
    await later(1)
    await later(1)
    return made


def by_id(record):
    return {statement.external_id: statement for statement in record.statements()}


async def test_each_item_becomes_a_statement_with_the_words_of_its_page(watch, record, site):
    assert watch.kind is SourceKind.FEED
    found = by_id(record)
    assert set(found) == {"1", "2"}
    assert found["1"].url == f"{site.url}/one"
    assert WORDS.format(500) in record.texts(found["1"])[0]
    assert record.watch(watch).name == "Press office"


async def test_an_old_item_is_not_read_again_with_every_look_at_the_feed(watch, site, later):
    await later(3 * 86_400)
    feeds, items = site.asked.count("/feed.xml"), site.asked.count("/one")
    for _ in range(4):
        await later(301)
    assert site.asked.count("/feed.xml") == feeds + 4
    assert site.asked.count("/one") <= items + 1


async def test_a_new_item_is_read_at_once(watch, record, site, feed, release, later):
    site.pages["/three"] = release(WORDS.format(900), MORE)
    feed(("2", f"{site.url}/two", ""), ("3", f"{site.url}/three", ""))
    await later(301)
    assert set(by_id(record)) == {"1", "2", "3"}


async def test_an_item_that_has_left_the_feed_is_looked_at_again_and_its_edit_is_found(
    watch, desk, record, site, feed, release, later
):
    feed(("2", f"{site.url}/two", ""))
    await later(301)
    site.pages["/one"] = release(WORDS.format(50), MORE, title="Release one")
    await later(1_300)
    one = by_id(record)["1"]
    assert one.version_count == 2
    assert record.told() == ["statement.edited"]
    assert by_id(record)["2"].version_count == 1


async def test_leaving_the_feed_is_not_being_gone(watch, record, feed, later):
    feed()
    await later(301)
    await later(301)
    assert {one.state for one in record.statements()} == {StatementState.PRESENT}


async def test_a_page_that_is_gone_is_withdrawn_although_the_feed_still_lists_it(watch, record, site, later):
    del site.pages["/one"]
    await later(1_300)
    await later(61)
    assert by_id(record)["1"].state is StatementState.WITHDRAWN
    assert record.told() == ["statement.withdrawn"]


async def test_an_item_whose_page_moved_for_good_is_followed(watch, record, site, later):
    site.pages["/archive/one"] = site.pages["/one"]
    site.pages["/one"] = (301, {"location": "/archive/one"}, b"")
    await later(1_300)
    one = by_id(record)["1"]
    assert one.url == f"{site.url}/archive/one"
    assert record.outcomes(one) == [Outcome.FIRST_SEEN, Outcome.MOVED]


@pytest.fixture
async def walled(newsroom, site, feed, later):
    """The page of item 7 stands behind a wall; the feed has its words."""
    site.pages["/seven"] = (403, {}, b"Forbidden")
    feed(("7", f"{site.url}/seven", WORDS.format(500)))
    made = add_watch(newsroom, WatchDraft(f"{site.url}/feed.xml"))
    await later(1)
    return made


async def test_an_item_whose_page_cannot_be_read_falls_back_to_the_words_of_the_feed(walled, record, site, later):
    await later(1)
    assert record.statements() == ()
    await later(700)
    assert record.texts() == [WORDS.format(500)]
    assert [outcome for outcome, _ in record.visits(walled)].count(Outcome.BLOCKED) == 2
    asked = site.asked.count("/seven")
    await later(50_000)
    assert site.asked.count("/seven") == asked


async def test_a_page_with_a_lasting_fault_is_given_up_at_once(newsroom, site, feed, record, later):
    site.pages["/film"] = (200, {"content-type": "video/mp4"}, b"\x00\x00\x00\x18ftyp")
    feed(("8", f"{site.url}/film", WORDS.format(500)), ("9", f"{site.url}/lost", WORDS.format(900)))
    add_watch(newsroom, WatchDraft(f"{site.url}/feed.xml"))
    await later(1)
    await later(1)
    assert {key: record.texts(one) for key, one in by_id(record).items()} == {
        "8": [WORDS.format(500)],
        "9": [WORDS.format(900)],
    }


async def test_an_edit_of_the_words_of_the_feed_is_found_with_the_feed(walled, desk, record, site, feed, later):
    await later(700)
    feed(("7", f"{site.url}/seven", WORDS.format(50)))
    await later(301)
    assert record.texts() == [WORDS.format(500), WORDS.format(50)]
    assert record.told() == ["statement.edited"]


async def test_a_removal_from_the_words_of_the_feed_is_looked_at_again_in_the_feed(
    walled, desk, record, site, feed, later
):
    both = f"{WORDS.format(500)} {MORE}"
    await later(700)
    feed(("7", f"{site.url}/seven", both))
    await later(301)
    feed(("7", f"{site.url}/seven", WORDS.format(500)))
    await later(301)
    assert record.edits()[-1].confirmation is Confirmation.AWAITED
    asked = site.asked.count("/feed.xml")
    await later(6)
    assert site.asked.count("/feed.xml") == asked + 1
    assert record.edits()[-1].confirmation is Confirmation.CONFIRMED
    assert len(record.alerts()) == 1


async def test_an_item_without_a_page_of_its_own_is_read_from_the_feed(newsroom, site, feed, record, later):
    feed(("5", None, WORDS.format(500)))
    add_watch(newsroom, WatchDraft(f"{site.url}/feed.xml"))
    await later(1)
    feed(("5", None, WORDS.format(50)))
    await later(301)
    assert record.texts() == [WORDS.format(500), WORDS.format(50)]


async def test_a_feed_that_is_no_feed_is_an_error_and_loses_nothing(watch, record, site, later):
    site.pages["/feed.xml"] = (200, {"content-type": "text/html"}, b"<html><body>We moved our news.</body></html>")
    await later(301)
    await later(700)
    assert record.visits(watch)[-1][0] == Outcome.UNREADABLE
    assert record.watch(watch).health is WatchHealth.FAILING
    assert len(record.statements()) == 2
    assert record.told() == ["watch.failing"]


async def test_a_feed_that_answers_404_says_nothing_of_its_items(watch, record, site, later):
    del site.pages["/feed.xml"]
    await later(301)
    assert {one.state for one in record.statements()} == {StatementState.PRESENT}
    assert Outcome.UNREADABLE in [outcome for outcome, *_ in record.visits(watch)]


async def test_a_feed_that_was_not_modified_is_asked_for_with_its_tag(newsroom, site, feed, record, later):
    feed(("5", None, WORDS.format(500)))
    status, headers, body = site.pages["/feed.xml"]
    site.pages["/feed.xml"] = (status, {**headers, "etag": '"one"'}, body)
    watch = add_watch(newsroom, WatchDraft(f"{site.url}/feed.xml"))
    await later(1)
    await later(301)
    assert [outcome for outcome, _ in record.visits(watch)] == ["read", "not_modified"]
