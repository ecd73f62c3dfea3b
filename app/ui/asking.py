"""What stands behind the question mark of an address: read strictly, so that a filter never means something else."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from app.domain.errors import InvalidInput

Word = TypeVar("Word", bound=StrEnum)
PLACE = re.compile(
    r"(?P<rank>[0-9]{1,3})_(?P<at>[0-9T:.+-]{16,40})_(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.ASCII
)


def word_in(query: Mapping[str, str], name: str, kind: type[Word]) -> Word | None:
    """One of the words of a list; None where it is not asked for.

    Raises:
        InvalidInput: it is none of them.
    """
    asked = query.get(name, "")
    if not asked:
        return None
    if asked not in set(kind):
        raise InvalidInput(f"“{name}” is none of: {', '.join(kind)}.")
    return kind(asked)


def id_in(query: Mapping[str, str], name: str) -> UUID | None:
    """An id; None where it is not asked for.

    Raises:
        InvalidInput: it is none.
    """
    asked = query.get(name, "")
    try:
        return UUID(asked) if asked else None
    except ValueError:
        raise InvalidInput(f"“{name}” is no id.") from None


def number_in(query: Mapping[str, str], name: str) -> int | None:
    """A number of at most 14 digits; None where it is not asked for.

    Raises:
        InvalidInput: it is none.
    """
    asked = query.get(name, "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= 14):
        raise InvalidInput(f"“{name}” is no number.")
    return int(asked)


def place_in(query: Mapping[str, str], name: str) -> tuple[int, datetime, UUID] | None:
    """Where a page of a list ended, as :func:`place_told` wrote it; None where it is not asked for.

    Raises:
        InvalidInput: it is no such place.
    """
    asked = query.get(name, "")
    if not asked:
        return None
    parts = PLACE.fullmatch(asked)
    try:
        moment = datetime.fromisoformat(parts["at"]) if parts else None
    except ValueError:
        moment = None
    if parts is None or moment is None or moment.tzinfo is None:
        raise InvalidInput(f"“{name}” is no place in this list.")
    return int(parts["rank"]), moment, UUID(parts["id"])


def place_told(rank: int, at: datetime, key: UUID) -> str:
    """A place in a list as an address has it."""
    return f"{rank}_{at.isoformat()}_{key}"
