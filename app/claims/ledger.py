"""Every claim ever seen in one statement, under a number that it keeps (the idea of WikiWho, Flöck & Acosta 2014)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.claims.document import Document
from app.domain.archives import in_time
from app.domain.claims import EarlierKey, Ledger, Span, StandingClaim


def ledger_of(document: Document, version: int) -> Ledger:
    """The ledger of a statement of which only one wording is known."""
    return Ledger(
        tuple(
            StandingClaim(number, sentence.key, text, version, version, standing=True, spans=(span,))
            for number, (sentence, text, span) in enumerate(
                zip(document.sentences, document.raw_texts(), document.spans, strict=True), start=1
            )
        )
    )


@dataclass(slots=True)
class Book:
    """A ledger while the next version is being entered."""

    claims: dict[int, StandingClaim]
    version: int
    next_number: int
    seen: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, ledger: Ledger, version: int) -> "Book":
        """Open a ledger to enter the claims of ``version``."""
        claims = {claim.number: claim for claim in ledger.claims}
        return cls(claims, version, max(claims, default=0) + 1)

    def numbers_of(self, document: Document) -> list[int]:
        """The number of each sentence of the last entered wording; by place, then by key, else a new number."""
        standing = [claim for claim in self.claims.values() if claim.standing]
        by_place = {claim.spans[0]: claim.number for claim in standing if claim.spans}
        numbers: list[int | None] = [by_place.get(span) for span in document.spans]
        if None not in numbers:
            return [number for number in numbers if number is not None]
        by_key: dict[str, list[int]] = defaultdict(list)
        for claim in reversed(standing):
            by_key[claim.key].append(claim.number)
        taken = {number for number in numbers if number is not None}
        for position, sentence in enumerate(document.sentences):
            if numbers[position] is None:
                free = [number for number in by_key.get(sentence.key, ()) if number not in taken]
                numbers[position] = free[-1] if free else self._enter_missed(document, position)
                taken.add(numbers[position] or 0)
        return [number for number in numbers if number is not None]

    def gone(self) -> list[StandingClaim]:
        """The claims that do not stand, latest removed first."""
        gone = [claim for claim in self.claims.values() if not claim.standing]
        return sorted(gone, key=lambda claim: (-in_time(claim.removed_in or 0), claim.number))

    def earlier_end(self, number: int, key: str) -> int | None:
        """The version in which a former wording of a claim vanished; None if it never read so."""
        return next((old.removed_in for old in self.claims[number].earlier_keys if old.key == key), None)

    def enter(self, number: int | None, key: str, text: str, span: Span, absorbed: Iterable[int] = ()) -> int:
        """A claim stands in the new wording: under its number, or as a new one. Returns its number."""
        known = self.claims[number] if number is not None else None
        if number is None:
            number = self._new_number()
        first = known.first_version if known else self.version
        former = self._former_keys(known, key, absorbed)
        self.claims[number] = StandingClaim(
            number, key, text, first, self.version, standing=True, spans=(span,), earlier_keys=former
        )
        self.seen.add(number)
        return number

    def keep(self, number: int, key: str, text: str, span: Span) -> None:
        """A claim stands in the new wording as it stood, but for its place."""
        known = self.claims[number]
        if known.key != key:
            self.enter(number, key, text, span)
            return
        self.claims[number] = StandingClaim(
            number, key, text, known.first_version, self.version, True, (span,), None, known.earlier_keys
        )
        self.seen.add(number)

    def _former_keys(self, known: StandingClaim | None, key: str, absorbed: Iterable[int]) -> tuple[EarlierKey, ...]:
        """The keys of all former wordings of a claim that now reads ``key``, each once."""
        former = [EarlierKey(self.claims[other].key, self.version) for other in absorbed]
        if known is not None and known.key != key:
            former.insert(0, EarlierKey(known.key, self.version))
        if known is not None:
            former[:0] = known.earlier_keys
        return tuple({old.key: old for old in former if old.key != key}.values()) if former else ()

    def closed(self) -> Ledger:
        """The ledger with the new version in it: claims that were not entered do not stand any more."""
        claims = []
        for number in sorted(self.claims):
            claim = self.claims[number]
            if claim.standing and number not in self.seen:
                claim = claim._replace(standing=False, spans=(), removed_in=self.version)
            claims.append(claim)
        return Ledger(tuple(claims))

    def _new_number(self) -> int:
        self.next_number += 1
        return self.next_number - 1

    def _enter_missed(self, document: Document, position: int) -> int:
        """A claim of the old wording that the ledger does not know (it was cut otherwise when it was entered)."""
        number = self._new_number()
        self.claims[number] = StandingClaim(
            number,
            document.sentences[position].key,
            document.raw_text(position),
            self.version - 1,
            self.version - 1,
            standing=True,
            spans=(document.spans[position],),
        )
        return number
