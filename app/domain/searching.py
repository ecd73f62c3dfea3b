"""Where do these words stand, or stood? What is asked of a search, and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from app.domain.archives import Provenance
from app.domain.claims import Span
from app.domain.ids import ClaimId, WatchId
from app.domain.quotes import Extent, Removal
from app.domain.statements import Statement


class Standing(StrEnum):
    """Which wordings are wanted: those that stand now, those that do not any more, or any."""

    NOW = "now"
    GONE = "gone"
    ANY = "any"


class SearchOrder(StrEnum):
    """Which hits come first: the newest wordings, or those in which the words stand closest together."""

    NEWEST = "newest"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class SearchWish:
    """What is searched for and where. ``since`` and ``until`` bound when a wording was first seen, [since, until)."""

    text: str
    standing: Standing = Standing.ANY
    order: SearchOrder = SearchOrder.NEWEST
    watch_id: WatchId | None = None
    publisher: str | None = None
    tag: str | None = None
    language: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class SearchMark(NamedTuple):
    """Where a page of hits ended. ``score`` counts only where the best come first."""

    place: int
    score: int = 0


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One wording of one claim that holds the words, over one unbroken run of ``versions``, from first to last.

    ``marks`` are the places of the words in ``text``, ``spans`` those of the text in the first version of the run.
    ``removed_by`` is None while it stands. ``present_text`` is how its claim reads now, None where the claim is gone;
    ``still_holds`` says whether the words are in that.
    """

    mark: SearchMark = field(metadata={"is_told": False})
    publisher: str
    statement: Statement
    claim_id: ClaimId
    text: str
    language: str
    marks: tuple[Span, ...]
    spans: tuple[Span, ...]
    versions: tuple[int, int]
    first_seen_at: datetime
    first_seen_by: Provenance
    last_seen_at: datetime
    stands: bool
    removed_by: Removal | None
    present_text: str | None
    still_holds: bool


@dataclass(frozen=True, slots=True)
class NotSearched:
    """What of the record a search cannot find yet.

    ``wordings`` wait to be put into the index, which a worker does within seconds; they are counted up to
    ``most_counted``. ``versions`` could not be compared yet, ``statements`` are still to be taken in with “walkback
    reanalyse”.
    """

    wordings: int
    versions: int
    statements: int


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """One page of hits, and where the next begins; it may be short, or empty, and have a next one.

    ``searched`` is how much the record holds. ``ignored`` are short words that were not searched for.
    ``is_all_ranked`` is false where only the newest hits were put in order.
    """

    hits: tuple[SearchHit, ...]
    next: SearchMark | None
    ignored: tuple[str, ...]
    is_all_ranked: bool
    searched: Extent
    not_searched: NotSearched
