"""From an alignment to what happened to each claim: action, facets, score, and its number in the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.claims.align import Alignment, Likeness, Match
from app.claims.deadline import OutOfTime
from app.claims.document import Document
from app.claims.facets.classify import classify
from app.claims.facets.pair import Finding
from app.claims.facets.surface import same_words
from app.claims.facts.reading import read
from app.claims.ledger import Book
from app.claims.matching import Vocabulary
from app.claims.rank import LEAD, LEAD_FROM, MOVED, REGROUPED, claim_score, edit_score
from app.claims.restore import Restoration, Restorations
from app.domain.claims import SURFACE_FACETS, Action, ClaimChange, Facet, FacetKind, Level, Span

CUT_OTHERWISE = 1
"""So few exchanged words on each side of a split or a merger come from the cutting."""


class Judgement(NamedTuple):
    """The facets of a claim that changed, and their score."""

    found: Sequence[Finding] = ()
    score: float = 0.0


UNTOLD = Judgement()


@dataclass(slots=True)
class ClaimChanges:
    """Makes the changes of one comparison, entering the new claims in the book as it goes."""

    old: Document
    new: Document
    book: Book
    vocabulary: Vocabulary
    out_of_time: OutOfTime
    truncated: bool = False
    _numbers: list[int] = field(default_factory=list)

    def of(self, alignment: Alignment) -> tuple[ClaimChange, ...]:
        """One change for each match, each removed and each added claim, in reading order of the new text."""
        self._numbers = self.book.numbers_of(self.old)
        gone = Restorations(self.book, self.vocabulary, self.out_of_time)
        placed = [
            ((match.after[0], 0, 0), self._untouched(match) or self._matched(match, gone))
            for match in alignment.matches
        ]
        for place, restoration in gone.of(self.new, alignment.added):
            change = self._restored(place, restoration) if restoration else self._added(place)
            placed.append(((place, 0, 0), change))
        for place, anchor in _with_anchors(alignment):
            placed.append(((anchor, 1, place), self._removed(place)))
        return tuple(change for _, change in sorted(placed, key=lambda item: item[0]))

    def _untouched(self, match: Match) -> ClaimChange | None:
        """The change of a claim that stands as it stood, as nearly all do; None if it is not one of them."""
        if match.likeness is not Likeness.EXACT or match.moved:
            return None
        (old,), (new,) = match.before, match.after
        text = self.old.raw_text(old)
        if text != self.new.raw_text(new):
            return None
        number, span_before, span_after = self._numbers[old], self.old.spans[old], self.new.spans[new]
        self.book.keep(number, self.new.sentences[new].key, text, span_after)
        return ClaimChange(
            number, Action.UNCHANGED, text, text, (span_before,), (span_after,), (), 0.0, Level.COSMETIC, 1.0
        )

    def _matched(self, match: Match, gone: Restorations) -> ClaimChange:
        numbers = [self._numbers[place] for place in match.before]
        judgement = self._judged(match)
        removed_in = self.book.earlier_end(numbers[0], self.new.sentences[match.after[0]].key)
        if match.likeness is not Likeness.CLOSE:
            removed_in = None
        parts = list(self._enter(match, numbers, gone))
        action = _action(match, changed=bool(judgement.found), restored=removed_in is not None)
        return self._change(
            action,
            numbers[0],
            match,
            self._facets(judgement.found, match),
            self._score(match, action, judgement.score),
            other_numbers=(*numbers[1:], *parts),
            removed_in=removed_in,
        )

    def _enter(self, match: Match, numbers: list[int], gone: Restorations) -> Iterator[int]:
        """Enter the claims of a match; yields the numbers of the parts of a split beyond the first."""
        for order, place in enumerate(match.after):
            key = self.new.sentences[place].key
            if order == 0:
                self._enter_one(place, numbers[0], absorbed=numbers[1:])
            else:
                yield self._enter_one(place, gone.take(key))

    def _enter_one(self, place: int, number: int | None, absorbed: Sequence[int] = ()) -> int:
        span = self.new.spans[place]
        return self.book.enter(number, self.new.sentences[place].key, self.new.raw_of(span), span, absorbed)

    def _judged(self, match: Match) -> Judgement:
        if match.likeness is Likeness.EXACT:
            if self.old.raw_text(match.before[0]) == self.new.raw_text(match.after[0]):
                return UNTOLD
            found = [same_words(self.old.stretch(match.before)[1], self.new.stretch(match.after)[1])]
            return Judgement(found, edit_score(found, (), ()))
        if self.out_of_time():
            self.truncated = True
            return Judgement([Finding(FacetKind.WORDING, data={"before": [], "after": []})], 1 - match.similarity)
        before = read(self.old.stretch(match.before)[1], self.old.sentences[match.before[0]].language)
        after = read(self.new.stretch(match.after)[1], self.new.sentences[match.after[0]].language)
        found = classify(before, after, frozenset(self.vocabulary.capitals))
        if match.likeness in (Likeness.SPLIT, Likeness.MERGED):
            found = [finding for finding in found if not _comes_from_cutting(finding)]
        return Judgement(found, edit_score(found, before.tokens, after.tokens) if found else 0.0)

    def _score(self, match: Match, action: Action, score: float) -> float:
        if match.moved:
            score = max(score, MOVED)
        if action in (Action.SPLIT, Action.MERGED):
            score = max(score, REGROUPED)
        if action is Action.RESTORED:
            score = max(score, claim_score(Action.RESTORED, self.new.sentences[match.after[0]].text))
        return self._leading(score, match.before)

    def _leading(self, score: float, before: Sequence[int]) -> float:
        """The first claim of the old text is what people read: its edit weighs more."""
        is_lead = 0 in before and len(self.old.sentences) >= LEAD_FROM
        return min(1.0, score * LEAD) if is_lead else score

    def _restored(self, place: int, restoration: Restoration) -> ClaimChange:
        text = self.new.sentences[place].text
        number = self._enter_one(place, restoration.number)
        match = Match((), (place,), restoration.similarity, Likeness.CLOSE)
        found, score = restoration.found, claim_score(Action.RESTORED, text)
        return self._change(
            Action.RESTORED, number, match, self._facets(found, match), score, removed_in=restoration.removed_in
        )

    def _added(self, place: int) -> ClaimChange:
        number = self._enter_one(place, None)
        match = Match((), (place,), 0.0, Likeness.CLOSE)
        return self._change(Action.ADDED, number, match, (), claim_score(Action.ADDED, self.new.sentences[place].text))

    def _removed(self, place: int) -> ClaimChange:
        match = Match((place,), (), 0.0, Likeness.CLOSE)
        score = self._leading(claim_score(Action.REMOVED, self.old.sentences[place].text), (place,))
        return self._change(Action.REMOVED, self._numbers[place], match, (), score)

    def _change(
        self,
        action: Action,
        number: int,
        match: Match,
        facets: tuple[Facet, ...],
        score: float,
        *,
        other_numbers: tuple[int, ...] = (),
        removed_in: int | None = None,
    ) -> ClaimChange:
        before = tuple(self.old.spans[place] for place in match.before)
        after = tuple(self.new.spans[place] for place in match.after)
        rounded = round(score, 3)
        return ClaimChange(
            number=number,
            action=action,
            before=" ".join(self.old.raw_of(span) for span in before),
            after=" ".join(self.new.raw_of(span) for span in after),
            before_spans=before,
            after_spans=after,
            facets=facets,
            score=rounded,
            level=Level.of(rounded),
            similarity=round(match.similarity, 3),
            moved=match.moved,
            other_numbers=other_numbers,
            removed_in=removed_in,
        )

    def _facets(self, found: Sequence[Finding], match: Match) -> tuple[Facet, ...]:
        """Findings with their spans carried over into the raw texts of the whole statements."""
        if not found:
            return ()
        before, after = _carrier(self.old, match.before), _carrier(self.new, match.after)
        return tuple(
            Facet(finding.kind, before.carried(finding.before), after.carried(finding.after), finding.data)
            for finding in found
        )


class _Carrier(NamedTuple):
    document: Document
    start: int | None

    def carried(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        if self.start is None:
            return ()
        return tuple(self.document.clean.raw_span(self.start + span.start, self.start + span.end) for span in spans)


def _carrier(document: Document, places: tuple[int, ...]) -> _Carrier:
    return _Carrier(document, document.stretch(places)[0] if places else None)


def _action(match: Match, *, changed: bool, restored: bool) -> Action:
    match match.likeness:
        case Likeness.SPLIT:
            return Action.SPLIT
        case Likeness.MERGED:
            return Action.MERGED
        case _:
            if restored:
                return Action.RESTORED
            if changed:
                return Action.EDITED
            return Action.MOVED if match.moved else Action.UNCHANGED


def _comes_from_cutting(finding: Finding) -> bool:
    """Whether a facet of a split or merged claim only tells that it was cut otherwise."""
    if finding.kind in SURFACE_FACETS:
        return True
    if finding.kind not in (FacetKind.WORDING, FacetKind.DETAIL_ADDED, FacetKind.DETAIL_REMOVED):
        return False
    return max(len(finding.data["before"]), len(finding.data["after"])) <= CUT_OTHERWISE


def _with_anchors(alignment: Alignment) -> Iterator[tuple[int, int]]:
    """Each removed place of the old text with the place in the new one behind which it belongs (-1: at the top)."""
    after_of = {place: match.after[-1] for match in alignment.matches if not match.moved for place in match.before}
    removed = set(alignment.removed)
    anchor = -1
    for place in range(max(removed, default=-1) + 1):
        if place in removed:
            yield place, anchor
        else:
            anchor = after_of.get(place, anchor)
