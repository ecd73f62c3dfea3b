"""Coverage, honestly: the times of which nothing can be said, of a watch, one statement, or the whole service."""

from datetime import datetime

from app.domain.observations import STOOD_STILL, Gap, Lapse, LapseOf
from app.domain.stalling import ServiceGap
from app.domain.statements import Statement
from app.domain.watches import Watch
from app.storage import observations, pulse, statement_gaps
from app.storage.database import Connection

MOST = 200


def lapses_of_watch(conn: Connection, watch: Watch) -> tuple[Lapse, ...]:
    """The times since it was added in which the watch could not be read or nothing was checked, newest first."""
    return _ordered(_of_watch(conn, watch, since=watch.created_at))


def lapses_of_statement(conn: Connection, statement: Statement, watch: Watch) -> tuple[Lapse, ...]:
    """The same since a statement was first seen, with those in which it could not be read at its own place."""
    own = [
        Lapse(LapseOf.STATEMENT, gap.opened_at, gap.closed_at, gap.outcome, gap.detail, statement.id)
        for gap in statement_gaps.list_gaps(conn, statement.id, watch.id, limit=MOST)
    ]
    return _ordered([*_of_watch(conn, watch, since=statement.first_seen_at), *own])


def _of_watch(conn: Connection, watch: Watch, *, since: datetime) -> list[Lapse]:
    lasting = [gap for gap in observations.list_gaps(conn, watch.id, limit=MOST) if _lasts_behind(gap, since)]
    stood = pulse.list_service_gaps(conn, since=since, limit=MOST)
    return [
        *(Lapse(LapseOf.WATCH, gap.opened_at, gap.closed_at, gap.outcome, gap.detail) for gap in lasting),
        *(Lapse(LapseOf.SERVICE, gap.opened_at, gap.closed_at, None, STOOD_STILL) for gap in stood),
    ]


def _lasts_behind(gap: Gap | ServiceGap, since: datetime) -> bool:
    return gap.closed_at is None or gap.closed_at > since


def _ordered(lapses: list[Lapse]) -> tuple[Lapse, ...]:
    return tuple(sorted(lapses, key=lambda lapse: lapse.opened_at, reverse=True))[:MOST]
