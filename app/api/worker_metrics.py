"""The numbers of a worker that answers nothing else: what its process counted, at one address for Prometheus."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.api.errors import error_answer
from app.api.metrics import CONTENT_TYPE
from app.domain.errors import MissingScope, NotAuthenticated, WalkbackError
from app.domain.keys import Scope
from app.pipeline import keys
from app.pipeline.newsroom import Newsroom


def create_metrics_app(newsroom: Newsroom, *, needs_key: bool) -> Starlette:
    """An application that knows /metrics alone. ``needs_key``: only with a key that may read, as at the API."""

    def show(request: Request) -> Response:
        try:
            if needs_key:
                _admit(newsroom, request.headers.get("authorization", ""))
        except WalkbackError as error:
            return error_answer(request.scope, error)
        return Response(newsroom.meter.text(), headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})

    return Starlette(routes=[Route("/metrics", show)])


def _admit(newsroom: Newsroom, authorization: str) -> None:
    """Pass with a valid key.

    Raises:
        NotAuthenticated: there is none.
        MissingScope: it may not read.
    """
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise NotAuthenticated("Send an API key: “Authorization: Bearer wbk_…”.")
    if not keys.authenticate(newsroom, secret.strip()).scope.allows(Scope.READ):
        raise MissingScope(Scope.READ)
