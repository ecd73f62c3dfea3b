"""Work in many hands: nobody asks a site twice at once, and a late answer is not stored."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.responses import Response

from app.domain.observations import Outcome
from app.domain.watches import WatchDraft, WatchState
from app.pipeline.keeper import Keeper
from app.pipeline.looking import look
from app.pipeline.poll import do_duty, give_back, keep_seen, poll_once, take_duties
from app.pipeline.watchlist import WatchChange, add_watch, change_watch, check_now, pause_watch, remove_watch
from app.storage import checks, watches

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
SECOND = "Payments do not depend on income, and nobody has to apply for them at any office of the ministry."


@pytest.fixture
async def watch(newsroom, site, release, later):
    site.pages["/release"] = release(FIRST, SECOND)
    made = add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    return made


async def test_the_answer_of_a_worker_that_was_stalled_is_not_stored(
    newsroom, watch, desk, record, site, release, clock
):
    """It fetched the old text; another worker took the check meanwhile and found the new one."""
    clock.move(301)
    (stalled,) = take_duties(newsroom, limit=1)
    seen = await look(newsroom, stalled.check, stalled.watch)
    clock.move(newsroom.rules.lease_seconds)
    site.pages["/release"] = release(FIRST.replace("500", "50"), SECOND)
    await poll_once(newsroom)
    assert record.statement.version_count == 2
    visits = record.visits(watch)

    await keep_seen(newsroom, stalled, seen, Keeper(newsroom))
    assert record.statement.version_count == 2
    assert record.outcomes() == [Outcome.FIRST_SEEN, Outcome.EDITED]
    assert record.visits(watch) == visits
    assert record.told() == ["statement.edited"]


async def test_a_late_answer_does_not_overwrite_what_another_check_of_the_site_found_since(
    newsroom, watch, record, site, release, clock
):
    """The stalled worker still has its check, but the site was asked by somebody else in the meantime."""
    site.pages["/release"] = release(FIRST)
    clock.move(301)
    await poll_once(newsroom)
    clock.move(301)
    duties = {duty.check.purpose: duty for duty in take_duties(newsroom, limit=1)}
    (stalled,) = duties.values()
    seen = await look(newsroom, stalled.check, stalled.watch)
    clock.move(newsroom.rules.lease_seconds)
    with newsroom.database.write() as conn:
        taken = checks.take_checks(conn, now=clock(), limit=1, lease="other", lease_seconds=120)
    assert taken

    before = record.outcomes()
    await keep_seen(newsroom, stalled, seen, Keeper(newsroom))
    assert record.outcomes() == before


async def test_a_worker_that_was_stalled_before_it_asked_does_not_ask(newsroom, watch, record, site, clock):
    """It took the check and stood still; by now another may be asking the site, which is asked by one at a time."""
    clock.move(301)
    (stalled,) = take_duties(newsroom, limit=1)
    clock.move(newsroom.rules.lease_seconds)
    asked = len(site.asked)
    await do_duty(newsroom, stalled)
    assert len(site.asked) == asked
    assert await poll_once(newsroom) == 1
    assert record.outcomes()[-1] is Outcome.UNCHANGED


async def test_work_that_is_given_back_is_done_by_the_next(newsroom, watch, record, clock):
    clock.move(301)
    duties = take_duties(newsroom, limit=8)
    assert take_duties(newsroom, limit=8) == ()
    give_back(newsroom, duties)
    assert await poll_once(newsroom) == 1
    assert record.outcomes()[-1] is Outcome.UNCHANGED


async def test_two_workers_ask_a_site_one_thing_at_a_time(newsroom, site, release, later, clock):
    for name in "abc":
        site.pages[f"/{name}"] = release(FIRST, SECOND)
        add_watch(newsroom, WatchDraft(f"{site.url}/{name}"))
    counts = await asyncio.gather(poll_once(newsroom), poll_once(newsroom))
    assert sum(counts) == 1


async def test_retry_after_is_kept_for_the_whole_site(newsroom, watch, record, site, release, later, clock):
    site.pages["/other"] = release(SECOND, FIRST)
    other = add_watch(newsroom, WatchDraft(f"{site.url}/other"))
    await later(1)
    site.pages["/release"] = (429, {"retry-after": "3600"}, b"")
    check_now(newsroom, watch.id)
    await later(1)
    asked = len(site.asked)
    check_now(newsroom, other.id)
    await later(3_000)
    assert len(site.asked) == asked
    site.pages["/release"] = release(FIRST, SECOND)
    await later(700)
    assert len(site.asked) >= asked + 2
    assert record.visits(watch)[1][0] == Outcome.BLOCKED


async def test_a_site_that_says_too_many_requests_is_asked_more_slowly_and_then_faster_again(
    newsroom, watch, site, release, later, clock
):
    def pause():
        with newsroom.database.read() as conn:
            return checks.get_host_refusals(conn, site.url.removeprefix("http://"))

    site.pages["/release"] = (429, {}, b"")
    strikes = []
    for _ in range(3):
        check_now(newsroom, watch.id)
        await later(700)
        strikes.append(pause())
    assert strikes == [1, 2, 3]
    site.pages["/release"] = release(FIRST, SECOND)
    check_now(newsroom, watch.id)
    await later(700)
    assert pause() == 2


async def test_an_interval_that_is_changed_while_the_page_is_fetched_counts_from_then_on(
    newsroom, watch, record, clock, later
):
    clock.move(301)
    (duty,) = take_duties(newsroom, limit=1)
    change_watch(newsroom, watch.id, WatchChange(interval_seconds=7_200), revision=None)
    await do_duty(newsroom, duty)
    await later(1)
    next_at = record.watch(watch).next_check_at
    assert timedelta(seconds=7_100) < next_at - clock() <= timedelta(seconds=7_200)


async def test_a_watch_that_is_paused_while_its_page_is_fetched_stays_paused(
    newsroom, watch, record, site, release, clock, later
):
    clock.move(301)
    (duty,) = take_duties(newsroom, limit=1)
    site.pages["/release"] = release(FIRST)
    pause_watch(newsroom, watch.id)
    await do_duty(newsroom, duty)
    assert record.statement.version_count == 2
    asked = len(site.asked)
    await later(10_000)
    assert len(site.asked) == asked


async def test_what_is_owed_to_a_watch_that_was_paused_or_removed_at_the_same_moment_is_set_aside(
    newsroom, watch, record, site, clock
):
    for state in (WatchState.PAUSED, WatchState.REMOVED):
        clock.move(301)
        with newsroom.database.write() as conn:
            old = watches.get_watch(conn, watch.id)
            checks.set_paused(conn, watch.id, is_paused=False)
            watches.change_watch(conn, old, _in_state(old, state))
        assert take_duties(newsroom, limit=8) == ()
        with newsroom.database.write() as conn:
            assert checks.take_checks(conn, now=clock(), limit=8, lease="x", lease_seconds=1) == ()


def _in_state(watch, state):
    return replace(watch, state=state, revision=watch.revision + 1)


async def test_a_watch_that_is_removed_while_its_page_is_fetched_gets_nothing_more(
    newsroom, watch, record, site, release, clock
):
    clock.move(301)
    (duty,) = take_duties(newsroom, limit=1)
    site.pages["/release"] = release(FIRST)
    remove_watch(newsroom, watch.id, forget_history=False)
    await do_duty(newsroom, duty)
    assert record.statement.version_count == 1


async def test_a_pause_that_a_site_asks_for_in_between_is_waited_for_and_is_no_gap(
    newsroom, watch, record, site, release, clock, later
):
    """The page sends us on to a site that is resting: nothing is known, and nothing is said."""
    site.pages["/resting"] = (503, {"retry-after": "3000"}, b"")
    site.pages["/release"] = Response(status_code=302, headers={"location": "/resting"})
    await later(301)
    gaps = len(record.gaps(watch))
    check_now(newsroom, watch.id)
    await later(301)
    assert len(record.gaps(watch)) == gaps
