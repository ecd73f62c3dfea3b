"""The interface as one application: the routes of every noun, the layers around them, and what describes them."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app import __version__
from app.api import (
    alerts,
    audit,
    backfills,
    claims,
    compare,
    destinations,
    diff,
    docs_page,
    edit_groups,
    edits,
    event_stream,
    events,
    feeds,
    filters,
    flags,
    health,
    keys,
    pins,
    quotes,
    search,
    shares,
    statements,
    status,
    versions,
    watch_files,
    watch_history,
    watches,
)
from app.api.access import AccessRules
from app.api.contract import contract_of
from app.api.describing import DESCRIPTION, TAGS, describe, require_scopes, routes_of
from app.api.envelope import Envelope
from app.api.errors import answer_error, answer_invalid, answer_unroutable, error_answer
from app.api.limits import RateLimit
from app.api.metrics import Gauges
from app.domain.errors import WalkbackError
from app.door.layers import BodyLimit, HeadAsGet, LastResort, SameOrigin
from app.door.pace import Pace
from app.door.traffic import Traffic
from app.pipeline.newsroom import Newsroom

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

ROUTERS: tuple[APIRouter, ...] = (
    watch_files.router,
    watches.router,
    watch_history.router,
    backfills.router,
    statements.router,
    versions.router,
    diff.router,
    edits.router,
    edit_groups.router,
    claims.router,
    quotes.router,
    search.router,
    pins.router,
    flags.router,
    destinations.router,
    filters.router,
    feeds.router,
    alerts.router,
    event_stream.router,
    events.router,
    compare.router,
    shares.router,
    keys.router,
    audit.router,
    health.router,
    status.router,
    docs_page.router,
)


def create_app(
    newsroom: Newsroom, access: AccessRules, *, lifespan: Lifespan | None = None, traffic: Traffic | None = None
) -> FastAPI:
    """The application. Who runs it gives it the parts; it opens and closes none of them.

    ``traffic`` counts what is asked of it, and of whatever else counts there.

    Raises:
        RuntimeError: an operation names no scope.
    """
    document = openapi_document()
    traffic = traffic or Traffic()
    app = _bare(lifespan)
    app.openapi = lambda: document  # type: ignore[method-assign]  # FastAPI's own way to give another document
    app.state.newsroom = newsroom
    app.state.access = access
    app.state.contract = contract_of(document)
    app.state.route_patterns = [(route.path_regex, route.methods or set()) for route in routes_of(ROUTERS)]
    app.state.arrivals = events.Arrivals(newsroom.database)
    app.state.public_arrivals = events.Arrivals(newsroom.database.for_strangers())
    app.state.streams = event_stream.Streams(most_for_each=access.streams_per_key)
    app.state.gauges = Gauges(newsroom, traffic)
    app.add_exception_handler(WalkbackError, answer_error)
    app.add_exception_handler(HTTPException, answer_unroutable)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_middleware(BodyLimit, answer=error_answer, most_bytes=access.max_body_bytes)
    app.add_middleware(RateLimit, pace=Pace(access.rate_limit_per_minute, newsroom.clock))
    app.add_middleware(SameOrigin, answer=error_answer)
    app.add_middleware(LastResort, answer=error_answer)
    app.add_middleware(Envelope, traffic=traffic)
    app.add_middleware(HeadAsGet)
    return app


def end_waiting(app: FastAPI) -> None:
    """The service stops: whoever waits for events is answered with what there is, and every stream ends."""
    app.state.arrivals.is_over = app.state.public_arrivals.is_over = True


@cache
def openapi_document() -> dict[str, Any]:
    """The OpenAPI 3.1 document, the same for every application of this program.

    Raises:
        RuntimeError: an operation names no scope.
    """
    document = describe(_bare(None).openapi())
    require_scopes(document, ROUTERS)
    return document


def _bare(lifespan: Lifespan | None) -> FastAPI:
    app = FastAPI(
        title="Walkback",
        version=__version__,
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/"}],
        openapi_tags=[{"name": name, "description": text} for name, text in TAGS.items()],
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    for route in routes_of(ROUTERS):
        route.operation_id = route.name
        app.router.routes.append(route)  # side by side: finding one among routers takes three times as long
    return app
