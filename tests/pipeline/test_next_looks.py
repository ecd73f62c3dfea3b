"""When it is looked next is said as it will be: not before the site is asked again, and with the reason that holds."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.watches import WatchDraft
from app.pipeline.outlook import find_next_check
from app.pipeline.watchlist import add_watch
from app.storage.tables import host

pytestmark = pytest.mark.anyio

TEXT = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
BUSY = (429, {"retry-after": "7200"}, b"too many")


def change_host(newsroom, **values):
    with newsroom.database.write() as conn:
        conn.execute(sa.update(host).values(values))


@pytest.fixture
def next_of(newsroom):
    def ask(statement):
        with newsroom.database.read() as conn:
            return find_next_check(conn, statement)

    return ask


async def test_a_watch_of_a_site_that_asked_for_less_waits_as_long_and_says_why(newsroom, site, release, later, record):
    site.pages |= {"/a": release(TEXT), "/b": BUSY}
    first = add_watch(newsroom, WatchDraft(f"{site.url}/a"))
    await later(1)
    usual = record.watch(first).next_check_reason
    second = add_watch(newsroom, WatchDraft(f"{site.url}/b"))
    asked_at = await later(1)
    rests_until = asked_at + timedelta(hours=2)
    assert record.watch(second).next_check_at >= rests_until
    assert abs(record.watch(first).next_check_at - rests_until) < timedelta(seconds=10)
    assert record.watch(first).next_check_reason == f"{usual}; its site asked for less, so not sooner"
    await later(2 * 3600 + 10)
    assert "; this look came 2 h late" in record.watch(first).next_check_reason


@pytest.mark.parametrize(("silences", "word"), [(0, ""), (1, ""), (2, "; its site does not answer, so not sooner")])
async def test_a_watch_of_a_silent_site_says_so_from_the_second_time_on(
    newsroom, site, release, later, record, silences, word
):
    site.pages["/a"] = release(TEXT)
    watch = add_watch(newsroom, WatchDraft(f"{site.url}/a"))
    now = await later(1)
    usual = record.watch(watch).next_check_reason
    change_host(newsroom, next_at=now + timedelta(hours=1), silences=silences)
    assert record.watch(watch).next_check_at == now + timedelta(hours=1)
    assert record.watch(watch).next_check_reason == usual + word


async def test_a_host_that_is_asked_at_this_moment_puts_nothing_off(newsroom, site, release, later, record):
    site.pages["/a"] = release(TEXT)
    watch = add_watch(newsroom, WatchDraft(f"{site.url}/a"))
    now = await later(1)
    known = record.watch(watch)
    change_host(newsroom, next_at=now + timedelta(hours=1), lease="held")
    assert record.watch(watch).next_check_at == known.next_check_at


async def test_a_statement_whose_page_fails_says_that_and_not_how_old_it_is(
    newsroom, site, release, later, record, next_of
):
    site.pages["/a"] = release(TEXT)
    watch = add_watch(newsroom, WatchDraft(f"{site.url}/a"))
    await later(1)
    site.pages["/a"] = (500, {}, b"broken")
    await later(600)
    following = next_of(record.statement)
    assert following.reason == record.watch(watch).next_check_reason
    assert following.reason.startswith("failed once: again in ")
