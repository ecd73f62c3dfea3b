"""What waits, what is late and what is wrong, each by one short reading of an index, however much is kept.

Counting ends (app.storage.counting): behind that the answer is "at least". The number of all watches is then the
database's own estimate. So none of these questions costs more at a million watches than at some thousands.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.destinations import DestinationState
from app.domain.ids import DestinationId, EditId, StatementId, WatchId
from app.domain.observations import Outcome
from app.domain.service import Amount, Debt, LastEdit, Overdue, Precision, Queue, Resting, Trouble, Work
from app.domain.watches import WatchHealth, WatchState
from app.storage.counting import MOST, ONE, amount_of, count_up_to
from app.storage.dialect import estimate_rows
from app.storage.tables import alert, check, destination, edit, event, flag, gap, host, statement, watch

MOST_SHOWN = 10
MOST_OF_DESTINATION = 1_000
RECENT = 50
RUNS = sa.not_(check.c.is_paused)
PENDING = alert.c.state == sa.literal_column("'pending'")
OURS = sa.and_(sa.not_(edit.c.is_technical), sa.not_(edit.c.is_archived))
"""An edit that we saw a publisher make: neither a change of our own rules, nor one that an archive saw."""
OWED = edit.c.analysis_state == sa.literal_column("'owed'")
WHY_RESTING = (
    host.c.refusals > sa.literal_column("0"),
    sa.and_(host.c.silences > sa.literal_column("1"), host.c.refusals == 0),
)
"""A host asked for less; or it did not answer, more than once in a row."""


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """How much the record holds."""

    statements: int
    versions: int
    edits: int


def count_record(conn: sa.Connection) -> RecordCounts:
    """How much the record holds; reads every statement's row (50 ms for a million)."""
    versions, edits = sa.func.sum(statement.c.version_count), sa.func.sum(statement.c.edit_count)
    row = conn.execute(sa.select(sa.func.count(), versions, edits).select_from(statement)).one()
    return RecordCounts(row[0], int(row[1] or 0), int(row[2] or 0))


def load_due_checks(conn: sa.Connection, *, now: datetime) -> Queue:
    """The checks that may be made now."""
    due = sa.and_(check.c.due_at <= now, RUNS)
    since = conn.execute(sa.select(sa.func.min(check.c.due_at)).where(due)).scalar_one()
    return Queue(count_up_to(conn, sa.select(ONE).select_from(check).where(due)), since)


def has_checks(conn: sa.Connection) -> bool:
    """True where any check is owed at all, now or later."""
    return (
        conn.execute(sa.select(ONE).select_from(check).where(RUNS).order_by(check.c.due_at).limit(1)).first()
        is not None
    )


def find_overdue(conn: sa.Connection, *, now: datetime, after_seconds: float) -> tuple[Overdue, ...]:
    """What is late by more than ``after_seconds`` although nothing stood against it.

    A check whose host is being asked, or asked for a pause, waits for the host. An alert to a destination that fails
    waits for the destination. Neither is this service's doing.
    """
    before = now - timedelta(seconds=after_seconds)
    found = (_overdue_checks(conn, before), _overdue_alerts(conn, before), _overdue_analyses(conn, before))
    return tuple(one for one in found if one is not None)


def _overdue_checks(conn: sa.Connection, before: datetime) -> Overdue | None:
    late = sa.select(check.c.due_at, check.c.host).where(check.c.due_at < before, RUNS)
    oldest = late.order_by(check.c.due_at).limit(MOST + 1).subquery()
    free = sa.select(sa.func.count().label("late"), sa.func.min(oldest.c.due_at).label("since"))
    free = free.join_from(oldest, host, host.c.name == oldest.c.host).where(host.c.next_at < before)
    return _overdue(Work.CHECKS, conn.execute(free).one())


def _overdue_alerts(conn: sa.Connection, before: datetime) -> Overdue | None:
    mine = sa.and_(alert.c.destination_id == destination.c.id, PENDING, alert.c.next_try_at < before)
    oldest = sa.select(sa.func.min(alert.c.next_try_at)).where(mine).correlate(destination).scalar_subquery()
    some = sa.select(ONE).where(mine).correlate(destination).limit(MOST_OF_DESTINATION).subquery()
    count = sa.select(sa.func.count()).select_from(some).scalar_subquery()
    served = sa.and_(destination.c.state == DestinationState.ACTIVE, destination.c.failing_since.is_(None))
    each = sa.select(count.label("late"), oldest.label("since")).select_from(destination).where(served).subquery()
    totals = sa.select(
        sa.func.coalesce(sa.func.sum(each.c.late), 0).label("late"), sa.func.min(each.c.since).label("since")
    )
    return _overdue(Work.ALERTS, conn.execute(totals).one())


def _overdue_analyses(conn: sa.Connection, before: datetime) -> Overdue | None:
    late = sa.select(edit.c.first_seen_changed_at).where(OWED, edit.c.first_seen_changed_at < before)
    oldest = late.order_by(edit.c.first_seen_changed_at).limit(MOST + 1).subquery()
    found = sa.select(sa.func.count().label("late"), sa.func.min(oldest.c.first_seen_changed_at).label("since"))
    return _overdue(Work.ANALYSES, conn.execute(found).one())


def load_owed_analyses(conn: sa.Connection) -> Queue:
    """The edits whose claims have still to be compared."""
    since = conn.execute(sa.select(sa.func.min(edit.c.first_seen_changed_at)).where(OWED)).scalar_one()
    return Queue(count_up_to(conn, sa.select(ONE).select_from(edit).where(OWED)), since)


def count_waiting_alerts(conn: sa.Connection) -> Amount:
    """The alerts that wait to be sent."""
    return count_up_to(conn, sa.select(ONE).select_from(alert).where(PENDING))


def list_debts(conn: sa.Connection) -> tuple[Debt, ...]:
    """What is owed to each destination; of active ones only where something is. Those that fail come first."""
    mine = sa.and_(alert.c.destination_id == destination.c.id, PENDING)
    some = sa.select(ONE).where(mine).correlate(destination).limit(MOST_OF_DESTINATION + 1).subquery()
    count = sa.select(sa.func.count()).select_from(some).scalar_subquery().label("waiting")
    since = sa.select(sa.func.min(alert.c.created_at)).where(mine).correlate(destination).scalar_subquery()
    shown = (destination.c.id, destination.c.name, destination.c.state, destination.c.failing_since)
    owed = sa.select(*shown, count, since.label("since")).subquery()
    wanted = sa.or_(owed.c.waiting > 0, owed.c.state == DestinationState.DISABLED, owed.c.failing_since.is_not(None))
    order = (owed.c.failing_since.is_(None), owed.c.failing_since, owed.c.since.is_(None), owed.c.since, owed.c.id)
    rows = conn.execute(sa.select(owed).where(wanted).order_by(*order).limit(RECENT))
    return tuple(
        Debt(
            DestinationId(row.id),
            row.name,
            DestinationState(row.state),
            row.failing_since,
            amount_of(row.waiting, MOST_OF_DESTINATION),
            row.since,
        )
        for row in rows
    )


def count_watches(conn: sa.Connection) -> Mapping[WatchHealth, Amount]:
    """The active watches by their health. Where there are very many, those that fare well are what is left of all."""

    def of(state: WatchState, health: WatchHealth | None = None) -> Amount:
        query = sa.select(ONE).select_from(watch).where(watch.c.state == state)
        return count_up_to(conn, query if health is None else query.where(watch.c.health == health))

    counts = {health: of(WatchState.ACTIVE, health) for health in WatchHealth}
    if counts[WatchHealth.HEALTHY].precision is Precision.EXACT:
        return counts
    others = [amount.count for health, amount in counts.items() if health is not WatchHealth.HEALTHY]
    others += [of(state).count for state in WatchState if state is not WatchState.ACTIVE]
    left = (estimate_rows(conn, watch) or 0) - sum(others)
    if left > MOST:
        counts[WatchHealth.HEALTHY] = Amount(left, Precision.ABOUT)
    return counts


def count_open_gaps(conn: sa.Connection) -> Amount:
    """The active watches that cannot be read now."""
    return count_up_to(conn, _open_gaps(ONE))


def list_troubles(conn: sa.Connection, *, limit: int = MOST_SHOWN) -> tuple[Trouble, ...]:
    """The active watches that could not be read for the longest time."""
    query = _open_gaps(gap.c.watch_id, watch.c.name, gap.c.opened_at, gap.c.outcome, gap.c.detail)
    rows = conn.execute(query.order_by(gap.c.opened_at).limit(limit))
    return tuple(
        Trouble(WatchId(row.watch_id), row.name, row.opened_at, Outcome(row.outcome), row.detail) for row in rows
    )


def _open_gaps(*columns: Any) -> sa.Select[Any]:
    query = sa.select(*columns).join_from(gap, watch, watch.c.id == gap.c.watch_id)
    return query.where(gap.c.closed_at.is_(None), watch.c.state == WatchState.ACTIVE)


def count_resting(conn: sa.Connection, *, now: datetime) -> Amount:
    """The hosts that asked for less or did not answer, and are left alone now."""
    both = [count_up_to(conn, sa.select(ONE).select_from(host).where(why, *_rests(now))) for why in WHY_RESTING]
    return amount_of(sum(one.count for one in both) + any(one.precision is not Precision.EXACT for one in both), MOST)


def list_resting(conn: sa.Connection, *, now: datetime, limit: int = MOST_SHOWN) -> tuple[Resting, ...]:
    """Those of them that rest the longest."""
    columns = (host.c.name, host.c.next_at, host.c.refusals, host.c.silences)
    found: list[Resting] = []
    for why in WHY_RESTING:
        rows = conn.execute(sa.select(*columns).where(why, *_rests(now)).order_by(host.c.next_at.desc()).limit(limit))
        found += [Resting(row.name, row.next_at, row.refusals, row.silences) for row in rows]
    return tuple(sorted(found, key=lambda one: one.until, reverse=True)[:limit])


def _rests(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return host.c.next_at > now, host.c.lease.is_(None)


def count_edits(conn: sa.Connection, *, since: datetime) -> Amount:
    """The edits of publishers that were found since then."""
    return count_up_to(conn, sa.select(ONE).select_from(edit).where(edit.c.first_seen_changed_at >= since, OURS))


def find_last_edit(conn: sa.Connection) -> LastEdit | None:
    """The newest edit of a publisher, in the words of its flag or of its event; None where none is among the newest."""
    columns = (edit.c.id, edit.c.statement_id, edit.c.first_seen_changed_at, OURS.label("is_ours"))
    newest = sa.select(*columns).order_by(edit.c.first_seen_changed_at.desc(), edit.c.id.desc()).limit(RECENT)
    row = next((row for row in conn.execute(newest) if row.is_ours), None)
    if row is None:
        return None
    key, statement_id = EditId(row.id), StatementId(row.statement_id)
    return LastEdit(key, statement_id, row.first_seen_changed_at, words_of(conn, key, statement_id))


def words_of(conn: sa.Connection, edit_id: EditId, statement_id: StatementId) -> str:
    """An edit in one line: of its most severe flag, else of its event, else whose statement it was."""
    flagged = sa.select(flag.c.headline).where(flag.c.statement_id == statement_id, flag.c.edit_id == edit_id)
    words = conn.execute(flagged.order_by(flag.c.score.desc(), flag.c.id).limit(1)).scalar_one_or_none()
    if words is None:
        told = sa.select(event.c.body).where(event.c.edit_id == edit_id).order_by(event.c.position).limit(1)
        body = conn.execute(told).scalar_one_or_none()
        words = None if body is None else json.loads(body).get("headline")
    if words is None:
        whose = sa.select(watch.c.publisher, statement.c.title, statement.c.url)
        whose = whose.join_from(statement, watch, watch.c.id == statement.c.watch_id)
        row = conn.execute(whose.where(statement.c.id == statement_id)).one_or_none()
        words = "" if row is None else f"{row.publisher} changed “{row.title or row.url}”"
    return str(words)


def _overdue(work: Work, row: sa.Row[Any, Any]) -> Overdue | None:
    return Overdue(work, amount_of(int(row.late), MOST), row.since) if row.since is not None else None
