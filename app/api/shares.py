"""Share links over HTTP: one statement or one edit for whoever has the link, made, listed and closed by editors."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from app.api import examples_outgoing as examples
from app.api.access import WRITE, Program
from app.api.conditional import tagged
from app.api.examples import EDIT_ID, STATEMENT_ID
from app.api.idempotency import OnlyOnce
from app.api.paging import List, Pages
from app.api.shapes import WHOLE, Id, Instant, PageTold, Sent, Told, body_problems, left_out, one_thing, problems
from app.domain.ids import EditId, ShareId, StatementId
from app.domain.shares import LONGEST, Share, SharedKind, ShareState
from app.pipeline import shares as use
from app.pipeline.newsroom import Newsroom
from app.storage import shares

router = APIRouter(prefix="/v1/shares", tags=["shares"])
LIST = List("shr")


class ShareSent(Sent):
    """What a link is to show: one statement with its history, or one edit and nothing else of its statement."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"statement_id": STATEMENT_ID, "days": 7}, {"edit_id": EDIT_ID}],
            "oneOf": [{"required": ["statement_id"]}, {"required": ["edit_id"]}],
        }
    )

    statement_id: Id = left_out()
    edit_id: Id = left_out()
    days: Annotated[int, Field(ge=1, le=LONGEST.days), WHOLE] = Field(7, description="How long it opens something.")

    @model_validator(mode="after")
    def _shows_one_thing(self) -> "ShareSent":
        if len(self.model_fields_set & {"statement_id", "edit_id"}) != 1:
            raise ValueError("name either statement_id or edit_id")
        return self

    def made(self, newsroom: Newsroom) -> use.NewShare:
        """The link that is asked for."""
        lasts = timedelta(days=self.days)
        if "edit_id" in self.model_fields_set:
            return use.share_edit(newsroom, EditId(self.edit_id), lasts=lasts)
        return use.share_statement(newsroom, StatementId(self.statement_id), lasts=lasts)


class ShareTold(Told):
    """A link as it is kept: never its address, by which it is opened. ``name`` is what it showed when it was made."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SHARE]})

    id: Id
    kind: SharedKind
    statement_id: Id
    edit_id: Id | None
    name: str
    made_by: str
    state: ShareState
    created_at: Instant
    expires_at: Instant
    revoked_at: Instant | None

    @classmethod
    def of(cls, share: Share, now: datetime) -> "ShareTold":
        """From the value, and what it is good for at ``now``."""
        return cls(**asdict(share), state=share.state_at(now))


class ShareWithAddress(ShareTold):
    """A new link with its address, shown once; null where a request is repeated."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**examples.SHARE, "url": examples.SHARED_URL}]})

    url: str | None


class Shares(PageTold[ShareTold]):
    """A page of links, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.SHARE], "next": None}]})


@router.post("", status_code=201, response_model=ShareWithAddress, responses=body_problems(404, 409))
def make_share(request: Request, sent: ShareSent, once: OnlyOnce) -> Response:
    """Show one statement or edit to whoever has the link, also where its watch is private. Its address is told once."""

    def act(newsroom: Newsroom) -> Response:
        made = sent.made(newsroom)
        base = newsroom.rules.public_url or str(request.base_url)
        plain = ShareTold.of(made.share, newsroom.clock())
        told = ShareWithAddress(**plain.model_dump(), url=use.address_of(base, made.token))
        answer = tagged(request, told, status=201, location=f"/v1/shares/{made.share.id}")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return once(act, find=shares.get_share, secret="url")  # noqa: S106  # the name of the field


@router.get("", response_model=Shares, dependencies=[WRITE], responses=problems(400))
def list_shares(
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
    *,
    statement_id: Annotated[Id | SkipJsonSchema[None], Query(description="Of this statement and its edits.")] = None,
) -> Any:
    """Every link that was made, newest first, whether it opens anything or not."""
    with newsroom.database.read() as conn:
        of = StatementId(statement_id) if statement_id else None
        page = shares.list_shares(conn, statement_id=of, after=pages.place, limit=pages.limit)
    told = pages.told(page)
    return {**told, "items": [ShareTold.of(one, newsroom.clock()) for one in page.items]}


@router.get("/{share_id:uuid}", response_model=ShareTold, dependencies=[WRITE], responses=one_thing())
def get_share(request: Request, newsroom: Program, share_id: Id) -> Response:
    """One link, without its address."""
    with newsroom.database.read() as conn:
        share = shares.get_share(conn, ShareId(share_id))
    return tagged(request, ShareTold.of(share, newsroom.clock()))


@router.post("/{share_id:uuid}/close", response_model=ShareTold, dependencies=[WRITE], responses=problems(404))
def close_share(request: Request, newsroom: Program, share_id: Id) -> Response:
    """Let a link open nothing any more, before its time. One that is closed already stays as it is."""
    return tagged(request, ShareTold.of(use.revoke_share(newsroom, ShareId(share_id)), newsroom.clock()))
