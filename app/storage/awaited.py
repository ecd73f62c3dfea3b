"""Edits that are not told yet because a second look is awaited, with all that it takes to tell them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.edits import Confirmation, Edit, KeptChange
from app.domain.errors import LeaseLost
from app.domain.flags import Flag
from app.domain.ids import EditId, StatementId
from app.storage.edits import IN_TIME, OF_THESE, build_edit, change_of
from app.storage.flags import build_flags
from app.storage.sending import send
from app.storage.tables import claim_change, edit, flag
from app.storage.together import Turn, write

_AWAITED = sa.select(edit).where(OF_THESE, edit.c.confirmation == Confirmation.AWAITED).order_by(*IN_TIME)
_EDIT_IDS: sa.BindParameter[Any] = sa.bindparam("edit_ids", expanding=True)
_STATEMENT_IDS: sa.BindParameter[Any] = sa.bindparam("statement_ids", expanding=True)
_CHANGES = sa.select(claim_change).where(
    claim_change.c.statement_id.in_(_STATEMENT_IDS), claim_change.c.edit_id.in_(_EDIT_IDS)
)
_CHANGES = _CHANGES.order_by(claim_change.c.statement_id, claim_change.c.edit_id, claim_change.c.place)
_FLAGS = sa.select(flag).where(flag.c.statement_id.in_(_STATEMENT_IDS), flag.c.edit_id.in_(_EDIT_IDS))
_FLAGS = _FLAGS.order_by(flag.c.score.desc(), flag.c.id)
_SETTLE = sa.update(edit).where(
    edit.c.statement_id == sa.bindparam("of_statement"),
    edit.c.id == sa.bindparam("of_edit"),
    edit.c.confirmation == sa.bindparam("as_read"),
    sa.func.coalesce(edit.c.analyzer_version, "") == sa.bindparam("read_by"),
)
_SETTLE = _SETTLE.values({name: sa.bindparam(name) for name in ("confirmation", "confirmed_at")})


@dataclass(frozen=True, slots=True)
class Awaited:
    """An edit that waits, what it did to claims in reading order, and what was flagged of it, most severe first."""

    edit: Edit
    changes: tuple[KeptChange, ...]
    flags: tuple[Flag, ...]


def find_awaited(conn: sa.Connection, statement_ids: Iterable[StatementId]) -> tuple[Edit, ...]:
    """The edits of these statements that wait for a second look, oldest first."""
    return tuple(build_edit(row) for row in conn.execute(_AWAITED, {"statement_ids": list(statement_ids)}))


def load_awaited(conn: sa.Connection, statement_ids: Iterable[StatementId]) -> tuple[Awaited, ...]:
    """The same with all that it takes to tell them, however many, in three more questions."""
    found = {one.id: one for one in find_awaited(conn, statement_ids)}
    if not found:
        return ()
    wanted = {"statement_ids": list({one.statement_id for one in found.values()}), "edit_ids": list(found)}
    changes: dict[EditId, list[KeptChange]] = defaultdict(list)
    for row in conn.execute(_CHANGES, wanted).all():
        changes[row.edit_id].append(change_of(row, found[row.edit_id]))
    flags: dict[EditId, list[Flag]] = defaultdict(list)
    for one in build_flags(conn, conn.execute(_FLAGS, wanted).all()):
        flags[one.edit_id].append(one)
    return tuple(Awaited(one, tuple(changes[key]), tuple(flags[key])) for key, one in found.items())


def settle(conn: sa.Connection, of: Edit, *, confirmation: Confirmation, confirmed_at: datetime | None) -> None:
    """Note what the second look showed.

    Raises:
        LeaseLost: the edit was settled, or compared anew, since it was read.
    """
    row = {
        "of_statement": of.statement_id,
        "of_edit": of.id,
        "as_read": of.confirmation,
        "read_by": of.analyzer_version or "",
        "confirmation": confirmation,
        "confirmed_at": confirmed_at,
    }
    write(conn, Turn.CONFIRMATION, _settle_all, [row])


def _settle_all(conn: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if send(conn, _SETTLE, rows) != len(rows):
        raise LeaseLost(f"The edit {rows[0]['of_edit']} was settled or compared anew meanwhile.")
