"""The watchlist: what somebody asked Walkback to watch, and how it fares."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.hazard import NOTHING_SEEN, Habit
from app.domain.ids import PinId, WatchId


class SourceKind(StrEnum):
    """What kind of thing a watch points at; each has one reader in app.sources."""

    TELEGRAM_CHANNEL = "telegram_channel"
    TELEGRAM_POST = "telegram_post"
    WEB_PAGE = "web_page"
    FEED = "feed"


class WatchState(StrEnum):
    """Whether a watch is being checked."""

    ACTIVE = "active"
    PAUSED = "paused"
    REMOVED = "removed"


class WatchHealth(StrEnum):
    """How the last checks went: never yet, well, or not."""

    UNKNOWN = "unknown"
    HEALTHY = "healthy"
    FAILING = "failing"


class Visibility(StrEnum):
    """Who may read what is found at a watch, where the operator lets people read without a key."""

    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors of a web page: what to read, and what inside it to leave out."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """One entry of the watchlist.

    ``target`` is what the source made of the address: a channel name, ``channel/123``, or the canonical URL.
    ``identity`` is the source's lasting name for it (a Telegram channel id), known after the first check.
    ``interval_seconds`` is None for the adaptive schedule. ``revision`` grows with every change by a user. ``habit`` is
    what was learned of when its statements are edited.
    """

    id: WatchId
    kind: SourceKind
    url: str
    target: str
    name: str
    publisher: str
    language: str | None
    tags: tuple[str, ...]
    state: WatchState
    interval_seconds: int | None
    selectors: Selectors
    respect_robots: bool
    identity: str | None
    health: WatchHealth
    last_checked_at: datetime | None
    last_outcome: str | None
    next_check_at: datetime | None
    next_check_reason: str | None
    created_at: datetime
    updated_at: datetime
    revision: int
    visibility: Visibility = Visibility.PRIVATE
    habit: Habit = field(default=NOTHING_SEEN, metadata={"is_told": False})


@dataclass(frozen=True, slots=True)
class WatchDraft:
    """A watch as somebody asks for it, before it has an id. A kind of None is detected from the address.

    ``older_pages`` is how many pages of older posts of a channel are read at the start, beside the newest.
    """

    url: str
    kind: SourceKind | None = None
    name: str | None = None
    publisher: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    interval_seconds: int | None = None
    selectors: Selectors = Selectors()
    respect_robots: bool = True
    pins: tuple[PinId, ...] = ()
    older_pages: int = 0
    visibility: Visibility = Visibility.PRIVATE
