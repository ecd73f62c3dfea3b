"""What is told: the body of an event, which is also the body of the alert. Pure; always under 20 kB."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.claims import ClaimChange, Facet, Span
from app.domain.edits import Edit, PinChange
from app.domain.events import EventType
from app.domain.flags import Flag
from app.domain.gists import Deed, Gist, gist_facts
from app.domain.headlines import headline_of
from app.domain.ids import EventId, claim_id
from app.domain.observations import Outcome
from app.domain.statements import Statement
from app.domain.watches import Watch
from app.domain.words import ENGLISH

LONGEST_BODY_BYTES = 19_500
LONGEST_QUOTE_BYTES = 3_000
LONGEST_ADDRESS_BYTES = 2_000
LONGEST_LINE_BYTES = 600
MOST_SPANS = 20


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything that the message about one edit is made of; ``gist`` is what its first line says."""

    type: EventType
    event_id: EventId
    at: datetime
    gist: Gist
    watch: Watch
    statement: Statement
    edit: Edit
    changes: Sequence[ClaimChange]
    flags: Sequence[Flag]


def edit_message(told: Telling, *, public_url: str | None) -> dict[str, Any]:
    """The body for an edit, its claims most severe first; what does not fit is left out and counted."""
    touched = [one for one in told.changes if one.action != "unchanged" or one.facets]
    ordered = sorted(touched, key=lambda one: -one.score)
    flagged = {flag.claim_id for flag in told.flags}
    claims = [_claim(told, one, claim_id(told.statement.id, one.number) in flagged) for one in ordered]
    body = {
        "type": told.type,
        "id": str(told.event_id),
        "time": told.at.isoformat(),
        **first_line(told.gist),
        "watch": watch_facts(told.watch),
        "statement": _statement(told.statement, told.watch),
        "edit": edit_facts(told.edit),
        "pins": [pin_facts(pin) for pin in told.edit.pins],
        "pins_left_out": 0,
        "flags": [str(flag.id) for flag in told.flags],
        "flags_left_out": 0,
        "claims": claims,
        "claims_left_out": 0,
        "links": _links(told.statement, told.edit, public_url),
    }
    return _within_limit(body)


def statement_message(
    event_type: EventType,
    event_id: EventId,
    at: datetime,
    statement: Statement,
    watch: Watch,
    *,
    public_url: str | None,
) -> dict[str, Any]:
    """The body for a statement seen for the first time."""
    return {
        "type": event_type,
        "id": str(event_id),
        "time": at.isoformat(),
        **first_line(Gist(Deed.PUBLISHED, who=watch.publisher, kind=watch.kind, new=statement.title or statement.url)),
        "watch": watch_facts(watch),
        "statement": _statement(statement, watch),
        "links": {"statement": f"{public_url or ''}/v1/statements/{statement.id}"},
    }


def settled_message(
    event_id: EventId,
    at: datetime,
    gist: Gist,
    *,
    statement: Statement,
    watch: Watch,
    flapping: dict[str, Any],
    public_url: str | None,
) -> dict[str, Any]:
    """The body for a statement that has stopped going back and forth; ``flapping`` is how it went."""
    return {
        "type": EventType.STATEMENT_SETTLED,
        "id": str(event_id),
        "time": at.isoformat(),
        **first_line(gist),
        "watch": watch_facts(watch),
        "statement": _statement(statement, watch),
        "version": statement.version_count,
        "flapping": flapping,
        "links": {"statement": f"{public_url or ''}/v1/statements/{statement.id}"},
    }


def watch_message(
    event_type: EventType, event_id: EventId, at: datetime, watch: Watch, *, outcome: Outcome | None, detail: str | None
) -> dict[str, Any]:
    """The body for a watch that cannot be read any more, or can be again."""
    failing = event_type is EventType.WATCH_FAILING
    deed = Deed.WATCH_FAILING if failing else Deed.WATCH_RECOVERED
    return {
        "type": event_type,
        "id": str(event_id),
        "time": at.isoformat(),
        **first_line(Gist(deed, who=watch.name, new=(detail or "") if failing else "")),
        "watch": watch_facts(watch),
        "outcome": outcome,
        "detail": detail and _line(detail),
    }


def first_line(gist: Gist) -> dict[str, Any]:
    """What a message begins with: the headline in English, and what it says as facts, for other languages."""
    return {"headline": _line(headline_of(gist, ENGLISH)), "gist": _gist(gist)}


def _gist(gist: Gist) -> dict[str, Any]:
    return gist_facts(
        replace(
            gist,
            who=_line(gist.who),
            old=_line(gist.old),
            new=_line(gist.new),
            about=gist.about and replace(gist.about, who=_line(gist.about.who)),
        )
    )


def watch_facts(watch: Watch) -> dict[str, Any]:
    """The watch as every message names it."""
    return {
        "id": str(watch.id),
        "name": _line(watch.name),
        "kind": watch.kind,
        "url": _cut(watch.url, LONGEST_ADDRESS_BYTES),
        "tags": list(watch.tags[:20]),
    }


def edit_facts(edit: Edit) -> dict[str, Any]:
    """The edit with its interval: the old words last seen unchanged, the new ones first seen."""
    return {
        "id": str(edit.id),
        "kind": edit.kind,
        "from": edit.from_version,
        "to": edit.to_version,
        "restores": edit.restores,
        "interval": {
            "last_seen_unchanged_at": edit.last_seen_unchanged_at.isoformat(),
            "first_seen_changed_at": edit.first_seen_changed_at.isoformat(),
        },
        "stood_seconds": edit.stood_seconds,
        "seconds_since_publication": edit.seconds_since_publication,
        "earlier_edits": edit.earlier_edits,
        "statement_action": edit.statement_action,
        "score": edit.score,
        "level": edit.level,
        "disclosed": edit.disclosed,
        "marked_edited": edit.marked_edited,
        "second_look": edit.confirmation,
        "second_look_at": edit.confirmed_at.isoformat() if edit.confirmed_at else None,
        "analysis": edit.analysis_state,
        "analyzer_version": edit.analyzer_version,
        "language": edit.language,
        "facets_supported": list(edit.facets_supported),
        "truncated": edit.truncated,
        "large_loss": edit.large_loss,
    }


def facet_facts(facet: Facet) -> dict[str, Any]:
    """One facet: its kind, its spans in both texts, and its data."""
    return {
        "kind": facet.kind,
        "before": _spans(facet.before),
        "after": _spans(facet.after),
        "data": dict(facet.data),
    }


def pin_facts(pin: PinChange) -> dict[str, Any]:
    """What an edit did to one pinned phrase."""
    return {
        "id": str(pin.pin_id),
        "name": _line(pin.name),
        "variant": _line(str(pin.variant)),
        "event": pin.event,
        "before": _spans(pin.before),
        "after": _spans(pin.after),
    }


def _claim(told: Telling, change: ClaimChange, is_flagged: bool) -> dict[str, Any]:
    touching = [pin for pin in told.edit.pins if change.number in pin.claim_numbers]
    return {
        "id": str(claim_id(told.statement.id, change.number)),
        "action": change.action,
        "moved": change.moved,
        "level": change.level,
        "score": change.score,
        "flagged": is_flagged,
        "before": _cut(change.before, LONGEST_QUOTE_BYTES),
        "after": _cut(change.after, LONGEST_QUOTE_BYTES),
        "facets": [facet_facts(facet) for facet in change.facets],
        "pins": [{"id": str(pin.pin_id), "name": _line(pin.name), "event": pin.event} for pin in touching[:20]],
    }


def _statement(statement: Statement, watch: Watch) -> dict[str, Any]:
    return {
        "id": str(statement.id),
        "publisher": _line(watch.publisher),
        "url": _cut(statement.url, LONGEST_ADDRESS_BYTES),
        "title": statement.title and _line(statement.title),
        "published_at": statement.published_at.isoformat() if statement.published_at else None,
        "state": statement.state,
    }


def _links(statement: Statement, edit: Edit, public_url: str | None) -> dict[str, str]:
    base = f"{public_url or ''}/v1"
    diff = f"from={edit.from_version}&to={edit.to_version}"
    compared = f"/compare?{diff}" if edit.from_version != edit.to_version else ""
    return {
        "page": f"{public_url or ''}/statements/{statement.id}{compared}",
        "edit": f"{base}/edits/{edit.id}",
        "statement": f"{base}/statements/{statement.id}",
        "diff": f"{base}/statements/{statement.id}/diff?{diff}",
        "source": _cut(statement.url, LONGEST_ADDRESS_BYTES),
    }


def _within_limit(body: dict[str, Any]) -> dict[str, Any]:
    """Leave out the least severe claims until the body fits, and then of what else may be many."""
    if _size(body) <= LONGEST_BODY_BYTES:
        return body
    for name in ("claims", "pins", "flags"):
        many: list[Any] = body[name]
        while many and _size(body) > LONGEST_BODY_BYTES:
            keep = len(many) * 3 // 4 if len(many) > 4 else len(many) - 1
            body[f"{name}_left_out"] += len(many) - keep
            del many[keep:]
    return body


def _size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _line(text: str) -> str:
    return _cut(text, LONGEST_LINE_BYTES)


def _cut(text: str, longest: int) -> str:
    """The beginning of a text, so that its JSON has at most ``longest`` bytes."""
    if len(text) * 6 + 2 <= longest or _size(text) <= longest:
        return text
    cut = text[: longest - 5]
    while _size(cut) > longest - 3:
        cut = cut[: len(cut) * 9 // 10]
    return cut + "…"


def _spans(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans[:MOST_SPANS]]
