"""Versions over HTTP: every wording of a statement, and the bytes that it was read from."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import ConfigDict

from app.api import examples
from app.api.access import READ_RECORD, Program
from app.api.conditional import is_known, tagged
from app.api.paging import List, Mark, Pages
from app.api.shapes import Id, Instant, PageTold, Told, one_thing, problems
from app.domain.archives import LAST_NUMBER, Provenance
from app.domain.ids import StatementId
from app.domain.statements import Version
from app.storage import captures, statements, versions

router = APIRouter(prefix="/v1/statements/{statement_id:uuid}/versions", tags=["versions"])
LIST = List("ver")

Number = Annotated[
    int,
    Path(
        ge=1,
        le=LAST_NUMBER,
        description="Our own versions are numbered from 1, those of archives by the 14 digits of their capture.",
    ),
]


class RedirectTold(Told):
    """One hop on the way to the page."""

    status: int
    location: str


class OriginTold(Told):
    """The capture of a web archive that a version was read from, and when it was taken over."""

    archive: str
    capture_url: str
    original_url: str
    captured_at: Instant
    imported_at: Instant
    digest: str | None


class VersionTold(Told):
    """One wording of one statement, with what it was made from and by which rules."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.VERSION]})

    statement_id: Id
    number: int
    text: str
    title: str | None
    author: str | None
    published_at: Instant | None
    language: str | None
    marked_edited: bool
    details: dict[str, Any]
    first_seen_at: Instant
    last_seen_at: Instant
    restores: int | None
    is_technical: bool
    text_sha256: str
    record_sha256: str
    capture_sha256: str
    fetched_url: str
    headers: dict[str, str]
    redirects: list[RedirectTold]
    extractor_version: str
    normaliser_version: str
    provenance: Provenance
    origin: OriginTold | None

    @classmethod
    def of(cls, version: Version) -> "VersionTold":
        """From a version, whose wording is told on the same level."""
        wording = version.wording
        own = {name: getattr(version, name) for name in cls.model_fields if hasattr(version, name)}
        return cls(**own | {name: getattr(wording, name) for name in cls.model_fields if hasattr(wording, name)})


class Versions(PageTold[VersionTold]):
    """The wordings of a statement in the order of time, those that archives saw among ours."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.VERSION], "next": None}]})


@router.get("", response_model=Versions, dependencies=[READ_RECORD], responses=problems(400, 404))
def list_versions(
    newsroom: Program,
    statement_id: Id,
    pages: Annotated[Pages, LIST.pages()],
) -> Any:
    """Every wording of a statement in the order of time; ``provenance`` says which of them an archive saw, not we."""
    with newsroom.database.read() as conn:
        statements.get_statement(conn, StatementId(statement_id))
        after = min(pages.mark.number, LAST_NUMBER) if pages.mark else None
        found = versions.list_history(conn, StatementId(statement_id), after=after, limit=pages.limit + 1)
    told = [VersionTold.of(version) for version in found]
    return pages.cut(told, lambda one: Mark(one.number, one.statement_id))


@router.get("/{number:int}", response_model=VersionTold, dependencies=[READ_RECORD], responses=one_thing())
def get_version(request: Request, newsroom: Program, statement_id: Id, number: Number) -> Response:
    """One wording."""
    with newsroom.database.read() as conn:
        version = versions.get_version(conn, StatementId(statement_id), number)
    return tagged(request, VersionTold.of(version))


@router.get(
    "/{number:int}/capture",
    response_class=Response,
    dependencies=[READ_RECORD],
    responses={
        200: {
            "description": "The bytes exactly as they were fetched, as a download.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        **one_thing(),
    },
)
def get_capture(request: Request, newsroom: Program, statement_id: Id, number: Number) -> Response:
    """The bytes from which a wording was read, exactly as they were fetched.

    Always a download and never a page: what others wrote must not run as if it were ours. The type that the publisher
    gave is in ``X-Captured-Content-Type``.
    """
    with newsroom.database.read() as conn:
        version = versions.get_version(conn, StatementId(statement_id), number)
        capture = captures.get_capture(conn, version.capture_sha256)
    captured_type = "".join(letter for letter in capture.content_type if " " <= letter <= "~")
    headers = {
        "Content-Disposition": f'attachment; filename="{capture.sha256[:16]}.bin"',
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "ETag": f'"{capture.sha256}"',
        "X-Captured-Content-Type": captured_type,
    }
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(capture.body, headers=headers, media_type="application/octet-stream")
