"""Taking due work costs the same however much is owed, and finds everything that is due, whatever happened before."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.checks import Purpose
from app.domain.errors import LeaseLost
from app.storage import checks, hosts
from app.storage.database import Database
from app.storage.tables import check, host
from app.storage.tables import watch as watch_table
from benchmarks.due_work import SHAPES, fill

FEW, MANY = 1_000, 30_000
ALLOWED = 1.3


def steps_of_sqlite(database, clock, *, is_small):
    """Instructions of the virtual machine of SQLite in one taking: the same on every machine."""
    steps = 0

    def one_more():
        nonlocal steps
        steps += 1

    with database.write() as conn:
        driver = conn.connection.dbapi_connection
        driver.set_progress_handler(one_more, 10)
        try:
            taken = checks.take_checks(conn, now=clock(), limit=8, lease="x", lease_seconds=60)
        finally:
            driver.set_progress_handler(None, 0)
    assert len(taken) > 1
    return steps


def rows_of_postgres(database, clock, *, is_small):
    """Rows that PostgreSQL touches in one taking, as it counts them. (It would read tiny tables whole, and rightly.)"""
    plans = []
    asked = []

    def note(_conn, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    with database.engine.connect() as conn, conn.begin() as transaction:
        sa.event.listen(conn, "before_cursor_execute", note)
        taken = checks.take_checks(conn, now=clock(), limit=8, lease="x", lease_seconds=60)
        sa.event.remove(conn, "before_cursor_execute", note)
        transaction.rollback()
    assert len(taken) > 1
    with database.engine.connect() as conn, conn.begin() as transaction:
        if is_small:
            conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, parameters in asked:
            lines = conn.exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING OFF) {statement}", parameters).scalars()
            plans.append("\n".join(lines))
        transaction.rollback()
    for plan in plans:
        assert "Seq Scan" not in plan, plan
    counts = re.findall(r"Scan .*actual rows=([\d.]+) loops=(\d+)", "\n".join(plans))
    removed = re.findall(r"Rows Removed by Filter: (\d+)", "\n".join(plans))
    return sum(float(rows) * int(loops) for rows, loops in counts) + sum(map(int, removed))


@pytest.fixture
def another(request, tmp_path, database):
    """A second empty database of the same kind."""
    if database.is_sqlite:
        url = f"sqlite:///{tmp_path / 'another.db'}"
        (tmp_path / "another.db").write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
    else:
        url = request.getfixturevalue("postgres_template")()
    with Database(url) as opened:
        yield opened


@pytest.mark.parametrize("shape", SHAPES)
def test_taking_costs_the_same_with_thirty_times_the_watches(database, another, clock, shape):
    fill(database, SHAPES[shape], watches=FEW, now=clock())
    fill(another, SHAPES[shape], watches=MANY, now=clock())
    clock.move(1)
    cost = steps_of_sqlite if database.is_sqlite else rows_of_postgres
    few, many = cost(database, clock, is_small=True), cost(another, clock, is_small=False)
    assert many <= few * ALLOWED, f"{few} with {FEW}, {many} with {MANY}"


def test_hosts_that_are_ready_are_read_in_the_order_of_their_index(database, clock):
    fill(database, SHAPES["everything is due at once"], watches=MANY, now=clock())
    ready = (
        sa.select(host.c.name).where(host.c.ready_at <= clock()).order_by(host.c.ready_at, host.c.name).limit(8)
    ).compile(database.engine, compile_kwargs={"literal_binds": True})
    with database.read() as conn:
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = "\n".join(str(row) for row in conn.exec_driver_sql(f"{explain} {ready}"))
    assert "ix_host_ready_at_name" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_a_check_that_is_put_off_leaves_its_host_to_be_looked_at_once(database, add_watch, owe, take, clock):
    watch = add_watch()
    statement_id = owe(watch, purpose=Purpose.STATEMENT).id
    with database.write() as conn:
        conn.execute(sa.update(check).values(statement_id=statement_id))
    assert len(take("before")) == 1
    with database.write() as conn:
        conn.execute(sa.update(check).values(lease=None, due_at=clock()))
        conn.execute(sa.update(host).values(lease=None, next_at=clock(), ready_at=clock()))
        later = clock() + timedelta(seconds=60)
        checks.postpone_own_checks(conn, [statement_id], due_at=later, reason="seen on the list")
    assert take() == ()
    assert ready_at(database) == clock() + timedelta(seconds=60)
    clock.move(60)
    assert len(take()) == 1


def test_a_check_that_is_brought_forward_is_found(database, add_watch, owe, take, clock):
    watch = add_watch()
    owe(watch, due_at=clock() + timedelta(days=1))
    assert take() == ()
    with database.write() as conn:
        checks.make_due(conn, watch.id, now=clock(), reason="asked for")
    assert len(take()) == 1


def test_the_last_check_of_a_host_leaves_it_with_nothing_to_be_asked(database, add_watch, owe, take, clock):
    watch = add_watch()
    owe(watch)
    (last,) = take()
    finish(database, last, clock, next_check=None)
    assert ready_at(database) == hosts.NEVER
    owe(watch)
    assert len(take()) == 1


def test_a_check_that_moves_to_another_host_is_found_there(database, add_watch, owe, take, a_check, clock):
    watch = add_watch()
    owe(watch)
    (done,) = take()
    finish(database, done, clock, next_check=a_check(watch, "moved.example.net"))
    (again,) = take()
    assert again.host == "moved.example.net"


def test_many_hosts_that_turn_out_to_have_nothing_do_not_hide_the_one_that_has(database, add_watch, owe, take, clock):
    idle = add_watch()
    for number in range(40):
        owe(idle, f"h{number}.example.org", due_at=clock() - timedelta(seconds=40))
    take("count them in", limit=1)
    with database.write() as conn:
        checks.remove_checks(conn, idle.id)
    wanted = owe(add_watch("https://example.net/one"), "example.net")
    assert [one.id for one in take(limit=8)] == [wanted.id]


def test_a_change_to_a_host_that_somebody_holds_waits_for_nobody_and_is_counted_later(
    database, add_watch, owe, take, clock
):
    """One transaction holds the host; another owes it a check, a third takes work: neither waits, nothing is lost."""
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    owe(add_watch("https://example.org/a"), due_at=clock() + timedelta(days=1))
    assert take("count it in") == ()
    other = add_watch("https://example.org/b")
    with database.write() as holder:
        assert holder.execute(sa.select(host).with_for_update()).all()
        holder.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '20s'")
        owed = owe(other)
        assert take() == ()
    assert [one.id for one in take()] == [owed.id]


def test_a_check_that_somebody_is_changing_is_passed_over(database, add_watch, owe, take, clock):
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    watch = add_watch("https://example.org/a")
    owe(watch)
    free = owe(add_watch("https://example.net/b"), "example.net")
    with database.write() as changer:
        checks.set_paused(changer, watch.id, is_paused=True)
        assert [one.id for one in take()] == [free.id]


ACTS = st.one_of(
    st.tuples(st.just("owe"), st.integers(0, 3), st.integers(-30, 90)),
    st.tuples(st.just("finish"), st.integers(0, 5), st.integers(0, 60)),
    st.tuples(st.just("finish for good"), st.integers(0, 5), st.just(0)),
    st.tuples(st.just("give back"), st.integers(0, 5), st.just(0)),
    st.tuples(st.sampled_from(["make due", "begin anew", "pause", "resume", "remove"]), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("wait"), st.just(0), st.integers(0, 90)),
    st.tuples(st.just("take"), st.integers(1, 3), st.just(0)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=25))
def test_whatever_happened_before_exactly_what_is_due_is_taken(acts, database, add_watch, a_check, clock):
    with database.write() as conn:
        for table in (check, host, watch_table):
            conn.execute(sa.delete(table))
    watches = [add_watch(f"https://h{number}.example.org/page") for number in range(4)]
    held = []
    for act, which, seconds in (*acts, ("take", 10, 0)):
        if act == "wait":
            clock.move(seconds)
        elif act == "take":
            held += taken_as_expected(database, clock, limit=which)
        else:
            with database.write() as conn:
                happen(conn, act, which, seconds, watches, held, a_check, clock)


def happen(conn, act, which, seconds, watches, held, a_check, clock):
    now = clock()
    watch = watches[which % len(watches)]
    if act == "owe":
        name = f"h{which}.example.org"
        checks.add_checks(conn, [a_check(watch, name, due_at=now + timedelta(seconds=seconds))])
    elif act == "make due":
        checks.make_due(conn, watch.id, now=now, reason="asked for")
    elif act == "begin anew":
        checks.begin_anew(conn, watch.id, now=now, reason="other selectors")
    elif act in ("pause", "resume"):
        checks.set_paused(conn, watch.id, is_paused=act == "pause")
    elif act == "remove":
        checks.remove_checks(conn, watch.id)
    elif held:
        done = held.pop(which % len(held))
        if act == "give back":
            checks.give_back(conn, [done], now=now)
            return
        again = None if act == "finish for good" else replace(done, due_at=now + timedelta(seconds=seconds), lease=None)
        with suppress(LeaseLost), conn.begin_nested():
            checks.finish_check(conn, done, next_check=again)
            checks.release_host(conn, done, next_at=now + timedelta(seconds=2), gap_seconds=2, refusals=0)


def taken_as_expected(database, clock, *, limit):
    """What is taken is, of each host that may be asked, the check that is due longest; and as many as may be."""
    ready = sa.and_(check.c.due_at <= clock(), sa.not_(check.c.is_paused), host.c.next_at <= clock())
    with database.read() as conn:
        rows = conn.execute(
            sa.select(check.c.host, check.c.due_at).join(host, host.c.name == check.c.host).where(ready)
        )
        oldest = {}
        for row in rows:
            oldest[row.host] = min(row.due_at, oldest.get(row.host, row.due_at))
    with database.write() as conn:
        lease = f"worker at {clock():%H:%M:%S}"[:32]
        taken = checks.take_checks(conn, now=clock(), limit=limit, lease=lease, lease_seconds=45)
    assert len(taken) == min(limit, len(oldest))
    assert {one.host: one.due_at for one in taken}.items() <= oldest.items()
    return list(taken)


def finish(database, done, clock, *, next_check):
    with database.write() as conn:
        checks.finish_check(conn, done, next_check=next_check)
        checks.release_host(conn, done, next_at=clock(), gap_seconds=0, refusals=0)


def ready_at(database):
    with database.read() as conn:
        return conn.execute(sa.select(host.c.ready_at)).scalar_one()
