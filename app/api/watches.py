"""The watchlist over HTTP: add, list, change, pause, resume, check, remove; and how each watch fared."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from app.api import examples
from app.api.access import READ_RECORD, WRITE, Program
from app.api.conditional import ExpectedRevision, tagged
from app.api.idempotency import OnlyOnce
from app.api.paging import List, Pages
from app.api.shapes import (
    WHOLE,
    Id,
    Instant,
    Language,
    Name,
    PageTold,
    QueryTruth,
    Sent,
    Tag,
    TagQuery,
    Text,
    Told,
    Truth,
    Url,
    body_problems,
    left_out,
    one_thing,
    problems,
)
from app.domain.errors import NotFound
from app.domain.ids import PinId, WatchId
from app.domain.observations import VisitOutcome
from app.domain.watches import Selectors, SourceKind, Visibility, Watch, WatchDraft, WatchHealth, WatchState
from app.pipeline import watchlist
from app.pipeline.newsroom import Newsroom
from app.pipeline.watchlist import WatchChange
from app.storage import watches
from app.storage.database import Connection

router = APIRouter(prefix="/v1/watches", tags=["watches"])
LIST = List("wat")
STEP = problems(404, 409, 412)

VISIBILITY_HELP = "`public`: may be read without a key, where the operator lets people read so."
CssSelector = Annotated[Text, Field(min_length=1, max_length=500)]
Interval = Annotated[int, Field(ge=1, le=31_536_000, description="Seconds between two checks."), WHOLE]


class SelectorsSent(Sent):
    """CSS selectors of a web page: what to read, and what inside it to leave out."""

    include: list[CssSelector] = Field(default=[], max_length=50)
    exclude: list[CssSelector] = Field(default=[], max_length=50)

    def value(self) -> Selectors:
        """As the domain has it."""
        return Selectors(tuple(self.include), tuple(self.exclude))


class WatchSent(Sent):
    """A watch to add. Without a kind it is detected from the address."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WATCH_SENT]})

    url: Url
    kind: SourceKind | None = None
    name: Name | None = None
    publisher: Name | None = None
    language: Language | None = Field(default=None, description="ISO 639; without it the language is found out.")
    tags: list[Tag] = Field(default=[], max_length=50)
    interval_seconds: Interval | None = Field(default=None, description="Pinned; null for the adaptive schedule.")
    selectors: SelectorsSent = Field(default_factory=SelectorsSent)
    respect_robots: Truth = True
    visibility: Visibility = Field(default=Visibility.PRIVATE, description=VISIBILITY_HELP)
    pins: list[Id] = Field(default=[], max_length=200, description="Pins of certain watches, for this one too.")
    older_pages: Annotated[int, Field(ge=0, le=200), WHOLE] = Field(
        default=0, description="How many pages of older posts of a channel to read at first."
    )

    def value(self) -> WatchDraft:
        """As the domain has it."""
        return WatchDraft(
            url=self.url,
            kind=self.kind,
            name=self.name,
            publisher=self.publisher,
            language=self.language,
            tags=tuple(dict.fromkeys(self.tags)),
            interval_seconds=self.interval_seconds,
            selectors=self.selectors.value(),
            respect_robots=self.respect_robots,
            pins=tuple(map(PinId, self.pins)),
            older_pages=self.older_pages,
            visibility=self.visibility,
        )


class WatchChanged(Sent):
    """What to change of a watch; fields left out stay as they are, null resets language and interval."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"tags": ["military"], "interval_seconds": 120}]})

    name: Name = left_out()
    publisher: Name = left_out()
    language: Language | None = left_out(description="ISO 639; null has it found out.")
    tags: list[Tag] = left_out(max_length=50)
    interval_seconds: Interval | None = left_out(description="Null for the adaptive schedule.")
    selectors: SelectorsSent = left_out()
    respect_robots: Truth = left_out()
    visibility: Visibility = left_out(description=VISIBILITY_HELP)

    def value(self) -> WatchChange:
        """As the pipeline has it: what was not sent is unset."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        if "tags" in sent:
            sent["tags"] = tuple(dict.fromkeys(self.tags))
        if "selectors" in sent:
            sent["selectors"] = self.selectors.value()
        return WatchChange(**sent)


class SelectorsTold(Told):
    """CSS selectors of a web page."""

    include: list[str]
    exclude: list[str]


class WatchTold(Told):
    """One entry of the watchlist, and how it fares."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WATCH]})

    id: Id
    kind: SourceKind
    url: str
    target: str
    name: str
    publisher: str
    language: str | None
    tags: list[str]
    state: WatchState
    interval_seconds: int | None
    selectors: SelectorsTold
    respect_robots: bool
    visibility: Visibility
    identity: str | None
    health: WatchHealth
    last_checked_at: Instant | None
    last_outcome: VisitOutcome | None
    next_check_at: Instant | None
    next_check_reason: str | None
    created_at: Instant
    updated_at: Instant
    revision: int


class Watches(PageTold[WatchTold]):
    """A page of the watchlist, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.WATCH], "next": None}]})


@router.post("", status_code=201, response_model=WatchTold, responses=body_problems(404, 409))
def create_watch(request: Request, sent: WatchSent, once: OnlyOnce) -> Response:
    """Put an address on the watchlist; its first check is due at once."""

    def act(newsroom: Newsroom) -> Response:
        return _told(request, watchlist.add_watch(newsroom, sent.value()), status=201)

    return once(act, find=live_watch)


@router.get("", response_model=Watches, dependencies=[READ_RECORD], responses=problems(400))
def list_watches(
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
    *,
    tag: Annotated[TagQuery, Query(description="Only watches with this tag.")] = None,
    state: Annotated[WatchState | SkipJsonSchema[None], Query(description="Without it: all but removed ones.")] = None,
    kind: Annotated[SourceKind | SkipJsonSchema[None], Query(description="Only watches of this kind.")] = None,
    visibility: Annotated[Visibility | SkipJsonSchema[None], Query(description="Only public, or private ones.")] = None,
) -> Any:
    """The watchlist, newest first; removed watches only where ``state`` asks for them."""
    with newsroom.database.read() as conn:
        page = watches.list_watches(
            conn, tag=tag, state=state, kind=kind, visibility=visibility, after=pages.place, limit=pages.limit
        )
    return pages.told(page)


@router.get("/{watch_id:uuid}", response_model=WatchTold, dependencies=[READ_RECORD], responses=one_thing())
def get_watch(request: Request, newsroom: Program, watch_id: Id) -> Response:
    """One watch. A removed one is not found here; the list shows it with ``state=removed``."""
    with newsroom.database.read() as conn:
        watch = live_watch(conn, WatchId(watch_id))
    return _told(request, watch)


@router.patch(
    "/{watch_id:uuid}", response_model=WatchTold, dependencies=[WRITE], responses=body_problems(404, 409, 412)
)
def change_watch(
    request: Request, newsroom: Program, watch_id: Id, sent: WatchChanged, revision: ExpectedRevision
) -> Response:
    """Change a watch. Its address cannot be changed: that would be another watch."""
    require_live(newsroom, watch_id)
    return _told(request, watchlist.change_watch(newsroom, WatchId(watch_id), sent.value(), revision=revision))


@router.delete(
    "/{watch_id:uuid}",
    status_code=204,
    response_class=Response,
    dependencies=[WRITE],
    responses=problems(404, 412),
)
def remove_watch(
    newsroom: Program,
    watch_id: Id,
    revision: ExpectedRevision,
    forget_history: Annotated[QueryTruth, Query(description="Forget its statements and versions too.")] = False,
) -> None:
    """Take a watch off the list. Its history stays, unless it is to be forgotten too: that cannot be undone."""
    require_live(newsroom, watch_id)
    watchlist.remove_watch(newsroom, WatchId(watch_id), forget_history=forget_history, revision=revision)


@router.post(
    "/{watch_id:uuid}/pause", response_model=WatchTold, dependencies=[WRITE], responses=problems(404, 409, 412)
)
def pause_watch(request: Request, newsroom: Program, watch_id: Id) -> Response:
    """Check it no more until it is resumed."""
    require_live(newsroom, watch_id)
    return _told(request, watchlist.pause_watch(newsroom, WatchId(watch_id)))


@router.post(
    "/{watch_id:uuid}/resume", response_model=WatchTold, dependencies=[WRITE], responses=problems(404, 409, 412)
)
def resume_watch(request: Request, newsroom: Program, watch_id: Id) -> Response:
    """Check it again, at once."""
    require_live(newsroom, watch_id)
    return _told(request, watchlist.resume_watch(newsroom, WatchId(watch_id)))


@router.post(
    "/{watch_id:uuid}/check", response_model=WatchTold, dependencies=[WRITE], responses=problems(404, 409, 412)
)
def check_watch(request: Request, newsroom: Program, watch_id: Id) -> Response:
    """Make its next check due now; the pause between two requests to its host is kept."""
    require_live(newsroom, watch_id)
    return _told(request, watchlist.check_now(newsroom, WatchId(watch_id)))


def live_watch(conn: Connection, watch_id: WatchId) -> Watch:
    """The watch.

    Raises:
        NotFound: there never was one, or it was removed.
    """
    watch = watches.get_watch(conn, watch_id)
    if watch.state is WatchState.REMOVED:
        raise NotFound("watch", f"{watch_id} any more (GET /v1/watches?state=removed shows what was)")
    return watch


def require_live(newsroom: Newsroom, watch_id: Id) -> None:
    """Raises NotFound where there is no watch to change."""
    with newsroom.database.read() as conn:
        live_watch(conn, WatchId(watch_id))


def _told(request: Request, watch: Watch, *, status: int = 200) -> Response:
    location = f"/v1/watches/{watch.id}" if status == 201 else None
    return tagged(request, WatchTold.model_validate(watch), revision=watch.revision, status=status, location=location)
