"""When a destination wants to hear, as a form asks for it and as a page says it: digests, quiet hours, a cap."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Final

from app.domain.errors import InvalidInput
from app.domain.timing import Timing
from app.domain.words import Words
from app.pipeline.timings import WrittenQuiet, WrittenTiming, timing_of, written_timing

FIELDS: Final = (
    "digest_minutes",
    "daily_at",
    "zone",
    "quiet_begins",
    "quiet_ends",
    "lets_major_through",
    "most_an_hour",
)
FIELD_OF: Final[Mapping[str, str]] = {"/quiet_hours/begins": "quiet_begins", "/quiet_hours/ends": "quiet_ends"}
"""Where the interface names a place otherwise than the form."""
ZONES: Final = (
    *("Europe/Kyiv", "Europe/London", "Europe/Berlin", "Europe/Warsaw", "Europe/Vilnius", "Europe/Istanbul"),
    *("America/New_York", "America/Los_Angeles", "Asia/Tbilisi", "Asia/Tokyo", "UTC"),
)
"""Some to choose from; any name of the database of time zones is taken."""
MOST_DIGITS: Final = 6


def timing_of_form(form: Mapping[str, str]) -> Timing:
    """The timing that a form asks for; what is left empty is not wished for.

    Raises:
        InvalidInput: a field cannot be used; its pointer names it.
    """
    begins, ends = form.get("quiet_begins", "").strip(), form.get("quiet_ends", "").strip()
    quiet = WrittenQuiet(begins, ends, "lets_major_through" in form) if begins or ends else None
    return timing_of(
        WrittenTiming(
            digest_minutes=_number(form, "digest_minutes"),
            daily_at=form.get("daily_at", "").strip() or None,
            zone=form.get("zone", "").strip() or None,
            quiet_hours=quiet,
            most_an_hour=_number(form, "most_an_hour"),
        )
    )


def timing_as_form(timing: Timing) -> dict[str, str]:
    """A timing as its form holds it: what is not wished for is not there."""
    written = written_timing(timing)
    quiet = written.quiet_hours
    begins, ends, major = astuple(quiet) if quiet else ("", "", False)
    known = {
        "digest_minutes": written.digest_minutes,
        "daily_at": written.daily_at,
        "zone": written.zone,
        "quiet_begins": begins,
        "quiet_ends": ends,
        "lets_major_through": "yes" if major else "",
        "most_an_hour": written.most_an_hour,
    }
    return {name: str(value) for name, value in known.items() if value}


def timing_in_words(timing: Timing, words: Words) -> str:
    """“A digest every day at 08:00 Europe/Kyiv; quiet from 22:00 to 07:00 Europe/Kyiv; at most 10 messages an hour”."""
    written = written_timing(timing)
    parts = [_rhythm(written, words)]
    if (quiet := written.quiet_hours) is not None:
        told = words.text(
            "quiet from {begins} to {ends} {zone}", begins=quiet.begins, ends=quiet.ends, zone=written.zone
        )
        parts.append(words.text("{quiet}, but not for what is major", quiet=told) if quiet.lets_major_through else told)
    if written.most_an_hour is not None:
        parts.append(
            words.plural("at most {count} message an hour", "at most {count} messages an hour", written.most_an_hour)
        )
    return "; ".join(parts)


def _rhythm(written: WrittenTiming, words: Words) -> str:
    if written.digest_minutes is not None:
        return words.plural("a digest every minute", "a digest every {count} minutes", written.digest_minutes)
    if written.daily_at is not None:
        return words.text("a digest every day at {time} {zone}", time=written.daily_at, zone=written.zone)
    return words.text("each alert at once")


def _number(form: Mapping[str, str], name: str) -> int | None:
    written = form.get(name, "").strip()
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= MOST_DIGITS):
        raise InvalidInput(f"“{written[:40]}” is no whole number.", pointer=f"/{name}")
    return int(written)
