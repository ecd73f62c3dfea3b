"""Making new wordings findable by their words, seconds after they were kept; and old ones after an upgrade."""

import threading
import time
from collections.abc import Callable
from typing import Final

import structlog

from app.pipeline.newsroom import Newsroom
from app.storage.search_index import WORDINGS_AT_ONCE, index_some

log = structlog.get_logger()
MOST_STEPS: Final = 200
REST_FACTOR: Final = 1.0
"""After each step it rests for as long as that took: other writers come first."""


def make_searchable(
    newsroom: Newsroom,
    *,
    stopwatch: Callable[[], float] = time.monotonic,
    rest: Callable[[float], bool] | None = None,
) -> int:
    """Put wordings that wait into the index, some steps in a row; how many. Each step is kept by itself.

    ``stopwatch`` and ``rest`` count in seconds. Where ``rest`` says True it is time to leave: no further step is made.

    Raises:
        StorageError: the database could not be used; the next try begins there.
    """
    rest = rest or threading.Event().wait
    done = 0
    for _ in range(MOST_STEPS):
        began = stopwatch()
        with newsroom.database.write() as conn:
            count = index_some(conn)
        done += count
        if count < WORDINGS_AT_ONCE or rest(REST_FACTOR * (stopwatch() - began)):
            break
    if done:
        log.debug("search.indexed", wordings=done)
    return done
