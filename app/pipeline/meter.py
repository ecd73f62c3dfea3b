"""What one process did, counted: checks, requests, finds and deliveries, for whoever runs the service.

Every process counts for itself, from zero at its start; Prometheus adds them up. What the record as a whole holds is
asked of the database instead, and is the same from every process: see :mod:`app.pipeline.overview`.
"""

import collections
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import assert_never

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from app.domain.observations import Outcome, VisitOutcome
from app.pipeline.busiest import BusiestHosts
from app.storage.written import AlertsOwed, EditWritten, ObservationWritten, TryWritten, VisitWritten, Written

LAG = (0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
DELAY = (10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400)
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
NO_ANSWER = "none"
WORKS = ("check", "alert", "edit")
RESULTS = ("delivered", "rejected", "no_answer")


class Meter:
    """The counts of this process. ``checks_done`` and ``in_hand`` are for its own heartbeat."""

    def __init__(self) -> None:
        self.registry = made = CollectorRegistry()
        self.checks_done = 0
        self.in_hand = 0
        self._lock = threading.Lock()
        self._hosts = BusiestHosts(self._forget_host)
        self._answers: dict[str, dict[str, Counter]] = {}
        self._lag = Histogram("walkback_check_lag_seconds", "How late checks were taken.", buckets=LAG, registry=made)
        self._check_seconds = Histogram(
            "walkback_check_seconds", "Time from taking a check until it was kept.", buckets=SECONDS, registry=made
        )
        self._delay = Histogram(
            "walkback_detection_delay_seconds",
            "For each edit, from the last sight of the old words to the first of the new: the most it was late.",
            buckets=DELAY,
            registry=made,
        )
        self._visits = Counter("walkback_visits", "Requests for a watch that were kept.", ("outcome",), registry=made)
        self._observations = Counter(
            "walkback_observations", "Checks of single statements that were kept.", ("outcome",), registry=made
        )
        self._fetches = Counter(
            "walkback_fetches",
            "Requests to sites, redirects and robots.txt included; the busiest hosts by name.",
            ("host", "answer"),
            registry=made,
        )
        self._lost = Counter(
            "walkback_lease_losses", "Work that another worker had taken meanwhile.", ("work",), registry=made
        )
        self._tries = Counter("walkback_deliveries", "Tries to deliver an alert.", ("result",), registry=made)
        self._hand = Gauge("walkback_checks_in_hand", "Checks that this process is making.", registry=made)
        self._hand.set_function(lambda: self.in_hand)
        self._beat = Gauge(
            "walkback_worker_heartbeat_timestamp_seconds",
            "When the worker of this process last said that it lives.",
            ("worker",),
            registry=made,
        )
        ProcessCollector(registry=made)
        self._begin_at_zero()

    def text(self) -> bytes:
        """All of it in the text format of Prometheus."""
        return generate_latest(self.registry)

    def _begin_at_zero(self) -> None:
        """Have every series from the start: of one that appears with its first count, Prometheus sees no increase."""
        values = {self._visits: VisitOutcome, self._observations: Outcome, self._lost: WORKS, self._tries: RESULTS}
        for counter, names in values.items():
            for name in names:
                counter.labels(name)

    def count_written(self, kept: Sequence[Written]) -> None:
        """Count what a transaction wrote. A listener of the database: called after the commit."""
        for one, count in collections.Counter(kept).items():
            match one:
                case VisitWritten():
                    self._visits.labels(one.outcome).inc(count)
                case ObservationWritten():
                    self._observations.labels(one.outcome).inc(count)
                case EditWritten():
                    for _ in range(count):
                        self._delay.observe(one.delay_seconds)
                case TryWritten():
                    self._tries.labels(one.result).inc(count)
                case AlertsOwed():
                    pass  # what waits is counted in the database
                case _:
                    assert_never(one)

    def note_taken(self, lags_seconds: Sequence[float]) -> None:
        """How late each of these checks was when it was taken."""
        for lag in lags_seconds:
            self._lag.observe(max(lag, 0.0))

    def note_answer(self, host: str, status: int | None) -> None:
        """One request to a host, with the status of its answer; None where none came."""
        answer = NO_ANSWER if status is None else str(status) if status in (304, 429) else f"{status // 100}xx"
        with self._lock:
            name = self._hosts.name_of(host)
            counters = self._answers.setdefault(name, {})
            if answer not in counters:
                counters[answer] = self._fetches.labels(name, answer)
            counters[answer].inc()

    def note_lease_lost(self, work: str) -> None:
        """``check``, ``alert`` or ``edit``: somebody else has it now."""
        self._lost.labels(work).inc()

    def note_beat(self, worker: str, at: datetime) -> None:
        """The worker of this process lives."""
        self._beat.labels(worker).set(at.timestamp())

    @contextmanager
    def check_in_hand(self) -> Iterator[None]:
        """Around the making of one check."""
        started = time.monotonic()
        self.in_hand += 1
        try:
            yield
            self.checks_done += 1
            self._check_seconds.observe(time.monotonic() - started)
        finally:
            self.in_hand -= 1

    def _forget_host(self, host: str) -> None:
        for answer in self._answers.pop(host, ()):
            self._fetches.remove(host, answer)
