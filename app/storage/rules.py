"""By which rules the claims of each statement were found, and what older rules had found of an edit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.claims import Level
from app.domain.edits import Edit
from app.domain.ids import EditId, StatementId, WatchId
from app.storage.tables import earlier_analysis, statement, statement_rules

NEVER = ""
"""The claims of a statement were never found, or not all of their forms."""


@dataclass(frozen=True, slots=True)
class EarlierAnalysis:
    """What older rules had found of an edit: the edit and its changes as JSON, as they were told before."""

    edit_id: EditId
    analyzer_version: str
    replaced_at: datetime
    level: Level
    results: dict[str, Any]


def add_rules(conn: sa.Connection, statement_id: StatementId, rules: str) -> None:
    """Note by which rules the claims of a new statement were found."""
    conn.execute(sa.insert(statement_rules), {"statement_id": statement_id, "rules": rules})


def mark_rules(conn: sa.Connection, statement_id: StatementId, rules: str) -> None:
    """Note by which rules they are found now."""
    mine = statement_rules.c.statement_id == statement_id
    conn.execute(sa.update(statement_rules).where(mine).values(rules=rules))


def find_all_rules(conn: sa.Connection) -> tuple[str, ...]:
    """All rules by which the claims of some statement were found."""
    return tuple(conn.execute(sa.select(statement_rules.c.rules).distinct()).scalars())


def find_by_rules(
    conn: sa.Connection,
    rules: Sequence[str],
    *,
    watch_id: WatchId | None = None,
    since: datetime | None = None,
    after: StatementId | None = None,
    limit: int,
) -> tuple[StatementId, ...]:
    """Statements whose claims were found by these rules, in the order of their ids, behind ``after``.

    ``since``: only those first seen, or last edited, then or later.
    """
    query = _by_rules(sa.select(statement_rules.c.statement_id), rules, watch_id, since)
    if after is not None:
        query = query.where(statement_rules.c.statement_id > after)
    return tuple(conn.execute(query.order_by(statement_rules.c.statement_id).limit(limit)).scalars())


def count_by_rules(
    conn: sa.Connection, rules: Sequence[str], *, watch_id: WatchId | None = None, since: datetime | None = None
) -> int:
    """How many there are of them."""
    query = _by_rules(sa.select(sa.func.count()).select_from(statement_rules), rules, watch_id, since)
    return int(conn.execute(query).scalar_one())


def add_earlier_analysis(conn: sa.Connection, of: Edit, results: dict[str, Any], *, replaced_at: datetime) -> None:
    """Keep what had been found of an edit, before newer results take its place."""
    assert of.analyzer_version is not None
    row = {
        "statement_id": of.statement_id,
        "edit_id": of.id,
        "analyzer_version": of.analyzer_version,
        "replaced_at": replaced_at,
        "level": of.level,
        "results": results,
    }
    conn.execute(sa.insert(earlier_analysis).values(row))


def list_earlier_analyses(conn: sa.Connection, of: Edit) -> tuple[EarlierAnalysis, ...]:
    """What older rules had found of an edit, the latest first."""
    mine = sa.and_(earlier_analysis.c.statement_id == of.statement_id, earlier_analysis.c.edit_id == of.id)
    rows = conn.execute(sa.select(earlier_analysis).where(mine).order_by(earlier_analysis.c.replaced_at.desc()))
    return tuple(
        EarlierAnalysis(EditId(row.edit_id), row.analyzer_version, row.replaced_at, Level(row.level), row.results)
        for row in rows
    )


def _by_rules(
    query: sa.Select[Any], rules: Iterable[str], watch_id: WatchId | None, since: datetime | None
) -> sa.Select[Any]:
    query = query.where(statement_rules.c.rules.in_(list(rules)))
    if watch_id is not None or since is not None:
        query = query.join(statement, statement.c.id == statement_rules.c.statement_id)
    if watch_id is not None:
        query = query.where(statement.c.watch_id == watch_id)
    if since is not None:
        query = query.where(sa.or_(statement.c.first_seen_at >= since, statement.c.last_edited_at >= since))
    return query
