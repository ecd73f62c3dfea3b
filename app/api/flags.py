"""Flags over HTTP: the work list of each morning, and what people made of it."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict
from pydantic.json_schema import SkipJsonSchema

from app.api import examples
from app.api.access import READ_RECORD, Program, Writer
from app.api.conditional import ExpectedRevision, tagged
from app.api.language import WordsForReader
from app.api.paging import List, Pages
from app.api.shapes import (
    Id,
    IdQuery,
    Instant,
    InstantQuery,
    PageTold,
    Sent,
    Text,
    Told,
    body_problems,
    left_out,
    one_thing,
    problems,
)
from app.domain.claims import Action, FacetKind, Level, StatementAction
from app.domain.flags import Flag, ReviewState
from app.domain.headlines import headline_of_flag
from app.domain.ids import FlagId, PinId, StatementId, WatchId
from app.domain.words import Words
from app.pipeline.reviews import review_flag
from app.pipeline.watchlist import UNSET
from app.storage import flags

router = APIRouter(prefix="/v1/flags", tags=["flags"])
LIST = List("fla")

AnyAction = Action | StatementAction


class FlagTold(Told):
    """One claim change worth a look; ``claim_id`` is null where it is the statement as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.FLAG]})

    id: Id
    edit_id: Id
    statement_id: Id
    watch_id: Id
    claim_id: Id | None
    action: AnyAction
    facets: list[FacetKind]
    level: Level
    score: float
    pin_ids: list[Id]
    headline: str
    before: str
    after: str
    created_at: Instant
    review_state: ReviewState
    note: str | None
    reviewed_at: Instant | None
    reviewed_by: str | None
    revision: int


class Flags(PageTold[FlagTold]):
    """A page of the work list, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.FLAG], "next": None}]})


class FlagCounts(Told):
    """How many flags are in each review state."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"open": 3, "confirmed": 12, "dismissed": 5}]})

    open: int
    confirmed: int
    dismissed: int


class ReviewSent(Sent):
    """What somebody makes of a flag: confirmed, dismissed, or open again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"review_state": "confirmed", "note": "Reuters quoted the first wording."}]}
    )

    review_state: ReviewState
    note: Text | None = left_out(max_length=5000, description="Left out it stays; null takes it away.")


@router.get("", response_model=Flags, dependencies=[READ_RECORD], responses=problems(400))
def list_flags(
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
    *,
    review_state: Annotated[ReviewState | SkipJsonSchema[None], Query(description="Only in this state.")] = None,
    watch_id: Annotated[IdQuery, Query(description="Only of this watch.")] = None,
    statement_id: Annotated[IdQuery, Query(description="Only of this statement.")] = None,
    pin_id: Annotated[IdQuery, Query(description="Only where this pin was touched.")] = None,
    action: Annotated[AnyAction | SkipJsonSchema[None], Query(description="Only such changes.")] = None,
    facet: Annotated[FacetKind | SkipJsonSchema[None], Query(description="Only with this facet.")] = None,
    min_level: Annotated[Level | SkipJsonSchema[None], Query(description="Only of this level or higher.")] = None,
    since: Annotated[InstantQuery, Query(description="Only flagged then or later.")] = None,
    words: WordsForReader,
) -> Any:
    """The work list, newest first."""
    with newsroom.database.read() as conn:
        page = flags.list_flags(
            conn,
            review_state=review_state,
            watch_id=WatchId(watch_id) if watch_id else None,
            statement_id=StatementId(statement_id) if statement_id else None,
            pin_id=PinId(pin_id) if pin_id else None,
            action=action,
            facet=facet,
            min_level=min_level,
            since=since,
            after=pages.place,
            limit=pages.limit,
        )
    return pages.told(replace(page, items=tuple(_said(flag, words) for flag in page.items)))


@router.get("/counts", response_model=FlagCounts, dependencies=[READ_RECORD], responses=problems())
def count_flags(newsroom: Program) -> Any:
    """How many flags are open, confirmed and dismissed."""
    with newsroom.database.read() as conn:
        return flags.count_flags(conn)


@router.get("/{flag_id:uuid}", response_model=FlagTold, dependencies=[READ_RECORD], responses=one_thing())
def get_flag(request: Request, newsroom: Program, flag_id: Id, words: WordsForReader) -> Response:
    """One flag."""
    with newsroom.database.read() as conn:
        flag = flags.get_flag(conn, FlagId(flag_id))
    answer = _told(request, _said(flag, words))
    answer.headers["Vary"] = "Accept-Language"
    return answer


@router.patch("/{flag_id:uuid}", response_model=FlagTold, responses=body_problems(404, 412))
def change_flag(
    request: Request, caller: Writer, newsroom: Program, flag_id: Id, *, sent: ReviewSent, revision: ExpectedRevision
) -> Response:
    """Confirm or dismiss a flag, or open it again. Who did it is the name of the key."""
    flag = review_flag(
        newsroom,
        FlagId(flag_id),
        state=sent.review_state,
        note=sent.note if "note" in sent.model_fields_set else UNSET,
        reviewer=caller.name,
        revision=revision,
    )
    return _told(request, flag)


def _said(flag: Flag, words: Words) -> Flag:
    """The flag with its headline in the language of the reader."""
    return replace(flag, headline=headline_of_flag(flag, words))


def _told(request: Request, flag: Flag) -> Response:
    return tagged(request, FlagTold.model_validate(flag), revision=flag.revision)
