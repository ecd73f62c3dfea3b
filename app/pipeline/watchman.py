"""The watchman: looks every minute whether the service still checks anything, and rings where it does not."""

import asyncio

import structlog

from app.domain.errors import StorageError
from app.domain.events import EventType
from app.pipeline.deliver import deliver_once
from app.pipeline.newsroom import Newsroom
from app.pipeline.stalling import look_for_standstill

log = structlog.get_logger()
ABOUT_THE_SERVICE = (EventType.SERVICE_STALLED, EventType.SERVICE_RESUMED)


async def watch_over(newsroom: Newsroom, stopping: asyncio.Event, *, every_seconds: float, delivers: bool) -> None:
    """Look now and then until told to stop, the first time after a pause, in which a worker that lives shows it.

    ``delivers`` is for a process that has no worker: then the alarm itself is sent from here, for who else would.
    """
    while not await _stopped(stopping, every_seconds):
        try:
            await look_around(newsroom, delivers=delivers)
        except StorageError as error:
            log.warning("watchman.storage", error=error.slug, message=error.message)


async def look_around(newsroom: Newsroom, *, delivers: bool) -> None:
    """Look once.

    Raises:
        StorageError: the database cannot be used, so nobody can be told.
    """
    await asyncio.to_thread(look_for_standstill, newsroom)
    if delivers:
        await deliver_once(newsroom, types=ABOUT_THE_SERVICE)


async def _stopped(stopping: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return False
    return True
