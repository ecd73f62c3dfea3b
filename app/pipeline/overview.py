"""How everything stands: one consistent reading of what waits, what is late, who works and what was found last.

It comes from rows alone, so that the API, a terminal beside it and another machine tell the same.
"""

from datetime import timedelta

from app.domain.service import Overdue, Service, WorkerState, judge
from app.pipeline.newsroom import Clock
from app.storage import stock, workers
from app.storage.database import Database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def overdue_now(database: Database, clock: Clock, after_seconds: float) -> tuple[Overdue, ...]:
    """What is late by more than ``after_seconds`` and could have been done; nothing where all is well."""
    with database.read() as conn:
        return stock.find_overdue(conn, now=clock(), after_seconds=after_seconds)


def take_stock(database: Database, clock: Clock, overdue_seconds: float) -> Service:
    """How the service fares now. Each number is one short reading of an index."""
    now = clock()
    with database.read() as conn:
        overdue = stock.find_overdue(conn, now=now, after_seconds=overdue_seconds)
        known = workers.list_workers(conn, now=now)
        alive = tuple(one for one in known if one.state is WorkerState.ALIVE)
        due = stock.load_due_checks(conn, now=now)
        return Service(
            at=now,
            state=judge(overdue, alive, owes_checks=stock.has_checks(conn)),
            overdue=overdue,
            workers=known,
            checks=due,
            lag_seconds=0.0 if due.since is None else (now - due.since).total_seconds(),
            checks_in_hand=sum(one.in_hand for one in alive),
            checks_per_minute=sum(one.checks_per_minute for one in alive),
            analyses=stock.load_owed_analyses(conn),
            alerts=stock.count_waiting_alerts(conn),
            destinations=stock.list_debts(conn),
            watches=stock.count_watches(conn),
            troubles=stock.list_troubles(conn),
            open_gaps=stock.count_open_gaps(conn),
            resting=stock.list_resting(conn, now=now),
            hosts_resting=stock.count_resting(conn, now=now),
            edits_last_hour=stock.count_edits(conn, since=now - HOUR),
            edits_last_day=stock.count_edits(conn, since=now - DAY),
            last_edit=stock.find_last_edit(conn),
        )
