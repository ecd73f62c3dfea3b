"""Comparing texts that somebody brings along: the same analysis as for watched statements, and nothing is stored."""

import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from app.claims.compare import compare, first_ledger
from app.claims.deadline import never
from app.claims.languages import detect_language
from app.claims.pins import PinSet
from app.domain.claims import Analysis, ClaimChange, Facet, PinTouch, PinVariant, Span
from app.domain.errors import InvalidInput

FEWEST_TEXTS, MOST_TEXTS = 2, 50


def compare_texts(
    texts: Sequence[str],
    *,
    language: str | None = None,
    pins: Sequence[PinVariant] = (),
    out_of_time: Callable[[], bool] = never,
) -> dict[str, Any]:
    """What the last step between texts (oldest first) did to each claim, as JSON; the earlier ones feed the ledger.

    ``language`` is ISO 639-1; None has it found out from the last text. Every claim of both last texts is in
    ``claims``, the unchanged ones too.

    Raises:
        InvalidInput: fewer than 2 texts, more than 50, or one that is no Unicode text.
    """
    if not FEWEST_TEXTS <= len(texts) <= MOST_TEXTS:
        raise InvalidInput(f"Give {FEWEST_TEXTS} to {MOST_TEXTS} texts, oldest first.", pointer="/texts")
    spoken = language or detect_language(texts[-1])
    ledger = first_ledger(texts[0], language=spoken)
    *earlier, (before, after) = pairwise(texts)
    for number, (old, new) in enumerate(earlier, start=2):
        ledger = compare(old, new, language=spoken, ledger=ledger, version=number, out_of_time=out_of_time).ledger
    pin_set = PinSet.of({str(place): (variant,) for place, variant in enumerate(pins)}) if pins else None
    analysis = compare(
        before, after, language=spoken, ledger=ledger, version=len(texts), pins=pin_set, out_of_time=out_of_time
    )
    return analysis_facts(analysis)


def within_seconds(seconds: float) -> Callable[[], bool]:
    """A deadline for a comparison, from now on."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def analysis_facts(analysis: Analysis) -> dict[str, Any]:
    """An analysis as JSON values: the one form in which programs are told of it."""
    return {
        "claims": [change_facts(change) for change in analysis.changes],
        "pins": [_pin_facts(touch) for touch in analysis.pins],
        "statement_action": analysis.statement_action,
        "score": analysis.score,
        "level": analysis.level,
        "disclosed": analysis.disclosed,
        "language": analysis.language,
        "facets_supported": list(analysis.facets_supported),
        "truncated": analysis.truncated,
        "change_hash": analysis.change_hash,
        "analyzer_version": analysis.analyzer_version,
    }


def change_facts(change: ClaimChange) -> dict[str, Any]:
    """What an edit did to one claim; ``facets`` by name."""
    return {
        "number": change.number,
        "action": change.action,
        "moved": change.moved,
        "level": change.level,
        "score": change.score,
        "similarity": change.similarity,
        "before": change.before,
        "after": change.after,
        "before_spans": _spans(change.before_spans),
        "after_spans": _spans(change.after_spans),
        "facets": facets_facts(change.facets),
        "other_numbers": list(change.other_numbers),
        "removed_in": change.removed_in,
    }


def facets_facts(facets: Sequence[Facet]) -> dict[str, dict[str, Any]]:
    """Facets by their names: where they show in both texts, and their data."""
    return {
        facet.kind: {"before": _spans(facet.before), "after": _spans(facet.after), "data": dict(facet.data)}
        for facet in facets
    }


def _pin_facts(touch: PinTouch) -> dict[str, Any]:
    return {
        "variant": str(touch.variant),
        "event": touch.event,
        "before": _spans(touch.before),
        "after": _spans(touch.after),
        "claim_numbers": list(touch.claim_numbers),
    }


def _spans(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]
