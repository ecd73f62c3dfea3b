"""Preparing several changed pages at a time: what the record knows of all of them is read in one view.

Each is compared by itself. One that fails fails alone, and whoever would make the others wait is left for later.
"""

import time
from collections.abc import Iterable, Mapping, Sequence

from app.domain.errors import StorageError
from app.domain.ids import CheckId
from app.pipeline.findings import Known, load_known_of_several
from app.pipeline.keeping import prepare
from app.pipeline.looking import AT_ONCE_BYTES, Look
from app.pipeline.newsroom import Newsroom
from app.pipeline.writing import Writing
from app.sources.contract import Statements

ENOUGH_SECONDS = 0.5
"""When comparing has taken so long, the looks that are left are prepared each by itself, beside one another."""


def is_small(look: Look) -> bool:
    """True where preparing a look takes milliseconds: others can wait for it."""
    return look.page is None or len(look.page.body) <= AT_ONCE_BYTES


def prepare_several(newsroom: Newsroom, looks: Sequence[Look]) -> list[Writing | StorageError | None]:
    """What each of the looks means, in their order; None where it is still to be found out.

    Raises:
        StorageError: the database could not be used.
    """
    known = _known_of(newsroom, looks)
    end = time.monotonic() + ENOUGH_SECONDS
    prepared: list[Writing | StorageError | None] = []
    for look in looks:
        if prepared and time.monotonic() > end:
            prepared.append(None)
            continue
        try:
            prepared.append(prepare(newsroom, look, known.get(look.check.id)))
        except StorageError as failure:
            prepared.append(failure)
    return prepared


def _known_of(newsroom: Newsroom, looks: Iterable[Look]) -> Mapping[CheckId, Known]:
    """What is known of the looks that show statements and no list of them."""
    plain = [
        (look.check.id, look.watch.id, look.reading)
        for look in looks
        if isinstance(look.reading, Statements) and look.reading.window is None and not look.reading.links
    ]
    return load_known_of_several(newsroom.database, plain) if plain else {}
