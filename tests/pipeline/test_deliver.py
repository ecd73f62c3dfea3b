"""Alerts on their way: each is tried until it arrives, with the same id, and a dead receiver harms nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from app.demo.serving import serving
from app.domain.destinations import AlertState, DestinationState
from app.domain.ids import AlertId
from app.domain.retry import TRIES_AFTER_SECONDS
from app.domain.watches import WatchDraft
from app.pipeline.deliver import deliver, deliver_once, take_alerts
from app.pipeline.watchlist import add_watch
from app.storage import alerts, destinations
from app.storage.identity import new_id

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital."


class Answers:
    """A receiver that answers as it is told, and keeps the ids that came."""

    def __init__(self):
        self.next = Response(status_code=204)
        self.ids = []

    def application(self):
        async def take(request):
            self.ids.append(request.headers["webhook-id"])
            return self.next

        return Starlette(routes=[Route("/alerts", take, methods=["POST"])])


@pytest.fixture
async def answers():
    made = Answers()
    async with serving(made.application()) as url:
        made.url = f"{url}/alerts"
        yield made


@pytest.fixture
async def owed(newsroom, answers, add_destination, site, release, record, later):
    """A destination, and one alert that is owed to it."""
    desk = add_destination("desk", url=answers.url)
    site.pages["/release"] = release(FIRST.format(500))
    add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    site.pages["/release"] = release(FIRST.format(50))
    await later(301)
    (alert,) = record.alerts()
    return desk, alert


def state_of(newsroom, destination):
    with newsroom.database.read() as conn:
        return destinations.get_destination(conn, destination.id)


async def test_every_try_carries_the_same_id_until_the_receiver_takes_it(newsroom, owed, answers, record, clock):
    _, alert = owed
    answers.next = Response(status_code=500)
    for wait in TRIES_AFTER_SECONDS[1:4]:
        assert await deliver_once(newsroom) == 1
        assert await deliver_once(newsroom) == 0
        clock.move(wait * 1.2 + 1)
    answers.next = Response(status_code=200)
    assert await deliver_once(newsroom) == 1
    assert answers.ids == [str(alert.event_id)] * 4
    (done,) = record.alerts()
    assert (done.state, done.tries) == (AlertState.DELIVERED, 4)
    with newsroom.database.read() as conn:
        assert [one.http_status for one in alerts.list_deliveries(conn, alert.id)] == [500, 500, 500, 200]
    assert await deliver_once(newsroom) == 0


async def test_a_receiver_that_failed_and_took_the_next_one_is_well_again(newsroom, owed, answers, clock):
    desk, _ = owed
    answers.next = Response(status_code=503)
    await deliver_once(newsroom)
    assert state_of(newsroom, desk).failing_since == clock()
    clock.move(10)
    answers.next = Response(status_code=202)
    await deliver_once(newsroom)
    assert state_of(newsroom, desk).failing_since is None


async def test_a_receiver_that_is_gone_for_good_gets_nothing_more_and_somebody_hears_of_it(
    newsroom, owed, answers, record, clock
):
    desk, _ = owed
    answers.next = Response(status_code=410)
    await deliver_once(newsroom)
    assert state_of(newsroom, desk).state is DestinationState.DISABLED
    assert record.alerts()[0].state is AlertState.FAILED
    assert record.told()[-1] == "destination.paused"
    clock.move(100_000)
    assert await deliver_once(newsroom) == 0


async def test_a_receiver_that_fails_for_five_days_is_left_in_peace(newsroom, owed, answers, record, clock):
    desk, _ = owed
    answers.next = Response(status_code=500)
    await deliver_once(newsroom)
    clock.move(5 * 24 * 3_600 + 60)
    await deliver_once(newsroom)
    stopped = state_of(newsroom, desk)
    assert stopped.state is DestinationState.DISABLED
    assert "five days" in stopped.state_reason


async def test_an_address_that_our_own_guard_refuses_is_not_tried_again(newsroom, add_destination, owed, record, clock):
    refused = add_destination("refused", url="http://10.1.2.3/alerts")
    with newsroom.database.write() as conn:
        alerts.add_alerts(conn, [_for(record.alerts()[0], refused)], edit_id=None)
    await deliver_once(newsroom)
    assert state_of(newsroom, refused).state is DestinationState.DISABLED


def _for(alert, destination):
    return replace(alert, id=AlertId(new_id()), destination_id=destination.id)


async def test_an_answer_that_no_database_could_hold_is_noted_all_the_same(newsroom, owed, answers, record):
    answers.next = Response(b"\x00\xff\xfe ok \xed\xa0\x80", status_code=200)
    await deliver_once(newsroom)
    assert record.alerts()[0].state is AlertState.DELIVERED


async def test_retry_after_is_honoured(newsroom, owed, answers, record, clock):
    answers.next = Response(status_code=429, headers={"retry-after": "7200"})
    await deliver_once(newsroom)
    assert record.alerts()[0].next_try_at >= clock() + timedelta(seconds=7_200)


async def test_a_worker_whose_alert_was_taken_by_another_notes_nothing(newsroom, owed, answers, record, clock):
    (lost,) = take_alerts(newsroom, limit=1)
    clock.move(newsroom.rules.lease_seconds)
    (mine,) = take_alerts(newsroom, limit=1)
    await deliver(newsroom, lost)
    assert record.alerts()[0].state is AlertState.PENDING
    await deliver(newsroom, mine)
    assert record.alerts()[0].state is AlertState.DELIVERED
    assert len(set(answers.ids)) == 1


async def test_alerts_of_a_destination_that_is_removed_are_let_go(newsroom, owed, answers, record):
    desk, _ = owed
    (taken,) = take_alerts(newsroom, limit=1)
    with newsroom.database.write() as conn:
        destinations.remove_destination(conn, desk.id)
    await deliver(newsroom, taken)
    assert record.alerts() == ()


async def test_a_dead_receiver_delays_no_other(newsroom, owed, add_destination, answers, record, clock):
    dead = add_destination("dead")
    alive = owed[1]
    many = [_for(alive, dead) for _ in range(1)]
    with newsroom.database.write() as conn:
        alerts.add_alerts(conn, many, edit_id=None)
    await deliver_once(newsroom)
    states = {alert.destination_id: alert.state for alert in record.alerts()}
    assert states == {dead.id: AlertState.PENDING, owed[0].id: AlertState.DELIVERED}
