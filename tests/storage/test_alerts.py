"""The outbox: nobody's alerts wait behind those of a receiver that does not answer."""

from datetime import timedelta

import pytest

from app.domain.destinations import AlertState, Delivery, DestinationState
from app.domain.errors import NotFound
from app.domain.ids import AlertId
from app.domain.service import Amount
from app.storage import alerts, destinations, outbox, stock
from app.storage.identity import new_id


@pytest.fixture
def take(database, clock):
    def now(lease="one", *, limit=32, lease_seconds=60.0):
        with database.write() as conn:
            return outbox.take_alerts(conn, now=clock(), limit=limit, lease=lease, lease_seconds=lease_seconds)

    return now


def note(database, taken, clock, *, state=AlertState.DELIVERED, next_try_at=None):
    tried = Delivery(taken.alert.id, taken.alert.tries + 1, clock(), 204, "", None, 0.01)
    with database.write() as conn:
        return outbox.finish_tries(conn, [outbox.Finished(taken, tried, state, next_try_at)])


def test_an_alert_is_taken_with_its_body_and_by_one_worker_only(add_destination, add_alerts, take):
    desk = add_destination()
    (owed,) = add_alerts(desk)
    (taken,) = take("one")
    assert (taken.alert.id, taken.body, taken.url) == (owed.id, '{"type":"test"}', desk.url)
    assert take("two") == ()


def test_an_alert_whose_worker_died_is_taken_again_when_its_lease_ends(add_destination, add_alerts, take, clock):
    add_alerts(add_destination())
    take("one", lease_seconds=60)
    clock.move(60)
    assert len(take("two")) == 1


def test_a_worker_that_lost_its_alert_notes_nothing(database, add_destination, add_alerts, take, clock):
    add_alerts(add_destination())
    (lost,) = take("one", lease_seconds=60)
    clock.move(60)
    take("two")
    assert note(database, lost, clock) == {lost.alert.id}


def test_few_of_one_destination_are_taken_at_a_time_so_that_others_get_their_turn(
    add_destination, add_alerts, take, clock
):
    crowded, quiet = add_destination("crowded"), add_destination("quiet")
    add_alerts(crowded, 500)
    clock.move(1)
    (owed,) = add_alerts(quiet)
    taken = take(limit=32)
    assert owed.id in {one.alert.id for one in taken}
    assert sum(one.alert.destination_id == crowded.id for one in taken) == 4
    assert take("two") == ()


def test_a_failing_destination_comes_last_and_is_tried_with_one_alert_at_a_time(
    add_destination, add_alerts, take, clock
):
    dead = [add_destination(f"dead {n}", failing_since=clock()) for n in range(3)]
    for destination in dead:
        add_alerts(destination, 20)
    clock.move(1)
    well = add_destination("well")
    add_alerts(well, 2)
    taken = take(limit=4)
    assert [one.alert.destination_id for one in taken].count(well.id) == 2
    assert len({one.alert.destination_id for one in taken}) == 3
    assert take("two", limit=4)[0].alert.destination_id == dead[2].id
    assert take("three") == ()


def test_alerts_of_a_paused_destination_wait(database, add_destination, add_alerts, take):
    paused = add_destination(state=DestinationState.PAUSED)
    add_alerts(paused)
    assert take() == ()


def test_owing_the_same_alert_twice_owes_it_once(database, add_destination, add_alerts, clock):
    (owed,) = add_alerts(add_destination())
    with database.write() as conn:
        alerts.add_alerts(conn, [owed], edit_id=None)
    with database.read() as conn:
        assert stock.count_waiting_alerts(conn) == Amount(1)


def test_a_delivered_alert_is_not_sent_again_until_it_is_replayed(database, add_destination, add_alerts, take, clock):
    (owed,) = add_alerts(add_destination())
    note(database, take()[0], clock)
    clock.move(100_000)
    assert take() == ()
    with database.write() as conn:
        alerts.replay_alert(conn, owed.id, now=clock())
    (again,) = take()
    assert (again.alert.event_id, again.round) == (owed.event_id, 0)
    note(database, again, clock)
    with database.read() as conn:
        assert [one.number for one in alerts.list_deliveries(conn, owed.id)] == [1, 2]


def test_a_range_of_alerts_can_be_sent_again(database, add_destination, add_alerts, take, clock):
    desk = add_destination()
    for _ in range(3):
        add_alerts(desk)
        note(database, take()[0], clock)
        clock.move(60)
    until = clock()
    with database.write() as conn:
        count = alerts.replay_range(conn, desk.id, since=until - timedelta(seconds=121), until=until, now=until)
    assert count == 2
    assert len(take()) == 2


def test_an_alert_that_does_not_exist_cannot_be_replayed(database, clock):
    with pytest.raises(NotFound), database.write() as conn:
        alerts.replay_alert(conn, AlertId(new_id()), now=clock())


def test_since_when_a_destination_fails_is_remembered_from_the_first_time(database, add_destination, clock):
    desk = add_destination()
    first = clock()
    with database.write() as conn:
        destinations.mark_failing(conn, [desk.id], failing_since=first)
        destinations.mark_failing(conn, [desk.id], failing_since=first + timedelta(hours=1))
    with database.read() as conn:
        assert destinations.get_destination(conn, desk.id).failing_since == first
    with database.write() as conn:
        destinations.mark_failing(conn, [desk.id], failing_since=None)
    with database.read() as conn:
        assert destinations.get_destination(conn, desk.id).failing_since is None
