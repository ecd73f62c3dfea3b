"""What the first line of a message says, as facts: who did what to which words, seen when; for any language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.watches import SourceKind


class Deed(StrEnum):
    """What somebody did, or what became of a watch, the service or a destination."""

    PUBLISHED = "published"
    EDITED = "edited"
    REMOVED = "removed"
    ADDED = "added"
    RESTORED = "restored"
    MOVED = "moved"
    EXCHANGED = "exchanged"
    REWRAPPED = "rewrapped"
    WITHDRAWN = "withdrawn"
    REPUBLISHED = "republished"
    REPLACED = "replaced"
    FLAPPING = "flapping"
    SETTLED = "settled"
    WATCH_FAILING = "watch_failing"
    WATCH_RECOVERED = "watch_recovered"
    STALLED = "stalled"
    RESUMED = "resumed"
    REVIEWED = "reviewed"
    DESTINATION_PAUSED = "destination_paused"
    TESTED = "tested"


@dataclass(frozen=True, slots=True)
class Gist:
    """The facts of one headline; which of them a deed needs stands in app.domain.headlines.

    ``who`` is a publisher, and for other deeds the watch, the destination or the person. ``old`` and ``new`` are words
    that went and came, shortened. ``since`` and ``until`` are two looks, or a stretch of time. ``count`` counts
    wordings, checks, or names a version; ``turns`` how often a statement went back and forth.
    ``state`` is what a review made of a flag, ``about``. ``large_loss`` and
    ``not_compared`` are said at the end.
    """

    did: Deed
    who: str = ""
    kind: SourceKind | None = None
    published_at: datetime | None = None
    old: str = ""
    new: str = ""
    since: datetime | None = None
    until: datetime | None = None
    count: int = 0
    turns: int = 0
    state: str = ""
    large_loss: bool = False
    not_compared: bool = False
    about: "Gist | None" = None


TIMES = ("published_at", "since", "until")


def gist_facts(gist: Gist) -> dict[str, Any]:
    """A gist as JSON holds it, without what is empty."""
    facts = {name: getattr(gist, name) for name in Gist.__dataclass_fields__ if getattr(gist, name)}
    facts |= {name: facts[name].isoformat() for name in TIMES if name in facts}
    return facts | ({"about": gist_facts(gist.about)} if gist.about else {})


def read_gist(facts: object) -> Gist | None:
    """A gist from its JSON; None where there is none, or one that this program does not know."""
    if not isinstance(facts, Mapping):
        return None
    try:
        known = {name: value for name, value in facts.items() if name in Gist.__dataclass_fields__}
        known |= {name: datetime.fromisoformat(known[name]) for name in TIMES if name in known}
        kinds: tuple[tuple[str, type[StrEnum]], ...] = (("did", Deed), ("kind", SourceKind))
        known |= {name: kind(known[name]) for name, kind in kinds if name in known}
        return Gist(**(known | ({"about": read_gist(known["about"])} if "about" in known else {})))
    except (TypeError, ValueError):
        return None
