"""Quotes over HTTP: was this sentence ever there? Where, since when, until when, and what the answer rests on."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ConfigDict
from pydantic.json_schema import SkipJsonSchema

from app.api import examples
from app.api.access import READ_RECORD, Program
from app.api.edits import IntervalTold
from app.api.quote_examples import QUOTE_ANSWER
from app.api.shapes import Id, IdQuery, Instant, Language, SpanTold, Told, pair_of, problems
from app.api.statements import StatementTold
from app.api.watch_history import GapTold
from app.domain.archives import Provenance
from app.domain.edits import Confirmation, EditKind
from app.domain.ids import WatchId
from app.domain.quotes import QuoteMatch
from app.pipeline.quotes import LONGEST_QUOTE, look_up

router = APIRouter(prefix="/v1/quotes", tags=["quotes"])

CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
QuoteText = Annotated[
    str,
    Query(
        min_length=1,
        max_length=LONGEST_QUOTE,
        pattern=rf"^[^{CONTROLS}]*[^\W_][^{CONTROLS}]*$",
        description="The sentence, a part of one, or several sentences.",
        examples=[examples.BEFORE],
    ),
]
RunTold = Annotated[
    tuple[int, int],
    pair_of({"description": "The first and the last version of an unbroken run.", "examples": [[1, 1]]}),
]


class RemovalTold(Told):
    """The edit after which the wording was not seen any more, and the interval in which that happened."""

    edit_id: Id
    kind: EditKind
    from_version: int
    to_version: int
    interval: IntervalTold
    second_look: Confirmation
    is_technical: bool


class QuoteHitTold(Told):
    """One place where the quote stands or stood; ``spans`` are into the text of the first version of its last run.

    ``removed_by`` is null while it stands; ``present_text`` is how its claim reads now, null where the claim is gone.
    ``first_seen_by`` says whether we saw it first, or an archive.
    """

    match: QuoteMatch
    similarity: float
    publisher: str
    statement: StatementTold
    claim_id: Id
    text: str
    spans: list[SpanTold]
    versions: list[RunTold]
    first_seen_at: Instant
    first_seen_by: Provenance
    last_seen_at: Instant
    stands: bool
    removed_by: RemovalTold | None
    present_text: str | None


class SentenceTold(Told):
    """The answer for one sentence. ``is_near_searched`` is false where only exact matches were looked for."""

    text: str
    language: str
    match: QuoteMatch
    hits: list[QuoteHitTold]
    more: bool
    is_near_searched: bool


class TogetherTold(Told):
    """A statement in which all sentences of the quote stood at once."""

    statement: StatementTold
    publisher: str
    match: QuoteMatch
    similarity: float
    versions: list[RunTold]


class ExtentTold(Told):
    """How much was searched."""

    watches: int
    statements: int
    versions: int
    watched_since: Instant | None


class WatchCoverageTold(Told):
    """How much is kept of one watch, since when, and when it could not be read (newest first, at most 50)."""

    watch_id: Id
    name: str
    watched_since: Instant
    statements: int
    versions: int
    gaps: list[GapTold]


class CoverageTold(Told):
    """What the answer rests on. ``not_compared`` versions and ``not_indexed`` statements were not searched."""

    asked_at: Instant
    searched: ExtentTold
    not_compared: int
    not_indexed: int
    open_gaps: int
    watches: list[WatchCoverageTold]


class QuoteTold(Told):
    """The whole answer. Of several sentences ``match`` says how they stood together in one statement."""

    model_config = ConfigDict(json_schema_extra={"examples": [QUOTE_ANSWER]})

    text: str
    match: QuoteMatch
    sentences: list[SentenceTold]
    together: list[TogetherTold]
    coverage: CoverageTold


@router.get("", response_model=QuoteTold, dependencies=[READ_RECORD], responses=problems(404))
def look_up_quote(
    newsroom: Program,
    text: QuoteText,
    language: Annotated[Language | SkipJsonSchema[None], Query(description="ISO 639; else it is found out.")] = None,
    watch_id: Annotated[IdQuery, Query(description="Only in statements of this watch.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Places told for each sentence at most.")] = 20,
) -> Any:
    """Was this sentence ever there? Exact and near matches among all wordings, present and past, and the coverage."""
    with newsroom.database.read() as conn:
        return look_up(
            conn,
            text,
            now=newsroom.clock(),
            language=language,
            watch_id=WatchId(watch_id) if watch_id else None,
            limit=limit,
        )
