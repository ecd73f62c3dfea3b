"""What an edit did to pinned phrases: gone, new, back, more or fewer of them, or kept in a claim that was edited."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.claims.document import Document
from app.claims.pins import PinMatch, PinSet
from app.claims.rank import CONTEXT_OF_PIN, PINNED
from app.domain.claims import (
    SURFACE_FACETS,
    Action,
    ClaimChange,
    Ledger,
    Level,
    PinEventKind,
    PinTouch,
    PinVariant,
    Span,
    StandingClaim,
)

Found = dict[tuple[str, PinVariant], list[Span]]


def pin_touches(
    pins: PinSet, old: Document, new: Document, changes: Sequence[ClaimChange], known: Ledger
) -> tuple[PinTouch, ...]:
    """One touch for each variant of each pin that the edit did something to, in reading order of the old text."""
    before, after = _by_variant(pins.find_in(old)), _by_variant(pins.find_in(new))
    touches = []
    for pin, variant in dict.fromkeys((*before, *after)):
        spans_before, spans_after = before.get((pin, variant), []), after.get((pin, variant), [])
        standing_in = list(_standing_in(changes, spans_before, spans_after))
        event = _event(len(spans_before), len(spans_after), standing_in)
        if event is PinEventKind.ADDED and _stood_before(pins, known, pin, variant):
            event = PinEventKind.RESTORED
        if event is not None:
            numbers = tuple(dict.fromkeys(change.number for change in standing_in))
            touches.append(PinTouch(pin, variant, event, tuple(spans_before), tuple(spans_after), numbers))
    return tuple(touches)


def raised(changes: Sequence[ClaimChange], touches: Sequence[PinTouch]) -> tuple[ClaimChange, ...]:
    """The changes with the scores that touched pins give them."""
    least: dict[int, float] = defaultdict(float)
    for touch in touches:
        score = CONTEXT_OF_PIN if touch.event is PinEventKind.CONTEXT_CHANGED else PINNED
        for number in touch.claim_numbers:
            least[number] = max(least[number], score)
    return tuple(_at_least(change, least[change.number]) if change.number in least else change for change in changes)


def _at_least(change: ClaimChange, score: float) -> ClaimChange:
    if change.action is Action.UNCHANGED or change.score >= score:
        return change
    return replace(change, score=score, level=Level.of(score))


def _by_variant(found: Sequence[PinMatch]) -> Found:
    spans: Found = defaultdict(list)
    for match in found:
        spans[match.pin, match.variant].append(match.span)
    return spans


def _standing_in(
    changes: Sequence[ClaimChange], before: Sequence[Span], after: Sequence[Span]
) -> Iterator[ClaimChange]:
    """The changes of the claims in whose old or new text one of the spans stands."""
    for change in changes:
        if _holds(change.before_spans, before) or _holds(change.after_spans, after):
            yield change


def _holds(claim: Sequence[Span], spans: Sequence[Span]) -> bool:
    return any(place.start <= span.start < place.end for place in claim for span in spans)


def _event(before: int, after: int, standing_in: Sequence[ClaimChange]) -> PinEventKind | None:
    if before and not after:
        return PinEventKind.REMOVED
    if after and not before:
        return PinEventKind.ADDED
    if before != after:
        return PinEventKind.COUNT_CHANGED
    return PinEventKind.CONTEXT_CHANGED if any(_is_reworded(change) for change in standing_in) else None


def _is_reworded(change: ClaimChange) -> bool:
    return any(facet.kind not in SURFACE_FACETS for facet in change.facets)


def _stood_before(pins: PinSet, known: Ledger, pin: str, variant: PinVariant) -> bool:
    """Whether the phrase stood in some former wording of the statement."""
    return any(
        match.pin == pin and match.variant == variant
        for claim in known.claims
        for text in _former_texts(claim)
        for match in pins.find_in_sentence(text, variant.language)
    )


def _former_texts(claim: StandingClaim) -> Iterator[str]:
    if not claim.standing:
        yield claim.text
    yield from (old.key for old in claim.earlier_keys)
