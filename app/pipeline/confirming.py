"""The second look: a removal is told only after a later look showed the same again."""

from collections.abc import Iterable

from app.domain.edits import Confirmation, Edit
from app.domain.ids import StatementId
from app.domain.transitions import Edited, Found, Restored, Unchanged
from app.pipeline.edit_making import Desk, news_of_edit
from app.pipeline.telling import News
from app.storage import edits, flags, statements
from app.storage.database import Connection


def confirm_edits(
    conn: Connection, desk: Desk, awaited: Iterable[Edit], found: dict[StatementId, Found]
) -> tuple[News, ...]:
    """Settle the edits that waited for this look: told now, or overtaken by the old wording coming back."""
    news: list[News] = []
    for edit in awaited:
        what = found.get(edit.statement_id)
        if what is None or desk.now <= edit.first_seen_changed_at:
            continue
        if isinstance(what, Restored) and what.number == edit.from_version:
            edits.mark_confirmation(conn, edit, confirmation=Confirmation.OVERTAKEN, confirmed_at=desk.now)
        elif isinstance(what, Unchanged | Restored | Edited):
            news.append(_confirm(conn, desk, edit))
    return tuple(news)


def _confirm(conn: Connection, desk: Desk, edit: Edit) -> News:
    edits.mark_confirmation(conn, edit, confirmation=Confirmation.CONFIRMED, confirmed_at=desk.now)
    confirmed = edits.get_edit(conn, edit.id)
    changes = [kept.change for kept in edits.list_changes(conn, confirmed)]
    made = flags.list_flags_of_edit(conn, confirmed)
    statement = statements.get_statement(conn, edit.statement_id)
    return news_of_edit(desk.watch, statement, confirmed, changes, made, now=desk.now, public_url=desk.public_url)
