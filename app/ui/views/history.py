"""The history of one statement, read once for everything that its pages show and draw: a stretch of it at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.claims import Level
from app.domain.edits import Claim, Edit, KeptChange
from app.domain.errors import NotFound
from app.domain.ids import EditId, StatementId
from app.domain.observations import Lapse
from app.domain.statements import Statement
from app.domain.watches import Watch
from app.pipeline.lapses import lapses_of_statement
from app.storage import statement_history, statements, watches
from app.storage.database import Connection
from app.storage.statement_history import VersionMark
from app.ui.drawings.lives import ClaimsChart, Column, Step
from app.ui.drawings.strip import Dot, Gap, Strip
from app.ui.drawings.tracing import trace

MOST_VERSIONS: Final = 20
"""So many wordings are shown at once, with the one before them, which is the last of the older ones."""
MOST_STEPS: Final = 100
MOST_CLAIMS: Final = 400


@dataclass(frozen=True, slots=True)
class History:
    """A stretch of the history of one statement, oldest first: its wordings, its edits, the claims that stood in it.

    ``older`` is the wording with which the stretch before ends; None where nothing is before. ``is_newest`` where
    nothing comes behind. ``gaps`` are those of the whole statement.
    """

    statement: Statement
    watch: Watch
    marks: tuple[VersionMark, ...]
    steps: tuple[Edit, ...]
    changes: Mapping[EditId, tuple[KeptChange, ...]]
    claims: tuple[Claim, ...]
    gaps: tuple[Lapse, ...]
    older: int | None
    is_newest: bool

    @property
    def is_whole(self) -> bool:
        """True where every wording, edit and claim is in here."""
        is_cut = len(self.steps) >= MOST_STEPS or len(self.claims) >= MOST_CLAIMS
        return self.older is None and self.is_newest and not is_cut

    def edit_to(self, number: int) -> Edit | None:
        """The edit that led to a wording, where it was compared."""
        return next((step for step in self.steps if step.to_version == number), None)


def history_of(
    conn: Connection, statement_id: StatementId, *, until: int | None = None, showing: int | None = None
) -> History:
    """The newest stretch of the history of a statement; with ``until`` the one that ends with that wording.

    Without ``until``, a wording that has to be in it (``showing``) and is older ends it.

    Raises:
        NotFound: there is no such statement, or wording.
    """
    statement = statements.get_statement(conn, statement_id)
    watch = watches.get_watch(conn, statement.watch_id)
    marks, is_newest = _marks(conn, statement_id, until, showing)
    older = marks[0].number if len(marks) > MOST_VERSIONS else None
    steps = statement_history.list_steps(
        conn,
        statement_id,
        since=None if older is None else marks[0].first_seen_at,
        until=None if is_newest else marks[-1].first_seen_at,
        limit=MOST_STEPS,
    )
    claims = statement_history.list_claims_between(
        conn, statement_id, marks[0].number, marks[-1].number, limit=MOST_CLAIMS
    )
    return History(
        statement=statement,
        watch=watch,
        marks=marks,
        steps=steps,
        changes=statement_history.list_changes_of_edits(conn, steps),
        claims=claims,
        gaps=lapses_of_statement(conn, statement, watch),
        older=older,
        is_newest=is_newest,
    )


def _marks(
    conn: Connection, statement_id: StatementId, until: int | None, showing: int | None
) -> tuple[tuple[VersionMark, ...], bool]:
    """The wordings of a stretch, and whether it is the newest.

    Raises:
        NotFound: nothing ends with this wording.
    """
    newest = statement_history.list_version_marks(conn, statement_id, limit=MOST_VERSIONS + 1)
    last = until if until is not None or any(mark.number == showing for mark in newest) else showing
    if not newest or last is None or last == newest[-1].number:
        if newest:
            return newest, True
        raise NotFound("version", f"of statement {statement_id}")
    marks = statement_history.list_version_marks(conn, statement_id, until=last, limit=MOST_VERSIONS + 1)
    if not marks:
        raise NotFound("version", f"{last} of statement {statement_id}")
    return marks, False


def chart_of(history: History) -> ClaimsChart:
    """What became of each claim, version by version, as it is drawn."""
    number = history.steps[0].from_version if history.steps else history.marks[0].number
    at = next((mark.first_seen_at for mark in history.marks if mark.number == number), history.statement.first_seen_at)
    changes = {edit_id: [one.change for one in found] for edit_id, found in history.changes.items()}
    return trace(Column(Step.VERSION, number, at), history.steps, changes, history.claims, history.gaps)


def strip_of(history: History, name_of: Mapping[int, str], *, until: datetime) -> Strip:
    """The wordings in time, as they are drawn."""
    dots = tuple(
        Dot(mark.number, name_of[mark.number], mark.first_seen_at, _level(history, mark.number), mark.restores)
        for mark in history.marks
    )
    first, last = history.marks[0].first_seen_at, max(until, history.marks[-1].first_seen_at)
    end = last if history.is_newest else history.marks[-1].last_seen_at
    gaps = (gap for gap in reversed(history.gaps) if gap.opened_at < end and not _is_over(gap, first))
    return Strip(dots, tuple(Gap(max(gap.opened_at, first), gap.closed_at) for gap in gaps), end)


def _is_over(gap: Lapse, at: datetime) -> bool:
    return gap.closed_at is not None and gap.closed_at < at


def _level(history: History, number: int) -> Level | None:
    edit = history.edit_to(number)
    return edit.level if edit else None
