"""How often a site may be asked: its pause between requests, what it asks for itself, and slowing down. Pure rules.

The state of a host is a plain value, so that it can be kept in one process or, for a fleet, in the database.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_SLOW_DOWN = frozenset({429, 503})
_LEAST_REST_SECONDS = 1.0
_LONGEST_REST_SECONDS = 24 * 3600.0
_MOST_STRIKES = 10


@dataclass(frozen=True, slots=True)
class PaceRules:
    """Seconds between the end of one request to a host and the start of the next.

    A host that answers 429 or 503 gets at least ``slow_gap_seconds``, doubled each time up to ``longest_gap_seconds``.
    """

    gap_seconds: float = 2.0
    slow_gap_seconds: float = 10.0
    longest_gap_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class HostPace:
    """What is known of one host: when it was last left, until when it wants to rest, how often it said "too many"."""

    left_at: datetime | None = None
    rest_until: datetime | None = None
    strikes: int = 0
    crawl_delay_seconds: float = 0.0


def gap_seconds(pace: HostPace, rules: PaceRules) -> float:
    """The pause that is due after each request: the longest of our own, the slowed one and that of robots.txt."""
    slowed = rules.slow_gap_seconds * 2.0 ** (pace.strikes - 1) if pace.strikes else 0.0
    wanted = min(pace.crawl_delay_seconds, _LONGEST_REST_SECONDS)
    return max(rules.gap_seconds, min(slowed, rules.longest_gap_seconds), wanted)


def silent_gap_seconds(silences: int, rules: PaceRules) -> float:
    """The pause after a request that was not answered, the ``silences``-th in a row; 0 where it is as usual.

    Once may be chance. After that the pauses double, however much is owed to the host: asking a site that is silent
    costs the whole time-out each time. An answer ends it.
    """
    doublings = min(silences - 2, _MOST_STRIKES)
    return min(rules.slow_gap_seconds * 2.0**doublings, rules.longest_gap_seconds) if silences > 1 else 0.0


def ready_at(pace: HostPace, rules: PaceRules, now: datetime) -> datetime:
    """The earliest time of the next request: ``now`` where nothing stands against it.

    No wait is longer than its own length counted from now, so that a clock that was set back delays nothing for ever.
    """
    waits = [timedelta(0)]
    if pace.left_at is not None:
        gap = timedelta(seconds=gap_seconds(pace, rules))
        waits.append(min(pace.left_at + gap - now, gap))
    if pace.rest_until is not None:
        waits.append(min(pace.rest_until - now, timedelta(seconds=_LONGEST_REST_SECONDS)))
    return now + max(waits)


def after_answer(pace: HostPace, status: int, headers: Mapping[str, str], now: datetime) -> HostPace:
    """The host as it is after an answer: slower after 429 and 503, a step faster after anything else.

    ``Retry-After`` counts for the whole host, on any answer of an error.
    """
    rest = retry_after_seconds(headers.get("retry-after"), now) if status >= 400 else None
    rest_until = pace.rest_until if rest is None else now + timedelta(seconds=rest)
    strikes = min(pace.strikes + 1, _MOST_STRIKES) if status in _SLOW_DOWN else max(pace.strikes - 1, 0)
    return replace(pace, rest_until=rest_until, strikes=strikes)


def after_leaving(pace: HostPace, now: datetime) -> HostPace:
    """The host as it is when a request has ended, well or not: its gap begins now."""
    over = pace.rest_until is not None and pace.rest_until <= now
    return replace(pace, left_at=now, rest_until=None if over else pace.rest_until)


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """What a ``Retry-After`` header asks for: seconds or a date (RFC 9110), held between 1 second and 24 hours.

    None where there is no header or it says nothing that can be understood.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        wanted = float(text) if len(text) < 12 else math.inf
    else:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        wanted = ((date if date.tzinfo else date.replace(tzinfo=UTC)) - now).total_seconds()
    return held_rest(wanted)


def held_rest(wanted_seconds: float) -> float:
    """What somebody asks us to wait, held between 1 second and 24 hours; what is no number is the least."""
    wanted = _LEAST_REST_SECONDS if math.isnan(wanted_seconds) else wanted_seconds
    return min(max(wanted, _LEAST_REST_SECONDS), _LONGEST_REST_SECONDS)
