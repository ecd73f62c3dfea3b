"""Putting both interfaces together over a running newsroom, and the page on which a worker shows its numbers."""

from typing import TypeAlias

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.access import AccessRules
from app.api.application import create_app
from app.api.worker_metrics import create_metrics_app
from app.pipeline.keys import is_loopback
from app.pipeline.newsroom import Newsroom
from app.settings import Settings
from app.ui.application import create_pages
from app.ui.visit import PageRules

Application: TypeAlias = ASGIApp
"""What a server can serve."""
API_PATHS = frozenset({"v1", "docs", "openapi.json", "health", "ready", "metrics"})
"""The first words of addresses that the REST interface answers; all others are pages."""


def build_service(newsroom: Newsroom, settings: Settings) -> Application:
    """What people and programs reach over HTTP: the REST interface, and the pages beside it."""
    api, pages = build_api(newsroom, settings), build_pages(newsroom, settings)

    async def service(scope: Scope, receive: Receive, send: Send) -> None:
        is_for_api = scope["type"] != "http" or scope["path"].removeprefix("/").partition("/")[0] in API_PATHS
        await (api if is_for_api else pages)(scope, receive, send)

    return service


def build_pages(newsroom: Newsroom, settings: Settings) -> Application:
    """The pages over a running newsroom."""
    rules = PageRules(
        public_read=settings.public_read,
        max_body_bytes=settings.max_body_bytes,
        rate_limit_per_minute=settings.rate_limit_per_minute,
        session_hours=settings.session_hours,
    )
    return create_pages(newsroom, rules)


def build_api(newsroom: Newsroom, settings: Settings) -> FastAPI:
    """The HTTP interface over a running newsroom."""
    rules = AccessRules(
        public_read=settings.public_read,
        max_body_bytes=settings.max_body_bytes,
        rate_limit_per_minute=settings.rate_limit_per_minute,
    )
    return create_app(newsroom, rules)


def build_worker_metrics(newsroom: Newsroom, settings: Settings) -> Application:
    """What a worker counts, over HTTP: to this machine as it is, to others only with a key."""
    return create_metrics_app(newsroom, needs_key=not is_loopback(settings.metrics_host))
