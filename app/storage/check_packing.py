"""Putting old checks together: a walk over all watches, then over all statements, in small steps that are done whole.

In one transaction a step inserts packs, deletes the rows that are in them, and notes how far it came. It holds the lock
of the one row that says so: of many workers one packs at a time, and after a kill the next step begins where the last
ended. A check with an older id than the youngest pack of its statement stays a row: packs never overlap.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from app.domain.errors import StorageError
from app.domain.old_checks import FEWEST_TOGETHER, MOST_TOGETHER, RESTING, run_length
from app.storage.check_packs import OBSERVATIONS, VISITS, Kind, T, opened, pack_hash
from app.storage.dialect import EPOCH, insert_or_skip
from app.storage.tables import packing

OWNERS_AT_ONCE = 200
CHECKS_AT_ONCE = 2_048
PAUSE = timedelta(hours=1)
"""Between the end of a walk and the next."""
ONLY: Final = packing.c.id == 1
NOBODY: Final = uuid.UUID(int=0)
FIRST: Final = {"id": 1, "kind": VISITS.loose.name, "after_id": None, "next_at": EPOCH}


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: how many checks went into how many packs, and whether there is more to walk at once."""

    checks: int
    packs: int
    goes_on: bool


@dataclass(frozen=True, slots=True)
class _Walked:
    """How far a step came in one kind: behind this owner, or to the last of all."""

    after_id: uuid.UUID | None
    is_end: bool = False
    checks: int = 0
    packs: int = 0


def pack_some(conn: sa.Connection, *, now: datetime) -> Step:
    """One step of the walk; nothing where it rests, or where another worker is at it."""
    if conn.execute(sa.select(packing.c.id)).first() is None:
        conn.execute(insert_or_skip(conn, packing), [FIRST])
    mine = sa.select(packing).where(ONLY, packing.c.next_at <= now).with_for_update(skip_locked=True)
    place = conn.execute(mine).one_or_none()
    if place is None:
        return Step(0, 0, goes_on=False)
    kind: Kind[Any] = VISITS if place.kind == VISITS.loose.name else OBSERVATIONS
    walked = _walk(conn, kind, place.after_id, now)
    is_over = walked.is_end and kind is OBSERVATIONS
    if walked.is_end:
        kind = VISITS if is_over else OBSERVATIONS
    came_to = {"kind": kind.loose.name, "after_id": None if walked.is_end else walked.after_id}
    conn.execute(sa.update(packing).where(ONLY).values(next_at=now + PAUSE if is_over else EPOCH, **came_to))
    return Step(walked.checks, walked.packs, goes_on=not is_over)


def _walk(conn: sa.Connection, kind: Kind[T], after_id: uuid.UUID | None, now: datetime) -> _Walked:
    """Pack what is old of the next few owners; the step ends before one that would make it long."""
    walked = _Walked(after_id)
    owners = conn.execute(next_owners(kind, after_id, now)).all()
    for owner in owners:
        more = bool(owner.has_some)
        while more:
            if walked.checks >= CHECKS_AT_ONCE:
                return walked
            count = _pack_oldest(conn, kind, owner.id, now)
            walked = replace(walked, checks=walked.checks + count, packs=walked.packs + (count > 0))
            more = count == MOST_TOGETHER
        walked = replace(walked, after_id=owner.id)
    return replace(walked, is_end=len(owners) < OWNERS_AT_ONCE)


def next_owners(kind: Kind[T], after_id: uuid.UUID | None, now: datetime) -> sa.Select[Any]:
    """The next few owners, and whether each has a run that is old enough: one look into an index for each."""
    mine = (kind.of == kind.owners.c.id, kind.loose.c.id > _last_packed(kind, kind.owners.c.id))
    last_of_fewest = sa.select(kind.loose.c.at).where(*mine).order_by(kind.loose.c.id).offset(FEWEST_TOGETHER - 1)
    at = last_of_fewest.limit(1).correlate(kind.owners).scalar_subquery()
    query = sa.select(kind.owners.c.id, (at < now - RESTING).label("has_some"))
    if after_id is not None:
        query = query.where(kind.owners.c.id > after_id)
    return query.order_by(kind.owners.c.id).limit(OWNERS_AT_ONCE)


def _last_packed(kind: Kind[T], owner_id: Any) -> sa.ColumnElement[uuid.UUID]:
    """The last id in packs of an owner, or one before all."""
    last = sa.select(kind.packs.c.last_id).where(kind.pack_of == owner_id)
    newest = last.order_by(kind.packs.c.first_id.desc()).limit(1).correlate(kind.owners).scalar_subquery()
    return sa.func.coalesce(newest, sa.literal(NOBODY, sa.Uuid))


def _pack_oldest(conn: sa.Connection, kind: Kind[T], owner_id: uuid.UUID, now: datetime) -> int:
    """Put the oldest run of an owner into one pack; of how many checks. The owner cannot be deleted meanwhile."""
    is_there = sa.select(kind.owners.c.id).where(kind.owners.c.id == owner_id)
    if conn.execute(is_there.with_for_update(read=True, key_share=True)).first() is None:
        return 0
    mine = (kind.of == owner_id, kind.loose.c.id > _last_packed(kind, owner_id))
    times = sa.select(kind.loose.c.at).where(*mine).order_by(kind.loose.c.id).limit(MOST_TOGETHER)
    with conn.execute(times) as found:
        length = run_length(found.scalars(), now=now)
    oldest = conn.execute(sa.select(kind.loose).where(*mine).order_by(kind.loose.c.id).limit(length))
    run = [kind.built(row) for row in oldest] if length else []
    if run:
        _replace(conn, kind, owner_id, run)
    return len(run)


def _replace(conn: sa.Connection, kind: Kind[T], owner_id: uuid.UUID, run: Sequence[T]) -> None:
    """Insert a pack, read it back, and delete the rows that are in it.

    Raises:
        StorageError: it does not give the same checks back, or one of them was deleted meanwhile.
    """
    body = kind.write(run)
    row = {
        kind.owner: owner_id,
        "first_id": run[0].id,
        "last_id": run[-1].id,
        "count": len(run),
        "sha256": pack_hash(owner_id, body),
        "body": body,
        **kind.facts(run),
    }
    conn.execute(sa.insert(kind.packs), [row])
    made = sa.select(kind.packs).where(kind.pack_of == owner_id, kind.packs.c.first_id == run[0].id)
    packed = conn.execute(made).one()
    if opened(kind, packed) != list(run):
        raise StorageError(f"What is in {kind.name(packed)} is not what was put in.")
    deleted = conn.execute(
        sa.delete(kind.loose).where(kind.of == owner_id, kind.loose.c.id.in_([one.id for one in run]))
    )
    if deleted.rowcount != len(run):
        raise StorageError(f"Some of {kind.name(packed)} were deleted by somebody else.")
