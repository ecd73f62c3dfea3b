"""The timeline of a statement: everything that was seen of it, and when nothing could be seen, in one order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.claims import Level
from app.domain.edits import Edit, EditKind
from app.domain.flapping import Flapping
from app.domain.ids import EditId, StatementId
from app.domain.observations import Lapse
from app.domain.statements import Statement, Version
from app.pipeline.lapses import lapses_of_statement
from app.storage import edits, flappings, statements, versions, watches
from app.storage.database import Connection

MOST_EDITS = 500


class Moment(StrEnum):
    """What happened at one point of a timeline."""

    PUBLISHED = "published"
    ARCHIVED = "archived"
    FIRST_SEEN = "first_seen"
    EDITED = "edited"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"
    REPUBLISHED = "republished"
    FLAPPING = "flapping"
    SETTLED = "settled"
    GAP_OPENED = "gap_opened"
    GAP_CLOSED = "gap_closed"
    LAST_SEEN = "last_seen"


WHAT = {
    EditKind.WORDING: Moment.EDITED,
    EditKind.WITHDRAWN: Moment.WITHDRAWN,
    EditKind.REPUBLISHED: Moment.REPUBLISHED,
}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One point. For an edit ``at`` is when it was first seen, ``not_before`` when the old wording was last seen."""

    at: datetime
    not_before: datetime | None
    what: Moment
    version: int | None
    edit_id: EditId | None
    level: Level | None
    detail: str | None


def timeline_of(conn: Connection, statement_id: StatementId) -> tuple[TimelineEntry, ...]:
    """The timeline, oldest first; gaps are those of its watch since it was first seen.

    Raises:
        NotFound: there is no such statement.
    """
    statement = statements.get_statement(conn, statement_id)
    steps = edits.list_edits(conn, statement_id=statement_id, limit=MOST_EDITS).items
    gaps = lapses_of_statement(conn, statement, watches.get_watch(conn, statement.watch_id))
    seen = versions.list_archived(conn, statement_id)
    entries = [*_of_statement(statement), *map(_of_archived, seen), *map(_of_edit, steps)]
    for flapping in flappings.list_flappings(conn, statement_id):
        entries += _of_flapping(flapping)
    for gap in gaps:
        entries += _of_gap(gap)
    return tuple(sorted(entries, key=lambda entry: (entry.at, list(Moment).index(entry.what))))


def _of_statement(statement: Statement) -> Iterator[TimelineEntry]:
    if statement.published_at is not None:
        yield _plain(statement.published_at, Moment.PUBLISHED, detail="as the publisher says")
    if not statement.version_count:
        return
    yield _plain(statement.first_seen_at, Moment.FIRST_SEEN, version=1)
    yield _plain(statement.last_seen_at, Moment.LAST_SEEN, version=statement.version_count)


def _of_archived(version: Version) -> TimelineEntry:
    """The first capture that showed a wording; its last one says until when it is known to have stood."""
    assert version.origin is not None
    until = f", until {version.last_seen_at:%Y-%m-%d %H:%M}" if version.last_seen_at > version.first_seen_at else ""
    detail = f"captured by {version.origin.archive}{until}"
    return _plain(version.first_seen_at, Moment.ARCHIVED, version=version.number, detail=detail)


def _of_edit(edit: Edit) -> TimelineEntry:
    what = Moment.RESTORED if edit.kind is EditKind.WORDING and edit.restores else WHAT[edit.kind]
    return TimelineEntry(
        at=edit.first_seen_changed_at,
        not_before=edit.last_seen_unchanged_at,
        what=what,
        version=edit.to_version,
        edit_id=edit.id,
        level=edit.level,
        detail="one of many turns" if edit.is_flap else "large loss of text" if edit.large_loss else None,
    )


def _of_flapping(flapping: Flapping) -> Iterator[TimelineEntry]:
    yield _plain(flapping.began_at, Moment.FLAPPING, detail=f"back and forth, {flapping.flips} turns")
    if flapping.ended_at is not None:
        yield _plain(flapping.ended_at, Moment.SETTLED)


def _of_gap(gap: Lapse) -> Iterator[TimelineEntry]:
    detail = ": ".join(part for part in (gap.outcome, gap.detail) if part)
    yield _plain(gap.opened_at, Moment.GAP_OPENED, detail=detail)
    if gap.closed_at is not None:
        yield _plain(gap.closed_at, Moment.GAP_CLOSED)


def _plain(at: datetime, what: Moment, *, version: int | None = None, detail: str | None = None) -> TimelineEntry:
    return TimelineEntry(at, None, what, version, None, None, detail)
