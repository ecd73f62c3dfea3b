"""What waits, what is late and what is wrong, told from rows; counting ends at a limit, and the answer says so."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.destinations import DestinationState
from app.domain.observations import Gap, Outcome
from app.domain.service import Amount, Overdue, Precision, Queue, Work, Worker
from app.domain.watches import WatchHealth, WatchState
from app.storage import observations, stock, workers
from app.storage.dialect import estimate_rows
from app.storage.tables import alert, destination, host
from app.storage.tables import watch as watch_table


@pytest.fixture
def ask(database):
    def read(question, *args, **kwargs):
        with database.read() as conn:
            return question(conn, *args, **kwargs)

    return read


@pytest.fixture
def late(ask, clock):
    return lambda: ask(stock.find_overdue, now=clock(), after_seconds=300)


def change(database, table, **values):
    with database.write() as conn:
        conn.execute(sa.update(table).values(values))


def test_nothing_is_late_in_an_empty_record(late, ask, clock):
    assert late() == ()
    assert ask(stock.load_due_checks, now=clock()) == Queue(Amount(0), None)
    assert ask(stock.load_owed_analyses) == Queue(Amount(0), None)
    assert ask(stock.find_last_edit) is None
    assert not ask(stock.has_checks)


def test_a_check_is_overdue_when_its_host_has_been_free_for_as_long(add_watch, owe, late, ask, clock):
    owed = owe(add_watch())
    clock.move(300)
    assert late() == ()
    clock.move(1)
    assert late() == (Overdue(Work.CHECKS, Amount(1), owed.due_at),)
    assert ask(stock.load_due_checks, now=clock()) == Queue(Amount(1), owed.due_at)


def test_a_check_that_waits_for_its_host_is_late_but_not_overdue(add_watch, owe, late, database, clock):
    owe(add_watch())
    clock.move(3600)
    change(database, host, next_at=clock() - timedelta(seconds=2))
    assert late() == ()


def test_what_is_paused_is_owed_by_nobody(add_watch, owe, late, ask, clock):
    owe(add_watch(state=WatchState.PAUSED))
    clock.move(3600)
    assert late() == ()
    assert not ask(stock.has_checks)


def test_an_alert_is_overdue_only_where_its_destination_works(add_destination, add_alerts, late, database, clock):
    desk = add_destination()
    add_alerts(desk, 3)
    since = clock()
    clock.move(301)
    assert late() == (Overdue(Work.ALERTS, Amount(3), since),)
    change(database, destination, failing_since=clock())
    assert late() == ()
    change(database, destination, failing_since=None, state=DestinationState.PAUSED)
    assert late() == ()


def test_debts_name_those_who_fail_first_and_leave_out_who_is_owed_nothing(add_destination, add_alerts, ask, clock):
    add_destination("content")
    waiting, failing = add_destination("waiting"), add_destination("failing", failing_since=clock())
    disabled = add_destination("disabled", state=DestinationState.DISABLED)
    add_alerts(waiting, 2)
    debts = ask(stock.list_debts)
    assert [(one.name, one.waiting.count) for one in debts] == [("failing", 0), ("waiting", 2), ("disabled", 0)]
    assert debts[1].since == clock()
    assert {one.destination_id for one in debts} == {waiting.id, failing.id, disabled.id}


def test_counting_ends_at_the_limit_and_says_so(add_destination, add_alerts, ask, monkeypatch):
    add_alerts(add_destination(), 4)
    query = sa.select(alert.c.id)
    assert ask(stock.count_up_to, query, 4) == Amount(4)
    assert ask(stock.count_up_to, query, 3) == Amount(3, Precision.AT_LEAST)


def test_watches_are_counted_by_health_and_estimated_where_there_are_many(add_watch, ask, database, monkeypatch):
    for number, health in enumerate([WatchHealth.HEALTHY] * 3 + [WatchHealth.FAILING, WatchHealth.UNKNOWN]):
        add_watch(f"https://example.org/{number}", health=health)
    add_watch("https://example.org/paused", state=WatchState.PAUSED)
    exact = {WatchHealth.HEALTHY: Amount(3), WatchHealth.FAILING: Amount(1), WatchHealth.UNKNOWN: Amount(1)}
    assert ask(stock.count_watches) == exact
    monkeypatch.setattr(stock, "MOST", 2)
    monkeypatch.setattr(stock.count_up_to, "__defaults__", (2,))
    if not database.is_sqlite:
        assert ask(stock.count_watches)[WatchHealth.HEALTHY] == Amount(2, Precision.AT_LEAST)
        with database.write() as conn:
            conn.execute(sa.text("ANALYZE watch"))
    assert ask(stock.count_watches)[WatchHealth.HEALTHY] == Amount(3, Precision.ABOUT)
    assert ask(estimate_rows, watch_table) == 6


def test_the_worst_watches_are_those_that_could_not_be_read_for_longest(add_watch, ask, database, clock):
    names = ["first", "second", "paused"]
    for name in names:
        state = WatchState.PAUSED if name == "paused" else WatchState.ACTIVE
        watch = add_watch(f"https://example.org/{name}", name=name, state=state)
        with database.write() as conn:
            observations.open_gap(conn, Gap(watch.id, clock(), None, Outcome.BLOCKED, "a captcha"))
        clock.move(60)
    assert [(one.name, one.detail) for one in ask(stock.list_troubles)] == [
        ("first", "a captcha"),
        ("second", "a captcha"),
    ]
    assert ask(stock.count_open_gaps) == Amount(2)


def test_a_host_rests_while_it_asked_for_less_and_nobody_asks_it(add_watch, owe, ask, database, clock):
    owe(add_watch())
    until = clock() + timedelta(minutes=10)
    change(database, host, next_at=until, refusals=2)
    (resting,) = ask(stock.list_resting, now=clock())
    assert (resting.host, resting.until, resting.refusals) == ("example.org", until, 2)
    assert ask(stock.count_resting, now=clock()) == Amount(1)
    change(database, host, refusals=0, silences=3)
    (resting,) = ask(stock.list_resting, now=clock())
    assert (resting.refusals, resting.silences) == (0, 3)
    change(database, host, refusals=2)
    assert len(ask(stock.list_resting, now=clock())) == 1
    assert ask(stock.count_resting, now=clock()) == Amount(1)
    change(database, host, silences=1)
    for values in ({"refusals": 0}, {"refusals": 2, "lease": "x"}, {"lease": None, "next_at": clock()}):
        change(database, host, **values)
        assert ask(stock.list_resting, now=clock()) == ()


def test_a_worker_is_known_until_it_ends_or_was_silent_for_a_day(database, ask, clock):
    one = Worker("a1", "desk", 17, "1.0", clock(), clock(), 8, 0, 0)
    with database.write() as conn:
        workers.mark_worker(conn, one)
        workers.mark_worker(conn, replace(one, id="b2"))
        workers.mark_worker(conn, replace(one, in_hand=3, seen_at=clock.move(60)))
    assert [(worker.id, worker.in_hand, worker.state) for worker in ask(workers.list_workers, now=clock())] == [
        ("a1", 3, "alive"),
        ("b2", 0, "gone"),
    ]
    with database.write() as conn:
        workers.forget_workers(conn, seen_before=clock() - timedelta(seconds=30))
    assert [worker.id for worker in ask(workers.list_workers, now=clock())] == ["a1"]
    with database.write() as conn:
        workers.remove_worker(conn, "a1")
    assert ask(workers.list_workers, now=clock()) == ()
