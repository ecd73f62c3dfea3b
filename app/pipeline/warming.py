"""Getting warm: what a process needs again and again is read at its start, so that the first edit need not wait."""

import gc

from app.pipeline.newsroom import Newsroom
from app.storage import coverage

COLLECTED_EVERY = 5_000
"""So many new things that may point to each other make the collector look for garbage; Python's own 700 cost a changed
check three hundredths of its time."""


def warm_up(newsroom: Newsroom) -> None:
    """Read the dictionaries of the languages in the record, and let the collector of garbage look at them no more.

    Raises:
        StorageError: the database could not be used.
    """
    with newsroom.database.read() as conn:
        languages = coverage.find_languages(conn)
    newsroom.analysts.warm_up(languages)
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_EVERY)
