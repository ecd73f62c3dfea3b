"""The difference of any two wordings of a statement over HTTP: as spans, as unified text, as HTML or Markdown."""

import re
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict

from app.api import examples
from app.api.access import READ_RECORD, Program
from app.api.conditional import tagged
from app.api.shapes import Id, Instant, SpanTold, Told, one_thing
from app.claims.diff import OperationKind, TextDiff, diff_words
from app.claims.render import as_html, as_markdown, as_unified
from app.domain.archives import LAST_NUMBER
from app.domain.errors import InvalidInput, NotFound
from app.domain.ids import StatementId
from app.domain.statements import Version
from app.pipeline.compare import within_seconds
from app.storage import statements, versions
from app.storage.database import Connection

router = APIRouter(prefix="/v1/statements/{statement_id:uuid}/diff", tags=["versions"])

LONGEST_SECONDS = 5.0
NAMED = r"^(previous|latest|[1-9][0-9]{0,13})$"


class DiffFormat(StrEnum):
    """How a difference is written."""

    SPANS = "spans"
    UNIFIED = "unified"
    HTML = "html"
    MARKDOWN = "markdown"


class OperationTold(Told):
    """One stretch of text: kept, deleted or inserted; and where it stands in both texts."""

    kind: OperationKind
    text: str
    before: SpanTold
    after: SpanTold


class SideTold(Told):
    """One of the two wordings."""

    number: int
    first_seen_at: Instant
    last_seen_at: Instant
    text_sha256: str


class DiffTold(Told):
    """The way from one wording to another. Only the field of the format that was asked for is filled."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DIFF]})

    statement_id: Id
    before: SideTold
    after: SideTold
    format: DiffFormat
    truncated: bool
    spans: list[OperationTold] | None
    text: str | None


@router.get("", response_model=DiffTold, dependencies=[READ_RECORD], responses=one_thing())
def get_diff(
    request: Request,
    newsroom: Program,
    statement_id: Id,
    *,
    before: Annotated[
        str, Query(alias="from", pattern=NAMED, description="A number, `previous` (the one before `to`) or `latest`.")
    ] = "previous",
    after: Annotated[str, Query(alias="to", pattern=NAMED, description="The same; `previous` is the last but one.")] = (
        "latest"
    ),
    style: Annotated[DiffFormat, Query(alias="format", description="How the difference is written.")] = (
        DiffFormat.SPANS
    ),
) -> Response:
    """What differs between two wordings, word by word. HTML has ``<del>`` and ``<ins>`` alone, all else escaped."""
    with newsroom.database.read() as conn:
        statement = statements.get_statement(conn, StatementId(statement_id))
        latest = versions.find_latest(conn, statement).number
        to_number = number_of(conn, after, statement.id, latest=latest, other=latest)
        new = versions.get_version(conn, statement.id, to_number)
        from_number = number_of(conn, before, statement.id, latest=latest, other=to_number)
        old = versions.get_version(conn, statement.id, from_number)
    found = diff_words(old.wording.text, new.wording.text, out_of_time=within_seconds(LONGEST_SECONDS))
    return tagged(request, diff_told(old, new, found, style))


def number_of(conn: Connection, named: str, statement_id: StatementId, *, latest: int, other: int) -> int:
    """The number of a version by its name; ``previous`` is the one before ``other``.

    Raises:
        NotFound: there is no version before the first; InvalidInput: that is no name of a version.
    """
    if named == "latest":
        return latest
    if named == "previous":
        previous = versions.find_previous(conn, statement_id, other)
        if previous is None:
            raise NotFound("version", f"before the first of statement {statement_id}")
        return previous
    if not re.fullmatch(r"[1-9][0-9]{0,13}", named, re.ASCII) or int(named) > LAST_NUMBER:
        raise InvalidInput("A version is named by its number, “previous” or “latest”.")
    return int(named)


def diff_told(old: Version, new: Version, found: TextDiff, style: DiffFormat) -> DiffTold:
    """A difference as it is told."""
    text: str | None = None
    match style:
        case DiffFormat.SPANS:
            pass
        case DiffFormat.UNIFIED:
            text = as_unified(found, before_name=f"version {old.number}", after_name=f"version {new.number}")
        case DiffFormat.HTML:
            text = as_html(found)
        case DiffFormat.MARKDOWN:
            text = as_markdown(found)
    spans = [OperationTold.model_validate(operation) for operation in found.operations]
    return DiffTold(
        statement_id=new.statement_id,
        before=SideTold.model_validate(old),
        after=SideTold.model_validate(new),
        format=style,
        truncated=found.truncated,
        spans=spans if style is DiffFormat.SPANS else None,
        text=text,
    )
