"""What a transaction wrote, for whoever counts it: told once it is kept, and forgotten where it is undone.

Storage notes what it writes as it writes it; :class:`app.storage.database.Database` tells its listeners after the
commit. So a count never runs ahead of the record, whatever became of the steps between.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import sqlalchemy as sa

from app.domain.destinations import AlertState, Delivery
from app.domain.observations import Outcome, VisitOutcome

NOTED = "walkback.written"


@dataclass(frozen=True, slots=True)
class VisitWritten:
    """One request for a watch."""

    outcome: VisitOutcome


@dataclass(frozen=True, slots=True)
class ObservationWritten:
    """One check of one statement."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class EditWritten:
    """One edit of a publisher, seen at most ``delay_seconds`` after it happened."""

    delay_seconds: float


@dataclass(frozen=True, slots=True)
class TryWritten:
    """One try of an alert."""

    tried: Delivery
    state: AlertState

    @property
    def result(self) -> str:
        """``delivered``, ``rejected`` (another answer than 2xx) or ``no_answer``."""
        if self.state is AlertState.DELIVERED:
            return "delivered"
        return "no_answer" if self.tried.http_status is None else "rejected"


@dataclass(frozen=True, slots=True)
class AlertsOwed:
    """So many alerts, to whomever."""

    count: int


Written: TypeAlias = VisitWritten | ObservationWritten | EditWritten | TryWritten | AlertsOwed
Listener: TypeAlias = Callable[[Sequence[Written]], None]


def start_noting(conn: sa.Connection) -> None:
    """Nothing is written yet in this transaction."""
    conn.info[NOTED] = []


def note(conn: sa.Connection, *written: Written) -> None:
    """Remember what was written, until the end of the transaction."""
    conn.info.setdefault(NOTED, []).extend(written)


def noted(conn: sa.Connection) -> list[Written]:
    """What was written so far. Shortening the list forgets what was undone since."""
    found: list[Written] = conn.info.setdefault(NOTED, [])
    return found
