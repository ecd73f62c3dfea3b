"""Claims that come back: a new claim that reads, exactly or nearly, like one that had vanished from the statement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel

from app.claims.clean import clean
from app.claims.deadline import OutOfTime
from app.claims.document import Document
from app.claims.facets.classify import classify
from app.claims.facets.pair import Finding
from app.claims.facts.reading import read
from app.claims.ledger import Book
from app.claims.matching import Vocabulary
from app.domain.claims import StandingClaim

NEARLY = 0.75
"""Least likeness of word families by which a claim is taken for one that came back reworded."""
SHORTEST = 4
"""Claims of fewer words come back only exactly."""
MOST_GONE = 200
"""So many of the latest vanished claims are looked through for near returns."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a new claim is a return of: its number (None: that claim stands elsewhere), and how it differs."""

    number: int | None
    removed_in: int | None
    similarity: float
    found: Sequence[Finding] = ()


@dataclass(slots=True)
class Restorations:
    """Looks new claims up among everything that ever stood in the statement; each vanished claim returns once."""

    book: Book
    vocabulary: Vocabulary
    out_of_time: OutOfTime
    _gone: dict[int, StandingClaim] = field(init=False)
    _by_key: dict[str, int] = field(init=False)
    _former: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._gone = {claim.number: claim for claim in self.book.gone()}
        self._by_key = {}
        for claim in reversed(self._gone.values()):
            self._by_key |= {old.key: claim.number for old in claim.earlier_keys}
        self._by_key |= {claim.key: claim.number for claim in reversed(self._gone.values())}
        standing = (claim for claim in self.book.claims.values() if claim.standing)
        self._former = {old.key: old.removed_in for claim in standing for old in claim.earlier_keys}

    def take(self, key: str) -> int | None:
        """The number of the vanished claim that read exactly so, which is now no longer free; None without one."""
        number = self._by_key.get(key)
        return self._gone.pop(number).number if number is not None and number in self._gone else None

    def of(self, new: Document, added: Sequence[int]) -> Iterator[tuple[int, Restoration | None]]:
        """For each added claim the return that it is, or None; exact returns are given before near ones."""
        left = []
        for place in added:
            if exact := self._exact(new.sentences[place].key):
                yield place, exact
            else:
                left.append(place)
        if not left or not self._gone:
            yield from ((place, None) for place in left)
            return
        yield from self._near(new, left)

    def _exact(self, key: str) -> Restoration | None:
        claim = self._gone.get(self._by_key.get(key, 0))
        number = self.take(key)
        if claim is not None and number is not None:
            return Restoration(number, claim.removed_in, 1.0)
        return Restoration(None, self._former[key], 1.0) if key in self._former else None

    def _near(self, new: Document, places: Sequence[int]) -> Iterator[tuple[int, Restoration | None]]:
        candidates = list(self._gone.values())[:MOST_GONE]
        texts = {claim.number: clean(claim.text).text for claim in candidates}
        languages = {place: new.sentences[place].language for place in places}
        language = languages[places[0]]
        tokens_gone = {number: self.vocabulary.learn(text, language) for number, text in texts.items()}
        tokens_new = {place: self.vocabulary.learn(new.sentences[place].text, languages[place]) for place in places}
        gone = {number: self.vocabulary.numbers(tokens) for number, tokens in tokens_gone.items()}
        for place in places:
            own = self.vocabulary.numbers(tokens_new[place])
            number, likeness = self._most_like(own, gone)
            if number is None:
                yield place, None
                continue
            del gone[number]
            claim = self._gone.pop(number)
            before, after = read(texts[number], languages[place]), read(new.sentences[place].text, languages[place])
            found = classify(before, after, frozenset(self.vocabulary.capitals))
            yield place, Restoration(number, claim.removed_in, likeness, found)

    def _most_like(self, own: tuple[int, ...], gone: dict[int, tuple[int, ...]]) -> tuple[int | None, float]:
        best: tuple[int | None, float] = (None, NEARLY)
        if len(own) < SHORTEST or self.out_of_time():
            return None, 0.0
        for number, families in gone.items():
            likeness = Indel.normalized_similarity(own, families, score_cutoff=best[1])
            if likeness > best[1] or (best[0] is None and likeness >= NEARLY):
                best = (number, likeness)
        return best
