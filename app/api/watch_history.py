"""How each watch fared, over HTTP: every request that was made for it, and when nothing could be seen."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ConfigDict

from app.api import examples
from app.api.access import READ_RECORD, Program
from app.api.paging import List, Mark, Pages
from app.api.shapes import Id, Instant, PageTold, Told, problems
from app.domain.ids import WatchId
from app.domain.observations import LapseOf, Outcome, VisitOutcome
from app.pipeline.lapses import lapses_of_watch
from app.storage import observations, watches

router = APIRouter(prefix="/v1", tags=["watches"])
VISITS = List("vis")


class VisitTold(Told):
    """One request for a watch."""

    id: Id
    at: Instant
    url: str
    outcome: VisitOutcome
    detail: str | None
    http_status: int | None
    elapsed_seconds: float | None
    wire_bytes: int | None
    found: int


class Visits(PageTold[VisitTold]):
    """The requests for a watch, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.VISIT], "next": None}]})


class GapTold(Told):
    """A stretch of time of which nothing can be said; ``closed_at`` is null while it lasts.

    ``of`` says of what: the watch, one statement at its own place, or the service, which checked nothing at all. Then
    ``outcome`` is null. Another cause ends one gap and begins the next at the same instant. ``statement_id`` is null
    where the gap is not one statement's.
    """

    of: LapseOf
    opened_at: Instant
    closed_at: Instant | None
    outcome: Outcome | None
    detail: str | None
    statement_id: Id | None


class Gaps(Told):
    """Gaps in coverage, newest first, at most 200."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.GAP]}]})

    items: list[GapTold]


WatchIdQuery = Annotated[Id, Query(description="The watch, also a removed one.", examples=[examples.WATCH_ID])]


@router.get("/visits", response_model=Visits, dependencies=[READ_RECORD], responses=problems(400, 404))
def list_visits(newsroom: Program, pages: Annotated[Pages, VISITS.pages()], watch_id: WatchIdQuery) -> Any:
    """Every request for a watch, newest first, with what it brought."""
    with newsroom.database.read() as conn:
        watches.get_watch(conn, WatchId(watch_id))
        after = pages.mark.id if pages.mark else None
        found = observations.list_visits(conn, WatchId(watch_id), after=after, limit=pages.limit + 1)
    return pages.cut(found, lambda visit: Mark(0, visit.id))


@router.get("/gaps", response_model=Gaps, dependencies=[READ_RECORD], responses=problems(404))
def list_gaps(newsroom: Program, watch_id: WatchIdQuery) -> Any:
    """The stretches of time in which nothing could be seen of a watch, newest first."""
    with newsroom.database.read() as conn:
        return {"items": lapses_of_watch(conn, watches.get_watch(conn, WatchId(watch_id)))}
