"""Before anybody is told that something is gone, it is looked at again."""

from datetime import timedelta

import pytest

from app.domain.claims import Action, PinEventKind
from app.domain.destinations import AlertFilter
from app.domain.edits import Confirmation
from app.domain.events import EventType
from app.domain.observations import Outcome
from app.domain.watches import WatchDraft
from app.pipeline.watchlist import add_watch, pause_watch, remove_watch, resume_watch

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
SECOND = "All 1,200 soldiers of the brigade were withdrawn from the northern border on 3 January 2025."
THIRD = "The government promised that taxes on fuel will not be raised before the year 2027."
TYPO = THIRD.replace("promised", "promissed")
OTHER = "Parliament approved 70 million euros for bridges in the east of the country on Monday."


@pytest.fixture
async def watch(newsroom, site, release, later):
    site.pages["/release"] = release(FIRST, SECOND, THIRD)
    made = add_watch(newsroom, WatchDraft(f"{site.url}/release", publisher="Ministry"))
    await later(1)
    return made


async def test_a_removed_claim_is_flagged_at_once_and_told_after_the_second_look(
    watch, desk, record, site, release, later
):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    (edit,) = record.edits()
    (flag,) = record.flags()
    assert (edit.confirmation, flag.action, flag.before) == (Confirmation.AWAITED, Action.REMOVED, SECOND)
    assert (record.alerts(), record.told()) == ((), [])
    await later(6)
    (edit,) = record.edits()
    assert edit.confirmation is Confirmation.CONFIRMED
    assert edit.confirmed_at >= edit.first_seen_changed_at + timedelta(seconds=5)
    assert record.told() == ["statement.edited"]
    assert len(record.alerts()) == 1
    assert record.events()[-1].body["edit"]["second_look"] == "confirmed"
    await later(301)
    assert len(record.alerts()) == 1


async def test_a_claim_that_is_back_at_the_second_look_is_not_told_as_removed(
    watch, desk, record, site, release, later
):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    site.pages["/release"] = release(FIRST, SECOND, THIRD)
    await later(6)
    assert record.edits()[0].confirmation is Confirmation.OVERTAKEN
    assert "statement.edited" not in record.told()


async def test_a_claim_that_is_back_beside_another_edit_is_not_told_as_removed(
    watch, desk, record, site, release, later
):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    site.pages["/release"] = release(FIRST, SECOND, THIRD, OTHER)
    await later(6)
    assert record.edits()[0].confirmation is Confirmation.OVERTAKEN
    told = [event.body for event in record.events() if event.type is EventType.STATEMENT_EDITED]
    assert all(SECOND not in body["headline"] or "back" in body["headline"] for body in told)


async def test_a_return_to_a_wording_before_the_last_one_overtakes_a_removal_too(
    watch, desk, record, site, release, later
):
    site.pages["/release"] = release(FIRST, SECOND, TYPO)
    await later(301)
    site.pages["/release"] = release(FIRST, TYPO)
    await later(301)
    site.pages["/release"] = release(FIRST, SECOND, THIRD)
    await later(6)
    assert [version.restores for version in record.versions()] == [None, None, None, 1]
    removal = record.edits()[1]
    assert removal.confirmation is Confirmation.OVERTAKEN


async def test_a_removal_is_told_although_a_typo_was_changed_meanwhile(watch, desk, record, site, release, later):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    site.pages["/release"] = release(FIRST, TYPO)
    await later(6)
    assert record.edits()[0].confirmation is Confirmation.CONFIRMED
    assert len(record.alerts()) == 1
    assert SECOND[:30] in record.events()[-1].body["headline"] + record.events()[-2].body["headline"]


async def test_of_two_removed_claims_one_that_is_back_does_not_silence_the_other(
    watch, desk, record, site, release, later
):
    site.pages["/release"] = release(FIRST)
    await later(301)
    site.pages["/release"] = release(FIRST, SECOND)
    await later(6)
    assert record.edits()[0].confirmation is Confirmation.CONFIRMED


async def test_a_second_look_that_fails_is_made_again_and_told_then(watch, desk, record, site, release, later):
    short = release(FIRST, THIRD)
    site.pages["/release"] = short
    await later(301)
    site.pages["/release"] = (502, {}, b"")
    await later(6)
    await later(12)
    assert record.alerts() == ()
    assert record.outcomes()[-2:] == [Outcome.SERVER_ERROR, Outcome.SERVER_ERROR]
    site.pages["/release"] = short
    await later(60)
    assert len(record.alerts()) == 1
    assert record.edits()[0].confirmation is Confirmation.CONFIRMED


async def test_cosmetic_edits_are_kept_and_told_only_to_those_who_ask_for_every_edit(
    watch, desk, add_destination, record, site, release, later
):
    curious = add_destination("curious", wish=AlertFilter(event_types=(EventType.STATEMENT_EDITED,)))
    site.pages["/release"] = release(FIRST, SECOND, THIRD.replace("fuel will", "fuel, will"))
    await later(301)
    await later(10)
    assert record.statement.version_count == 2
    assert record.flags() == ()
    assert [alert.destination_id for alert in record.alerts()] == [curious.id]


async def test_a_pin_that_an_edit_touched_raises_a_flag_whatever_its_level(
    watch, desk, add_pin, record, site, release, later
):
    pin = add_pin("en: northern border")
    site.pages["/release"] = release(FIRST, SECOND.replace("from the northern border", "from the border"), THIRD)
    await later(301)
    (flag,) = record.flags()
    (edit,) = record.edits()
    assert flag.pin_ids == (pin.id,)
    assert {touch.event for touch in edit.pins} == {PinEventKind.REMOVED}
    assert (edit.confirmation, record.alerts()) == (Confirmation.AWAITED, ())
    await later(6)
    assert len(record.alerts()) == 1


async def test_a_pinned_phrase_that_is_back_at_the_second_look_is_not_told(
    watch, desk, add_pin, record, site, release, later
):
    add_pin("en: northern border")
    site.pages["/release"] = release(FIRST, SECOND.replace("from the northern border", "from the border"), THIRD)
    await later(301)
    site.pages["/release"] = release(FIRST, SECOND, THIRD, "One more sentence that nobody has pinned stands here now.")
    await later(6)
    assert record.edits()[0].confirmation is Confirmation.OVERTAKEN


async def test_a_destination_that_waits_for_a_pin_hears_only_of_that_pin(
    watch, add_pin, add_destination, record, site, release, later
):
    pin = add_pin("en: northern border")
    add_destination("other", wish=AlertFilter(pin_ids=(add_pin("en: fuel").id,)))
    wanted = add_destination("border", wish=AlertFilter(pin_ids=(pin.id,)))
    site.pages["/release"] = release(FIRST, SECOND.replace("northern border", "border"), THIRD)
    await later(301)
    await later(6)
    assert [alert.destination_id for alert in record.alerts()] == [wanted.id]


async def test_a_paused_watch_is_not_looked_at_a_second_time_until_it_goes_on(
    newsroom, watch, desk, record, site, release, later
):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    pause_watch(newsroom, watch.id)
    asked = len(site.asked)
    await later(1_000)
    assert len(site.asked) == asked
    resume_watch(newsroom, watch.id)
    await later(1)
    assert len(record.alerts()) == 1


async def test_a_removed_watch_is_not_looked_at_again(newsroom, watch, record, site, release, later):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    remove_watch(newsroom, watch.id, forget_history=False)
    asked = len(site.asked)
    await later(1_000)
    assert len(site.asked) == asked
    assert record.statement.version_count == 2
