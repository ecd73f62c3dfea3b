"""Numbers for whoever runs the service: traffic as it is counted, and the record as it stands, for Prometheus."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from app.domain.keys import KeyState
from app.domain.service import Service, WorkerState
from app.door.traffic import Traffic
from app.pipeline.newsroom import Newsroom
from app.pipeline.overview import take_stock
from app.storage import events, flags, keys, stock

CONTENT_TYPE = CONTENT_TYPE_LATEST
COUNTED_EVERY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class RowGauge:
    """A number out of the database: its name without prefix, what it says, and the name of its label."""

    name: str
    help: str
    label: str | None = None


ROW_GAUGES = (
    RowGauge("statements", "Statements that the record holds."),
    RowGauge("versions", "Versions that the record holds."),
    RowGauge("edits", "Edits that the record holds."),
    RowGauge("events", "Events in the feed."),
    RowGauge("flags", "Flags, by what people made of them.", "review_state"),
    RowGauge("watches", "Active watches, by their health.", "health"),
    RowGauge("coverage_gaps_open", "Active watches that cannot be read now."),
    RowGauge("hosts_resting", "Sites that asked for less (429, 503) or do not answer, and are left alone now."),
    RowGauge("checks_due", "Checks that are due, also those that wait for their site."),
    RowGauge("oldest_due_check_age_seconds", "How long the check that is due longest has been due; 0 where none is."),
    RowGauge("checks_overdue", "Checks later than WALKBACK_OVERDUE_SECONDS whose site could have been asked."),
    RowGauge("alerts_waiting", "Alerts that wait to be sent."),
    RowGauge(
        "oldest_owed_alert_age_seconds", "Age of the oldest alert owed to an active destination; 0 where none is."
    ),
    RowGauge("alerts_overdue", "Alerts later than WALKBACK_OVERDUE_SECONDS whose destination works."),
    RowGauge("destinations_failing", "Active destinations that did not take their last alert."),
    RowGauge("analyses_owed", "Edits whose claims have still to be compared."),
    RowGauge("oldest_owed_analysis_age_seconds", "How long the oldest of them has waited; 0 where none does."),
    RowGauge("workers", "Workers that are known: alive, or gone without having stopped.", "state"),
    RowGauge("keys", "API keys, by what they are good for; ending is in the last 14 days.", "state"),
    RowGauge("worker_checks_per_minute", "Checks that all living workers made in the last minute."),
)
"""What the record holds and owes: the same from every process that answers the API."""


class Gauges:
    """The record as it stands when it is asked for; what has to be counted row by row is a minute old at most."""

    def __init__(self, newsroom: Newsroom, traffic: Traffic) -> None:
        self._newsroom = newsroom
        self._traffic = traffic
        self._lock = threading.Lock()
        self._counted_at = 0.0
        self._counts: dict[str, float | dict[str, float]] = {}
        traffic.registry.register(self)

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self._traffic.registry) + self._newsroom.meter.text()

    def describe(self) -> Iterator[Metric]:
        """Nothing before the first question: the database is not asked at the start."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The numbers of the record."""
        newsroom = self._newsroom
        with self._lock, newsroom.database.read() as conn:
            now = newsroom.clock()
            if not self._counts or now.timestamp() - self._counted_at >= COUNTED_EVERY_SECONDS:
                found = stock.count_record(conn)
                by_state = {str(state): float(count) for state, count in flags.count_flags(conn).items()}
                self._counts = {"statements": found.statements, "versions": found.versions, "edits": found.edits}
                self._counts["flags"] = by_state
                self._counted_at = now.timestamp()
            values: dict[str, float | dict[str, float]] = dict(self._counts)
            values["events"] = events.last_position(conn)
            states = [key.state_at(now) for key in keys.list_keys(conn)]
            values["keys"] = {str(state): states.count(state) for state in KeyState}
        values |= of_service(take_stock(newsroom.database, newsroom.clock, newsroom.rules.overdue_seconds))
        for gauge in ROW_GAUGES:
            yield _family(gauge, values[gauge.name])


def of_service(found: Service) -> dict[str, float | dict[str, float]]:
    """What stands in the database of how the service fares, by the names of the gauges."""
    late = {str(one.work): one.amount.count for one in found.overdue}
    owed = [debt.since for debt in found.destinations if debt.is_served and debt.since is not None]
    states = [one.state for one in found.workers]
    return {
        "watches": {str(health): amount.count for health, amount in found.watches.items()},
        "coverage_gaps_open": found.open_gaps.count,
        "hosts_resting": found.hosts_resting.count,
        "checks_due": found.checks.waiting.count,
        "oldest_due_check_age_seconds": found.lag_seconds,
        "checks_overdue": late.get("checks", 0),
        "alerts_waiting": found.alerts.count,
        "oldest_owed_alert_age_seconds": _age(min(owed, default=None), found.at),
        "alerts_overdue": late.get("alerts", 0),
        "destinations_failing": sum(debt.is_served and debt.failing_since is not None for debt in found.destinations),
        "analyses_owed": found.analyses.waiting.count,
        "oldest_owed_analysis_age_seconds": _age(found.analyses.since, found.at),
        "workers": {str(state): states.count(state) for state in WorkerState},
        "worker_checks_per_minute": found.checks_per_minute,
    }


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)


def _family(gauge: RowGauge, value: float | dict[str, float]) -> GaugeMetricFamily:
    name = f"walkback_{gauge.name}"
    if not isinstance(value, dict):
        return GaugeMetricFamily(name, gauge.help, value=value)
    family = GaugeMetricFamily(name, gauge.help, labels=(gauge.label or "",))
    for label, count in value.items():
        family.add_metric((label,), count)
    return family
