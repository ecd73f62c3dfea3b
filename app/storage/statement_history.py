"""The history of one statement at a glance: its wordings without their texts, and what its edits did to claims."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.edits import Edit, KeptChange
from app.domain.ids import EditId, StatementId
from app.storage.edits import change_of
from app.storage.tables import claim_change, version


@dataclass(frozen=True, slots=True)
class VersionMark:
    """One wording without its text: when it was seen, and which earlier one it repeats."""

    number: int
    first_seen_at: datetime
    last_seen_at: datetime
    restores: int | None
    is_technical: bool


def list_version_marks(conn: sa.Connection, statement_id: StatementId, *, limit: int) -> tuple[VersionMark, ...]:
    """The newest wordings of a statement, ours and those of archives, oldest first."""
    of = version.c
    query = sa.select(of.number, of.first_seen_at, of.last_seen_at, of.restores, of.is_technical)
    mine = query.where(of.statement_id == statement_id).order_by(of.first_seen_at.desc(), of.number.desc())
    rows = conn.execute(mine.limit(limit)).all()
    return tuple(VersionMark(*row) for row in reversed(rows))


def list_changes_of_edits(conn: sa.Connection, of: Iterable[Edit]) -> Mapping[EditId, tuple[KeptChange, ...]]:
    """What each of these edits of one statement did to its claims, in reading order."""
    steps = {edit.id: edit for edit in of}
    if not steps:
        return {}
    (statement_id,) = {edit.statement_id for edit in steps.values()}
    mine = sa.and_(claim_change.c.statement_id == statement_id, claim_change.c.edit_id.in_(list(steps)))
    rows = conn.execute(sa.select(claim_change).where(mine).order_by(claim_change.c.edit_id, claim_change.c.place))
    found: dict[EditId, tuple[KeptChange, ...]] = {}
    for row in rows:
        edit = steps[row.edit_id]
        found[edit.id] = (*found.get(edit.id, ()), change_of(row, edit))
    return found
