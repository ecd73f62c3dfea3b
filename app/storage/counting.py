"""Counting that ends: behind so many the answer is "at least", so that no count costs more as the record grows."""

from typing import Any

import sqlalchemy as sa

from app.domain.service import Amount, Precision

MOST = 10_000
ONE = sa.literal(1).label("one")


def count_up_to(conn: sa.Connection, query: sa.Select[Any], most: int = MOST) -> Amount:
    """How many rows a query has; reading ends behind ``most``."""
    found = conn.execute(sa.select(sa.func.count()).select_from(query.limit(most + 1).subquery())).scalar_one()
    return amount_of(found, most)


def amount_of(found: int, most: int) -> Amount:
    """What was counted up to one more than ``most``."""
    return Amount(found) if found <= most else Amount(most, Precision.AT_LEAST)
