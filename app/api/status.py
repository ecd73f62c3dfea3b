"""How the service fares, over HTTP: the same that ``walkback status`` shows in a terminal."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict

from app.api import examples
from app.api.access import READ, Program
from app.api.shapes import Id, Instant, Told, problems
from app.domain.destinations import DestinationState
from app.domain.observations import Outcome
from app.domain.service import Precision, ServiceState, Work, WorkerState
from app.domain.watches import WatchHealth
from app.pipeline.overview import take_stock

router = APIRouter(tags=["service"])
EXAMPLE: dict[str, Any] = {
    "at": "2025-01-07T10:05:00Z",
    "state": "working",
    "overdue": [],
    "workers": [
        {
            "id": "a1b2c3",
            "host_name": "newsroom-1",
            "pid": 4711,
            "version": "0.1.0",
            "started_at": "2025-01-07T06:00:00Z",
            "seen_at": "2025-01-07T10:04:55Z",
            "concurrency": 8,
            "in_hand": 3,
            "checks_per_minute": 110,
            "state": "alive",
        }
    ],
    "checks": {"waiting": {"count": 2, "precision": "exact"}, "since": "2025-01-07T10:04:59Z"},
    "lag_seconds": 1.0,
    "checks_in_hand": 3,
    "checks_per_minute": 110,
    "analyses": {"waiting": {"count": 0, "precision": "exact"}, "since": None},
    "alerts": {"count": 1, "precision": "exact"},
    "destinations": [
        {
            "destination_id": "01944004-7d00-7000-8000-000000000007",
            "name": "desk",
            "state": "active",
            "failing_since": None,
            "waiting": {"count": 1, "precision": "exact"},
            "since": "2025-01-07T10:04:58Z",
        }
    ],
    "watches": {
        "healthy": {"count": 120, "precision": "exact"},
        "failing": {"count": 1, "precision": "exact"},
        "unknown": {"count": 0, "precision": "exact"},
    },
    "troubles": [
        {
            "watch_id": examples.WATCH_ID,
            "name": "Ministry",
            "since": "2025-01-07T08:30:00Z",
            "outcome": "blocked",
            "detail": "a captcha",
        }
    ],
    "open_gaps": {"count": 1, "precision": "exact"},
    "resting": [{"host": "www.example.org", "until": "2025-01-07T10:15:00Z", "refusals": 2, "silences": 0}],
    "hosts_resting": {"count": 1, "precision": "exact"},
    "edits_last_hour": {"count": 1, "precision": "exact"},
    "edits_last_day": {"count": 9, "precision": "exact"},
    "last_edit": {
        "edit_id": examples.EDIT_ID,
        "statement_id": examples.STATEMENT_ID,
        "at": examples.CHANGED,
        "headline": examples.HEADLINE,
    },
}


class AmountTold(Told):
    """How many. Counting ends at a limit; ``precision`` says whether it did."""

    count: int
    precision: Precision


class QueueTold(Told):
    """What waits, and since when the oldest of it does."""

    waiting: AmountTold
    since: Instant | None


class OverdueTold(Told):
    """Work that is late although nothing stood against it."""

    work: Work
    amount: AmountTold
    since: Instant


class WorkerTold(Told):
    """One process that checks and delivers, as it last described itself."""

    id: str
    host_name: str
    pid: int
    version: str
    started_at: Instant
    seen_at: Instant
    concurrency: int
    in_hand: int
    checks_per_minute: int
    state: WorkerState


class DebtTold(Told):
    """What is owed to one destination, and since when the oldest of it is."""

    destination_id: Id
    name: str
    state: DestinationState
    failing_since: Instant | None
    waiting: AmountTold
    since: Instant | None


class TroubleTold(Told):
    """A watch that cannot be read, since when and why."""

    watch_id: Id
    name: str
    since: Instant
    outcome: Outcome
    detail: str | None


class RestingTold(Told):
    """A site that asked for less (429, 503) or did not answer, how often in a row, and until when it has peace."""

    host: str
    until: Instant
    refusals: int
    silences: int


class LastEditTold(Told):
    """The newest edit, in words."""

    edit_id: Id
    statement_id: Id
    at: Instant
    headline: str


class ServiceTold(Told):
    """How everything stands now; every number comes from the database, and is the same from every process."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [EXAMPLE]})

    at: Instant
    state: ServiceState
    overdue: list[OverdueTold]
    workers: list[WorkerTold]
    checks: QueueTold
    lag_seconds: float
    checks_in_hand: int
    checks_per_minute: int
    analyses: QueueTold
    alerts: AmountTold
    destinations: list[DebtTold]
    watches: dict[WatchHealth, AmountTold]
    troubles: list[TroubleTold]
    open_gaps: AmountTold
    resting: list[RestingTold]
    hosts_resting: AmountTold
    edits_last_hour: AmountTold
    edits_last_day: AmountTold
    last_edit: LastEditTold | None


@router.get("/v1/status", response_model=ServiceTold, dependencies=[READ], responses=problems())
def get_status(newsroom: Program) -> Any:
    """How the service fares: who works, what waits, what is late or wrong, and what was found last.

    Always 200 where the database answers: ask /ready for a yes or no.
    """
    return take_stock(newsroom.database, newsroom.clock, newsroom.rules.overdue_seconds)
