"""Spans, facets and pins as JSON, and back."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.claims import Facet, FacetKind, PinEventKind, PinVariant, Span
from app.domain.edits import PinChange
from app.domain.ids import PinId


def spans_to_json(spans: Iterable[Span]) -> list[list[int]]:
    """``[[start, end], …]``."""
    return [[span.start, span.end] for span in spans]


def spans_from_json(value: Iterable[Iterable[int]]) -> tuple[Span, ...]:
    """Back from ``[[start, end], …]``."""
    return tuple(Span(*pair) for pair in value)


def facet_to_json(facet: Facet) -> dict[str, Any]:
    """One facet with its spans and data."""
    before, after = spans_to_json(facet.before), spans_to_json(facet.after)
    return {"kind": facet.kind, "before": before, "after": after, "data": dict(facet.data)}


def facet_from_json(value: Mapping[str, Any]) -> Facet:
    """Back from :func:`facet_to_json`."""
    before, after = spans_from_json(value["before"]), spans_from_json(value["after"])
    return Facet(FacetKind(value["kind"]), before, after, value["data"])


def pin_change_to_json(pin: PinChange) -> dict[str, Any]:
    """What an edit did to one pin."""
    return {
        "pin_id": str(pin.pin_id),
        "name": pin.name,
        "language": pin.variant.language,
        "phrase": pin.variant.phrase,
        "event": pin.event,
        "before": spans_to_json(pin.before),
        "after": spans_to_json(pin.after),
        "claim_numbers": list(pin.claim_numbers),
    }


def pin_change_from_json(value: Mapping[str, Any]) -> PinChange:
    """Back from :func:`pin_change_to_json`."""
    return PinChange(
        pin_id=PinId(uuid.UUID(value["pin_id"])),
        name=value["name"],
        variant=PinVariant(value["language"], value["phrase"]),
        event=PinEventKind(value["event"]),
        before=spans_from_json(value["before"]),
        after=spans_from_json(value["after"]),
        claim_numbers=tuple(value["claim_numbers"]),
    )
