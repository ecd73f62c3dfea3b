"""Digests, quiet hours and caps on a real database: what was owed arrives, once, and a digest keeps its id."""

import json
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from app.demo.serving import serving
from app.domain.claims import Level
from app.domain.destinations import AlertFilter, AlertState, Subject
from app.domain.events import EventType
from app.domain.ids import EventId
from app.domain.timing import ANY_TIME, AtOnce, DailyAt, EveryMinutes, QuietHours, Timing
from app.pipeline.deliver import deliver_once, note_results, send, take_alerts
from app.pipeline.destinations import (
    DestinationChange,
    DestinationDraft,
    change_destination,
    create_destination,
    send_test,
)
from app.pipeline.sending_again import replay_alert, replay_since
from app.pipeline.telling import News, tell
from app.storage import alerts, digests, events
from app.storage.events import NewEvent
from app.storage.identity import new_id
from app.storage.soundness import check_record

pytestmark = pytest.mark.anyio

KYIV = ZoneInfo("Europe/Kyiv")
NIGHT = QuietHours(time(22), time(7), KYIV)


class Desk:
    """A receiver: what arrived, and what it answers."""

    def __init__(self):
        self.status = 204
        self.arrived = []
        self.sequences = []

    def application(self):
        async def take(request):
            self.arrived.append((request.headers["webhook-id"], json.loads(await request.body())))
            self.sequences.append(int(request.headers["walkback-sequence"]))
            return Response(status_code=self.status)

        return Starlette(routes=[Route("/", take, methods=["POST"])])

    @property
    def types(self):
        return [body["type"] for _, body in self.arrived]

    @property
    def ids(self):
        return [key for key, _ in self.arrived]


@pytest.fixture
async def desk():
    made = Desk()
    async with serving(made.application()) as url:
        made.url = f"{url}/"
        yield made


@pytest.fixture
def listen(newsroom, desk):
    """A destination that wants to hear at its own times."""

    def make(timing):
        return create_destination(newsroom, DestinationDraft(desk.url, "desk", timing=timing)).destination

    return make


@pytest.fixture
def happen(newsroom, clock):
    """Something worth telling happens; how grave it is can be said."""

    def make(count=1, level=Level.SUBSTANTIVE):
        now = clock()
        told = []
        for _ in range(count):
            key = EventId(new_id())
            body = {"type": "statement.edited", "id": str(key), "headline": f"{level} {key}", "links": {"edit": "/e"}}
            event = NewEvent(key, EventType.STATEMENT_EDITED, now, body)
            told.append(News(event, Subject(EventType.STATEMENT_EDITED, None, (), (), level)))
        with newsroom.database.write() as conn:
            tell(conn, told, now=now)
        return [str(one.event.id) for one in told]

    return make


@pytest.fixture
def go_to(newsroom, clock):
    """Let time come to a moment of today or of the next day, in UTC, and deliver what is due then."""

    async def go(hour, minute=0):
        now = clock()
        clock.move(((hour - now.hour) * 3600 + (minute - now.minute) * 60 - now.second) % 86_400)
        while await deliver_once(newsroom):
            pass

    return go


def owed(newsroom):
    with newsroom.database.read() as conn:
        return alerts.list_alerts(conn, limit=500).items[::-1]


async def test_a_digest_comes_every_so_many_minutes_with_all_that_happened(listen, happen, go_to, desk, newsroom):
    listen(Timing(EveryMinutes(30)))
    await go_to(9, 1)
    first = happen(2)
    grave = happen(1, Level.MAJOR)
    await go_to(9, 29)
    assert desk.arrived == []
    await go_to(9, 30)
    ((key, body),) = desk.arrived
    assert body["type"] == "digest"
    assert body["id"] == key
    assert [item["id"] for item in body["items"]] == grave + first
    assert (body["count"], body["left_out"], body["by_level"]["major"]) == (3, 0, 1)
    assert body["items"][0]["links"] == {"event": f"/v1/events/{grave[0]}", "edit": "/e"}
    states = {str(one.event_id): one.state for one in owed(newsroom)}
    assert states == dict.fromkeys([*first, *grave, key], AlertState.DELIVERED)
    assert {str(one.digest_id) for one in owed(newsroom) if one.type != "digest"} == {key}
    with newsroom.database.read() as conn:
        assert json.loads(events.get_body(conn, EventId(owed(newsroom)[-1].event_id))) == body
        assert [one.type for one in events.list_events(conn)] == ["statement.edited"] * 3


async def test_a_digest_of_one_is_the_alert_itself(listen, happen, go_to, desk):
    listen(Timing(DailyAt(time(8), KYIV)))
    (only,) = happen()
    await go_to(6)
    assert desk.ids == [only]


async def test_a_digest_keeps_its_id_and_its_contents_on_every_try(listen, happen, go_to, desk, clock, newsroom):
    listen(Timing(EveryMinutes(60)))
    await go_to(9, 1)
    happen(3)
    desk.status = 500
    await go_to(10)
    clock.move(1)
    happen(2)
    desk.status = 204
    await go_to(10, 30)
    assert desk.types == ["digest", "digest"]
    assert desk.arrived[0] == desk.arrived[1]
    assert desk.arrived[0][1]["count"] == 3
    await go_to(11)
    assert desk.types == ["digest"] * 3
    assert desk.arrived[2][1]["count"] == 2
    assert desk.sequences == [3, 3, 5]
    assert {one.state for one in owed(newsroom)} == {AlertState.DELIVERED}


async def test_a_digest_that_a_worker_took_and_did_not_send_comes_with_the_same_id(
    listen, happen, go_to, desk, clock, newsroom
):
    listen(Timing(EveryMinutes(60)))
    await go_to(9, 1)
    happen(3)
    clock.move(3_600)
    (taken,) = take_alerts(newsroom, limit=8)
    sent = await send(newsroom, taken)
    clock.move(newsroom.rules.lease_seconds)
    assert await deliver_once(newsroom) == 1
    note_results(newsroom, [(taken, sent)])
    assert len(desk.ids) == 2
    assert len(set(desk.ids)) == 1
    assert await deliver_once(newsroom) == 0


async def test_what_happens_at_night_comes_as_one_digest_in_the_morning(listen, happen, go_to, desk):
    listen(Timing(quiet=NIGHT))
    await go_to(12)
    day = happen(2)
    await go_to(12, 1)
    assert sorted(desk.ids) == sorted(day)
    for hour in (21, 23, 2):
        await go_to(hour)
        happen()
    await go_to(4, 59)
    assert sorted(desk.ids) == sorted(day)
    await go_to(5)
    assert desk.types[2:] == ["digest"]
    assert desk.arrived[2][1]["count"] == 3


async def test_what_is_major_does_not_wait_for_the_morning_where_it_may(listen, happen, go_to, desk):
    listen(Timing(quiet=QuietHours(time(22), time(7), KYIV, lets_major_through=True)))
    await go_to(23)
    happen(2)
    grave = happen(1, Level.MAJOR)
    await go_to(23, 1)
    assert desk.ids == grave
    await go_to(5)
    assert desk.types == ["statement.edited", "digest"]


async def test_a_try_that_failed_in_the_evening_is_not_made_again_at_night(listen, happen, go_to, desk):
    listen(Timing(quiet=NIGHT))
    desk.status = 500
    await go_to(19, 59)
    (key,) = happen()
    await go_to(19, 59)
    desk.status = 204
    for hour in (20, 23, 3):
        await go_to(hour)
    assert desk.ids == [key]
    await go_to(5)
    assert desk.ids == [key, key]


async def test_a_storm_is_one_message_and_nothing_is_dropped(listen, happen, go_to, desk, newsroom):
    listen(Timing(AtOnce(), most_an_hour=3))
    await go_to(9)
    storm = happen(500)
    await go_to(9, 0)
    ((_, body),) = desk.arrived
    assert (body["type"], body["count"]) == ("digest", 500)
    assert len(body["items"]) + body["left_out"] == 500
    assert [item["id"] for item in body["items"]] == storm[: len(body["items"])]
    for minute in (5, 10, 15, 20):
        await go_to(9, minute)
        happen()
        await go_to(9, minute)
    assert len(desk.arrived) == 3
    await go_to(9, 59)
    assert len(desk.arrived) == 3
    await go_to(10)
    assert desk.types[3:] == ["digest"]
    assert desk.arrived[3][1]["count"] == 2
    assert {one.state for one in owed(newsroom)} == {AlertState.DELIVERED}


async def test_a_test_leaves_at_once_whatever_the_hour(listen, happen, go_to, desk, newsroom):
    made = listen(Timing(DailyAt(time(8), KYIV), NIGHT, 1))
    await go_to(23)
    happen(2)
    send_test(newsroom, made.id)
    await go_to(23)
    assert desk.types == ["test"]


async def test_other_times_hold_for_what_waits_already(listen, happen, go_to, desk, newsroom):
    made = listen(Timing(DailyAt(time(8), KYIV)))
    await go_to(9, 1)
    waiting = happen(2)
    change_destination(newsroom, made.id, DestinationChange(timing=Timing(EveryMinutes(30))), revision=None)
    await go_to(9, 29)
    assert desk.arrived == []
    change_destination(newsroom, made.id, DestinationChange(timing=ANY_TIME), revision=None)
    await go_to(9, 29)
    assert sorted(desk.ids) == sorted(waiting)


async def test_a_receiver_that_lost_all_since_an_event_gets_it_again_as_it_was(listen, happen, go_to, desk, newsroom):
    made = listen(Timing(EveryMinutes(60)))
    await go_to(9)
    (alone,) = happen()
    await go_to(10)
    members = happen(2)
    await go_to(11)
    first = list(desk.ids)
    assert replay_since(newsroom, made.id, EventId(owed(newsroom)[0].event_id)) == 2
    await go_to(11, 1)
    assert sorted(desk.ids[2:]) == sorted(first)
    (member,) = [one for one in owed(newsroom) if str(one.event_id) == members[1]]
    assert replay_since(newsroom, made.id, member.event_id) == 1
    replay_alert(newsroom, member.id)
    await go_to(11, 2)
    assert sorted(desk.ids[4:]) == sorted([first[1], members[1]])
    assert alone == first[0]


async def test_a_digest_of_a_receiver_that_is_gone_is_given_up_with_its_members(listen, happen, go_to, desk, newsroom):
    listen(Timing(EveryMinutes(60)))
    happen(2)
    desk.status = 410
    await go_to(10)
    mine = [one for one in owed(newsroom) if one.type != "destination.paused"]
    assert [one.state for one in mine] == [AlertState.FAILED] * 3


async def test_many_timed_destinations_are_each_told_their_own(listen, happen, go_to, desk):
    for minutes in range(1, 21):
        listen(Timing(EveryMinutes(minutes)))
    happen(2)
    await go_to(8)
    assert len(desk.arrived) == 20
    assert len(set(desk.ids)) == 20


async def test_more_than_fits_into_a_digest_comes_in_several(listen, happen, go_to, desk, monkeypatch):
    monkeypatch.setattr(digests, "MOST_MEMBERS", 10)
    listen(Timing(EveryMinutes(60)))
    happen(25)
    await go_to(8)
    assert [body["count"] for _, body in desk.arrived] == [10, 10, 5]


async def test_the_record_is_sound_with_digests_in_it(listen, happen, go_to, desk, newsroom, clock):
    listen(Timing(EveryMinutes(60)))
    happen(2)
    await go_to(8)
    desk.status = 500
    happen(2)
    await go_to(9)
    happen()
    found = check_record(newsroom.database, now=clock(), lease_seconds=120, settling_seconds=0)
    assert found.broken == ()
    assert {one.state for one in owed(newsroom)} == {AlertState.DELIVERED, AlertState.GATHERED, AlertState.PENDING}


async def test_a_filter_holds_beside_a_timing(newsroom, desk, happen, go_to):
    wish = AlertFilter(min_level=Level.MAJOR)
    create_destination(newsroom, DestinationDraft(desk.url, "desk", wish=wish, timing=Timing(EveryMinutes(60))))
    happen(5)
    grave = happen(2, Level.MAJOR)
    await go_to(8)
    ((_, body),) = desk.arrived
    assert [item["id"] for item in body["items"]] == grave
    assert body["until"] >= body["since"]
    assert timedelta() == timedelta(minutes=body["left_out"])
