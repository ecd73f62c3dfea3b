"""How the service itself fares, in the words an operator reads: who works, what waits, and whether anything is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.destinations import DestinationState
from app.domain.ids import DestinationId, EditId, StatementId, WatchId
from app.domain.observations import Outcome
from app.domain.watches import WatchHealth

GONE_AFTER = timedelta(seconds=45)
"""A worker says every ten seconds that it lives; one that is silent for so long is shown as gone."""


class ServiceState(StrEnum):
    """Whether the watching goes on."""

    WORKING = "working"
    OVERDUE = "overdue"
    STALLED = "stalled"


class WorkerState(StrEnum):
    """Whether a worker has said lately that it lives."""

    ALIVE = "alive"
    GONE = "gone"


class Precision(StrEnum):
    """How exactly something was counted: to the end, up to a limit, or as the database estimates it."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    ABOUT = "about"


class Work(StrEnum):
    """What can be overdue."""

    CHECKS = "checks"
    ALERTS = "alerts"
    ANALYSES = "analyses"


@dataclass(frozen=True, slots=True)
class Amount:
    """How many. Counting ends at a limit, so that it costs the same however much there is."""

    count: int
    precision: Precision = Precision.EXACT


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits: how much, and since when the oldest of it does (None where nothing waits)."""

    waiting: Amount
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """Work that should have been done, and could have been: how much, and since when the oldest is due."""

    work: Work
    amount: Amount
    since: datetime


@dataclass(frozen=True, slots=True)
class Worker:
    """One process that checks and delivers, as it last described itself."""

    id: str
    host_name: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    concurrency: int
    in_hand: int
    checks_per_minute: int
    state: WorkerState = WorkerState.ALIVE


@dataclass(frozen=True, slots=True)
class Resting:
    """A host that asked for less (429 or 503) or did not answer, how often in a row, and until when it has peace."""

    host: str
    until: datetime
    refusals: int
    silences: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """A watch that cannot be read, since when, and why."""

    watch_id: WatchId
    name: str
    since: datetime
    outcome: Outcome
    detail: str | None


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed to one destination: ``since`` is when the oldest of it was made."""

    destination_id: DestinationId
    name: str
    state: DestinationState
    failing_since: datetime | None
    waiting: Amount
    since: datetime | None

    @property
    def is_served(self) -> bool:
        """True where alerts go out to it."""
        return self.state is DestinationState.ACTIVE


@dataclass(frozen=True, slots=True)
class LastEdit:
    """The newest edit, in words."""

    edit_id: EditId
    statement_id: StatementId
    at: datetime
    headline: str


@dataclass(frozen=True, slots=True)
class Service:
    """How everything stands at one instant; every number comes from rows, so that any process tells the same.

    ``lag_seconds`` is how late the check is that has been due longest; 0 where none is.
    """

    at: datetime
    state: ServiceState
    overdue: tuple[Overdue, ...]
    workers: tuple[Worker, ...]
    checks: Queue
    lag_seconds: float
    checks_in_hand: int
    checks_per_minute: int
    analyses: Queue
    alerts: Amount
    destinations: tuple[Debt, ...]
    watches: Mapping[WatchHealth, Amount]
    troubles: tuple[Trouble, ...]
    open_gaps: Amount
    resting: tuple[Resting, ...]
    hosts_resting: Amount
    edits_last_hour: Amount
    edits_last_day: Amount
    last_edit: LastEdit | None


def state_of_worker(seen_at: datetime, now: datetime) -> WorkerState:
    """Gone where it has been silent for too long."""
    return WorkerState.GONE if now - seen_at > GONE_AFTER else WorkerState.ALIVE


def judge(overdue: tuple[Overdue, ...], alive: tuple[Worker, ...], *, owes_checks: bool) -> ServiceState:
    """Stalled where checks are owed and nobody is there to make them; overdue where something is late all the same."""
    if owes_checks and not alive:
        return ServiceState.STALLED
    return ServiceState.OVERDUE if overdue else ServiceState.WORKING
