"""Destinations over HTTP: where alerts go, what each wants to hear, and the secret that they are signed with."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from app.api import examples_outgoing as examples
from app.api.access import ADMIN, Caller, Program, Reader
from app.api.alerts import AlertTold
from app.api.conditional import ExpectedRevision, tagged
from app.api.destination_forms import DestinationChanged, DestinationSent
from app.api.filters import WishTold
from app.api.idempotency import AdminOnce
from app.api.paging import List, Pages
from app.api.shapes import Id, Instant, PageTold, Sent, Told, body_problems, one_thing, problems
from app.api.timings import TimingTold
from app.domain.destinations import Destination, DestinationKind, DestinationState, Signing, host_only
from app.domain.ids import DestinationId, EventId
from app.domain.keys import Scope
from app.pipeline import destinations as use
from app.pipeline import sending_again
from app.pipeline.destinations import NewSecret
from app.pipeline.newsroom import Newsroom
from app.storage import destinations
from app.storage.paging import PageOf

router = APIRouter(prefix="/v1/destinations", tags=["destinations"])
LIST = List("des")
SECRET = {"Cache-Control": "no-store"}


class DestinationTold(Told):
    """Where alerts go, and how it fares. Of an address that is a password itself, ``url`` shows the host alone."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DESTINATION]})

    id: Id
    kind: DestinationKind
    name: str
    url: str
    language: str
    filter: WishTold = Field(validation_alias="wish")
    timing: TimingTold
    state: DestinationState
    state_reason: str | None
    failing_since: Instant | None
    created_at: Instant
    revision: int

    @classmethod
    def to(cls, caller: Caller, destination: Destination) -> "DestinationTold":
        """As this caller may see it: who has the whole address of a webhook can often write to it."""
        told = cls.model_validate(destination)
        if caller.key is not None and caller.key.scope.allows(Scope.ADMIN):
            return told
        shown = host_only(told.url)
        return told.model_copy(update={"url": shown, "name": shown if told.name == told.url else told.name})


class DestinationWithSecret(DestinationTold):
    """A destination with its newest signing secret, shown once.

    The secret is null where a request is repeated, and for kinds whose alerts are not signed.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{**examples.DESTINATION, "secret": examples.SECRET}]})

    secret: str | None


class Destinations(PageTold[DestinationTold]):
    """A page of destinations, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.DESTINATION], "next": None}]})


class RangeSent(Sent):
    """A stretch of time: from ``since`` on, and before ``until``."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"since": "2025-01-07T00:00:00Z", "until": "2025-01-08T00:00:00Z"}]}
    )

    since: Instant
    until: Instant


class SinceSent(Sent):
    """From which event on, that one included: the last that a receiver is sure of, or the first that it lacks."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"event_id": examples.EVENT_ID}]})

    event_id: Id


class Replayed(Told):
    """How many messages will be sent again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"replayed": 12}]})

    replayed: int


@router.post("", status_code=201, response_model=DestinationWithSecret, responses=body_problems(409))
def create_destination(request: Request, sent: DestinationSent, once: AdminOnce) -> Response:
    """Tell somebody from now on. The answer to a new webhook shows its signing secret, this once."""

    def act(newsroom: Newsroom) -> Response:
        return _told_once(request, use.create_destination(newsroom, sent.value()), status=201)

    return once(act, find=destinations.get_destination, secret="secret")  # noqa: S106  # the name of the field


@router.get("", response_model=Destinations, responses=problems(400))
def list_destinations(
    caller: Reader,
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
) -> Any:
    """Where alerts go, newest first; never with secrets. Whole addresses are shown to administrators only."""
    with newsroom.database.read() as conn:
        page = destinations.list_destinations(conn, after=pages.place, limit=pages.limit)
    return pages.told(PageOf(tuple(DestinationTold.to(caller, one) for one in page.items), page.next))


@router.get("/{destination_id:uuid}", response_model=DestinationTold, responses=one_thing())
def get_destination(request: Request, caller: Reader, newsroom: Program, destination_id: Id) -> Response:
    """One destination, without its secret; the whole address is shown to administrators only."""
    with newsroom.database.read() as conn:
        destination = destinations.get_destination(conn, DestinationId(destination_id))
    return tagged(request, DestinationTold.to(caller, destination), revision=destination.revision)


@router.patch(
    "/{destination_id:uuid}", response_model=DestinationTold, dependencies=[ADMIN], responses=body_problems(404, 412)
)
def change_destination(
    request: Request, newsroom: Program, destination_id: Id, sent: DestinationChanged, revision: ExpectedRevision
) -> Response:
    """Change where alerts go, or what is wanted there."""
    changed = use.change_destination(newsroom, DestinationId(destination_id), sent.value(), revision=revision)
    return _told(request, changed)


@router.delete(
    "/{destination_id:uuid}",
    status_code=204,
    response_class=Response,
    dependencies=[ADMIN],
    responses=problems(404, 412),
)
def delete_destination(newsroom: Program, destination_id: Id, revision: ExpectedRevision) -> None:
    """Forget a destination with its secrets and its alerts."""
    use.remove_destination(newsroom, DestinationId(destination_id), revision=revision)


@router.post(
    "/{destination_id:uuid}/pause", response_model=DestinationTold, dependencies=[ADMIN], responses=problems(404, 412)
)
def pause_destination(request: Request, newsroom: Program, destination_id: Id) -> Response:
    """Send nothing there until it is resumed; what is owed waits."""
    return _told(request, use.pause_destination(newsroom, DestinationId(destination_id)))


@router.post(
    "/{destination_id:uuid}/resume", response_model=DestinationTold, dependencies=[ADMIN], responses=problems(404, 412)
)
def resume_destination(request: Request, newsroom: Program, destination_id: Id) -> Response:
    """Send there again, first what waited; also after it was disabled."""
    return _told(request, use.resume_destination(newsroom, DestinationId(destination_id)))


@router.post(
    "/{destination_id:uuid}/rotate",
    response_model=DestinationWithSecret,
    dependencies=[ADMIN],
    responses=problems(404, 409),
)
def rotate_secret(
    request: Request,
    newsroom: Program,
    destination_id: Id,
    *,
    signing: Annotated[Signing | SkipJsonSchema[None], Query(description="Sign in this way; else as before.")] = None,
) -> Response:
    """A new signing secret, shown this once. Until the next one, alerts carry a signature of the old one too.

    Of an Ed25519 key the public half is shown (`whpk_…`): what a receiver checks with, and no secret.
    """
    made = use.rotate_secret(newsroom, DestinationId(destination_id), signing=signing)
    return _told_once(request, made, status=200)


@router.post(
    "/{destination_id:uuid}/test",
    status_code=202,
    response_model=AlertTold,
    dependencies=[ADMIN],
    responses=problems(404, 409),
)
def send_test(newsroom: Program, destination_id: Id) -> Any:
    """Send a test alert there, signed like any other. How it went: ``/v1/alerts/{id}/deliveries``."""
    return use.send_test(newsroom, DestinationId(destination_id))


@router.post(
    "/{destination_id:uuid}/replay-since",
    status_code=202,
    response_model=Replayed,
    dependencies=[ADMIN],
    responses=body_problems(404),
)
def replay_since(newsroom: Program, destination_id: Id, sent: SinceSent) -> Any:
    """Send again what was told of an event and of all after it, with the old ids; what was a digest, as that digest."""
    return {"replayed": sending_again.replay_since(newsroom, DestinationId(destination_id), EventId(sent.event_id))}


@router.post(
    "/{destination_id:uuid}/replay",
    status_code=202,
    response_model=Replayed,
    dependencies=[ADMIN],
    responses=body_problems(404),
)
def replay_range(newsroom: Program, destination_id: Id, sent: RangeSent) -> Any:
    """Send again all alerts of a stretch of time, with their old ids: who got them already can tell."""
    count = sending_again.replay_range(newsroom, DestinationId(destination_id), since=sent.since, until=sent.until)
    return {"replayed": count}


def _told(request: Request, destination: Destination) -> Response:
    return tagged(request, DestinationTold.model_validate(destination), revision=destination.revision)


def _told_once(request: Request, made: NewSecret, *, status: int) -> Response:
    plain = DestinationTold.model_validate(made.destination)
    told = DestinationWithSecret.model_construct(**dict(plain), secret=made.secret)
    location = f"/v1/destinations/{made.destination.id}" if status == 201 else None
    answer = tagged(request, told, revision=made.destination.revision, status=status, location=location)
    answer.headers.update(SECRET)
    return answer
