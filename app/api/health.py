"""Whether the service lives, whether it is ready to serve, and its numbers for Prometheus."""

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict

from app.api.access import READ, Program
from app.api.metrics import CONTENT_TYPE, Gauges
from app.api.shapes import Told, problems
from app.door.refusals import WorkOverdue
from app.pipeline.overview import overdue_now
from app.pipeline.stalling import ServiceStalled
from app.storage import stock
from app.storage.pulse import find_open_gap
from app.storage.schema import check_schema

router = APIRouter(tags=["service"])


class Health(Told):
    """The process answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "alive"}]})

    status: Literal["alive"]


class Readiness(Told):
    """The database answers and has the right schema, and nothing is overdue; how many alerts wait (up to 10,000)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "ready", "overdue_checks": 0, "alerts_waiting": 0}]}
    )

    status: Literal["ready"]
    overdue_checks: int
    alerts_waiting: int


UNREADY: dict[int | str, dict[str, Any]] = {status: told for status, told in problems().items() if status in (500, 503)}
METRICS = {
    "description": "Numbers in the text format of Prometheus.",
    "content": {"text/plain": {"schema": {"type": "string"}, "example": "walkback_alerts_waiting 0.0\n"}},
}


@router.get("/health", response_model=Health)
async def get_health() -> Any:
    """Liveness: the process answers. Says nothing of the database."""
    return {"status": "alive"}


@router.get("/ready", response_model=Readiness, responses=UNREADY)
def get_readiness(newsroom: Program) -> Any:
    """Readiness: the database answers, has the right schema, checks are made and no work is overdue; else 503.

    Overdue is what is later than WALKBACK_OVERDUE_SECONDS and could have been done: a check whose site may be asked, an
    alert whose destination works, a comparison. The problem names each with its number and since when.
    """
    check_schema(newsroom.database)
    with newsroom.database.read() as conn:
        stalled = find_open_gap(conn)
    if stalled is not None:
        raise ServiceStalled(f"Nothing has been checked since {stalled.opened_at.isoformat()}.")
    overdue = overdue_now(newsroom.database, newsroom.clock, newsroom.rules.overdue_seconds)
    if overdue:
        raise WorkOverdue(overdue)
    with newsroom.database.read() as conn:
        waiting = stock.count_waiting_alerts(conn).count
    return {"status": "ready", "overdue_checks": 0, "alerts_waiting": waiting}


@router.get("/metrics", response_class=Response, dependencies=[READ], responses={200: METRICS, **problems()})
def get_metrics(request: Request) -> Response:
    """Traffic of this process and the state of the record, for Prometheus."""
    gauges: Gauges = request.app.state.gauges
    return Response(gauges.text(), headers={"Content-Type": CONTENT_TYPE})
