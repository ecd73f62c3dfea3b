"""Alerts over HTTP: what is owed to each destination, every try to deliver it, and sending it again."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict
from pydantic.json_schema import SkipJsonSchema

from app.api import examples_outgoing as examples
from app.api.access import READ, WRITE, Program
from app.api.conditional import tagged
from app.api.paging import List, Pages
from app.api.shapes import Id, IdQuery, Instant, PageTold, Told, one_thing, problems
from app.domain.claims import Level
from app.domain.destinations import AlertState
from app.domain.events import EventType
from app.domain.ids import AlertId, DestinationId
from app.pipeline.sending_again import replay_alert
from app.storage import alerts

router = APIRouter(prefix="/v1/alerts", tags=["alerts"])
LIST = List("ale")


class AlertTold(Told):
    """One event owed to one destination. ``event_id`` is the ``webhook-id`` of every try.

    What went into a digest has its ``digest_id``; the digest is owed by an alert of its own, of the type ``digest``.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ALERT]})

    id: Id
    event_id: Id
    destination_id: Id
    type: EventType
    level: Level
    digest_id: Id | None
    state: AlertState
    tries: int
    next_try_at: Instant | None
    created_at: Instant
    delivered_at: Instant | None


class Alerts(PageTold[AlertTold]):
    """A page of alerts, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.ALERT], "next": None}]})


class DeliveryTold(Told):
    """One try: what came back, the first 2 KiB of it."""

    number: int
    at: Instant
    http_status: int | None
    answer: str | None
    error: str | None
    elapsed_seconds: float


class Deliveries(Told):
    """Every try to deliver an alert, first to last."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.DELIVERY]}]})

    items: list[DeliveryTold]


@router.get("", response_model=Alerts, dependencies=[READ], responses=problems(400))
def list_alerts(
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
    *,
    destination_id: Annotated[IdQuery, Query(description="Only for this destination.")] = None,
    state: Annotated[AlertState | SkipJsonSchema[None], Query(description="Only in this state.")] = None,
) -> Any:
    """What is or was owed to destinations, newest first."""
    with newsroom.database.read() as conn:
        page = alerts.list_alerts(
            conn,
            destination_id=DestinationId(destination_id) if destination_id else None,
            state=state,
            after=pages.place,
            limit=pages.limit,
        )
    return pages.told(page)


@router.get("/{alert_id:uuid}", response_model=AlertTold, dependencies=[READ], responses=one_thing())
def get_alert(request: Request, newsroom: Program, alert_id: Id) -> Response:
    """One alert. What it says: ``/v1/events/{event_id}``."""
    with newsroom.database.read() as conn:
        alert = alerts.get_alert(conn, AlertId(alert_id))
    return tagged(request, AlertTold.model_validate(alert))


@router.get("/{alert_id:uuid}/deliveries", response_model=Deliveries, dependencies=[READ], responses=problems(404))
def list_deliveries(newsroom: Program, alert_id: Id) -> Any:
    """Every try to deliver an alert, with what the receiver answered."""
    with newsroom.database.read() as conn:
        alerts.get_alert(conn, AlertId(alert_id))
        return {"items": alerts.list_deliveries(conn, AlertId(alert_id))}


@router.post(
    "/{alert_id:uuid}/replay", status_code=202, response_model=AlertTold, dependencies=[WRITE], responses=problems(404)
)
def replay(newsroom: Program, alert_id: Id) -> Any:
    """Send an alert again, with the same id, whatever became of it before."""
    return replay_alert(newsroom, AlertId(alert_id))
