"""The history of one statement, read once for everything that its pages show and draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.claims import Level
from app.domain.edits import Claim, Edit, KeptChange
from app.domain.ids import EditId, StatementId
from app.domain.observations import Lapse
from app.domain.statements import Statement
from app.domain.watches import Watch
from app.pipeline.lapses import lapses_of_statement
from app.storage import claims, edits, statements, watches
from app.storage.database import Connection
from app.storage.statement_history import VersionMark, list_changes_of_edits, list_version_marks
from app.ui.drawings.lives import ClaimsChart, Column, Step
from app.ui.drawings.strip import Dot, Gap, Strip
from app.ui.drawings.tracing import trace

MOST_EDITS: Final = 200
MOST_CLAIMS: Final = 400


@dataclass(frozen=True, slots=True)
class History:
    """One statement with its wordings and edits (the newest, oldest first), its claims, and the gaps in coverage."""

    statement: Statement
    watch: Watch
    marks: tuple[VersionMark, ...]
    steps: tuple[Edit, ...]
    changes: Mapping[EditId, tuple[KeptChange, ...]]
    claims: tuple[Claim, ...]
    gaps: tuple[Lapse, ...]

    @property
    def is_whole(self) -> bool:
        """True where every edit and claim is in here."""
        return len(self.steps) < MOST_EDITS and len(self.claims) < MOST_CLAIMS

    def edit_to(self, number: int) -> Edit | None:
        """The edit that led to a wording, where it was compared."""
        return next((step for step in self.steps if step.to_version == number), None)


def history_of(conn: Connection, statement_id: StatementId) -> History:
    """The history of a statement.

    Raises:
        NotFound: there is no such statement.
    """
    statement = statements.get_statement(conn, statement_id)
    watch = watches.get_watch(conn, statement.watch_id)
    steps = tuple(reversed(edits.list_edits(conn, statement_id=statement_id, limit=MOST_EDITS).items))
    return History(
        statement=statement,
        watch=watch,
        marks=list_version_marks(conn, statement_id, limit=MOST_EDITS + 1),
        steps=steps,
        changes=list_changes_of_edits(conn, steps),
        claims=claims.list_claims(conn, statement_id=statement_id, limit=MOST_CLAIMS).items,
        gaps=lapses_of_statement(conn, statement, watch),
    )


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
    first = history.marks[0].first_seen_at
    gaps = tuple(Gap(max(gap.opened_at, first), gap.closed_at) for gap in reversed(history.gaps))
    return Strip(dots, gaps, max(until, history.marks[-1].first_seen_at))


def _level(history: History, number: int) -> Level | None:
    edit = history.edit_to(number)
    return edit.level if edit else None
