"""When a destination wants to hear, as it is kept beside what it wants to hear."""

from collections.abc import Mapping
from datetime import time, tzinfo
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from app.domain.timing import ANY_TIME, AtOnce, DailyAt, EveryMinutes, QuietHours, Rhythm, Timing


def timing_to_json(timing: Timing) -> dict[str, Any] | None:
    """A timing as JSON; None for the usual one, which needs no thinking about when alerts are taken."""
    if timing == ANY_TIME:
        return None
    quiet = timing.quiet
    return {
        "rhythm": _rhythm_to_json(timing.rhythm),
        "quiet": None
        if quiet is None
        else {
            "begins": quiet.begins.isoformat("minutes"),
            "ends": quiet.ends.isoformat("minutes"),
            "zone": zone_name(quiet.zone),
            "lets_major_through": quiet.lets_major_through,
        },
        "most_an_hour": timing.most_an_hour,
    }


def timing_from_json(kept: Mapping[str, Any] | None) -> Timing:
    """The timing again."""
    if kept is None:
        return ANY_TIME
    quiet = kept["quiet"]
    return Timing(
        rhythm=_rhythm_from_json(kept["rhythm"]),
        quiet=None
        if quiet is None
        else QuietHours(
            begins=time.fromisoformat(quiet["begins"]),
            ends=time.fromisoformat(quiet["ends"]),
            zone=ZoneInfo(quiet["zone"]),
            lets_major_through=quiet["lets_major_through"],
        ),
        most_an_hour=kept["most_an_hour"],
    )


def zone_name(zone: tzinfo) -> str:
    """The name of a zone in the database of time zones: ``Europe/Kyiv``."""
    return str(zone)


def _rhythm_to_json(rhythm: Rhythm) -> dict[str, Any]:
    match rhythm:
        case AtOnce():
            return {}
        case EveryMinutes(minutes=minutes):
            return {"minutes": minutes}
        case DailyAt(at=at, zone=zone):
            return {"daily_at": at.isoformat("minutes"), "zone": zone_name(zone)}
        case _:
            assert_never(rhythm)


def _rhythm_from_json(kept: Mapping[str, Any]) -> Rhythm:
    if "minutes" in kept:
        return EveryMinutes(kept["minutes"])
    if "daily_at" in kept:
        return DailyAt(time.fromisoformat(kept["daily_at"]), ZoneInfo(kept["zone"]))
    return AtOnce()
