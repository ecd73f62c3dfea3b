"""The pages as one application: the table of pages, and the layers around them."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.domain.errors import WalkbackError
from app.door.layers import BodyLimit, HeadAsGet, LastResort, SameOrigin
from app.door.traffic import Traffic
from app.pipeline.newsroom import Newsroom
from app.ui.access import Door
from app.ui.assets import serve_asset
from app.ui.envelope import Envelope
from app.ui.forms import read_form
from app.ui.refusing import answer_error, answer_unroutable, error_answer
from app.ui.table import PAGES
from app.ui.visit import Page, PageRules


class PatternRoute(Route):
    """A route that says afterwards that it was the one, so that requests are counted by its pattern."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as every route."""
        scope["route"] = self
        await super().handle(scope, receive, send)


def create_pages(newsroom: Newsroom, rules: PageRules, *, traffic: Traffic | None = None) -> Starlette:
    """The application. Who runs it gives it the parts; it opens and closes none of them.

    ``traffic`` counts what is asked of it, and of whatever else counts there.
    """
    door = Door(newsroom, rules)
    app = Starlette(
        routes=[PatternRoute("/static/{digest}/{name}", serve_asset, methods=["GET"]), *_routes(door)],
        middleware=[
            Middleware(HeadAsGet),
            Middleware(Envelope, traffic=traffic or Traffic()),
            Middleware(LastResort, answer=error_answer),
            Middleware(SameOrigin, answer=error_answer),
            Middleware(BodyLimit, answer=error_answer, most_bytes=rules.max_body_bytes),
        ],
        exception_handlers={WalkbackError: answer_error, HTTPException: answer_unroutable},
    )
    app.router.redirect_slashes = False
    app.state.door = door
    return app


def _routes(door: Door) -> Iterable[Route]:
    """One route for each address, whichever methods it knows."""
    for path, pages in groupby(sorted(PAGES, key=lambda page: page.path), key=lambda page: page.path):
        known = {page.method: page for page in pages}
        yield PatternRoute(path, _endpoint(door, known), methods=list(known))


def _endpoint(door: Door, known: dict[str, Page]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        page = known[request.method]
        form = read_form(request.headers.get("content-type", ""), await request.body()) if page.method == "POST" else {}
        return await run_in_threadpool(door.answer, page, request, form)

    return answer
