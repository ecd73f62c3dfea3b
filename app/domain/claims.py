"""What an edit did to the claims of a statement: actions, facets, spans and levels.

Terms follow NewsEdits (Spangher et al., 2022), wikidiff2 and WikiWho. Every span is a half-open pair of
offsets, in Unicode code points, into the text named beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class Action(StrEnum):
    """What happened to one claim from one version to the next."""

    UNCHANGED = "unchanged"
    ADDED = "added"
    REMOVED = "removed"
    EDITED = "edited"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    RESTORED = "restored"


class StatementAction(StrEnum):
    """What happened to a statement as a whole, where that says more than its claims do."""

    WITHDRAWN = "withdrawn"
    REPUBLISHED = "republished"
    REPLACED = "replaced"


class FacetKind(StrEnum):
    """How an edited claim differs; several may hold at once."""

    FORMAT = "format"
    SPELLING = "spelling"
    INFLECTION = "inflection"
    NOTATION = "notation"
    QUANTITY = "quantity"
    TIME = "time"
    ENTITY = "entity"
    POLARITY = "polarity"
    CERTAINTY = "certainty"
    ATTRIBUTION = "attribution"
    SCOPE = "scope"
    DETAIL_REMOVED = "detail_removed"
    DETAIL_ADDED = "detail_added"
    LINK = "link"
    QUOTATION = "quotation"
    WORDING = "wording"


SURFACE_FACETS = frozenset({FacetKind.FORMAT, FacetKind.SPELLING, FacetKind.INFLECTION, FacetKind.NOTATION})
MEANING_FACETS = frozenset(set(FacetKind) - SURFACE_FACETS - {FacetKind.WORDING})


class Level(StrEnum):
    """How much an edit matters, from its score: < .12, < .40, < .70, and the rest."""

    COSMETIC = "cosmetic"
    MINOR = "minor"
    SUBSTANTIVE = "substantive"
    MAJOR = "major"

    @property
    def rank(self) -> int:
        """0 for cosmetic to 3 for major."""
        return list(Level).index(self)

    @classmethod
    def of(cls, score: float) -> "Level":
        """The level of a score between 0 and 1."""
        if score < 0.12:
            return cls.COSMETIC
        if score < 0.40:
            return cls.MINOR
        return cls.SUBSTANTIVE if score < 0.70 else cls.MAJOR


class Span(NamedTuple):
    """Half-open offsets ``[start, end)`` in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One way in which a claim differs, with where it shows and its data (JSON values only)."""

    kind: FacetKind
    before: tuple[Span, ...] = ()
    """Spans in the old raw text of the whole statement."""
    after: tuple[Span, ...] = ()
    """Spans in the new raw text of the whole statement."""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """What one edit did to one claim.

    ``number`` is the claim's lasting number within its statement. ``before`` and ``after`` are raw text, empty
    where the claim does not stand; ``before_spans`` and ``after_spans`` say where in the whole texts they stand
    (several spans for a claim that was merged from, or split into, several sentences).
    ``other_numbers`` are the numbers of claims merged into this one or split off it.
    ``removed_in`` is, for a restored claim, the version in which it had vanished.
    """

    number: int
    action: Action
    before: str
    after: str
    before_spans: tuple[Span, ...]
    after_spans: tuple[Span, ...]
    facets: tuple[Facet, ...]
    score: float
    level: Level
    similarity: float
    moved: bool = False
    other_numbers: tuple[int, ...] = ()
    removed_in: int | None = None


class EarlierKey(NamedTuple):
    """The match key of a former wording of a claim, and the version in which that wording was first not seen."""

    key: str
    removed_in: int


class StandingClaim(NamedTuple):
    """One claim as the ledger of a statement knows it.

    ``key`` is the match key of its latest wording (lower case, without punctuation); ``standing`` says whether it is
    in the latest version; ``spans`` are its places in that version's raw text; ``removed_in`` the version in which it
    was first not seen.
    ``earlier_keys`` are the keys of all its former wordings, each once, oldest first.
    """

    number: int
    key: str
    text: str
    first_version: int
    last_version: int
    standing: bool
    spans: tuple[Span, ...] = ()
    removed_in: int | None = None
    earlier_keys: tuple[EarlierKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every claim ever seen in one statement (WikiWho's idea), in order of their numbers (from 1)."""

    claims: tuple[StandingClaim, ...] = ()


class PinEventKind(StrEnum):
    """What an edit did to a phrase that somebody pinned."""

    REMOVED = "phrase_removed"
    ADDED = "phrase_added"
    RESTORED = "phrase_restored"
    COUNT_CHANGED = "phrase_count_changed"
    CONTEXT_CHANGED = "phrase_context_changed"


@dataclass(frozen=True, slots=True)
class PinVariant:
    """One phrase of a pin in one language (ISO 639-1), in the pin syntax of docs/pins.md."""

    language: str
    phrase: str

    def __str__(self) -> str:
        return f"{self.language}: {self.phrase}"


@dataclass(frozen=True, slots=True)
class PinTouch:
    """What an edit did to one variant of one pin. ``pin`` is the caller's own name for it, handed back as given."""

    pin: str
    variant: PinVariant
    event: PinEventKind
    before: tuple[Span, ...]
    after: tuple[Span, ...]
    claim_numbers: tuple[int, ...]
    """The claims in whose text (old or new) the phrase stands."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything one comparison found. Changes are in reading order of the new text, removed ones at their old place.

    ``score`` and ``level`` are the greatest of the changes. ``truncated`` says that the texts were too long, or the
    time too short, for the fine comparison. ``change_hash`` is the same for the same edit on another statement.
    """

    changes: tuple[ClaimChange, ...]
    pins: tuple[PinTouch, ...]
    ledger: Ledger
    statement_action: StatementAction | None
    score: float
    level: Level
    disclosed: bool
    """The new text gained a note of correction ("UPD", "оновлено", "уточнено", "исправлено", "correction")."""
    language: str
    facets_supported: tuple[FacetKind, ...]
    truncated: bool
    change_hash: str
    analyzer_version: str
