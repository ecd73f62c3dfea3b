"""How each watch fared, over HTTP: every request that was made for it, and when nothing could be seen."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ConfigDict

from app.api import examples
from app.api.access import READ_RECORD, Program
from app.api.paging import List, Mark, Pages
from app.api.shapes import Id, Instant, PageTold, Told, problems
from app.domain.ids import WatchId
from app.domain.observations import Outcome, VisitOutcome
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
    """A stretch of time in which a watch could not be read; ``closed_at`` is null while it lasts."""

    opened_at: Instant
    closed_at: Instant | None
    outcome: Outcome
    detail: str | None


class Gaps(Told):
    """The gaps in the coverage of a watch, newest first, at most 200."""

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
        watches.get_watch(conn, WatchId(watch_id))
        return {"items": observations.list_gaps(conn, WatchId(watch_id))}
