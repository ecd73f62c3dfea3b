"""Whether the service lives, whether it is ready to serve, and its numbers for Prometheus."""

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict

from app.api.access import READ, Program
from app.api.metrics import CONTENT_TYPE, OVERDUE_AFTER_SECONDS, Gauges
from app.api.shapes import Told, problems
from app.storage import alerts, checks
from app.storage.schema import check_schema

router = APIRouter(tags=["service"])


class Health(Told):
    """The process answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "alive"}]})

    status: Literal["alive"]


class Readiness(Told):
    """The database answers and has the right schema; how much work is late, and how many alerts wait."""

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
    """Readiness: the database answers and has the schema of this program; else 503 with the reason."""
    check_schema(newsroom.database)
    with newsroom.database.read() as conn:
        return {
            "status": "ready",
            "overdue_checks": checks.count_overdue(conn, now=newsroom.clock(), grace_seconds=OVERDUE_AFTER_SECONDS),
            "alerts_waiting": alerts.count_waiting(conn),
        }


@router.get("/metrics", response_class=Response, dependencies=[READ], responses={200: METRICS, **problems()})
def get_metrics(request: Request) -> Response:
    """Traffic of this process and the state of the record, for Prometheus."""
    gauges: Gauges = request.app.state.gauges
    return Response(gauges.text(), headers={"Content-Type": CONTENT_TYPE})
