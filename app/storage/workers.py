"""The workers as they last described themselves."""

from datetime import datetime

import sqlalchemy as sa

from app.domain.service import Worker, state_of_worker
from app.storage.tables import worker

MOST_WORKERS = 500


def mark_worker(conn: sa.Connection, now_as: Worker) -> None:
    """Note how a worker is; one that is not known yet is added."""
    row = {column.name: getattr(now_as, column.name) for column in worker.c}
    if conn.execute(sa.update(worker).where(worker.c.id == now_as.id).values(row)).rowcount == 0:
        conn.execute(sa.insert(worker).values(row))


def remove_worker(conn: sa.Connection, worker_id: str) -> None:
    """It has ended as it should."""
    conn.execute(sa.delete(worker).where(worker.c.id == worker_id))


def forget_workers(conn: sa.Connection, *, seen_before: datetime) -> None:
    """Those that have been silent for so long are not shown any more."""
    conn.execute(sa.delete(worker).where(worker.c.seen_at < seen_before))


def list_workers(conn: sa.Connection, *, now: datetime) -> tuple[Worker, ...]:
    """All that are known, those that were seen last first."""
    rows = conn.execute(sa.select(worker).order_by(worker.c.seen_at.desc(), worker.c.id).limit(MOST_WORKERS))
    return tuple(Worker(**row._mapping, state=state_of_worker(row.seen_at, now)) for row in rows)
