"""Putting both interfaces together over a running newsroom, and the page on which a worker shows its numbers."""

from typing import TypeAlias

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.access import AccessRules
from app.api.application import create_app, end_waiting
from app.api.worker_metrics import create_metrics_app
from app.door.traffic import Traffic
from app.pipeline.keys import is_loopback
from app.pipeline.newsroom import Newsroom
from app.settings import Settings
from app.ui.application import create_pages
from app.ui.visit import PageRules

Application: TypeAlias = ASGIApp
"""What a server can serve."""
API_PATHS = frozenset({"v1", "docs", "openapi.json", "health", "ready", "metrics"})
"""The first words of addresses that the REST interface answers; all others are pages."""


class Service:
    """What people and programs reach over HTTP: the REST interface, and the pages beside it."""

    def __init__(self, api: FastAPI, pages: Application) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to the interface that answers this address."""
        is_for_api = scope["type"] != "http" or scope["path"].removeprefix("/").partition("/")[0] in API_PATHS
        await (self._api if is_for_api else self._pages)(scope, receive, send)

    def stop_waiting(self) -> None:
        """The process is about to end: nobody waits for events any more."""
        end_waiting(self._api)


def build_service(newsroom: Newsroom, settings: Settings) -> Service:
    """Both interfaces over a running newsroom; what is asked of either is counted together."""
    traffic = Traffic()
    return Service(build_api(newsroom, settings, traffic), build_pages(newsroom, settings, traffic))


def build_pages(newsroom: Newsroom, settings: Settings, traffic: Traffic | None = None) -> Application:
    """The pages over a running newsroom."""
    rules = PageRules(
        public_read=settings.public_read,
        max_body_bytes=settings.max_body_bytes,
        rate_limit_per_minute=settings.rate_limit_per_minute,
        session_hours=settings.session_hours,
    )
    return create_pages(newsroom, rules, traffic=traffic)


def build_api(newsroom: Newsroom, settings: Settings, traffic: Traffic | None = None) -> FastAPI:
    """The HTTP interface over a running newsroom."""
    rules = AccessRules(
        public_read=settings.public_read,
        max_body_bytes=settings.max_body_bytes,
        rate_limit_per_minute=settings.rate_limit_per_minute,
        stream_seconds=settings.stream_seconds,
        streams_per_key=settings.streams_per_key,
    )
    return create_app(newsroom, rules, traffic=traffic)


def build_worker_metrics(newsroom: Newsroom, settings: Settings) -> Application:
    """What a worker counts, over HTTP: to this machine as it is, to others only with a key."""
    return create_metrics_app(newsroom, needs_key=not is_loopback(settings.metrics_host))
