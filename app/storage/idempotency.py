"""What was already done once for an Idempotency-Key, and what was answered then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.ids import KeyId
from app.storage.dialect import insert_or_skip
from app.storage.tables import idempotency_key


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """The answer that the first request got; ``fingerprint`` is the SHA-256 (hex) of its body."""

    fingerprint: str
    status: int
    answer: Any
    headers: Mapping[str, str]


def find_answer(conn: sa.Connection, key_id: KeyId, route: str, value: str) -> PastAnswer | None:
    """What was answered to this Idempotency-Key before."""
    mine = sa.and_(
        idempotency_key.c.key_id == key_id, idempotency_key.c.route == route, idempotency_key.c.value == value
    )
    row = conn.execute(sa.select(idempotency_key).where(mine)).one_or_none()
    return None if row is None else PastAnswer(row.fingerprint, row.status, row.answer, row.headers)


def reserve_answer(
    conn: sa.Connection, key_id: KeyId, route: str, value: str, *, fingerprint: str, now: datetime
) -> bool:
    """Take an Idempotency-Key for this transaction; False where it is taken, by one that has ended.

    Of two requests at the same time the second waits here until the first has ended.
    """
    row = {"key_id": key_id, "route": route, "value": value, "created_at": now}
    row |= {"fingerprint": fingerprint, "status": 0, "answer": None, "headers": {}}
    taken = insert_or_skip(conn, idempotency_key).values(row).returning(idempotency_key.c.value)
    return conn.execute(taken).first() is not None


def keep_answer(conn: sa.Connection, key_id: KeyId, route: str, value: str, answer: PastAnswer) -> None:
    """Remember the answer to a reserved key, in the transaction that did what it says."""
    mine = sa.and_(
        idempotency_key.c.key_id == key_id, idempotency_key.c.route == route, idempotency_key.c.value == value
    )
    values = {"status": answer.status, "answer": answer.answer, "headers": dict(answer.headers)}
    conn.execute(sa.update(idempotency_key).where(mine).values(values))


def forget_answers(conn: sa.Connection, *, before: datetime) -> int:
    """Forget answers older than that; how many."""
    return conn.execute(sa.delete(idempotency_key).where(idempotency_key.c.created_at < before)).rowcount
