"""Edits as they are kept: computed once, with what happened to each claim."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.claims import Action, ClaimChange, FacetKind, Level, StatementAction
from app.domain.edits import AnalysisState, Confirmation, Edit, EditKind, KeptChange
from app.domain.errors import LeaseLost, NotFound
from app.domain.ids import EditId, PinId, StatementId, WatchId, claim_id
from app.storage.paging import MOST_WALKED, PageOf, Place, newest_first
from app.storage.sending import send
from app.storage.spans import (
    facet_from_json,
    facet_to_json,
    pin_change_from_json,
    pin_change_to_json,
    spans_from_json,
    spans_to_json,
)
from app.storage.tables import claim_change, edit, edit_pin, flag
from app.storage.together import Turn, write
from app.storage.written import EditWritten, note

SPECIAL = {"pins", "facets_supported"}
PLAIN = tuple(column.name for column in edit.c if column.name not in SPECIAL)
OF_THESE = edit.c.statement_id.in_(sa.bindparam("statement_ids", expanding=True))
CHANGE_PLAIN = ("number", "action", "before", "after", "score", "level", "similarity", "moved", "removed_in")


_ADD, _ADD_CHANGES, _ADD_PINS = sa.insert(edit), sa.insert(claim_change), sa.insert(edit_pin)
IN_TIME = (edit.c.first_seen_changed_at, edit.c.id)
"""Not the ids alone: those carry the time of the worker that made them, and the clocks of a fleet are not one."""
_OF_EDIT = (
    claim_change.c.statement_id == sa.bindparam("of_statement"),
    claim_change.c.edit_id == sa.bindparam("of_edit"),
)
_CHANGES = sa.select(claim_change).where(*_OF_EDIT).order_by(claim_change.c.place)
_ONE = sa.select(edit).where(edit.c.id == sa.bindparam("of_edit"))
_SAME_EDIT = (edit_pin.c.statement_id == edit.c.statement_id, edit_pin.c.edit_id == edit.c.id)
_BEHIND = sa.select(edit.c.statement_id).where(OF_THESE, edit.c.analysis_state == AnalysisState.OWED)


def add_edit(conn: sa.Connection, new: Edit, changes: Iterable[ClaimChange]) -> None:
    """Keep an edit with its claim changes; claims that stayed as they were are left out."""
    write(conn, Turn.EDIT, _add_all, [(new, tuple(changes))])


def _add_all(conn: sa.Connection, added: Sequence[tuple[Edit, Sequence[ClaimChange]]]) -> None:
    send(conn, _ADD, [_row(new) for new, _ in added])
    _add_results(conn, added)
    for new, _ in added:
        if not (new.is_technical or new.is_archived):
            delay = new.first_seen_changed_at - new.last_seen_unchanged_at
            note(conn, EditWritten(delay.total_seconds()))


def replace_analysis(conn: sa.Connection, old: Edit, new: Edit, changes: Iterable[ClaimChange]) -> None:
    """Put a later analysis in the place of the one that was owed or failed.

    Raises:
        LeaseLost: another worker was faster.
    """
    _require_one(conn.execute(sa.update(edit).where(_same_try(old)).values(_row(new))), old)
    conn.execute(
        sa.delete(claim_change).where(claim_change.c.statement_id == new.statement_id, claim_change.c.edit_id == new.id)
    )
    conn.execute(sa.delete(edit_pin).where(edit_pin.c.statement_id == new.statement_id, edit_pin.c.edit_id == new.id))
    _add_results(conn, [(new, tuple(changes))])


def get_edit(conn: sa.Connection, edit_id: EditId) -> Edit:
    """The edit.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(_ONE, {"of_edit": edit_id}).one_or_none()
    if row is None:
        raise NotFound("edit", edit_id)
    return build_edit(row)


def get_edits(conn: sa.Connection, ids: Iterable[EditId]) -> dict[EditId, Edit]:
    """Those of the edits that exist, by id."""
    rows = conn.execute(sa.select(edit).where(edit.c.id.in_(list(set(ids)))))
    return {EditId(row.id): build_edit(row) for row in rows}


def list_edits(
    conn: sa.Connection,
    *,
    watch_id: WatchId | None = None,
    statement_id: StatementId | None = None,
    pin_id: PinId | None = None,
    action: Action | None = None,
    facet: FacetKind | None = None,
    levels: tuple[Level, ...] = (),
    since: datetime | None = None,
    change_hash: str | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> PageOf[Edit]:
    """A page of edits, newest first."""
    query = sa.select(edit)
    wanted = {edit.c.watch_id: watch_id, edit.c.statement_id: statement_id, edit.c.change_hash: change_hash}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    sieve: list[sa.ColumnElement[bool]] = []
    if levels:
        sieve.append(edit.c.level.in_(levels))
    if since:
        query = query.where(edit.c.first_seen_changed_at >= since)
    if pin_id:
        of_pin = sa.select(edit_pin.c.edit_id).where(edit_pin.c.pin_id == pin_id)
        if len(conn.execute(of_pin.limit(MOST_WALKED)).all()) < MOST_WALKED:
            query = query.where(edit.c.id.in_(of_pin))
        else:
            sieve.append(of_pin.where(*_SAME_EDIT).exists())
    if action or facet:
        sieve.append(_has_change(action, facet))
    at, key = edit.c.first_seen_changed_at, edit.c.id
    return newest_first(conn, query, at=at, key=key, after=after, limit=limit, build=build_edit, sieve=sieve)


def _has_change(action: Action | None, facet: FacetKind | None) -> sa.ColumnElement[bool]:
    """Of an edit: it did this to a claim, in this respect."""
    wanted = [claim_change.c.statement_id == edit.c.statement_id, claim_change.c.edit_id == edit.c.id]
    if action:
        wanted.append(claim_change.c.action == action)
    if facet:
        written = sa.cast(claim_change.c.facets, sa.Text)
        wanted.append(sa.or_(written.like(f'%"kind":"{facet}"%'), written.like(f'%"kind": "{facet}"%')))
    return sa.select(claim_change.c.edit_id).where(*wanted).exists()


def list_edits_of_statement(conn: sa.Connection, statement_id: StatementId) -> tuple[Edit, ...]:
    """Every edit of a statement, oldest first."""
    rows = conn.execute(sa.select(edit).where(edit.c.statement_id == statement_id).order_by(*IN_TIME))
    return tuple(build_edit(row) for row in rows)


def list_changes(conn: sa.Connection, of: Edit) -> tuple[KeptChange, ...]:
    """What an edit did to each claim that it touched, in reading order."""
    rows = conn.execute(_CHANGES, {"of_statement": of.statement_id, "of_edit": of.id})
    return tuple(change_of(row, of) for row in rows)


def list_changes_of_claim(
    conn: sa.Connection, statement_id: StatementId, number: int, *, limit: int = 500
) -> tuple[tuple[Edit, KeptChange], ...]:
    """Everything that ever happened to one claim, oldest first."""
    mine = sa.and_(claim_change.c.statement_id == statement_id, claim_change.c.number == number)
    rows = conn.execute(sa.select(claim_change).where(mine).order_by(claim_change.c.edit_id).limit(limit)).all()
    edits = get_edits(conn, [row.edit_id for row in rows])
    told = [(edits[row.edit_id], change_of(row, edits[row.edit_id])) for row in rows]
    return tuple(sorted(told, key=lambda one: one[0].first_seen_changed_at))


def find_last_return(conn: sa.Connection, statement_id: StatementId) -> Edit | None:
    """The last edit by which an earlier wording of a statement came back; None where none ever did."""
    mine = (edit.c.statement_id == statement_id, edit.c.restores.is_not(None), sa.not_(edit.c.is_technical))
    last = tuple(column.desc() for column in IN_TIME)
    row = conn.execute(sa.select(edit).where(*mine).order_by(*last).limit(1)).one_or_none()
    return None if row is None else build_edit(row)


def find_owed(conn: sa.Connection, *, limit: int) -> tuple[Edit, ...]:
    """Edits whose claims have not been compared yet, oldest first."""
    query = sa.select(edit).where(edit.c.analysis_state == sa.literal_column("'owed'"))
    rows = conn.execute(query.order_by(edit.c.first_seen_changed_at, edit.c.id).limit(limit))
    return tuple(build_edit(row) for row in rows)


def find_behind(conn: sa.Connection, statement_ids: Iterable[StatementId]) -> frozenset[StatementId]:
    """Those of the statements that have an edit whose claims are still to be compared."""
    return frozenset(conn.execute(_BEHIND, {"statement_ids": list(statement_ids)}).scalars())


def mark_attempted(conn: sa.Connection, of: Edit, *, state: AnalysisState) -> None:
    """Note one more vain try to compare the claims of an edit.

    Raises:
        LeaseLost: another worker was faster.
    """
    values = {"analysis_attempts": of.analysis_attempts + 1, "analysis_state": state}
    _require_one(conn.execute(sa.update(edit).where(_same_try(of)).values(values)), of)


def has_flags(conn: sa.Connection, of: Edit) -> bool:
    """True where something of this edit was flagged."""
    mine = sa.and_(flag.c.statement_id == of.statement_id, flag.c.edit_id == of.id)
    return conn.execute(sa.select(flag.c.id).where(mine).limit(1)).first() is not None


def _same_try(of: Edit) -> sa.ColumnElement[bool]:
    """The edit, if nobody has tried to compare it since it was read."""
    same = (edit.c.analysis_state == of.analysis_state, edit.c.analysis_attempts == of.analysis_attempts)
    return sa.and_(edit.c.statement_id == of.statement_id, edit.c.id == of.id, *same)


def _require_one(result: sa.CursorResult[Any], of: Edit) -> None:
    if result.rowcount != 1:
        raise LeaseLost(f"Edit {of.id} was compared by another worker.")


def _add_results(conn: sa.Connection, added: Sequence[tuple[Edit, Sequence[ClaimChange]]]) -> None:
    kept = [row for of, changes in added for row in _change_rows(of, changes)]
    send(conn, _ADD_CHANGES, kept)
    pins = [
        {"statement_id": of.statement_id, "edit_id": of.id, "pin_id": pin_id}
        for of, _ in added
        for pin_id in dict.fromkeys(pin.pin_id for pin in of.pins)
    ]
    send(conn, _ADD_PINS, pins)


def _change_rows(of: Edit, changes: Iterable[ClaimChange]) -> Iterator[dict[str, Any]]:
    kept = (one for one in changes if one.action is not Action.UNCHANGED or one.facets)
    return (_change_row(of, place, one) for place, one in enumerate(kept))


def _row(new: Edit) -> dict[str, Any]:
    row = {name: getattr(new, name) for name in PLAIN}
    row["pins"] = [pin_change_to_json(pin) for pin in new.pins]
    row["facets_supported"] = list(new.facets_supported)
    return row


def _change_row(of: Edit, place: int, one: ClaimChange) -> dict[str, Any]:
    return {
        "statement_id": of.statement_id,
        "edit_id": of.id,
        "place": place,
        **{name: getattr(one, name) for name in CHANGE_PLAIN},
        "before_spans": spans_to_json(one.before_spans),
        "after_spans": spans_to_json(one.after_spans),
        "facets": [facet_to_json(facet) for facet in one.facets],
        "other_numbers": list(one.other_numbers),
    }


def change_of(row: sa.Row[Any], of: Edit) -> KeptChange:
    """A claim change out of its row."""
    values = row._mapping
    plain = {name: values[name] for name in CHANGE_PLAIN}
    change = ClaimChange(
        **{**plain, "action": Action(values["action"]), "level": Level(values["level"])},
        before_spans=spans_from_json(values["before_spans"]),
        after_spans=spans_from_json(values["after_spans"]),
        facets=tuple(facet_from_json(facet) for facet in values["facets"]),
        other_numbers=tuple(values["other_numbers"]),
    )
    pins = tuple(pin for pin in of.pins if change.number in pin.claim_numbers)
    return KeptChange(claim_id(of.statement_id, change.number), of.id, change, pins)


def build_edit(row: sa.Row[Any]) -> Edit:
    """An edit out of its row."""
    values = {name: row._mapping[name] for name in PLAIN}
    action = values["statement_action"]
    values |= {
        "kind": EditKind(values["kind"]),
        "confirmation": Confirmation(values["confirmation"]),
        "analysis_state": AnalysisState(values["analysis_state"]),
        "statement_action": StatementAction(action) if action else None,
        "level": Level(values["level"]),
        "pins": tuple(pin_change_from_json(pin) for pin in row.pins),
        "facets_supported": tuple(FacetKind(name) for name in row.facets_supported),
    }
    return Edit(**values)
