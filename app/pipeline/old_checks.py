"""Tidying up after the checks: those that are a day old are put together, a little at a time, beside all other work."""

import threading
import time
from collections.abc import Callable

import structlog

from app.pipeline.newsroom import Newsroom
from app.storage.check_packing import pack_some

log = structlog.get_logger()
MOST_STEPS = 20
REST_FACTOR = 1.0
"""After each step it rests for as long as that took: other writers come first."""


def pack_old_checks(
    newsroom: Newsroom,
    *,
    stopwatch: Callable[[], float] = time.monotonic,
    rest: Callable[[float], bool] | None = None,
) -> int:
    """Put old checks together, some steps in a row; how many.

    ``stopwatch`` and ``rest`` count in seconds. Where ``rest`` says True it is time to leave: no further step is made.

    Raises:
        StorageError: the database could not be used, or does not give back what was put in; the next try begins there.
    """
    rest = rest or threading.Event().wait
    checks = packs = 0
    for _ in range(MOST_STEPS):
        began = stopwatch()
        with newsroom.database.write() as conn:
            step = pack_some(conn, now=newsroom.clock())
        checks, packs = checks + step.checks, packs + step.packs
        if not step.goes_on or rest(REST_FACTOR * (stopwatch() - began)):
            break
    if packs:
        log.info("checks.packed", checks=checks, packs=packs)
    return checks
