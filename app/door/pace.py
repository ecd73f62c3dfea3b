"""A pace for each caller: so many requests a minute, at once or spread."""

import ipaddress
import math
from collections import OrderedDict
from dataclasses import dataclass

from starlette.types import Scope

from app.pipeline.newsroom import Clock

MOST_CALLERS = 20_000


@dataclass(slots=True)
class Bucket:
    """What one caller may still ask: ``tokens`` at the instant ``at`` (seconds since 1970)."""

    tokens: float
    at: float


class Pace:
    """Token buckets, one a caller: ``per_minute`` requests, at once or spread; the least used callers are forgotten."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, caller: str, cost: int = 1) -> float:
        """Spend ``cost`` tokens; those left, or a negative number where there were too few (then nothing is spent).

        Nothing costs more than the whole minute has.
        """
        bucket = self._refilled(caller)
        cost = min(cost, self.per_minute)
        if bucket.tokens < cost:
            return bucket.tokens - cost
        bucket.tokens -= cost
        return bucket.tokens

    def seconds_until(self, tokens: float) -> int:
        """How long it takes until ``tokens`` have come in, in whole seconds, at least one."""
        return max(math.ceil(tokens * 60 / self.per_minute), 1)

    def _refilled(self, caller: str) -> Bucket:
        now = self._clock().timestamp()
        bucket = self._buckets.setdefault(caller, Bucket(float(self.per_minute), now))
        self._buckets.move_to_end(caller)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        gained = max(now - bucket.at, 0.0) * self.per_minute / 60
        bucket.tokens, bucket.at = min(bucket.tokens + gained, float(self.per_minute)), now
        return bucket


def address_of(scope: Scope) -> str:
    """Whose pace a request without a known key goes by: the address; of IPv6 the network of 2^64 that one line has."""
    host = str((scope.get("client") or ("?",))[0])
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(number, ipaddress.IPv6Address):
        if number.ipv4_mapped is not None:
            return str(number.ipv4_mapped)
        return str(ipaddress.ip_network((number, 64), strict=False))
    return host
