"""What was asked of this process, by programs and by people, and how long each answer took, for Prometheus."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import Scope

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
SLOW_SECONDS: Final = 0.15
"""No page should take the server longer: one of the buckets, so that those that do can be counted."""
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, SLOW_SECONDS, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


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
            "walkback_request_seconds",
            "Time to the end of an answer.",
            ("route",),
            registry=self.registry,
            buckets=BUCKETS,
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One more request; ``route`` is the pattern, never an address with ids."""
        self._requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


def pattern_of(scope: Scope) -> str:
    """The pattern of the address that was asked for; ``unknown`` where nothing has it."""
    return str(getattr(scope.get("route"), "path_format", "unknown"))
