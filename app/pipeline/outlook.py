"""When a statement is looked at next, and why then, in words for people."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.observations import READ
from app.domain.schedule import in_words, why_now
from app.domain.statements import Statement
from app.domain.watches import SourceKind, Watch
from app.pipeline.planning import clock_since
from app.storage import checks, statements, watches
from app.storage.database import Connection

SINGLE = frozenset({SourceKind.WEB_PAGE, SourceKind.TELEGRAM_POST})


@dataclass(frozen=True, slots=True)
class NextCheck:
    """When a statement is looked at next, and why then."""

    at: datetime
    reason: str


def find_next_check(conn: Connection, statement: Statement) -> NextCheck | None:
    """The next look that shows a statement: with the list or page of its watch, or by itself; None while it is paused.

    ``edited 12 min ago; this channel edits again within 2 h in 80 % of cases (9 seen): with its list``. Ages are those
    at its last check, from which the next one was planned.
    """
    watch = watches.get_watch(conn, statement.watch_id)
    own = checks.find_own_check(conn, statement.id)
    listed_at = watch.next_check_at if _is_on_list(statement, watch) else None
    times = [at for at in (listed_at, own[0] if own else None) if at is not None]
    if not times:
        return None
    clock = clock_since(statement, statements.find_last_edited_at(conn, statement.id))
    why = why_now(statement.last_checked_at, clock, watch.habit, watch.kind)
    if min(times) != listed_at:
        return NextCheck(min(times), f"{why}: by itself")
    if watch.next_check_reason is not None and watch.last_outcome not in READ:
        return NextCheck(listed_at, watch.next_check_reason)
    if watch.interval_seconds is not None:
        return NextCheck(listed_at, f"{why}: every {in_words(watch.interval_seconds)}, as asked")
    where = "its page" if watch.kind in SINGLE else "its list"
    return NextCheck(listed_at, f"{why}: with {where}")


def _is_on_list(statement: Statement, watch: Watch) -> bool:
    """True where the last look at the list or page of its watch showed it."""
    return watch.kind in SINGLE or statement.last_checked_at == watch.last_checked_at
