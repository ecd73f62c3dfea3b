"""The operator's alarm: checks are due and nobody makes them. Told once, whoever notices, and once when it is over."""

import asyncio
import threading

import pytest

from app.domain.watches import WatchDraft
from app.pipeline.deliver import deliver_once
from app.pipeline.poll import take_duties
from app.pipeline.stalling import look_for_standstill
from app.pipeline.watchlist import add_watch, pause_watch
from app.pipeline.watchman import ABOUT_THE_SERVICE, look_around, watch_over
from app.storage import pulse

pytestmark = pytest.mark.anyio

TEXT = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."


@pytest.fixture
async def watch(newsroom, site, release, later):
    site.pages["/release"] = release(TEXT)
    made = add_watch(newsroom, WatchDraft(f"{site.url}/release", publisher="Ministry"))
    await later(1)
    return made


async def test_it_is_told_once_and_once_when_it_is_over(newsroom, watch, desk, record, clock, later):
    fell_due = record.watch(watch).next_check_at
    clock.move(1_000)
    assert look_for_standstill(newsroom) is None
    clock.move(300)
    for _ in range(3):
        assert look_for_standstill(newsroom).opened_at >= fell_due
        clock.move(60)
    assert record.told() == ["service.stalled"]
    body = record.events()[-1].body
    assert (body["overdue_checks"], body["until"]) == (1, None)
    assert "is a worker running?" in body["headline"]
    await later(1)
    assert record.told() == ["service.stalled", "service.resumed"]
    assert record.events()[-1].body["since"] == body["since"]
    assert look_for_standstill(newsroom) is None
    assert len(record.alerts()) == 2


async def test_a_fleet_that_works_through_a_long_queue_does_not_stand_still(newsroom, watch, record, clock, later):
    for _ in range(40):
        await later(300)
        look_for_standstill(newsroom)
    assert record.told() == []


async def test_nothing_that_is_due_is_no_standstill(newsroom, watch, record, clock):
    pause_watch(newsroom, watch.id)
    for _ in range(5):
        clock.move(10_000)
        assert look_for_standstill(newsroom) is None
    assert record.told() == []


async def test_a_worker_that_takes_work_and_dies_again_and_again_is_noticed(newsroom, watch, record, clock):
    clock.move(301)
    for _ in range(12):
        take_duties(newsroom, limit=8)
        look_for_standstill(newsroom)
        clock.move(121)
    assert record.told() == ["service.stalled"]


async def test_of_several_that_notice_at_once_one_tells(newsroom, watch, record, clock):
    clock.move(10_000)
    together = threading.Barrier(4)

    def notice():
        together.wait()
        return look_for_standstill(newsroom)

    await asyncio.gather(*(asyncio.to_thread(notice) for _ in range(4)))
    assert record.told() == ["service.stalled"]


async def test_a_time_in_which_no_process_lived_is_kept_as_a_gap_and_told_to_nobody(
    newsroom, watch, record, later, clock
):
    before = clock.now
    await later(50_000)
    with newsroom.database.read() as conn:
        (gap,) = pulse.list_service_gaps(conn, since=before)
    assert (gap.closed_at - gap.opened_at).total_seconds() > 49_000
    assert record.told() == []


async def test_a_process_without_a_worker_sends_the_alarm_itself_and_nothing_else(
    newsroom, watch, add_destination, record, receiver, clock, site, release, later
):
    answers, url = receiver
    answers.secret = "whsec_" + "QUFB" * 10
    add_destination(url=url)
    site.pages["/release"] = release(TEXT.replace("500", "900"))
    await later(301)
    assert [alert.type for alert in record.alerts()] == ["statement.edited"]
    clock.move(10_000)
    await look_around(newsroom, delivers=False)
    assert {alert.state.value for alert in record.alerts()} == {"pending"}
    await look_around(newsroom, delivers=True)
    states = {str(alert.type): alert.state.value for alert in record.alerts()}
    assert states == {"statement.edited": "pending", "service.stalled": "delivered"}
    assert await deliver_once(newsroom, types=ABOUT_THE_SERVICE) == 0


async def test_the_watchman_stops_when_he_is_told_to(newsroom):
    stopping = asyncio.Event()
    stopping.set()
    await watch_over(newsroom, stopping, every_seconds=3_600, delivers=True)
