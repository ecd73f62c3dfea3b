"""The budget of requests as it is kept: counted by one at a time, fitted to each host, and enough for a long day."""

import random
import statistics
from bisect import bisect_right
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.budget import STEADY_SHARE, Allowance, Demand, affordable_at, affordable_count, paid_after
from app.domain.checks import Purpose
from app.domain.hazard import DAY, NOTHING_SEEN, Clock, Lesson, Phase, cell_of
from app.domain.ids import StatementId
from app.domain.schedule import Outlook, ScheduleRules, next_list_look, next_statement_look
from app.domain.watches import SourceKind
from app.pipeline.spending import changed_allowances
from app.storage import budgets, checks, watches
from app.storage.identity import new_id
from app.storage.tables import host, statement, watch

LISTS, STATEMENTS, ON_A_PAGE = 2, 10_000, 20
PER_HOUR, GAP_SECONDS = 100.0, 2.0
RULES = ScheduleRules()
HOST = "t.example.org"


def test_the_demand_is_counted_by_one_at_a_time_and_again_when_it_is_due(database, clock):
    later = clock() + timedelta(seconds=60)
    with database.write() as conn:
        assert budgets.begin_count(conn, now=clock(), again_at=later)
        assert not budgets.begin_count(conn, now=clock(), again_at=later)
        assert budgets.begin_count(conn, now=later, again_at=later + timedelta(seconds=60))
        budgets.end_count(conn, again_at=later)
        assert budgets.begin_count(conn, now=later, again_at=later)


def test_the_demand_of_a_host_is_the_sum_over_its_checks_that_run(database, add_watch, owe):
    owe(add_watch("https://example.org/a"), demand=Demand(base=0.25, eager=0.5))
    owe(add_watch("https://example.org/b"), demand=Demand(pinned=0.125))
    paused = add_watch("https://example.org/c")
    owe(paused, demand=Demand(base=8.0))
    owe(add_watch("https://example.net/"), "example.net", demand=Demand(eager=2.0))
    with database.write() as conn:
        checks.set_paused(conn, paused.id, is_paused=True)
    with database.read() as conn:
        counted = {one.host: one for one in budgets.count_demand(conn)}
    assert counted["example.org"].demand == Demand(pinned=0.125, base=0.25, eager=0.5)
    assert counted["example.net"].demand == Demand(eager=2.0)
    assert all(one.allowance == Allowance() for one in counted.values())


def test_an_allowance_comes_along_with_each_check_that_is_taken(database, add_watch, owe, take):
    owe(add_watch())
    with database.write() as conn:
        budgets.set_allowances(conn, {"example.org": Allowance(0.5, 3.0), "nowhere.example": Allowance(0.1, 9.0)})
    (taken,) = take()
    assert taken.allowance == Allowance(0.5, 3.0)


def test_what_was_spent_in_all_is_kept_and_leaves_room_for_so_many(database, clock):
    with database.write() as conn:
        assert affordable_count(budgets.get_paid_until(conn), 1000, clock()) == 90
        spent = paid_after(budgets.get_paid_until(conn), 1000, clock(), count=40)
        budgets.mark_paid(conn, until=spent)
        budgets.mark_paid(conn, until=spent)
    with database.read() as conn:
        assert budgets.get_paid_until(conn) == spent
        assert affordable_count(budgets.get_paid_until(conn), 1000, clock()) == 50


def test_habits_are_learned_kept_and_forgotten(database, add_watch):
    mine, other = add_watch(), add_watch("https://example.org/other")
    cell = cell_of(Phase.EDITED, DAY)
    with database.write() as conn:
        watches.learn(conn, mine.id, [Lesson(cell, 1, 600.0)])
        watches.learn(conn, mine.id, [Lesson(cell, 0.25, 60.5), Lesson(0, 0, 900.0)])
        watches.learn(conn, mine.id, [])
    with database.read() as conn:
        habit = watches.get_watch(conn, mine.id).habit
        assert (habit.edits[cell], habit.seconds[cell], habit.seconds[0]) == (1.25, 660.5, 900.0)
        assert watches.get_watch(conn, other.id).habit == NOTHING_SEEN
    with database.write() as conn:
        watches.forget_habit(conn, mine.id)
        assert watches.get_watch(conn, mine.id).habit == NOTHING_SEEN


def test_a_habit_that_an_earlier_program_kept_is_read(database, add_watch):
    mine = add_watch()
    with database.write() as conn:
        old = {"edits": [2] * 30, "seconds": [900.0] * 30}
        conn.execute(sa.update(watch).where(watch.c.id == mine.id).values(habit=old))
        watches.learn(conn, mine.id, [Lesson(cell_of(Phase.PUBLISHED, 800 * DAY), 1, 10.0)])
        habit = watches.get_watch(conn, mine.id).habit
    assert (habit.seen_edits(Phase.PUBLISHED), habit.seen_edits(Phase.EDITED)) == (31, 30)


class LongDay:
    """One host with lists that show new posts, and with ten thousand old statements, each with a check of its own."""

    def __init__(self, database, clock):
        self.database, self.clock, self.start = database, clock, clock()
        self.chance = random.Random(5)
        self.asked, self.delays, self.counted_at = [], [], clock() - timedelta(days=1)
        self.posts, self.found = {}, {}
        self.pages, self.page_of, self.seen_at = [], {}, {}

    def add_list(self, made):
        """A list that has a new post about every hour."""
        times = sorted(self.start + timedelta(seconds=self.chance.uniform(0, DAY)) for _ in range(24))
        self.posts[made.id], self.found[made.id] = times, 0

    def add_statements(self, of):
        """Old statements of these watches, twenty of which are shown by each request."""
        born = self.start - timedelta(days=400)
        same = {"read_from": "own", "read_by": "1", "url": "", "state": "present", "text_sha256": ""}
        same |= dict.fromkeys(("first_seen_at", "last_seen_at", "last_checked_at", "published_at"), born)
        same |= {"version_count": 1, "edit_count": 0}
        keys = [StatementId(new_id()) for _ in range(STATEMENTS)]
        rows = [{"id": key, "watch_id": of[i % LISTS].id, "external_id": str(i), **same} for i, key in enumerate(keys)]
        with self.database.write() as conn:
            conn.execute(sa.insert(statement), rows)
        self.pages = [keys[i : i + ON_A_PAGE] for i in range(0, STATEMENTS, ON_A_PAGE)]
        self.page_of = {key: page for page in self.pages for key in page}
        self.seen_at = dict.fromkeys(keys, self.start)
        return {row["id"]: row["watch_id"] for row in rows}

    def run(self):
        """The whole day: each due check is taken, made and put back, as fast as the host may be asked."""
        while self.clock() < self.start + timedelta(days=1):
            if self.clock() - self.counted_at >= timedelta(minutes=30):
                self.count()
            with self.database.write() as conn:
                taken = checks.take_checks(conn, now=self.clock(), limit=8, lease="w", lease_seconds=60)
                for one in taken:
                    self.look(conn, one)
            if not taken:
                self.wait()

    def count(self):
        with self.database.write() as conn:
            counted = budgets.count_demand(conn)
            changed = changed_allowances(counted, host_per_hour=PER_HOUR, all_per_hour=None)
            budgets.set_allowances(conn, changed)
        self.counted_at = self.clock()

    def wait(self):
        with self.database.read() as conn:
            ready = conn.execute(sa.select(host.c.ready_at).where(host.c.name == HOST)).scalar_one()
        self.clock.now = max(ready or self.clock(), self.clock() + timedelta(seconds=1))

    def look(self, conn, one):
        now = self.clock()
        self.asked.append(now)
        if one.purpose is Purpose.LIST:
            due_at, demand = self.see_list(one, now)
        else:
            due_at, demand = self.see_page(conn, one, now)
        checks.finish_check(conn, one, next_check=replace(one, due_at=due_at, demand=demand, lease=None))
        paid_until = paid_after(one.paid_until or now, PER_HOUR, now)
        next_at = max(affordable_at(paid_until, PER_HOUR, now), now + timedelta(seconds=GAP_SECONDS))
        checks.release_host(conn, one, next_at=next_at, gap_seconds=GAP_SECONDS, refusals=0, paid_until=paid_until)

    def see_list(self, one, now):
        posts = self.posts[one.watch_id]
        there = bisect_right(posts, now)
        self.delays += [(now - at).total_seconds() for at in posts[self.found[one.watch_id] : there]]
        self.found[one.watch_id] = there
        shown = [Clock(at, Phase.PUBLISHED) for at in posts[max(there - ON_A_PAGE, 0) : there]]
        outlook = Outlook(shown, NOTHING_SEEN, SourceKind.TELEGRAM_CHANNEL, one.allowance, self.chance.random())
        look = next_list_look(now=now, interval_seconds=None, outlook=outlook, rules=RULES)
        return look.due_at, look.demand

    def see_page(self, conn, one, now):
        page = self.page_of[one.statement_id]
        self.seen_at |= dict.fromkeys(page, now)
        shown = [Clock(self.start - timedelta(days=400), Phase.PUBLISHED)] * ON_A_PAGE
        outlook = Outlook(shown, NOTHING_SEEN, SourceKind.TELEGRAM_CHANNEL, one.allowance, self.chance.random())
        look = next_statement_look(now=now, interval_seconds=None, outlook=outlook, rules=RULES)
        others = [key for key in page if key != one.statement_id]
        checks.postpone_own_checks(conn, others, due_at=look.due_at, reason="seen", demand=look.demand)
        return look.due_at, look.demand


@pytest.fixture
def long_day(database, clock, add_watch, a_check):
    if not database.is_sqlite:
        pytest.skip("a thousand transactions are quick on a file only; each of them is tested on both")
    day = LongDay(database, clock)
    lists = [add_watch(f"https://{HOST}/{i}", kind=SourceKind.TELEGRAM_CHANNEL) for i in range(LISTS)]
    for made in lists:
        day.add_list(made)
    owners = day.add_statements(lists)
    base = Demand(base=1 / RULES.greatest_seconds / ON_A_PAGE)
    owed = [a_check(made, HOST, demand=Demand(base=1 / RULES.usual_seconds)) for made in lists]
    owed += [
        replace(
            a_check(lists[0], HOST, purpose=Purpose.STATEMENT, demand=base),
            watch_id=owners[key],
            statement_id=key,
            due_at=day.start + timedelta(seconds=DAY * place / len(day.pages)),
        )
        for place, page in enumerate(day.pages)
        for key in page
    ]
    with database.write() as conn:
        checks.add_checks(conn, owed)
    return day


def test_a_day_of_ten_thousand_statements_on_one_host_keeps_its_budget_and_starves_nobody(long_day):
    long_day.run()
    asked = long_day.asked
    for place, at in enumerate(asked):
        within_an_hour = bisect_right(asked, at + timedelta(hours=1) - timedelta(microseconds=1)) - place
        assert within_an_hour <= PER_HOUR + 1
    assert len(long_day.delays) >= 0.98 * LISTS * 24
    turn_seconds = 3_600 / (STEADY_SHARE * PER_HOUR)
    assert statistics.fmean(long_day.delays) <= RULES.usual_seconds / 2
    assert max(long_day.delays) <= RULES.usual_seconds + 4 * turn_seconds
    unseen = [long_day.clock() - at for at in long_day.seen_at.values()]
    assert max(unseen) <= timedelta(seconds=1.1 * RULES.greatest_seconds)
    assert sum(at > long_day.start for at in long_day.seen_at.values()) >= 0.99 * STATEMENTS
