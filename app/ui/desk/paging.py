"""Where a list goes on, as it stands in the address of a page."""

import uuid
from datetime import UTC, datetime, timedelta

from app.storage.paging import Place

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def place_to_text(place: Place | None) -> str | None:
    """``1736241120000000.0194…``: microseconds and id; None where the list ends."""
    if place is None:
        return None
    return f"{(place.at - EPOCH) // timedelta(microseconds=1)}.{place.id.hex}"


def place_of(text: str | None) -> Place | None:
    """The place that an address names; what names none begins the list anew."""
    at, _, key = (text or "").partition(".")
    if not (at.isascii() and at.isdigit() and len(at) <= 17):
        return None
    try:
        return Place(EPOCH + timedelta(microseconds=int(at)), uuid.UUID(hex=key))
    except (ValueError, OverflowError):
        return None


def uuid_of(text: str | None) -> uuid.UUID | None:
    """An id as an address or a form has it; None where it is none."""
    try:
        return uuid.UUID(text) if text and len(text) <= 36 else None
    except ValueError:
        return None
