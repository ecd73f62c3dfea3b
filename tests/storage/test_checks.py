"""Leases: one worker has a check, one worker asks a host, and who lost either writes nothing."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.checks import Purpose
from app.domain.errors import DuplicateWatch, LeaseLost
from app.domain.watches import WatchState
from app.storage import checks, watches


def finish(database, check, *, seconds=2.0, next_check=None):
    with database.write() as conn:
        checks.release_host(
            conn, check, next_at=check.due_at + timedelta(seconds=seconds), gap_seconds=seconds, refusals=0
        )
        checks.finish_check(conn, check, next_check=next_check)


def test_a_due_check_is_taken_once(add_watch, owe, take):
    due = owe(add_watch())
    (taken,) = take("one")
    assert (taken.id, taken.lease, taken.due_at) == (due.id, "one", due.due_at)
    assert take("two") == ()


def test_a_check_is_not_taken_before_it_is_due(add_watch, owe, take, clock):
    owe(add_watch(), due_at=clock() + timedelta(seconds=10))
    assert take() == ()
    clock.move(10)
    assert len(take()) == 1


def test_of_one_host_only_the_oldest_check_is_taken_at_a_time(add_watch, owe, take, clock):
    newer = owe(add_watch("https://example.org/b"))
    older = owe(add_watch("https://example.org/a"), due_at=clock() - timedelta(seconds=5))
    other = owe(add_watch("https://example.net/c"), "example.net")
    assert {check.id for check in take()} == {older.id, other.id}
    assert newer.id not in {check.id for check in take("two")}


def test_a_host_is_held_until_its_check_is_finished_and_then_for_its_gap(database, add_watch, owe, take, clock):
    owe(add_watch("https://example.org/a"))
    owe(add_watch("https://example.org/b"))
    (first,) = take()
    clock.move(30)
    assert take("two") == ()
    with database.write() as conn:
        checks.release_host(conn, first, next_at=clock() + timedelta(seconds=2), gap_seconds=2, refusals=0)
        checks.finish_check(conn, first, next_check=None)
    clock.move(1.9)
    assert take("two") == ()
    clock.move(0.1)
    assert len(take("two")) == 1


def test_what_a_worker_never_finished_falls_due_when_its_lease_ends(add_watch, owe, take, clock):
    due = owe(add_watch())
    take("one", lease_seconds=60)
    clock.move(59)
    assert take("two") == ()
    clock.move(1)
    (taken,) = take("two")
    assert (taken.id, taken.lease) == (due.id, "two")


def test_a_worker_whose_check_was_taken_by_another_writes_nothing(database, add_watch, owe, take, clock):
    owe(add_watch())
    (lost,) = take("one", lease_seconds=60)
    clock.move(60)
    (mine,) = take("two")
    with pytest.raises(LeaseLost):
        finish(database, lost)
    finish(database, mine, next_check=mine)


def test_a_worker_whose_host_is_asked_by_another_writes_nothing_and_frees_nothing(
    database, add_watch, owe, take, clock
):
    """The lease ran out, and the other worker took another check of the same host: its answer is newer."""
    owe(add_watch("https://example.org/a"), due_at=clock() - timedelta(seconds=1))
    (late,) = take("one", lease_seconds=60)
    owe(add_watch("https://example.org/b"), due_at=clock() - timedelta(seconds=100))
    clock.move(60)
    (other,) = take("two")
    assert other.id != late.id
    with pytest.raises(LeaseLost):
        finish(database, late)
    with database.write() as conn:
        checks.give_back(conn, [late], now=clock())
    assert take("three") == ()


def test_work_that_is_given_back_is_due_at_once_and_its_host_free(database, add_watch, owe, take, clock):
    due = owe(add_watch())
    taken = take("one")
    with database.write() as conn:
        checks.give_back(conn, taken, now=clock())
    (again,) = take("two")
    assert (again.id, again.due_at) == (due.id, due.due_at)


def test_a_new_host_may_be_asked_at_once_whenever_its_first_check_is_due(add_watch, owe, take, clock):
    owe(add_watch("https://example.org/a"), due_at=clock() + timedelta(days=1))
    soon = owe(add_watch("https://example.org/b"))
    assert [check.id for check in take()] == [soon.id]


def test_a_paused_watch_is_not_asked_and_what_it_comes_to_owe_waits_too(database, add_watch, owe, take):
    watch = add_watch()
    owe(watch)
    with database.write() as conn:
        checks.set_paused(conn, watch.id, is_paused=True)
        old = watches.get_watch(conn, watch.id)
        watches.change_watch(conn, old, _in_state(old, WatchState.PAUSED))
    owe(watch, purpose=Purpose.SECOND_LOOK, external_id="page")
    assert take() == ()
    with database.write() as conn:
        checks.set_paused(conn, watch.id, is_paused=False)
    assert len(take()) == 1


def test_nothing_is_owed_to_a_removed_watch(database, add_watch, owe, take):
    watch = add_watch()
    with database.write() as conn:
        old = watches.get_watch(conn, watch.id)
        watches.change_watch(conn, old, _in_state(old, WatchState.REMOVED))
    owe(watch)
    assert take() == ()


def _in_state(watch, state):
    return replace(watch, state=state, revision=watch.revision + 1)


def test_checking_anew_takes_the_check_out_of_the_hands_of_a_worker(database, add_watch, owe, take, clock):
    watch = add_watch()
    owe(watch, etag='"old"')
    (taken,) = take("one")
    with database.write() as conn:
        checks.begin_anew(conn, watch.id, now=clock(), reason="its selectors were changed")
    with pytest.raises(LeaseLost):
        finish(database, taken)
    with database.write() as conn:
        checks.give_back(conn, [taken], now=clock())
    (again,) = take("two")
    assert (again.etag, again.reason) == (None, "its selectors were changed")


def test_checking_now_leaves_alone_a_check_that_is_being_made(database, add_watch, owe, take, clock):
    watch = add_watch()
    owe(watch)
    (taken,) = take("one")
    with database.write() as conn:
        checks.make_due(conn, watch.id, now=clock(), reason="asked for")
    finish(database, taken)


def test_workers_that_take_at_the_same_time_never_get_the_same_check_or_the_same_host(
    database, add_watch, a_check, clock
):
    watch = add_watch()
    hosts, each, workers = 12, 4, 4
    with database.write() as conn:
        checks.add_checks(conn, [a_check(watch, f"h{n % hosts}.example.org") for n in range(hosts * each)])
    start = threading.Barrier(workers)
    taken: list[tuple[str, object, str]] = []
    failures: list[BaseException] = []

    def work(name):
        try:
            start.wait(10)
            for _ in range(6):
                with database.write() as conn:
                    mine = checks.take_checks(conn, now=clock(), limit=3, lease=name, lease_seconds=60)
                taken.extend((name, check.id, check.host) for check in mine)
        except BaseException as failure:
            failures.append(failure)
            raise

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len({key for _, key, _ in taken}) == len(taken) == hosts
    assert len({host for _, _, host in taken}) == hosts


def test_two_who_add_the_same_address_at_the_same_time_make_one_watch(database, a_watch):
    start = threading.Barrier(2)
    results: list[object] = []

    def add():
        new = a_watch("https://example.org/same")
        start.wait(10)
        try:
            with database.write() as conn:
                watches.add_watch(conn, new)
        except DuplicateWatch as duplicate:
            results.append(duplicate.existing_id)
        else:
            results.append(new.id)

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == 2
    assert len(set(results)) == 1
