"""Writing down what looks brought: several in one transaction, each wholly or not at all, none at another's expense.

```
looks ──▶ quiet ones: a few statements for all of them ──┐
      └─▶ others ──▶ prepared ──▶ a piece each ──────────┴─▶ wordings to be found again ──▶ news ──▶ commit
```
What others wait for comes last, once for the whole group: the terms of quotes, and the numbers of the feed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import StorageError
from app.pipeline.edit_making import Desk
from app.pipeline.findings import Finding
from app.pipeline.newsroom import Newsroom
from app.pipeline.record import index_wordings
from app.pipeline.telling import News, tell
from app.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Ending:
    """What one look leaves for the end of the transaction: its news, and the wordings that it added."""

    now: datetime
    news: tuple[News, ...] = ()
    desk: Desk | None = None
    findings: Sequence[Finding] = ()


Writing = Callable[[Connection], Ending]
"""What one look brought, ready to be written inside a transaction.

Raises:
    LeaseLost: another worker has the check, or asks its host.
    StorageError: the database could not be used.
"""


def write_pieces(conn: Connection, newsroom: Newsroom, writings: Sequence[Writing]) -> list[StorageError | None]:
    """Do each by itself inside one transaction; what became of each, in their order. Call it last."""
    endings: list[Ending] = []
    results: list[StorageError | None] = []
    for writing in writings:
        try:
            with newsroom.database.piece(conn):
                endings.append(writing(conn))
        except StorageError as failure:
            results.append(failure)
        else:
            results.append(None)
    index_wordings(conn, [(one.desk.watch.id, one.findings) for one in endings if one.desk is not None])
    news = [one for ending in endings for one in ending.news]
    if news:
        tell(conn, news, now=max(ending.now for ending in endings))
    return results
