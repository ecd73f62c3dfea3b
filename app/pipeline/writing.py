"""Writing down what looks brought: several in one transaction, each wholly or not at all, none at another's expense.

```
looks ──▶ quiet ones: a few statements for all of them ──┐
      └─▶ others ──▶ prepared ──▶ a piece each ──────────┴─▶ wordings to be found again ──▶ news ──▶ commit
```
What others wait for comes last, once for the whole group: the terms of quotes, and the numbers of the feed.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from app.domain.checks import Check
from app.domain.errors import LeaseLost, StorageError
from app.pipeline.edit_making import Desk
from app.pipeline.findings import Finding
from app.pipeline.newsroom import Newsroom
from app.pipeline.record import index_wordings
from app.pipeline.telling import News, tell
from app.storage.database import Connection
from app.storage.finished import lock_held
from app.storage.together import gathered


@dataclass(frozen=True, slots=True)
class Ending:
    """What one look leaves for the end of the transaction: its news, and the wordings that it added."""

    now: datetime
    news: tuple[News, ...] = ()
    desk: Desk | None = None
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """What one look brought, ready to be written inside a transaction.

    ``write`` is told how many times in a row the host of the check asked for less. It raises StorageError where the
    database cannot be used, LeaseLost where another worker has written what it goes by.
    """

    check: Check
    write: Callable[[Connection, int], Ending]


def lease_lost(check: Check) -> LeaseLost:
    """What is said where the check or its host is not held any more."""
    return LeaseLost(f"Check {check.id}, or its host {check.host}, was taken by another worker.")


def write_pieces(conn: Connection, newsroom: Newsroom, writings: Sequence[Writing]) -> list[StorageError | None]:
    """Do each by itself inside one transaction; what became of each, in their order. Call it last.

    Raises:
        LeaseLost: one of several pieces goes by what another worker has changed, nobody knows which: try each alone.
    """
    if not writings:
        return []
    held = lock_held(conn, [writing.check for writing in writings])
    endings: list[Ending] = []
    results: list[StorageError | None] = []
    with gathered(conn) if len(writings) > 1 else nullcontext():
        for writing in writings:
            refusals = held.get(writing.check.id)
            if refusals is None:
                results.append(lease_lost(writing.check))
                continue
            try:
                with newsroom.database.piece(conn):
                    endings.append(writing.write(conn, refusals))
            except StorageError as failure:
                results.append(failure)
            else:
                results.append(None)
    index_wordings(conn, [(one.desk.watch.id, one.findings) for one in endings if one.desk is not None])
    news = [one for ending in endings for one in ending.news]
    if news:
        tell(conn, news, now=max(ending.now for ending in endings))
    return results
