"""Claims over HTTP: the life of each assertion, every form it had, and where it stands now."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict

from app.api import examples
from app.api.access import READ_RECORD, Program
from app.api.conditional import tagged
from app.api.edits import ChangeTold, IntervalTold
from app.api.paging import List, Mark, Pages
from app.api.shapes import MOST_DIGITS, Id, IdQuery, Instant, PageTold, Told, TruthQuery, one_thing, problems
from app.domain.archives import Provenance
from app.domain.ids import ClaimId, StatementId
from app.storage import claims, edits

router = APIRouter(prefix="/v1/claims", tags=["claims"])
LIST = List("cla")


class ClaimTold(Told):
    """One assertion of one statement. ``removed_in`` is the version in which it was first not seen.

    ``first_seen_by`` says who saw it first: we ourselves, or a web archive of which a backfill read the captures.
    """

    id: Id
    statement_id: Id
    number: int
    text: str
    standing: bool
    first_version: int
    last_version: int
    removed_in: int | None
    first_seen_at: Instant
    first_seen_by: Provenance
    last_seen_at: Instant


class Claims(PageTold[ClaimTold]):
    """A page of claims, by statement and number."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.CLAIM], "next": None}]})


class ClaimStep(Told):
    """What one edit did to the claim, and in which interval."""

    edit_id: Id
    from_version: int
    to_version: int
    interval: IntervalTold
    change: ChangeTold


class ClaimLife(ClaimTold):
    """A claim with everything that ever happened to it, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**examples.CLAIM, "life": [examples.CLAIM_STEP]}]})

    life: list[ClaimStep]


@router.get("", response_model=Claims, dependencies=[READ_RECORD], responses=problems(400))
def list_claims(
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
    *,
    statement_id: Annotated[IdQuery, Query(description="Only of this statement.")] = None,
    standing: Annotated[TruthQuery, Query(description="Only those that stand now, or only those that do not.")] = None,
) -> Any:
    """Claims, by statement and by their numbers in it; also those that do not stand any more."""
    after = (StatementId(pages.mark.id), min(pages.mark.number, MOST_DIGITS)) if pages.mark else None
    with newsroom.database.read() as conn:
        page = claims.list_claims(
            conn,
            statement_id=StatementId(statement_id) if statement_id else None,
            standing=standing,
            after=after,
            limit=pages.limit + 1,
        )
    return pages.cut(page.items, lambda one: Mark(one.number, one.statement_id))


@router.get("/{claim_id:uuid}", response_model=ClaimLife, dependencies=[READ_RECORD], responses=one_thing())
def get_claim(request: Request, newsroom: Program, claim_id: Id) -> Response:
    """The life of one claim: first seen, every wording, removed, restored, and where it stands."""
    with newsroom.database.read() as conn:
        claim = claims.get_claim(conn, ClaimId(claim_id))
        steps = edits.list_changes_of_claim(conn, claim.statement_id, claim.number)
    life = [
        ClaimStep(
            edit_id=edit.id,
            from_version=edit.from_version,
            to_version=edit.to_version,
            interval=IntervalTold.model_validate(edit),
            change=ChangeTold.of(kept),
        )
        for edit, kept in steps
    ]
    return tagged(request, ClaimLife(**ClaimTold.model_validate(claim).model_dump(), life=life))
