"""Pins: phrases that somebody wants followed, in one or more languages."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.claims import PinVariant
from app.domain.ids import PinId, WatchId


@dataclass(frozen=True, slots=True)
class Pin:
    """One pinned phrase. ``watch_ids`` empty means: on every watch."""

    id: PinId
    name: str
    variants: tuple[PinVariant, ...]
    watch_ids: tuple[WatchId, ...]
    created_at: datetime
    revision: int
