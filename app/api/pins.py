"""Pins over HTTP: the phrases to follow, with warnings about those that would find too much."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from app.api import examples
from app.api.access import READ_RECORD, WRITE, Program
from app.api.conditional import ExpectedRevision, tagged
from app.api.idempotency import OnlyOnce
from app.api.paging import List, Pages
from app.api.shapes import Id, Instant, Name, PageTold, Sent, Told, body_problems, left_out, one_thing, problems
from app.domain.ids import PinId, WatchId
from app.pipeline.newsroom import Newsroom
from app.pipeline.pins import MOST_VARIANTS, PinChange, PinDraft, WarnedPin, change_pin, create_pin, remove_pin, warned
from app.storage import pins

router = APIRouter(prefix="/v1/pins", tags=["pins"])
LIST = List("pin")

Phrase = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*\s*:[^\x00]*[^\x00\s][^\x00]*$",
        max_length=200,
        description="A language and a phrase: `uk: нов* наступальн*`.",
    ),
]
WATCHES_HELP = "On which watches to follow it; on none means on all."


class PinSent(Sent):
    """A phrase to follow, in one or more languages. Without a name it is called by its first phrase."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PIN_SENT]})

    variants: list[Phrase] = Field(min_length=1, max_length=MOST_VARIANTS)
    name: Name | None = None
    watch_ids: list[Id] = Field(default=[], max_length=500, description=WATCHES_HELP)

    def value(self) -> PinDraft:
        """As the pipeline has it."""
        return PinDraft(tuple(self.variants), self.name, tuple(map(WatchId, self.watch_ids)))


class PinChanged(Sent):
    """What to change of a pin; fields left out stay as they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "new offensive (Kursk)"}]})

    variants: list[Phrase] = left_out(min_length=1, max_length=MOST_VARIANTS)
    name: Name = left_out()
    watch_ids: list[Id] = left_out(max_length=500, description=WATCHES_HELP)

    def value(self) -> PinChange:
        """As the pipeline has it: what was not sent is unset."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        if "variants" in sent:
            sent["variants"] = tuple(self.variants)
        if "watch_ids" in sent:
            sent["watch_ids"] = tuple(map(WatchId, self.watch_ids))
        return PinChange(**sent)


class VariantTold(Told):
    """One phrase in one language (ISO 639)."""

    language: str
    phrase: str


class PinTold(Told):
    """One followed phrase. ``warnings`` say why it may find more than its author wants."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PIN]})

    id: Id
    name: str
    variants: list[VariantTold]
    watch_ids: list[Id]
    warnings: list[str]
    created_at: Instant
    revision: int

    @classmethod
    def of(cls, found: WarnedPin) -> "PinTold":
        """From a pin and its warnings."""
        pin = found.pin
        return cls(
            id=pin.id,
            name=pin.name,
            variants=[VariantTold.model_validate(variant) for variant in pin.variants],
            watch_ids=list(pin.watch_ids),
            warnings=list(found.warnings),
            created_at=pin.created_at,
            revision=pin.revision,
        )


class Pins(PageTold[PinTold]):
    """A page of pins, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.PIN], "next": None}]})


@router.post("", status_code=201, response_model=PinTold, responses=body_problems(404, 409))
def add_pin(request: Request, sent: PinSent, once: OnlyOnce) -> Response:
    """Follow a phrase from now on. What it did before can be asked of the versions that are there."""

    def act(newsroom: Newsroom) -> Response:
        return _told(request, create_pin(newsroom, sent.value()), status=201)

    return once(act, find=pins.get_pin)


@router.get("", response_model=Pins, dependencies=[READ_RECORD], responses=problems(400))
def list_pins(
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
) -> Any:
    """The followed phrases, newest first. What they found: ``/v1/flags?pin_id=`` and ``/v1/edits?pin_id=``."""
    with newsroom.database.read() as conn:
        page = pins.list_pins(conn, after=pages.place, limit=pages.limit)
    told = pages.told(page)
    return {**told, "items": [PinTold.of(warned(pin)) for pin in page.items]}


@router.get("/{pin_id:uuid}", response_model=PinTold, dependencies=[READ_RECORD], responses=one_thing())
def get_pin(request: Request, newsroom: Program, pin_id: Id) -> Response:
    """One followed phrase."""
    with newsroom.database.read() as conn:
        pin = pins.get_pin(conn, PinId(pin_id))
    return _told(request, warned(pin))


@router.patch("/{pin_id:uuid}", response_model=PinTold, dependencies=[WRITE], responses=body_problems(404, 412))
def update_pin(
    request: Request, newsroom: Program, pin_id: Id, sent: PinChanged, revision: ExpectedRevision
) -> Response:
    """Change a pin; what was found before stays as it was found."""
    return _told(request, change_pin(newsroom, PinId(pin_id), sent.value(), revision=revision))


@router.delete(
    "/{pin_id:uuid}", status_code=204, response_class=Response, dependencies=[WRITE], responses=problems(404, 412)
)
def delete_pin(newsroom: Program, pin_id: Id, revision: ExpectedRevision) -> None:
    """Follow a phrase no longer; what was found stays."""
    remove_pin(newsroom, PinId(pin_id), revision=revision)


def _told(request: Request, found: WarnedPin, *, status: int = 200) -> Response:
    location = f"/v1/pins/{found.pin.id}" if status == 201 else None
    return tagged(request, PinTold.of(found), revision=found.pin.revision, status=status, location=location)
