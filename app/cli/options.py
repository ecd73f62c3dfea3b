"""The options that many commands share, and how lengths of time and instants are written."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from app.domain.errors import InvalidInput

Json = Annotated[bool, typer.Option("--json", help="For programs: JSON on standard output.")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="At most so many, the newest first; 0 for all.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="A tag; may be repeated.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
LENGTH = re.compile(r"(\d{1,9})\s*([smhd]?)", re.ASCII)
CLOCK = re.compile(r"[Tt ]")
REST_OF_A_DAY = timedelta(days=1, seconds=-1)


def example(command: str) -> str:
    """The line below the help of a command."""
    return f"Example: {command}"


def seconds_of(written: str) -> int:
    """A length of time in seconds out of ``90``, ``90s``, ``5m``, ``2h`` or ``1d``.

    Raises:
        InvalidInput: it is none.
    """
    match = LENGTH.fullmatch(written.strip().lower())
    if match is None:
        raise InvalidInput(f"“{written}” is no length of time; write 90s, 5m, 2h or 1d.")
    return int(match[1]) * UNITS[match[2] or "s"]


def interval_of(written: str) -> int | None:
    """How often to look, in seconds; None for ``adaptive``.

    Raises:
        InvalidInput: it is neither that nor a length of time.
    """
    return None if written.strip().lower() == "adaptive" else seconds_of(written)


def instant_of(written: str | None) -> datetime | None:
    """An instant out of ``2025-01-07``, ``2025-01-07T09:12`` or with a zone; without one it is UTC.

    Raises:
        InvalidInput: it is none.
    """
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"“{written}” is no instant; write 2025-01-07 or 2025-01-07T09:12Z.") from error


def last_instant_of(written: str | None) -> datetime | None:
    """The same as the end of a time: of a day without a clock (``2025-01-07``) its last second.

    Raises:
        InvalidInput: it is none.
    """
    found = instant_of(written)
    is_day = written is not None and CLOCK.search(written.strip()) is None
    return found + REST_OF_A_DAY if found is not None and is_day else found
