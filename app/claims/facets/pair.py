"""Two wordings of one claim side by side, with the word families that both share."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.claims.facts.marks import Mark
from app.claims.facts.reading import Reading
from app.claims.words import Families, Token, TokenKind
from app.domain.claims import FacetKind, Span

Run = tuple[list[int], list[int]]
"""Neighbouring words, by their positions on both sides, that stand between words which both sides share in order."""


class Finding(NamedTuple):
    """A facet with spans into the two clean claim texts."""

    kind: FacetKind
    before: tuple[Span, ...] = ()
    after: tuple[Span, ...] = ()
    data: Mapping[str, Any] = {}


@dataclass(slots=True)
class Side:
    """One of the two wordings: its reading and, for each token, the family it is of."""

    reading: Reading
    families: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def tokens(self) -> Sequence[Token]:
        """The tokens of the reading."""
        return self.reading.tokens

    @property
    def marks(self) -> list[Mark]:
        """The marks of the reading."""
        return self.reading.marks

    def span(self, first: int, end: int) -> Span:
        """The place of the tokens [first, end) in the text."""
        return Span(self.tokens[first].start, self.tokens[end - 1].end)

    def spans(self, positions: Iterable[int]) -> tuple[Span, ...]:
        """The places of single tokens; neighbours become one span."""
        spans: list[tuple[int, int]] = []
        for position in positions:
            if spans and spans[-1][1] == position:
                spans[-1] = (spans[-1][0], position + 1)
            else:
                spans.append((position, position + 1))
        return tuple(self.span(first, end) for first, end in spans)

    def is_word(self, position: int) -> bool:
        """Whether a token is a word, and no number, code or link."""
        return self.tokens[position].kind is TokenKind.WORD

    def is_capital_inside(self, position: int) -> bool:
        """Whether a token has a capital letter that does not come from opening the claim."""
        return position > 0 and self.tokens[position].text[:1].isupper()

    def texts(self, positions: Iterable[int]) -> list[str]:
        """The words at some positions, as written."""
        return [self.tokens[position].text for position in positions]


@dataclass(slots=True)
class Pair:
    """Both sides. ``capitals`` are lower-case words that stand with a capital inside some sentence of the texts."""

    before: Side
    after: Side
    families: Families
    capitals: frozenset[str]
    runs: Sequence[Run] | None = None
    """What :func:`app.claims.facets.surface.differing_runs` found, until families are joined."""
    _counted_at: int = -1

    @classmethod
    def of(cls, before: Reading, after: Reading, capitals: frozenset[str]) -> "Pair":
        """Put two readings side by side."""
        families = Families()
        for reading in (before, after):
            families.add((token.key, reading.language) for token in reading.tokens if token.kind is TokenKind.WORD)
        pair = cls(Side(before), Side(after), families, capitals)
        pair.count()
        return pair

    def count(self) -> None:
        """Look the families up again, if some were joined."""
        if self._counted_at == self.families.joins:
            return
        self._counted_at = self.families.joins
        self.runs = None
        for side in (self.before, self.after):
            side.families = [self.families.of(token) for token in side.tokens]
            side.counts = Counter(side.families)

    @property
    def language(self) -> str:
        """The language of the new wording."""
        return self.after.reading.language

    def directions(self) -> tuple[tuple[Side, Side, str], tuple[Side, Side, str]]:
        """Each side with the other one and what it means if something stands on this side only."""
        return (self.before, self.after, "removed"), (self.after, self.before, "added")


def both_ways(removed: Iterable[Span], added: Iterable[Span]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Spans of the old and of the new text, in order and without repetition."""
    return tuple(sorted(set(removed))), tuple(sorted(set(added)))
