"""Which statements were last read by rules that are not those of today, to be read again from their kept bytes."""

from collections.abc import Collection

import sqlalchemy as sa

from app.domain.ids import StatementId, WatchId
from app.storage.tables import statement


def count_read_otherwise(conn: sa.Connection, watch_id: WatchId, rules: Collection[str]) -> int:
    """How many statements of a watch were last read by other rules than these."""
    others = sa.and_(statement.c.watch_id == watch_id, statement.c.read_by.not_in(list(rules)))
    return conn.execute(sa.select(sa.func.count()).select_from(statement).where(others)).scalar_one()


def find_read_otherwise(
    conn: sa.Connection, watch_id: WatchId, rules: Collection[str], *, after: StatementId | None, limit: int
) -> tuple[tuple[StatementId, str], ...]:
    """Ids and external ids of such statements, in the order of their ids, behind ``after``."""
    others = sa.select(statement.c.id, statement.c.external_id).where(
        statement.c.watch_id == watch_id, statement.c.read_by.not_in(list(rules))
    )
    if after is not None:
        others = others.where(statement.c.id > after)
    rows = conn.execute(others.order_by(statement.c.id).limit(limit))
    return tuple((StatementId(row.id), str(row.external_id)) for row in rows)
