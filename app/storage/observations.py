"""Every check, also "unchanged", and the gaps in which nothing could be seen."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from app.domain.ids import StatementId, WatchId
from app.domain.observations import Gap, Observation, Outcome, Visit
from app.storage.check_packs import OBSERVATIONS, VISITS, find_packed_missing, list_checks
from app.storage.sending import send
from app.storage.tables import gap, observation, visit
from app.storage.together import Turn, write
from app.storage.written import ObservationWritten, VisitWritten, note

_ADD_VISITS, _ADD_OBSERVATIONS = sa.insert(visit), sa.insert(observation)
_OF_VISIT, _OF_OBSERVATION = visit.c.keys(), observation.c.keys()


def add_visit(conn: sa.Connection, new: Visit) -> None:
    """Note one request."""
    add_visits(conn, [new])


def add_visits(conn: sa.Connection, new: Sequence[Visit]) -> None:
    """Note several requests."""
    write(conn, Turn.VISIT, _write_visits, new)


def _write_visits(conn: sa.Connection, new: Sequence[Visit]) -> None:
    send(conn, _ADD_VISITS, [{name: getattr(one, name) for name in _OF_VISIT} for one in new])
    note(conn, *(VisitWritten(one.outcome) for one in new))


def add_observations(conn: sa.Connection, new: Iterable[Observation]) -> None:
    """Note what was found of each statement."""
    write(conn, Turn.OBSERVATION, _write_observations, new)


def _write_observations(conn: sa.Connection, new: Sequence[Observation]) -> None:
    send(conn, _ADD_OBSERVATIONS, [{name: getattr(one, name) for name in _OF_OBSERVATION} for one in new])
    note(conn, *(ObservationWritten(one.outcome) for one in new))


def list_observations(
    conn: sa.Connection, statement_id: StatementId, *, after: uuid.UUID | None = None, limit: int = 50
) -> tuple[Observation, ...]:
    """The checks of a statement before ``after`` (an observation id), newest first."""
    return list_checks(conn, OBSERVATIONS, statement_id, after=after, limit=limit)


def find_last_missing(conn: sa.Connection, statement_id: StatementId) -> datetime | None:
    """When a check last found that a statement is not there; None where none ever did."""
    mine = sa.and_(observation.c.statement_id == statement_id, observation.c.outcome == Outcome.MISSING)
    query = sa.select(observation.c.id, observation.c.at).where(mine).order_by(observation.c.id.desc()).limit(1)
    found = (conn.execute(query).one_or_none(), find_packed_missing(conn, statement_id))
    last = max((one for one in found if one is not None), key=attrgetter("id"), default=None)
    return None if last is None else last.at


def list_visits(
    conn: sa.Connection, watch_id: WatchId, *, after: uuid.UUID | None = None, limit: int = 50
) -> tuple[Visit, ...]:
    """The requests for a watch before ``after`` (a visit id), newest first."""
    return list_checks(conn, VISITS, watch_id, after=after, limit=limit)


def open_gap(conn: sa.Connection, new: Gap) -> bool:
    """Begin a gap in the coverage of a watch; another cause ends one and begins the next. False where it goes on."""
    mine = sa.and_(gap.c.watch_id == new.watch_id, gap.c.closed_at.is_(None))
    lasting = conn.execute(sa.select(gap.c.outcome, gap.c.opened_at).where(mine)).first()
    if lasting is not None and (lasting.outcome == new.outcome or lasting.opened_at >= new.opened_at):
        return False
    if lasting is not None:
        conn.execute(sa.update(gap).where(mine).values(closed_at=new.opened_at))
    conn.execute(sa.insert(gap).values({column.name: getattr(new, column.name) for column in gap.c}))
    return True


_CLOSE = sa.update(gap).where(gap.c.watch_id == sa.bindparam("of_watch"), gap.c.closed_at.is_(None))


def close_gap(conn: sa.Connection, watch_id: WatchId, *, now: datetime) -> None:
    """End the open gap of a watch, where there is one."""
    write(conn, Turn.GAP, _close_gaps, [{"of_watch": watch_id, "closed_at": now}])


def _close_gaps(conn: sa.Connection, closed: Sequence[Mapping[str, Any]]) -> None:
    send(conn, _CLOSE, closed)


def list_gaps(conn: sa.Connection, watch_id: WatchId, *, limit: int = 200) -> tuple[Gap, ...]:
    """The gaps in the coverage of a watch, newest first."""
    query = sa.select(gap).where(gap.c.watch_id == watch_id).order_by(gap.c.opened_at.desc()).limit(limit)
    return tuple(Gap(**{**row._mapping, "outcome": Outcome(row.outcome)}) for row in conn.execute(query))
