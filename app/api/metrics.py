"""Numbers for whoever runs the service: traffic as it is counted, and the record as it stands, for Prometheus."""

import threading
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from app.pipeline.newsroom import Newsroom
from app.storage import alerts, checks, events, flags, statements

CONTENT_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
OVERDUE_AFTER_SECONDS = 300.0
COUNTED_EVERY_SECONDS = 60.0


class Traffic:
    """What was asked of this process, by method, route and status."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "walkback_requests",
            "Requests answered, by method, route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "walkback_request_seconds", "Time to the end of an answer.", ("route",), registry=self.registry
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One more request; ``route`` is the pattern, never an address with ids."""
        self._requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class Gauges:
    """The record as it stands when it is asked for; what has to be counted row by row is a minute old at most."""

    def __init__(self, newsroom: Newsroom, traffic: Traffic) -> None:
        self._newsroom = newsroom
        self._traffic = traffic
        self._lock = threading.Lock()
        self._counted_at = 0.0
        self._counts: dict[str, float] = {}
        traffic.registry.register(self)

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self._traffic.registry)

    def describe(self) -> Iterator[Metric]:
        """Nothing before the first question: the database is not asked at the start."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The numbers of the record."""
        now = self._newsroom.clock()
        with self._lock, self._newsroom.database.read() as conn:
            if not self._counts or now.timestamp() - self._counted_at >= COUNTED_EVERY_SECONDS:
                found = statements.count_record(conn)
                self._counts = {"statements": found.statements, "versions": found.versions, "edits": found.edits}
                self._counted_at = now.timestamp()
            counts = self._counts
            overdue = checks.count_overdue(conn, now=now, grace_seconds=OVERDUE_AFTER_SECONDS)
            waiting = alerts.count_waiting(conn)
            position = events.last_position(conn)
            reviews = flags.count_flags(conn)
        for name, value in counts.items():
            yield GaugeMetricFamily(f"walkback_{name}", f"How many {name} the record holds.", value=value)
        yield GaugeMetricFamily("walkback_checks_overdue", "Checks more than five minutes late.", value=overdue)
        yield GaugeMetricFamily("walkback_alerts_waiting", "Alerts that wait to be sent.", value=waiting)
        yield GaugeMetricFamily("walkback_events", "Events in the feed.", value=position)
        family = GaugeMetricFamily("walkback_flags", "Flags, by what people made of them.", labels=("review_state",))
        for state, count in reviews.items():
            family.add_metric((state,), count)
        yield family
