"""A site is left alone for as long as it asks, and as its budget of requests says: whichever is longer."""

from dataclasses import replace

import pytest

from app.domain.watches import WatchDraft
from app.pipeline.outlook import find_next_check
from app.pipeline.poll import poll_once
from app.pipeline.spending import count_demand
from app.pipeline.watchlist import add_watch

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."


@pytest.fixture
def tight(newsroom):
    """A newsroom that asks each site ten times an hour at most: one each 400 seconds, and one in advance."""
    return replace(newsroom, rules=replace(newsroom.rules, host_requests_per_hour=10.0))


@pytest.mark.parametrize(
    ("retry_after", "left_alone"), [("30", (380, 420)), ("1000", (990, 1_010))], ids=["the budget", "the site"]
)
async def test_retry_after_and_the_pause_of_a_budget_both_hold(tight, site, release, clock, retry_after, left_alone):
    for name in "ab":
        site.pages[f"/{name}"] = release(FIRST)
        add_watch(tight, WatchDraft(f"{site.url}/{name}"))
    at = []
    while len(at) < 3 and clock.move(5):
        asked = len(site.asked)
        await poll_once(tight)
        if len(site.asked) > asked:
            at.append(clock())
            site.pages |= dict.fromkeys(("/a", "/b"), (429, {"retry-after": retry_after}, b""))
    shortest, longest = left_alone
    assert shortest <= (at[2] - at[1]).total_seconds() <= longest


async def test_a_budget_that_does_not_suffice_is_told_as_the_reason(tight, site, release, clock, record):
    made = []
    for number in range(6):
        site.pages[f"/{number}"] = release(f"{FIRST} {number}.")
        made.append(add_watch(tight, WatchDraft(f"{site.url}/{number}")))
    for _ in range(30):
        clock.move(120)
        count_demand(tight)
        await poll_once(tight)
    assert len(site.asked) <= 11
    told = [record.watch(one).next_check_reason for one in made]
    assert any(reason.endswith(", as the budget of requests allows") for reason in told), told
    assert all(record.watch(one).last_checked_at is not None for one in made)


async def test_a_statement_says_when_and_why_it_is_looked_at_next(newsroom, site, release, later, record):
    site.pages["/a"] = release(FIRST)
    watch = add_watch(newsroom, WatchDraft(f"{site.url}/a"))
    await later(1)
    with newsroom.database.read() as conn:
        following = find_next_check(conn, record.statement)
    assert following.at == record.watch(watch).next_check_at
    assert following.reason.startswith("first seen 0 s ago; elsewhere edits come within ")
    assert following.reason.endswith(": with its page")
