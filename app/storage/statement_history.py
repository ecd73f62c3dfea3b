"""The history of one statement at a glance: its wordings without their texts, and what its edits did to claims."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.domain.archives import ARCHIVED_BEFORE, FIRST_ARCHIVED, in_time
from app.domain.edits import Claim, Edit, EditKind, KeptChange
from app.domain.ids import EditId, StatementId
from app.storage.claims import build_claim, claims_with_times
from app.storage.edits import build_edit, change_of, get_edits
from app.storage.paging import Place, newest_first
from app.storage.tables import claim, claim_change, edit, version
from app.storage.tables.base import VersionNumber


@dataclass(frozen=True, slots=True)
class VersionMark:
    """One wording without its text: when it was seen, and which earlier one it repeats."""

    number: int
    first_seen_at: datetime
    last_seen_at: datetime
    restores: int | None
    is_technical: bool


def list_version_marks(
    conn: sa.Connection, statement_id: StatementId, *, until: int | None = None, limit: int
) -> tuple[VersionMark, ...]:
    """The newest wordings of a statement, ours and those of archives, oldest first.

    ``until`` is the number of the last of them where older ones are wanted; there is none where nothing has it.
    """
    of, place = version.c, sa.tuple_(version.c.first_seen_at, version.c.number)
    query = sa.select(of.number, of.first_seen_at, of.last_seen_at, of.restores, of.is_technical)
    mine = query.where(of.statement_id == statement_id).order_by(of.first_seen_at.desc(), of.number.desc())
    if until is not None:
        last = version.alias("last")
        seen = sa.select(last.c.first_seen_at).where(last.c.statement_id == statement_id, last.c.number == until)
        mine = mine.where(place <= sa.tuple_(seen.scalar_subquery(), sa.literal(until, VersionNumber)))
    rows = conn.execute(mine.limit(limit)).all()
    return tuple(VersionMark(*row) for row in reversed(rows))


def list_steps(
    conn: sa.Connection, statement_id: StatementId, *, since: datetime | None, until: datetime | None, limit: int
) -> tuple[Edit, ...]:
    """The newest edits of a statement that were seen behind ``since`` and no later than ``until``, oldest first."""
    at = edit.c.first_seen_changed_at
    query = sa.select(edit).where(edit.c.statement_id == statement_id)
    if since is not None:
        query = query.where(at > since)
    if until is not None:
        query = query.where(at <= until)
    rows = conn.execute(query.order_by(at.desc(), edit.c.id.desc()).limit(limit)).all()
    return tuple(build_edit(row) for row in reversed(rows))


def list_comings_and_goings(conn: sa.Connection, statement_id: StatementId, *, limit: int) -> tuple[Edit, ...]:
    """The last times that a statement as a whole was gone or back, oldest first."""
    mine = sa.and_(edit.c.statement_id == statement_id, edit.c.kind != EditKind.WORDING)
    order = (edit.c.first_seen_changed_at.desc(), edit.c.id.desc())
    rows = conn.execute(sa.select(edit).where(mine).order_by(*order).limit(limit)).all()
    return tuple(build_edit(row) for row in reversed(rows))


def find_step(conn: sa.Connection, statement_id: StatementId, since: int, to: int) -> Edit | None:
    """The edit that led from one wording to another; None where none did."""
    mine = (edit.c.statement_id == statement_id, edit.c.from_version == since, edit.c.to_version == to)
    query = sa.select(edit).where(*mine, edit.c.kind == EditKind.WORDING)
    row = conn.execute(query.order_by(edit.c.first_seen_changed_at, edit.c.id).limit(1)).one_or_none()
    return None if row is None else build_edit(row)


def list_claims_between(
    conn: sa.Connection, statement_id: StatementId, first: int, last: int, *, limit: int
) -> tuple[Claim, ...]:
    """The claims that stood in any wording from the one numbered ``first`` to the one numbered ``last``, or stand now.

    Of more than ``limit`` those that were seen first last.
    """
    begins, ends = _in_time(claim.c.first_version), _in_time(claim.c.last_version)
    there = (begins <= in_time(last), sa.or_(claim.c.standing, ends >= in_time(first)))
    query = claims_with_times().where(claim.c.statement_id == statement_id, *there)
    rows = conn.execute(query.order_by(claim.c.number.desc()).limit(limit)).all()
    return tuple(build_claim(row) for row in reversed(rows))


@dataclass(frozen=True, slots=True)
class TurnsOfClaim:
    """What happened to one claim, oldest first; where the older ones are, None where these are the first."""

    turns: tuple[tuple[Edit, KeptChange], ...]
    older: Place | None


def list_turns(
    conn: sa.Connection, statement_id: StatementId, number: int, *, before: Place | None, limit: int
) -> TurnsOfClaim:
    """The newest things that happened to one claim, before a place where older ones are wanted."""
    at, key = edit.c.first_seen_changed_at, edit.c.id
    same = sa.and_(edit.c.statement_id == claim_change.c.statement_id, key == claim_change.c.edit_id)
    query = sa.select(at, key).join_from(claim_change, edit, same)
    query = query.where(claim_change.c.statement_id == statement_id, claim_change.c.number == number)
    page = newest_first(conn, query, at=at, key=key, after=before, limit=limit, build=lambda row: EditId(row.id))
    known = get_edits(conn, page.items)
    changes = list_changes_of_edits(conn, known.values())
    turns = ((known[one], change) for one in reversed(page.items) for change in changes[one])
    return TurnsOfClaim(tuple(turn for turn in turns if turn[1].change.number == number), page.next)


def _in_time(number: sa.Column[int]) -> sa.ColumnElement[int]:
    """As :func:`app.domain.archives.in_time`."""
    return sa.case((number >= FIRST_ARCHIVED, number - ARCHIVED_BEFORE), else_=number)


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
