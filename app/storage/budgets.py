"""The budget of requests: what all checks ask for, what each host may have of it, and what was spent in all.

Reading all checks is the only work here that grows with their number; one worker does it at a time, now and then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.budget import Allowance, Demand
from app.storage.dialect import EPOCH, insert_or_skip
from app.storage.tables import budget, check, host

ONLY = budget.c.id == 1


@dataclass(frozen=True, slots=True)
class Counted:
    """What the checks of one host ask for, the pause between its requests, and what they may have now."""

    host: str
    demand: Demand
    gap_seconds: float
    allowance: Allowance


def begin_count(conn: sa.Connection, *, now: datetime, again_at: datetime) -> bool:
    """True where the demand is to be counted: whoever asks counts it now, nobody else before ``again_at``."""
    _know_budget(conn)
    is_due = sa.and_(ONLY, budget.c.count_at <= now)
    return conn.execute(sa.update(budget).where(is_due).values(count_at=again_at)).rowcount == 1


def end_count(conn: sa.Connection, *, again_at: datetime) -> None:
    """Note when the demand is to be counted again."""
    conn.execute(sa.update(budget).where(ONLY).values(count_at=again_at))


def count_demand(conn: sa.Connection) -> tuple[Counted, ...]:
    """What all checks ask for that are not paused, host by host."""
    rates = (check.c.pinned_rate, check.c.base_rate, check.c.eager_rate)
    summed = [sa.func.sum(rate).label(rate.name) for rate in rates]
    runs = sa.not_(check.c.is_paused)
    sums = sa.select(check.c.host, *summed).where(runs).group_by(check.c.host).subquery()
    query = sa.select(sums, host.c.gap_seconds, host.c.base_share, host.c.stretch).join(
        host, host.c.name == sums.c.host
    )
    return tuple(
        Counted(
            host=row.host,
            demand=Demand(row.pinned_rate, row.base_rate, row.eager_rate),
            gap_seconds=row.gap_seconds,
            allowance=Allowance(row.base_share, row.stretch),
        )
        for row in conn.execute(query)
    )


def set_allowances(conn: sa.Connection, allowances: Mapping[str, Allowance]) -> None:
    """How much of their demand the checks of these hosts may have, from their next planning on."""
    for name, one in sorted(allowances.items()):
        values = {"base_share": one.base_share, "stretch": one.stretch}
        conn.execute(sa.update(host).where(host.c.name == name).values(values))


def get_paid_until(conn: sa.Connection) -> datetime:
    """How far the budget of all requests is spent; long ago where nothing was."""
    return conn.execute(sa.select(budget.c.paid_until).where(ONLY)).scalar_one_or_none() or EPOCH


def mark_paid(conn: sa.Connection, *, until: datetime) -> None:
    """Note how far the budget of all requests is spent."""
    if conn.execute(sa.update(budget).where(ONLY).values(paid_until=until)).rowcount == 0:
        _know_budget(conn)
        mark_paid(conn, until=until)


def _know_budget(conn: sa.Connection) -> None:
    conn.execute(insert_or_skip(conn, budget), [{"id": 1, "count_at": EPOCH, "paid_until": EPOCH}])
