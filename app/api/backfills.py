"""Backfills over HTTP: what archives kept of a watch before it was watched, imported step by step by a worker."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from app.api.access import READ_RECORD, Program
from app.api.backfill_examples import BACKFILL, BACKFILL_SENT
from app.api.conditional import tagged
from app.api.idempotency import OnlyOnce
from app.api.paging import List, Mark, Pages
from app.api.shapes import WHOLE, Id, Instant, PageTold, Sent, Told, body_problems, one_thing, problems
from app.api.watches import live_watch
from app.domain.archives import BackfillSource, BackfillState, CaptureOutcome, Range
from app.domain.claims import Level
from app.domain.ids import BackfillId, StatementId, WatchId
from app.pipeline.backfill import Place, Progress, begin_backfill, progress_of
from app.pipeline.newsroom import Newsroom
from app.storage import backfills, statements, watches
from app.storage.database import Connection

router = APIRouter(prefix="/v1/watches/{watch_id:uuid}/backfills", tags=["backfills"])
LIST = List("bac")


class BackfillSent(Sent):
    """Which past to import: of the watch, or of one statement in it; which captures, the oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [BACKFILL_SENT]})

    statement_id: Id | None = Field(default=None, description="Only of this statement of the watch.")
    since: Instant | None = Field(default=None, description="Only captures of then or later.")
    until: Instant | None = Field(default=None, description="Only captures of then or before.")
    limit: Annotated[int, Field(ge=0, le=1_000_000), WHOLE] = Field(
        default=1000, description="At most so many captures, oldest first; 0 for all."
    )


class CapturesTold(Told):
    """The captures of a backfill: how many were listed, how many are still to be read, what became of the others."""

    listed: int
    unread: int
    outcomes: dict[CaptureOutcome, int]


class RejectedTold(Told):
    """A capture that shows no wording. ``capture`` is its time in 14 digits."""

    capture: int
    outcome: CaptureOutcome
    detail: str


class HeavyTold(Told):
    """One of the weightiest steps between archived wordings, in words."""

    edit_id: Id
    level: Level
    score: float
    headline: str


class BackfillTold(Told):
    """One import of the past, and how far it is.

    ``versions`` counts new wordings, ``repeated`` readings with the same words as before, ``edits`` new steps between
    wordings. ``refused`` counts lines of the index that could not be used, by reason; ``is_cut`` says that there are
    more captures than ``limit``. ``rejected`` (at most 20) and ``heaviest`` (at most 3) are told of a single backfill.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [BACKFILL]})

    id: Id
    watch_id: Id
    statement_id: Id | None
    source: BackfillSource
    archive: str
    addresses: list[str]
    since: Instant | None
    until: Instant | None
    limit: int
    state: BackfillState
    detail: str | None
    is_cut: bool
    refused: dict[str, int]
    captures: CapturesTold
    versions: int
    repeated: int
    edits: int
    rejected: list[RejectedTold]
    heaviest: list[HeavyTold]
    created_at: Instant
    updated_at: Instant
    finished_at: Instant | None

    @classmethod
    def of(cls, progress: Progress) -> "BackfillTold":
        """From the pipeline's value."""
        return cls.model_validate(progress.facts)


class Backfills(PageTold[BackfillTold]):
    """The imports of a watch, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [BACKFILL], "next": None}]})


@router.post("", status_code=201, response_model=BackfillTold, responses=body_problems(404, 409))
def create_backfill(request: Request, watch_id: Id, sent: BackfillSent, once: OnlyOnce) -> Response:
    """Import what a web archive kept of a watch; a worker does it step by step, and nobody is alerted.

    The same import that was asked for before and is not done is gone on with, and answered.
    """

    def act(newsroom: Newsroom) -> Response:
        with newsroom.database.read() as conn:
            place = _place(conn, WatchId(watch_id), sent.statement_id)
        job = begin_backfill(newsroom, place, Range(sent.since, sent.until, sent.limit))
        with newsroom.database.read() as conn:
            told = BackfillTold.of(progress_of(conn, job))
        return tagged(request, told, status=201, location=f"/v1/watches/{watch_id}/backfills/{job.id}")

    return once(act, find=lambda conn, key: backfills.get_backfill(conn, WatchId(watch_id), BackfillId(key)))


@router.get("", response_model=Backfills, dependencies=[READ_RECORD], responses=problems(400, 404))
def list_backfills(newsroom: Program, pages: Annotated[Pages, LIST.pages()], watch_id: Id) -> Any:
    """The imports of a watch, newest first, each with how far it is."""
    with newsroom.database.read() as conn:
        watches.get_watch(conn, WatchId(watch_id))
        after = BackfillId(pages.mark.id) if pages.mark else None
        found = backfills.list_backfills(conn, WatchId(watch_id), after=after, limit=pages.limit + 1)
        told = [BackfillTold.of(progress_of(conn, one)) for one in found]
    return pages.cut(told, lambda one: Mark(0, one.id))


@router.get("/{backfill_id:uuid}", response_model=BackfillTold, dependencies=[READ_RECORD], responses=one_thing())
def get_backfill(request: Request, newsroom: Program, watch_id: Id, backfill_id: Id) -> Response:
    """One import: how far it is, what could not be used and why, and the weightiest steps that were found."""
    with newsroom.database.read() as conn:
        job = backfills.get_backfill(conn, WatchId(watch_id), BackfillId(backfill_id))
        return tagged(request, BackfillTold.of(progress_of(conn, job, in_full=True)))


def _place(conn: Connection, watch_id: WatchId, statement_id: Id | None) -> Place:
    """A watch, or one statement of it.

    Raises:
        NotFound: the watch is not there any more, or has no such statement.
    """
    watch = live_watch(conn, watch_id)
    if statement_id is None:
        return Place(watch)
    return Place(watch, statements.get_of_watch(conn, watch_id, StatementId(statement_id)).external_id)
