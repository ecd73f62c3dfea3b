"""Who changed what, over HTTP: for administrators, newest first."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ConfigDict
from pydantic.json_schema import SkipJsonSchema

from app.api import examples_outgoing as examples
from app.api.access import ADMIN, Program
from app.api.paging import List, Pages
from app.api.shapes import Id, IdQuery, Instant, InstantQuery, PageTold, Told, problems
from app.domain.audit import Act, ActorKind
from app.storage import audit

router = APIRouter(prefix="/v1/audit", tags=["keys"])
LIST = List("aud")


class ActorTold(Told):
    """Who acted: the holder of a key, somebody at the command line, or the program itself."""

    kind: ActorKind
    name: str
    key_id: Id | None


class ChangedTold(Told):
    """A field before and after; both null where the text itself is not repeated."""

    before: Any
    after: Any


class AuditEntryTold(Told):
    """One thing that somebody did, and to what. The subject may be gone since."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.AUDIT_ENTRY]})

    id: Id
    at: Instant
    actor: ActorTold
    act: Act
    subject_id: Id
    subject_name: str
    changes: dict[str, ChangedTold]


class AuditEntries(PageTold[AuditEntryTold]):
    """A page of what was done, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.AUDIT_ENTRY], "next": None}]})


@router.get("", response_model=AuditEntries, dependencies=[ADMIN], responses=problems(400))
def list_audit(
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
    *,
    act: Annotated[Act | SkipJsonSchema[None], Query(description="Only this act.")] = None,
    subject_id: Annotated[IdQuery, Query(description="Only what was done to this thing.")] = None,
    key_id: Annotated[IdQuery, Query(description="Only what was done with this key.")] = None,
    since: Annotated[InstantQuery, Query(description="Only then or later.")] = None,
) -> Any:
    """Who changed watches, pins, flags, destinations and keys, newest first. Nothing is ever removed from it."""
    with newsroom.database.read() as conn:
        page = audit.list_entries(
            conn, act=act, subject_id=subject_id, key_id=key_id, since=since, after=pages.place, limit=pages.limit
        )
    return pages.told(page)
