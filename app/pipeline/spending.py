"""Keeping within the budgets: how much of its demand each host may have, and what may be asked for in all just now."""

from datetime import datetime, timedelta

from app.domain.budget import NO_DEMAND, Allowance, affordable_count, fit, paid_after
from app.pipeline.newsroom import Newsroom
from app.storage import budgets
from app.storage.budgets import Counted
from app.storage.database import Connection
from app.storage.server_time import now_in

COUNT_EVERY = timedelta(seconds=60)
REST_FACTOR = 100
"""Counting is repeated after a hundred times the time that it took, if that is longer."""


def count_demand(newsroom: Newsroom) -> int:
    """Count what all checks ask for, where that is due, and fit the allowances; how many hosts have another one now.

    Raises:
        StorageError: the database could not be used.
    """
    rules = newsroom.rules
    if rules.host_requests_per_hour is None and rules.requests_per_hour is None:
        return 0
    with newsroom.database.write() as conn:
        started_at = now_in(conn, newsroom.clock)
        if not budgets.begin_count(conn, now=started_at, again_at=started_at + COUNT_EVERY):
            return 0
    with newsroom.database.read() as conn:
        counted = budgets.count_demand(conn)
    changed = changed_allowances(
        counted, host_per_hour=rules.host_requests_per_hour, all_per_hour=rules.requests_per_hour
    )
    with newsroom.database.write() as conn:
        ended_at = now_in(conn, newsroom.clock)
        rest = max(COUNT_EVERY, (ended_at - started_at) * REST_FACTOR)
        budgets.set_allowances(conn, changed)
        budgets.end_count(conn, again_at=ended_at + rest)
    return len(changed)


def changed_allowances(
    counted: tuple[Counted, ...], *, host_per_hour: float | None, all_per_hour: float | None
) -> dict[str, Allowance]:
    """The hosts of which the allowance is to be another one, by name: within its own budget and that of all."""
    own = {one.host: fit(one.demand, _per_second(host_per_hour, one.gap_seconds)) for one in counted}
    whole = NO_DEMAND
    for one in counted:
        whole = whole.plus(one.demand.within(own[one.host]))
    shared = fit(whole, _per_second(all_per_hour, 0.0))
    fitted = {one.host: own[one.host].times(shared) for one in counted}
    return {one.host: fitted[one.host] for one in counted if fitted[one.host].differs_from(one.allowance)}


def affordable(conn: Connection, newsroom: Newsroom, *, now: datetime, limit: int) -> int:
    """How many of up to ``limit`` requests the budget of all requests has room for at this moment."""
    if newsroom.rules.requests_per_hour is None:
        return limit
    paid_until = budgets.get_paid_until(conn)
    return min(limit, affordable_count(paid_until, newsroom.rules.requests_per_hour, now))


def spend(conn: Connection, newsroom: Newsroom, *, now: datetime, count: int) -> None:
    """Take requests that are about to be made out of the budget of all requests."""
    per_hour = newsroom.rules.requests_per_hour
    if per_hour is not None and count:
        until = paid_after(budgets.get_paid_until(conn), per_hour, now, count=count)
        budgets.mark_paid(conn, until=until)


def _per_second(per_hour: float | None, gap_seconds: float) -> float | None:
    """A budget as requests a second: never more than the pause between two requests leaves room for."""
    rates = [] if per_hour is None else [per_hour / 3600]
    return min([*rates, 1.0 / gap_seconds] if gap_seconds > 0.0 else rates, default=None)
