"""What an edit did to pinned phrases: gone, new, back, more or fewer of them, or kept in a claim that was edited."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.claims.document import Document, Sentence
from app.claims.pins import KnownSentences, PinMatch, PinSet
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
    """One touch for each variant of each pin that the edit did something to, in reading order of the old text.

    A pin that stands only in sentences the edit left alone is not touched: all pins are looked for in the edited
    sentences, and only those found there in the others.
    """
    places = _Places.of(changes)
    edited = {(one.text, one.language) for one in _edited_sentences(old, new, places)}
    pins = pins.only({match.pin for text, language in edited for match in pins.find_in_sentence(text, language)})
    read: KnownSentences = {}
    before, after = _by_variant(pins.find_in(old, read)), _by_variant(pins.find_in(new, read))
    touches = []
    for pin, variant in dict.fromkeys((*before, *after)):
        spans_before, spans_after = before.get((pin, variant), []), after.get((pin, variant), [])
        standing_in = places.standing_in(spans_before, spans_after)
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


def _edited_sentences(old: Document, new: Document, places: "_Places") -> Iterator[Sentence]:
    """The sentences of both texts in whose claims the edit changed anything; every claim is in one of the changes."""
    for text, side in ((old, places.before), (new, places.after)):
        for sentence, span in zip(text.sentences, text.spans, strict=True):
            if any(not _is_left_alone(places.changes[position]) for position in side.holding((span,))):
                yield sentence


def _is_left_alone(change: ClaimChange) -> bool:
    return change.action is Action.UNCHANGED and not change.facets


def _by_variant(found: Sequence[PinMatch]) -> Found:
    spans: Found = defaultdict(list)
    for match in found:
        spans[match.pin, match.variant].append(match.span)
    return spans


class _Side(NamedTuple):
    """The places of claims in one text, in order, each with its end and the position of its change."""

    starts: list[int]
    ends: list[int]
    of: list[int]

    @classmethod
    def of_spans(cls, spans: Iterable[tuple[Span, int]]) -> "_Side":
        """Put the places in order."""
        listed = sorted(spans)
        return cls([one.start for one, _ in listed], [one.end for one, _ in listed], [change for _, change in listed])

    def holding(self, spans: Sequence[Span]) -> Iterator[int]:
        """The positions of the changes in whose claims spans begin."""
        for span in spans:
            place = bisect_right(self.starts, span.start) - 1
            if place >= 0 and span.start < self.ends[place]:
                yield self.of[place]


class _Places(NamedTuple):
    """Where the claims of all changes stand."""

    changes: Sequence[ClaimChange]
    before: _Side
    after: _Side

    @classmethod
    def of(cls, changes: Sequence[ClaimChange]) -> "_Places":
        """Put the places of both texts in order."""
        before = ((span, n) for n, change in enumerate(changes) for span in change.before_spans)
        after = ((span, n) for n, change in enumerate(changes) for span in change.after_spans)
        return cls(changes, _Side.of_spans(before), _Side.of_spans(after))

    def standing_in(self, before: Sequence[Span], after: Sequence[Span]) -> list[ClaimChange]:
        """The changes of the claims in whose old or new text one of the spans stands."""
        found = {*self.before.holding(before), *self.after.holding(after)}
        return [self.changes[position] for position in sorted(found)]


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
