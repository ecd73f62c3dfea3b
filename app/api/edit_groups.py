"""The same edit in many statements as one row, and what older rules had found of an edit, over HTTP."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ConfigDict

from app.api.access import READ_RECORD, Program
from app.api.edits import EditTold
from app.api.paging import List, Pages
from app.api.quote_examples import EARLIER_ANALYSIS, EDIT_GROUP
from app.api.shapes import Id, Instant, InstantQuery, PageTold, Told, problems
from app.domain.claims import Level
from app.domain.edits import EditGroup
from app.domain.ids import EditId
from app.storage import edit_groups, edits, rules
from app.storage.paging import PageOf

router = APIRouter(prefix="/v1/edits", tags=["edits"])
LIST = List("egr")
USUAL_STRETCH = timedelta(days=1)


class EditGroupTold(Told):
    """The same edit in several statements; ``id`` is its ``change_hash``, by which /v1/edits lists them all.

    ``latest`` is the one seen last; ``before`` and ``after`` are the claim that it changed most.
    """

    id: str
    edits: int
    statements: int
    watches: int
    publishers: list[str]
    first_at: Instant
    last_at: Instant
    level: Level
    score: float
    before: str
    after: str
    latest: EditTold

    @classmethod
    def of(cls, group: EditGroup) -> "EditGroupTold":
        """From the domain's value."""
        own = {name: getattr(group, name) for name in cls.model_fields if hasattr(group, name) and name != "latest"}
        of = group.latest
        return cls(**own, id=group.change_hash, level=of.level, score=of.score, latest=EditTold.of(of))


class EditGroups(PageTold[EditGroupTold]):
    """A page of groups, the one with the latest edit first. A page may be short and still have a next one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EDIT_GROUP], "next": None}]})


class EarlierAnalysisTold(Told):
    """What older rules had found of an edit, and when newer results took their place."""

    edit_id: Id
    analyzer_version: str
    replaced_at: Instant
    level: Level
    results: dict[str, Any]


class EarlierAnalyses(Told):
    """What older rules had found of an edit, the latest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EARLIER_ANALYSIS]}]})

    items: list[EarlierAnalysisTold]


@router.get("/groups", response_model=EditGroups, dependencies=[READ_RECORD], responses=problems(400))
def list_edit_groups(
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
    since: Annotated[InstantQuery, Query(description="Only edits first seen then or later; else of one day.")] = None,
) -> Any:
    """The same edit in at least two statements, as one row each: “seven ministries removed this sentence today”."""
    start = since if since is not None else newsroom.clock() - USUAL_STRETCH
    with newsroom.database.read() as conn:
        page = edit_groups.list_edit_groups(conn, since=start, after=pages.place, limit=pages.limit)
    return pages.told(PageOf(tuple(EditGroupTold.of(group) for group in page.items), page.next))


@router.get(
    "/{edit_id:uuid}/analyses", response_model=EarlierAnalyses, dependencies=[READ_RECORD], responses=problems(404)
)
def list_earlier_analyses(newsroom: Program, edit_id: Id) -> Any:
    """What older rules had found of an edit, before newer ones took their place; those alert nobody."""
    with newsroom.database.read() as conn:
        return {"items": rules.list_earlier_analyses(conn, edits.get_edit(conn, EditId(edit_id)))}
