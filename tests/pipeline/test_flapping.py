"""A statement that goes back and forth is kept in full and told once; what most of a text loses at once is doubted."""

import pytest

from app.domain.destinations import AlertFilter
from app.domain.edits import Confirmation
from app.domain.events import EventType
from app.domain.watches import WatchDraft
from app.pipeline.watchlist import add_watch

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
SECOND = "All 1,200 soldiers of the brigade were withdrawn from the northern border on 3 January 2025."
LESS = SECOND.replace("1,200", "900")
THIRD = "The government promised that taxes on fuel will not be raised before the year 2027."
MANY = [
    f"Paragraph {number} says that office {number} of the ministry opens at {number} on Monday." for number in range(9)
]
DAY = 86_400


@pytest.fixture
async def watch(newsroom, site, release, later):
    site.pages["/release"] = release(FIRST, SECOND, THIRD)
    made = add_watch(newsroom, WatchDraft(f"{site.url}/release", publisher="Ministry"))
    await later(1)
    return made


@pytest.fixture
def turn(site, release, later):
    """Show one of the two wordings (0 or 1) and look."""

    async def show(which):
        site.pages["/release"] = release(FIRST, (SECOND, LESS)[which], THIRD)
        await later(301)
        await later(10)

    return show


async def test_further_turns_are_kept_and_told_as_one_event(watch, desk, record, turn):
    for which in (1, 0, 1, 0, 1, 0):
        await turn(which)
    assert len(record.versions()) == 7
    assert [version.restores for version in record.versions()] == [None, None, 1, 2, 3, 4, 5]
    assert record.told() == ["statement.edited", "statement.restored", "statement.flapping"]
    assert len(record.alerts()) == 3
    assert [edit.is_flap for edit in record.edits()] == [False, False, True, True, True, True]
    flagged = {flag.edit_id for flag in record.flags()}
    assert flagged == {edit.id for edit in record.edits()[:2]}


async def test_the_event_says_between_which_wordings_since_when_and_why_it_may_be(watch, desk, record, turn):
    for which in (1, 0, 1):
        await turn(which)
    body = record.events()[-1].body
    assert body["type"] == "statement.flapping"
    assert "goes back and forth between 2 wordings" in body["headline"]
    assert "two servers" in body["headline"]
    first_return = record.edits()[1]
    assert body["flapping"]["since"] == first_return.last_seen_unchanged_at.isoformat()
    assert (body["flapping"]["versions"], body["flapping"]["flips"]) == ([1, 2], 2)
    assert body["edit"]["to"] == 4
    assert body["claims"]


async def test_it_ends_with_one_event_when_it_has_stood_for_a_day(watch, desk, record, turn, later):
    for which in (1, 0, 1, 0):
        await turn(which)
    assert record.statement.flapping_since is not None
    await later(DAY - 700)
    assert record.told()[-1] == "statement.flapping"
    await later(1_000)
    assert record.told()[-1] == "statement.settled"
    assert record.statement.flapping_since is None
    body = record.events()[-1].body
    assert body["flapping"]["flips"] == 3
    assert body["version"] == 5
    assert "settled on version 5 after 3 turns" in body["headline"]
    await later(DAY)
    assert record.told().count("statement.settled") == 1
    assert len(record.alerts()) == 4


async def test_after_it_has_settled_a_return_is_news_again(watch, desk, record, turn, later):
    for which in (1, 0, 1):
        await turn(which)
    await later(DAY + 1_000)
    await later(DAY + 1_000)
    await turn(0)
    assert record.told()[-2:] == ["statement.settled", "statement.restored"]


async def test_a_new_wording_is_told_while_a_statement_goes_back_and_forth(
    watch, desk, record, turn, site, release, later
):
    for which in (1, 0, 1):
        await turn(which)
    site.pages["/release"] = release(FIRST, SECOND.replace("1,200", "15"), THIRD)
    await later(301)
    assert record.told()[-2:] == ["statement.flapping", "statement.edited"]


async def test_who_waits_for_a_watch_or_a_level_hears_of_flapping_as_of_an_edit(watch, add_destination, record, turn):
    add_destination("only big", wish=AlertFilter(event_types=(EventType.STATEMENT_FLAPPING,), watch_ids=(watch.id,)))
    for which in (1, 0, 1, 0):
        await turn(which)
    assert [alert.type for alert in record.alerts()] == [EventType.STATEMENT_FLAPPING]


async def test_cosmetic_turns_are_told_only_to_those_who_ask(watch, desk, record, site, release, later):
    for text in (THIRD.replace("fuel will", "fuel, will"), THIRD) * 3:
        site.pages["/release"] = release(FIRST, SECOND, text)
        await later(301)
    assert record.told().count("statement.flapping") == 1
    assert record.alerts() == ()


async def test_a_removal_that_is_undone_at_the_second_look_alerts_nobody(watch, desk, record, site, release, later):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    site.pages["/release"] = release(FIRST, SECOND, THIRD)
    await later(6)
    assert record.edits()[0].confirmation is Confirmation.OVERTAKEN
    assert (record.told(), record.alerts()) == (["statement.restored"], ())
    assert len(record.versions()) == 3


async def test_a_large_loss_is_stored_marked_and_looked_at_again_a_minute_later(
    newsroom, desk, record, site, release, later
):
    site.pages["/long"] = release(FIRST, *MANY)
    add_watch(newsroom, WatchDraft(f"{site.url}/long", publisher="Ministry"))
    await later(1)
    site.pages["/long"] = release(FIRST)
    await later(301)
    (edit,) = record.edits()
    assert (edit.large_loss, edit.confirmation) == (True, Confirmation.AWAITED)
    await later(30)
    assert record.told() == []
    await later(40)
    assert record.told() == ["statement.edited"]
    body = record.events()[-1].body
    assert body["edit"]["large_loss"] is True
    assert body["headline"].endswith("large loss of text")


NOTICE = "Your address was blocked by our firewall. Incident 4711."


@pytest.fixture
async def noticed(newsroom, desk, site, release, later):
    """A long release in whose place a notice stands that no list knows, for so many seconds already."""
    site.pages["/long"] = release(FIRST, *MANY)
    add_watch(newsroom, WatchDraft(f"{site.url}/long", publisher="Ministry", interval_seconds=300))
    await later(1)
    site.pages["/long"] = release(NOTICE)
    await later(301)


async def test_a_notice_in_the_place_of_a_text_that_ends_within_ten_minutes_alerts_nobody(
    noticed, record, site, release, later
):
    await later(301)
    assert (record.told(), record.edits()[0].confirmation) == ([], Confirmation.AWAITED)
    site.pages["/long"] = release(FIRST, *MANY)
    await later(301)
    assert (record.edits()[0].confirmation, record.alerts()) == (Confirmation.OVERTAKEN, ())
    assert len(record.versions()) == 3


async def test_a_notice_that_stays_is_told_with_its_words(noticed, record, later):
    for _ in range(2):
        await later(301)
    assert record.told() == ["statement.edited"]
    headline = record.events()[-1].body["headline"]
    assert headline.startswith("Ministry removed “")
    assert headline.endswith(f"; it reads only “{NOTICE}” now")


@pytest.mark.parametrize(
    "words", ["This release has been withdrawn.", "Це повідомлення відкликано.", "Сообщение отозвано."]
)
async def test_a_notice_that_takes_the_text_back_is_told_as_soon_as_any_removal(
    newsroom, desk, record, site, release, later, words
):
    site.pages["/long"] = release(FIRST, *MANY)
    add_watch(newsroom, WatchDraft(f"{site.url}/long", publisher="Ministry", interval_seconds=300))
    await later(1)
    site.pages["/long"] = release(words)
    await later(301)
    await later(70)
    assert record.told() == ["statement.edited"]
    assert record.events()[-1].body["headline"].endswith(f"; it reads only “{words}” now")


async def test_a_text_that_is_back_within_the_minute_is_a_turn_and_no_removal(
    newsroom, desk, record, site, release, later
):
    site.pages["/long"] = release(FIRST, *MANY)
    add_watch(newsroom, WatchDraft(f"{site.url}/long", publisher="Ministry"))
    await later(1)
    for _ in range(2):
        site.pages["/long"] = release(FIRST)
        await later(301)
        site.pages["/long"] = release(FIRST, *MANY)
        await later(301)
    assert record.edits()[0].confirmation is Confirmation.OVERTAKEN
    assert record.told() == ["statement.restored", "statement.flapping"]
    assert len(record.alerts()) == 1
    assert len(record.versions()) == 5
