"""Edits over HTTP: what changed, between which two looks, and what it did to each claim and to each pin."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from app.api import examples
from app.api.access import READ_RECORD, Program
from app.api.conditional import tagged
from app.api.flags import FlagTold
from app.api.paging import List, Pages
from app.api.shapes import Id, IdQuery, Instant, InstantQuery, PageTold, SpanTold, Told, one_thing, problems
from app.domain.archives import Provenance
from app.domain.claims import Action, Facet, FacetKind, Level, PinEventKind, StatementAction
from app.domain.edits import AnalysisState, Confirmation, Edit, EditKind, KeptChange, PinChange
from app.domain.ids import EditId, PinId, StatementId, WatchId
from app.pipeline.compare import facets_facts
from app.storage import edits, flags

router = APIRouter(prefix="/v1/edits", tags=["edits"])
LIST = List("edi")
ChangeHash = Annotated[str, Field(pattern="^[0-9a-f]{32,64}$")]

Levels = Annotated[
    list[Level], Query(default_factory=list, max_length=4, description="Only of these levels; may be repeated.")
]


class IntervalTold(Told):
    """The edit happened after the first of these instants and not later than the second."""

    last_seen_unchanged_at: Instant
    first_seen_changed_at: Instant


class PinChangeTold(Told):
    """What an edit did to one pinned phrase."""

    pin_id: Id
    name: str
    variant: str
    event: PinEventKind
    before: list[SpanTold]
    after: list[SpanTold]
    claim_numbers: list[int]

    @classmethod
    def of(cls, pin: PinChange) -> "PinChangeTold":
        """From the domain's value."""
        own = {name: getattr(pin, name) for name in cls.model_fields if name != "variant"}
        return cls(**own, variant=str(pin.variant))


class FacetTold(Told):
    """One way in which a claim differs: where it shows in the old and in the new text, and its data."""

    before: list[SpanTold]
    after: list[SpanTold]
    data: dict[str, Any]


def facets_told(facets: Sequence[Facet]) -> dict[FacetKind, FacetTold]:
    """Facets by their names."""
    return {FacetKind(kind): FacetTold(**facet) for kind, facet in facets_facts(facets).items()}


class ChangeTold(Told):
    """What an edit did to one claim; spans are into the whole texts of both versions."""

    claim_id: Id
    number: int
    action: Action
    moved: bool
    level: Level
    score: float
    similarity: float
    before: str
    after: str
    before_spans: list[SpanTold]
    after_spans: list[SpanTold]
    facets: dict[FacetKind, FacetTold]
    other_numbers: list[int]
    removed_in: int | None
    pins: list[Id]

    @classmethod
    def of(cls, kept: KeptChange) -> "ChangeTold":
        """From the domain's value."""
        change = kept.change
        own = {name: getattr(change, name) for name in cls.model_fields if hasattr(change, name) and name != "facets"}
        pins = dict.fromkeys(pin.pin_id for pin in kept.pins)
        return cls(**own, claim_id=kept.claim_id, facets=facets_told(change.facets), pins=list(pins))


class EditTold(Told):
    """One step from one version to the next, or of a statement going and coming back."""

    model_config = ConfigDict(from_attributes=True)

    id: Id
    statement_id: Id
    watch_id: Id
    kind: EditKind
    from_version: int
    to_version: int
    restores: int | None
    interval: IntervalTold
    stood_seconds: float
    seconds_since_publication: float | None
    earlier_edits: int
    second_look: Confirmation
    second_look_at: Instant | None
    analysis: AnalysisState
    analyzer_version: str | None
    statement_action: StatementAction | None
    score: float
    level: Level
    disclosed: bool
    marked_edited: bool
    language: str | None
    facets_supported: list[FacetKind]
    truncated: bool
    change_hash: str | None
    is_technical: bool
    analysis_is_technical: bool
    is_flap: bool
    large_loss: bool
    provenance: Provenance
    pins: list[PinChangeTold]

    @classmethod
    def of(cls, edit: Edit) -> "EditTold":
        """From the domain's value."""
        return cls(**_plain(edit))


class Edits(PageTold[EditTold]):
    """A page of edits, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.EDIT], "next": None}]})


class EditInFull(EditTold):
    """An edit with everything it did."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EDIT_IN_FULL]})

    claims: list[ChangeTold]
    flags: list[FlagTold]


@router.get("", response_model=Edits, dependencies=[READ_RECORD], responses=problems(400))
def list_edits(
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
    *,
    level: Levels,
    watch_id: Annotated[IdQuery, Query(description="Only of this watch.")] = None,
    statement_id: Annotated[IdQuery, Query(description="Only of this statement.")] = None,
    pin_id: Annotated[IdQuery, Query(description="Only those that touched this pin.")] = None,
    action: Annotated[Action | SkipJsonSchema[None], Query(description="Only with such a change of a claim.")] = None,
    facet: Annotated[FacetKind | SkipJsonSchema[None], Query(description="Only with such a difference.")] = None,
    since: Annotated[InstantQuery, Query(description="Only first seen then or later.")] = None,
    change_hash: Annotated[
        ChangeHash | SkipJsonSchema[None], Query(description="Only this very change, anywhere.")
    ] = None,
) -> Any:
    """What changed, newest first, each with the interval in which it happened."""
    with newsroom.database.read() as conn:
        page = edits.list_edits(
            conn,
            watch_id=WatchId(watch_id) if watch_id else None,
            statement_id=StatementId(statement_id) if statement_id else None,
            pin_id=PinId(pin_id) if pin_id else None,
            action=action,
            facet=facet,
            levels=tuple(level),
            since=since,
            change_hash=change_hash,
            after=pages.place,
            limit=pages.limit,
        )
    told = pages.told(page)
    return {**told, "items": [EditTold.of(edit) for edit in page.items]}


@router.get("/{edit_id:uuid}", response_model=EditInFull, dependencies=[READ_RECORD], responses=one_thing())
def get_edit(request: Request, newsroom: Program, edit_id: Id) -> Response:
    """One edit with what it did to each claim that it touched, to each pin, and what was flagged."""
    with newsroom.database.read() as conn:
        edit = edits.get_edit(conn, EditId(edit_id))
        changes = edits.list_changes(conn, edit)
        flagged = flags.list_flags_of_edit(conn, edit)
    told = EditInFull(
        **_plain(edit),
        claims=[ChangeTold.of(change) for change in changes],
        flags=[FlagTold.model_validate(flag) for flag in flagged],
    )
    return tagged(request, told)


def _plain(edit: Edit) -> dict[str, Any]:
    own = {name: getattr(edit, name) for name in EditTold.model_fields if hasattr(edit, name) and name != "pins"}
    return own | {
        "interval": IntervalTold.model_validate(edit),
        "second_look": edit.confirmation,
        "second_look_at": edit.confirmed_at,
        "analysis": edit.analysis_state,
        "provenance": Provenance.ARCHIVE if edit.is_archived else Provenance.OWN,
        "pins": [PinChangeTold.of(pin) for pin in edit.pins],
    }
