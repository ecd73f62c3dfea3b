"""Was this sentence ever there? What the record remembers of every form of every claim, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.archives import Provenance
from app.domain.claims import Span
from app.domain.edits import Confirmation, Edit, EditKind
from app.domain.ids import ClaimId, EditId, WatchId
from app.domain.observations import Lapse
from app.domain.statements import Statement
from app.domain.word_pairs import kept_terms


class QuoteMatch(StrEnum):
    """How a quote stands, or stood, in the record."""

    EXACT = "exact"
    CONTAINED = "contained"
    NEAR = "near"
    NOT_FOUND = "not_found"

    @property
    def rank(self) -> int:
        """0 for exact to 3 for not found."""
        return list(QuoteMatch).index(self)


@dataclass(frozen=True, slots=True)
class KeptWording:
    """One form of one claim, over the unbroken run of versions in which it stood.

    ``spans`` are its places in the raw text of ``first_version``; ``last_version`` is None while it stands in the
    latest version that was compared. ``key_hash`` is a digest of its match key, ``words`` are those of the stems of
    its telling words (app.claims.quoting).
    """

    number: int
    text: str
    language: str
    spans: tuple[Span, ...]
    first_version: int
    last_version: int | None
    key_hash: int
    words: tuple[int, ...]

    @property
    def terms(self) -> tuple[int, ...]:
        """The pairs of words under which it is found."""
        return kept_terms(self.words)


@dataclass(frozen=True, slots=True)
class WordingStep:
    """What one version did to the forms of claims: those that begin, and ``(number, last version)`` where one ends."""

    gained: tuple[KeptWording, ...] = ()
    ended: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """One kept form of a claim with all that an answer says of it.

    ``last_version`` is the latest compared version it stood in; ``stands`` is true where that one is the latest of the
    statement. ``present_text`` is how its claim reads now, None where the claim is gone.
    """

    statement: Statement
    publisher: str
    claim_id: ClaimId
    number: int
    text: str
    language: str
    key_hash: int
    spans: tuple[Span, ...]
    first_version: int
    last_version: int
    stands: bool
    first_seen_at: datetime
    last_seen_at: datetime
    removed_by: EditId | None
    present_text: str | None


@dataclass(frozen=True, slots=True)
class Interval:
    """Something happened after the first of these instants and not later than the second."""

    last_seen_unchanged_at: datetime
    first_seen_changed_at: datetime


@dataclass(frozen=True, slots=True)
class Removal:
    """The edit after which a wording was not seen any more. ``is_technical``: it was our own rules that changed."""

    edit_id: EditId
    kind: EditKind
    from_version: int
    to_version: int
    interval: Interval
    second_look: Confirmation
    is_technical: bool

    @classmethod
    def of(cls, edit: Edit) -> "Removal":
        """What an answer says of the edit."""
        return cls(
            edit_id=edit.id,
            kind=edit.kind,
            from_version=edit.from_version,
            to_version=edit.to_version,
            interval=Interval(edit.last_seen_unchanged_at, edit.first_seen_changed_at),
            second_look=edit.confirmation,
            is_technical=edit.is_technical,
        )


@dataclass(frozen=True, slots=True)
class QuoteHit:
    """One place where the quote stands or stood. ``versions`` are its runs ``(first, last)``, oldest first."""

    match: QuoteMatch
    similarity: float
    publisher: str
    statement: Statement
    claim_id: ClaimId
    text: str
    spans: tuple[Span, ...]
    versions: tuple[tuple[int, int], ...]
    first_seen_at: datetime
    first_seen_by: Provenance
    last_seen_at: datetime
    stands: bool
    removed_by: Removal | None
    present_text: str | None


@dataclass(frozen=True, slots=True)
class SentenceAnswer:
    """The answer for one sentence of a quote. ``is_near_searched`` is false where it has too few words for that."""

    text: str
    language: str
    match: QuoteMatch
    hits: tuple[QuoteHit, ...]
    more: bool
    is_near_searched: bool


@dataclass(frozen=True, slots=True)
class Together:
    """A statement in which all sentences of the quote stood at once, in these runs of versions."""

    statement: Statement
    publisher: str
    match: QuoteMatch
    similarity: float
    versions: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class WatchCoverage:
    """How long a watch has been looked at, how much of it is kept, and when nothing could be seen (newest first)."""

    watch_id: WatchId
    name: str
    watched_since: datetime
    statements: int
    versions: int
    gaps: tuple[Lapse, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much was searched: counts are kept as they grow, not counted when somebody asks."""

    watches: int
    statements: int
    versions: int
    watched_since: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an answer rests on.

    ``not_compared`` counts versions whose claims could not be compared yet, ``not_indexed`` statements whose former
    wordings are still to be taken in (walkback reanalyse): neither was searched. ``open_gaps`` counts the watches
    that could not be read at their last check. ``watches`` are those of the hits, or the one that was asked about.
    """

    asked_at: datetime
    searched: Extent
    not_compared: int
    not_indexed: int
    open_gaps: int
    watches: tuple[WatchCoverage, ...]


@dataclass(frozen=True, slots=True)
class QuoteAnswer:
    """The whole answer: the best match that holds for every sentence, each sentence, and where they stood together."""

    text: str
    match: QuoteMatch
    sentences: tuple[SentenceAnswer, ...]
    together: tuple[Together, ...]
    coverage: Coverage
