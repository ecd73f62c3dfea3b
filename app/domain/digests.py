"""Digests: several alerts for one destination as one message, the most severe first, under 20 kB.

What is left out of a digest is counted in it, and nothing is only there: each alert is an event of its own, which
stays readable under its id.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.domain.claims import Level
from app.domain.events import EventType
from app.domain.ids import DestinationId, EventId

LONGEST_BODY_BYTES = 19_500
LONGEST_HEADLINE = 300
MOST_MEMBERS = 20_000
"""Alerts in one digest; what is owed beyond them goes into the next one."""
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Member:
    """One alert of a digest, as far as the digest shows it. ``links`` are those of its own body."""

    event_id: EventId
    type: EventType
    at: datetime
    level: Level
    headline: str
    links: Mapping[str, str]
    gist: Mapping[str, Any] | None = None
    """What the headline says, as facts, for other languages."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a digest is made of: all of it counted, and the members that may be shown, the most severe first.

    ``since`` and ``until`` are the times of the oldest and the newest event.
    """

    counts: Mapping[tuple[EventType, Level], int]
    since: datetime
    until: datetime
    shown: Sequence[Member]

    @property
    def total(self) -> int:
        """How many alerts there are in all."""
        return sum(self.counts.values())


def digest_body(
    digest_id: UUID, destination_id: DestinationId, contents: Contents, *, now: datetime, public_url: str | None
) -> dict[str, Any]:
    """The body of a digest.

    ``items`` are the headlines, the most severe first, the oldest of a level first; ``left_out`` counts those that
    are not among them. ``by_level`` and ``by_type`` count all.
    """
    base = public_url or ""
    body: dict[str, Any] = {
        "type": EventType.DIGEST,
        "id": str(digest_id),
        "time": now.isoformat(),
        "headline": _headline(contents),
        "destination_id": str(destination_id),
        "since": contents.since.isoformat(),
        "until": contents.until.isoformat(),
        "count": contents.total,
        "by_level": _by_level(contents.counts),
        "by_type": _by_type(contents.counts),
        "items": [],
        "left_out": contents.total,
        "links": {"alerts": f"{base}/v1/alerts?destination_id={destination_id}"},
    }
    room = LONGEST_BODY_BYTES - _size(body)
    for member in contents.shown:
        item = _item(member, base)
        room -= _size(item) + 1
        if room < 0:
            break
        body["items"].append(item)
    body["left_out"] -= len(body["items"])
    return body


def _item(member: Member, base: str) -> dict[str, Any]:
    words = member.headline
    gist = {} if member.gist is None else {"gist": dict(member.gist)}
    return {
        "type": member.type,
        "id": str(member.event_id),
        "time": member.at.isoformat(),
        "level": member.level,
        "headline": words if len(words) <= LONGEST_HEADLINE else words[: LONGEST_HEADLINE - 1] + "…",
        **gist,
        "links": {"event": f"{base}/v1/events/{member.event_id}", **member.links},
    }


def _headline(contents: Contents) -> str:
    """``12 alerts from 6 January 2025, 21:10 UTC to 7 January 2025, 07:00 UTC: 3 major, 9 minor``."""
    levels = ", ".join(f"{count} {level}" for level, count in _by_level(contents.counts).items() if count)
    return f"{contents.total} alerts from {_clock(contents.since)} to {_clock(contents.until)}: {levels}"


def _by_level(counts: Mapping[tuple[EventType, Level], int]) -> dict[str, int]:
    levels = sorted(Level, key=lambda level: -level.rank)
    return {level: sum(count for (_, its), count in counts.items() if its is level) for level in levels}


def _by_type(counts: Mapping[tuple[EventType, Level], int]) -> dict[str, int]:
    types = sorted({kind for kind, _ in counts})
    return {kind: sum(count for (its, _), count in counts.items() if its is kind) for kind in types}


def _clock(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
