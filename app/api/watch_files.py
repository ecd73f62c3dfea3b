"""Lists of watches over HTTP: a look before watching, many addresses at once, and the watchlist to take away."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ConfigDict

from app.api import examples, examples_outgoing
from app.api.access import READ_RECORD, WRITE, Program
from app.api.errors import problem_of
from app.api.shapes import Id, Instant, Told, body_problems, problems
from app.api.versions import RedirectTold
from app.api.watches import WatchSent
from app.domain.errors import InvalidInput
from app.domain.watches import SourceKind
from app.door.refusals import InvalidRequest
from app.pipeline.preview import preview
from app.pipeline.watch_files import Media, parse_watch_file, write_watch_file
from app.pipeline.watchlist import ImportRow, import_watches
from app.storage import watches

router = APIRouter(prefix="/v1/watches", tags=["watches"])

MEDIA: Mapping[str, Media] = {
    "application/json": "json",
    "text/csv": "csv",
    "text/x-opml": "opml",
    "application/xml": "opml",
    "text/xml": "opml",
    "text/plain": "text",
}
WRITTEN_AS: Mapping[Media, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "opml": "text/x-opml; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}
ROWS_OF_JSON = {"type": "array", "items": {}, "description": "Watches as in POST /v1/watches."}
LIST_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": ROWS_OF_JSON, "example": [examples.WATCH_SENT, "https://t.me/other"]},
        "text/csv": {"schema": {"type": "string"}, "example": "url,name,tags\nhttps://t.me/generalstaff,,military\n"},
        "text/plain": {
            "schema": {"type": "string", "minLength": 1},
            "example": "https://t.me/generalstaff\n# remark\n@other\n",
        },
        "text/x-opml": {"schema": {"type": "string", "minLength": 1}},
        "application/xml": {"schema": {"type": "string"}},
        "text/xml": {"schema": {"type": "string"}},
    },
}
EXPORTED = {
    "description": "The watchlist as a file that the import reads again.",
    "content": {
        "application/json": {
            "schema": {"type": "array", "items": {"type": "object"}},
            "example": [examples.WATCH_SENT],
        },
        "text/csv": {"schema": {"type": "string", "minLength": 1}},
        "text/x-opml": {"schema": {"type": "string", "minLength": 1}},
        "text/plain": {"schema": {"type": "string", "minLength": 1}, "example": "https://t.me/generalstaff\n"},
    },
}


class FileFormat(StrEnum):
    """How the watchlist is written."""

    JSON = "json"
    CSV = "csv"
    OPML = "opml"
    TEXT = "text"


class PreviewedTold(Told):
    """One statement as it would be read; ``text`` is null for an item that is read at its own page later."""

    external_id: str
    url: str
    title: str | None
    text: str | None
    published_at: Instant | None
    marked_edited: bool


class PreviewTold(Told):
    """What would be watched; ``feeds`` are those that the page names."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples_outgoing.PREVIEW]})

    kind: SourceKind
    target: str
    url: str
    name: str | None
    statements: list[PreviewedTold]
    feeds: list[str]
    redirects: list[RedirectTold]


class ImportedRow(Told):
    """What became of one row: a watch, or the problem with it."""

    line: int
    url: str
    watch_id: Id | None
    problem: dict[str, Any] | None

    @classmethod
    def of(cls, row: ImportRow) -> "ImportedRow":
        """From the pipeline's value."""
        problem = problem_of(row.problem) if row.problem else None
        return cls(line=row.line, url=row.url, watch_id=row.watch.id if row.watch else None, problem=problem)


class Imported(Told):
    """What became of each row of a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples_outgoing.IMPORTED]})

    added: int
    refused: int
    rows: list[ImportedRow]


@dataclass(frozen=True, slots=True)
class ListSent:
    """A list of watches as somebody sends it."""

    text: str
    media: Media


async def list_sent(request: Request) -> ListSent:
    """The body of a list.

    Raises:
        InvalidRequest: there is none.
        InvalidInput: it is not UTF-8.
    """
    body = await request.body()
    media = MEDIA.get(request.headers.get("content-type", "").partition(";")[0].strip().lower())
    if media is None or not body:
        raise InvalidRequest("Send the list as the body, with its Content-Type.", pointer="")
    try:
        return ListSent(body.decode("utf-8-sig"), media)
    except UnicodeDecodeError as error:
        raise InvalidInput("The list is not written in UTF-8.", pointer="") from error


@router.post("/preview", response_model=PreviewTold, dependencies=[WRITE], responses=body_problems())
async def preview_watch(newsroom: Program, sent: WatchSent) -> Any:
    """What would be read at an address, fetched once now and stored nowhere. 422 says why nothing would be."""
    return await preview(newsroom, sent.value())


@router.post(
    "/import",
    response_model=Imported,
    dependencies=[WRITE],
    responses=body_problems(),
    openapi_extra={"requestBody": LIST_BODY},
)
def import_list(newsroom: Program, sent: Annotated[ListSent, Depends(list_sent)]) -> Any:
    """Add many watches, each for itself: a bad row is reported, and the others are added all the same.

    A list is JSON (watches as for adding one, or bare addresses), CSV with a heading, OPML as feed readers write it,
    or plain text with one address a line.
    """
    rows = [ImportedRow.of(row) for row in import_watches(newsroom, parse_watch_file(sent.text, sent.media))]
    added = sum(row.watch_id is not None for row in rows)
    return Imported(added=added, refused=len(rows) - added, rows=rows)


@router.get("/export", response_class=Response, dependencies=[READ_RECORD], responses={200: EXPORTED, **problems()})
def export_list(
    newsroom: Program,
    style: Annotated[FileFormat, Query(alias="format", description="How the list is written.")] = FileFormat.JSON,
) -> Response:
    """The whole watchlist as a file, without removed watches."""
    media: Media = style.value
    headers = {"Content-Disposition": f'attachment; filename="watchlist.{media}"', "Content-Type": WRITTEN_AS[media]}
    with newsroom.database.read() as conn:
        return Response(write_watch_file(watches.walk_watches(conn), media), headers=headers)
