"""Putting the HTTP interface together over a running newsroom, and the page on which a worker shows its numbers."""

from typing import TypeAlias

from fastapi import FastAPI
from starlette.types import ASGIApp

from app.api.access import AccessRules
from app.api.application import create_app
from app.api.worker_metrics import create_metrics_app
from app.pipeline.keys import is_loopback
from app.pipeline.newsroom import Newsroom
from app.settings import Settings

Application: TypeAlias = ASGIApp
"""What a server can serve."""


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
