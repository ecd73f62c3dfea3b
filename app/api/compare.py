"""Comparing over HTTP: two or more texts in, what happened to each claim out, and nothing is stored."""

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from app.api import examples
from app.api.access import READ
from app.api.edits import FacetTold
from app.api.pins import Phrase
from app.api.shapes import Language, Sent, SpanTold, Text, Told, body_problems
from app.domain.claims import Action, FacetKind, Level, PinEventKind, StatementAction
from app.pipeline.compare import FEWEST_TEXTS, MOST_TEXTS, compare_texts, within_seconds
from app.pipeline.pins import read_variants

router = APIRouter(prefix="/v1/compare", tags=["compare"])

LONGEST_SECONDS = 10.0


class CompareSent(Sent):
    """Texts, oldest first. The last step is reported; the earlier ones say what was there before."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COMPARE_SENT]})

    texts: list[Text] = Field(min_length=FEWEST_TEXTS, max_length=MOST_TEXTS)
    language: Language | None = Field(default=None, description="ISO 639; without it the language is found out.")
    pins: list[Phrase] = Field(default=[], max_length=50)


class ComparedClaim(Told):
    """What happened to one claim; the unchanged ones are told too. Spans are into the last two texts."""

    number: int
    action: Action
    moved: bool
    level: Level
    score: float
    similarity: float
    before: str
    after: str
    before_spans: list[SpanTold]
    after_spans: list[SpanTold]
    facets: dict[FacetKind, FacetTold]
    other_numbers: list[int]
    removed_in: int | None


class ComparedPin(Told):
    """What happened to one phrase."""

    variant: str
    event: PinEventKind
    before: list[SpanTold]
    after: list[SpanTold]
    claim_numbers: list[int]


class Comparison(Told):
    """What the last step between the texts did."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COMPARISON]})

    claims: list[ComparedClaim]
    pins: list[ComparedPin]
    statement_action: StatementAction | None
    score: float
    level: Level
    disclosed: bool
    language: str
    facets_supported: list[FacetKind]
    truncated: bool
    change_hash: str
    analyzer_version: str


@router.post("", response_model=Comparison, dependencies=[READ], responses=body_problems())
def compare(sent: CompareSent) -> Any:
    """The same analysis as for watched statements, of texts that you bring along. Nothing is stored."""
    return compare_texts(
        sent.texts,
        language=sent.language,
        pins=read_variants(sent.pins, pointer="/pins") if sent.pins else (),
        out_of_time=within_seconds(LONGEST_SECONDS),
    )
