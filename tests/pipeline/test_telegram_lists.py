"""What the list of a channel shows and does not show, beside the story of one post."""

from datetime import timedelta

import pytest

from app.domain.observations import Outcome
from app.domain.statements import StatementState
from app.domain.watches import SourceKind, WatchDraft
from app.pipeline.watchlist import add_watch

pytestmark = pytest.mark.anyio


def by_number(record):
    return {int(statement.external_id): statement for statement in record.statements()}


@pytest.fixture
def publish(telegram, clock):
    def many(count):
        for _ in range(count):
            telegram.publish(f"Post number {telegram.next_number} says what happened on the day.", clock())

    return many


async def test_a_deleted_post_is_missed_although_many_older_posts_were_read_in_after_it(
    newsroom, telegram, telegram_url, publish, record, later
):
    publish(300)
    add_watch(newsroom, WatchDraft(f"{telegram_url}/generalstaff", older_pages=14))
    for _ in range(3):
        await later(1)
    assert len(record.statements()) == 300
    telegram.delete(295)
    await later(301)
    assert by_number(record)[295].state is StatementState.MISSING


async def test_the_newest_post_is_missed_too(newsroom, telegram, telegram_url, publish, record, later):
    publish(5)
    add_watch(newsroom, WatchDraft(f"{telegram_url}/generalstaff"))
    await later(1)
    telegram.delete(5)
    await later(301)
    await later(61)
    assert by_number(record)[5].state is StatementState.WITHDRAWN
    assert by_number(record)[4].state is StatementState.PRESENT


async def test_a_channel_that_was_emptied_does_not_send_us_back_to_its_beginning(
    newsroom, telegram, telegram_url, publish, record, later
):
    """All that was known is deleted and much is new: older pages are read to the newest known number, not further."""
    publish(400)
    watch = add_watch(newsroom, WatchDraft(f"{telegram_url}/generalstaff"))
    await later(1)
    for number in range(381, 401):
        telegram.delete(number)
    publish(25)
    await later(301)
    await later(1)
    assert {number for number, one in by_number(record).items() if one.state is StatementState.PRESENT} >= set(
        range(401, 426)
    )
    assert len([one for one in record.visits(watch) if one[0] == "read"]) <= 4


async def test_a_single_post_is_watched_by_itself(newsroom, telegram, telegram_url, publish, record, later):
    publish(3)
    watch = add_watch(newsroom, WatchDraft(f"{telegram_url}/generalstaff/2"))
    await later(1)
    assert watch.kind is SourceKind.TELEGRAM_POST
    telegram.edit(2, "Post number 2 says something else now.")
    await later(301)
    assert record.texts()[-1] == "Post number 2 says something else now."
    telegram.delete(2)
    await later(301)
    await later(61)
    assert record.statement.state is StatementState.WITHDRAWN


async def test_a_post_with_a_date_in_the_future_is_not_looked_at_as_if_it_were_new_for_ever(
    newsroom, telegram, telegram_url, record, later, clock
):
    telegram.publish("A post of the year 2099, says its clock.", clock() + timedelta(days=27_000))
    add_watch(newsroom, WatchDraft(f"{telegram_url}/generalstaff"))
    await later(1)
    for _ in range(20):
        telegram.publish("Another post, so that the first one leaves the list.", clock())
    for _ in range(40):
        await later(86_400)
    (odd,) = [statement for statement in record.statements() if statement.external_id == "1"]
    assert record.outcomes(odd)[0] is Outcome.FIRST_SEEN
    assert len(record.outcomes(odd)) <= 50
