"""Statements over HTTP: what publishers said, where each stands now, how it read at any instant, and its timeline."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict
from pydantic.json_schema import SkipJsonSchema

from app.api import examples
from app.api.access import READ_RECORD, Program
from app.api.conditional import tagged
from app.api.paging import List, Mark, Pages
from app.api.shapes import Id, IdQuery, Instant, InstantQuery, PageTold, TagQuery, Told, one_thing, problems
from app.api.versions import VersionTold
from app.api.watch_history import Gaps
from app.domain.claims import Level
from app.domain.errors import NotFound
from app.domain.ids import StatementId, WatchId
from app.domain.observations import Outcome
from app.domain.statements import StatementState
from app.pipeline.flapping import flapping_now
from app.pipeline.lapses import lapses_of_statement
from app.pipeline.outlook import find_next_check
from app.pipeline.timeline import Moment, timeline_of
from app.storage import observations, statements, versions, watches

router = APIRouter(prefix="/v1/statements", tags=["statements"])
LIST = List("sta")
OBSERVATIONS = List("obs")


class StatementTold(Told):
    """One thing a publisher said in one place, and where it stands."""

    id: Id
    watch_id: Id
    external_id: str
    url: str
    state: StatementState
    title: str | None
    language: str | None
    published_at: Instant | None
    first_seen_at: Instant
    last_seen_at: Instant
    last_checked_at: Instant
    missing_since: Instant | None
    withdrawn_at: Instant | None
    version_count: int
    edit_count: int
    flapping_since: Instant | None
    unread_since: Instant | None


class Statements(PageTold[StatementTold]):
    """A page of statements, the ones first seen last first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.STATEMENT], "next": None}]})


class FlappingTold(Told):
    """How a statement goes back and forth between wordings: since when, how often, and between which versions."""

    since: Instant
    until: Instant | None
    last_flip_at: Instant
    flips: int
    versions: list[int]
    settles_after_seconds: float


class NextCheckTold(Told):
    """When a statement is looked at next, and why then; ages in the reason are those at its last check."""

    at: Instant
    reason: str


class StatementWithWording(StatementTold):
    """A statement with its latest wording; ``flapping`` is null where it does not go back and forth.

    ``next_check`` is null while its watch is paused or removed.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **examples.STATEMENT,
                    "wording": examples.VERSION,
                    "flapping": None,
                    "next_check": examples.NEXT_CHECK,
                }
            ]
        }
    )

    wording: VersionTold
    flapping: FlappingTold | None
    next_check: NextCheckTold | None


class WordingAt(Told):
    """The wording that was in force at an instant, as far as was seen.

    ``seen_at_or_after`` is false where its last sight was before the instant: it may have changed in between.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"time": "2025-01-07T10:00:00Z", "seen_at_or_after": True, "wording": examples.VERSION},
            ]
        }
    )

    time: Instant
    seen_at_or_after: bool
    wording: VersionTold


class ObservationTold(Told):
    """One check of one statement; ``version_number`` is the wording that was seen."""

    id: Id
    visit_id: Id
    at: Instant
    outcome: Outcome
    detail: str | None
    version_number: int | None


class Observations(PageTold[ObservationTold]):
    """The checks of a statement, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.OBSERVATION], "next": None}]})


class TimelineEntryTold(Told):
    """One point of a timeline. An edit happened after ``not_before`` and not later than ``at``."""

    at: Instant
    not_before: Instant | None
    what: Moment
    version: int | None
    edit_id: Id | None
    level: Level | None
    detail: str | None


class Timeline(Told):
    """Everything that was seen of a statement, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.TIMELINE_ENTRY]}]})

    items: list[TimelineEntryTold]


@router.get("", response_model=Statements, dependencies=[READ_RECORD], responses=problems(400))
def list_statements(
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
    *,
    watch_id: Annotated[IdQuery, Query(description="Only of this watch.")] = None,
    tag: Annotated[TagQuery, Query(description="Only of watches with this tag.")] = None,
    state: Annotated[StatementState | SkipJsonSchema[None], Query(description="Only in this state.")] = None,
    edited_since: Annotated[InstantQuery, Query(description="Only with an edit seen since then.")] = None,
    published_after: Annotated[InstantQuery, Query(description="Only published then or later.")] = None,
    published_before: Annotated[InstantQuery, Query(description="Only published before then.")] = None,
) -> Any:
    """Statements, the ones first seen last first."""
    with newsroom.database.read() as conn:
        page = statements.list_statements(
            conn,
            watch_id=WatchId(watch_id) if watch_id else None,
            tag=tag,
            state=state,
            edited_since=edited_since,
            published_after=published_after,
            published_before=published_before,
            after=pages.place,
            limit=pages.limit,
        )
    return pages.told(page)


@router.get(
    "/{statement_id:uuid}", response_model=StatementWithWording, dependencies=[READ_RECORD], responses=one_thing()
)
def get_statement(request: Request, newsroom: Program, statement_id: Id) -> Response:
    """One statement with its latest wording."""
    with newsroom.database.read() as conn:
        statement = statements.get_statement(conn, StatementId(statement_id))
        version = versions.find_latest(conn, statement)
        flapping = flapping_now(conn, statement)
        following = find_next_check(conn, statement)
    plain = StatementTold.model_validate(statement).model_dump()
    answer = StatementWithWording(
        **plain,
        wording=VersionTold.of(version),
        flapping=None if flapping is None else FlappingTold.model_validate(flapping),
        next_check=None if following is None else NextCheckTold.model_validate(following),
    )
    return tagged(request, answer)


@router.get("/{statement_id:uuid}/at", response_model=WordingAt, dependencies=[READ_RECORD], responses=one_thing())
def get_wording_at(
    request: Request,
    newsroom: Program,
    statement_id: Id,
    time: Annotated[Instant, Query(description="The instant asked for.", examples=["2025-01-07T10:00:00Z"])],
) -> Response:
    """The wording in force at an instant. Before the first sight there is none that we know of: 404."""
    with newsroom.database.read() as conn:
        statements.get_statement(conn, StatementId(statement_id))
        version = versions.find_version_at(conn, StatementId(statement_id), time)
    if version is None:
        raise NotFound("wording", f"of statement {statement_id} seen by {time.isoformat()}")
    seen = version.last_seen_at >= time
    return tagged(request, WordingAt(time=time, seen_at_or_after=seen, wording=VersionTold.of(version)))


@router.get(
    "/{statement_id:uuid}/observations",
    response_model=Observations,
    dependencies=[READ_RECORD],
    responses=problems(400, 404),
)
def list_observations(
    newsroom: Program,
    statement_id: Id,
    pages: Annotated[Pages, OBSERVATIONS.pages()],
) -> Any:
    """Every check of a statement, newest first, also those that found nothing new."""
    with newsroom.database.read() as conn:
        statements.get_statement(conn, StatementId(statement_id))
        after = pages.mark.id if pages.mark else None
        found = observations.list_observations(conn, StatementId(statement_id), after=after, limit=pages.limit + 1)
    return pages.cut(found, lambda one: Mark(0, one.id))


@router.get("/{statement_id:uuid}/gaps", response_model=Gaps, dependencies=[READ_RECORD], responses=problems(404))
def list_statement_gaps(newsroom: Program, statement_id: Id) -> Any:
    """The stretches of time since its first sight in which nothing could be seen of it, of its watch or of anything."""
    with newsroom.database.read() as conn:
        statement = statements.get_statement(conn, StatementId(statement_id))
        return {"items": lapses_of_statement(conn, statement, watches.get_watch(conn, statement.watch_id))}


@router.get(
    "/{statement_id:uuid}/timeline", response_model=Timeline, dependencies=[READ_RECORD], responses=problems(404)
)
def get_timeline(newsroom: Program, statement_id: Id) -> Any:
    """Everything that was seen of a statement, oldest first: edits with their intervals, and gaps."""
    with newsroom.database.read() as conn:
        return {"items": timeline_of(conn, StatementId(statement_id))}
