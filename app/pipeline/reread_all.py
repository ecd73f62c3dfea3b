"""Reading all kept bytes again by the rules of today, ahead of the next checks: nothing is fetched, nobody is alerted.

statements read by other rules ─▶ the bytes of their latest version, read again ─▶ the same words: that is noted; other
words: a technical version. Each statement is one transaction, which also notes its rules: after a kill it goes on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog

from app.domain.errors import DatabaseBusy, LeaseLost, NotFound
from app.domain.ids import StatementId, WatchId
from app.domain.watches import Watch
from app.pipeline.findings import ITEM, OWN, reading_rules
from app.pipeline.newsroom import Newsroom
from app.pipeline.rereading import Rereading, reread_one
from app.storage import read_otherwise, watches
from app.storage.paging import Place

log = structlog.get_logger()
AT_ONCE = 100


@dataclass(slots=True)
class Reread:
    """What came of it, in statements.

    ``unclear`` ones cannot be read by the rules of today: they keep their words, and come again with the next run; so
    do the ``left`` ones, which were changed meanwhile.
    """

    same: int = 0
    different: int = 0
    unclear: int = 0
    left: int = 0


def count_read_otherwise(newsroom: Newsroom, watch_id: WatchId | None) -> int:
    """How many statements were last read by other rules than those of today.

    Raises:
        NotFound: there is no such watch.
    """
    total = 0
    for watch in _watches(newsroom, watch_id):
        with newsroom.database.read() as conn:
            total += read_otherwise.count_read_otherwise(conn, watch.id, _rules(newsroom, watch))
    return total


def reread_all(newsroom: Newsroom, watch_id: WatchId | None, *, done_one: Callable[[], None] = lambda: None) -> Reread:
    """Read the latest wording of all these statements again; ``done_one`` is called after each.

    Raises:
        NotFound: there is no such watch.
    """
    summary = Reread()
    for watch in _watches(newsroom, watch_id):
        for statement_id, external_id in _read_otherwise(newsroom, watch):
            _reread(newsroom, watch, statement_id, external_id, summary)
            done_one()
    return summary


def _reread(newsroom: Newsroom, watch: Watch, statement_id: StatementId, external_id: str, summary: Reread) -> None:
    try:
        match reread_one(newsroom, watch, external_id):
            case Rereading.SAME:
                summary.same += 1
            case Rereading.DIFFERENT:
                summary.different += 1
            case Rereading.UNCLEAR:
                summary.unclear += 1
    except (LeaseLost, NotFound, DatabaseBusy) as lost:
        log.info("reread.left", statement_id=str(statement_id), message=lost.message)
        summary.left += 1


def _read_otherwise(newsroom: Newsroom, watch: Watch) -> Iterator[tuple[StatementId, str]]:
    after: StatementId | None = None
    rules = _rules(newsroom, watch)
    while True:
        with newsroom.database.read() as conn:
            found = read_otherwise.find_read_otherwise(conn, watch.id, rules, after=after, limit=AT_ONCE)
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1][0]


def _rules(newsroom: Newsroom, watch: Watch) -> tuple[str, ...]:
    """By which rules the statements of a watch are read today: on their own pages, and in a feed."""
    version = newsroom.sources[watch.kind].extractor_version
    return tuple(dict.fromkeys(reading_rules(version, watch.selectors, read_from) for read_from in (OWN, ITEM)))


def _watches(newsroom: Newsroom, watch_id: WatchId | None) -> Iterator[Watch]:
    if watch_id is not None:
        with newsroom.database.read() as conn:
            yield watches.get_watch(conn, watch_id)
        return
    after: Place | None = None
    while True:
        with newsroom.database.read() as conn:
            page = watches.list_watches(conn, after=after, limit=AT_ONCE)
        yield from page.items
        if page.next is None:
            return
        after = page.next
