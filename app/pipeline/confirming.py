"""The second look: a removal is told only after a later look showed that the words are still gone."""

from collections.abc import Mapping, Sequence

from app.domain.claims import Action, StatementAction
from app.domain.claims import PinEventKind as Touch
from app.domain.edits import Confirmation, Edit, KeptChange
from app.domain.flagging import is_flagged
from app.domain.ids import StatementId
from app.domain.pins import Pin
from app.domain.records import sha256_hex
from app.domain.statements import Statement
from app.pipeline.edit_making import Desk, news_of_edit
from app.pipeline.findings import Known
from app.pipeline.newsroom import Newsroom
from app.pipeline.telling import News
from app.storage import claims, edits, flags, statements, versions
from app.storage.database import Connection


def confirm_edits(
    conn: Connection, newsroom: Newsroom, desk: Desk, known: Known, texts: Mapping[StatementId, str]
) -> tuple[News, ...]:
    """Settle the edits that waited for this look: told now, or overtaken because the words are there again.

    ``texts`` is what stands now, by statement. While an edit is still to be compared, nothing is settled: its claims
    say what came back.
    """
    waiting = [edit for edit in known.awaited if edit.statement_id in texts and desk.now > edit.first_seen_changed_at]
    behind = edits.find_behind(conn, [edit.statement_id for edit in waiting]) if waiting else frozenset()
    news: list[News] = []
    for edit in waiting:
        if edit.statement_id in behind:
            continue
        changes = edits.list_changes(conn, edit)
        statement = statements.get_statement(conn, edit.statement_id)
        if _is_back(conn, newsroom, edit, changes, texts[edit.statement_id], statement=statement):
            edits.mark_confirmation(conn, edit, confirmation=Confirmation.OVERTAKEN, confirmed_at=desk.now)
        else:
            news.append(_confirm(conn, desk, edit, statement, changes))
    return tuple(news)


def _is_back(
    conn: Connection, newsroom: Newsroom, edit: Edit, changes: Sequence[KeptChange], text: str, *, statement: Statement
) -> bool:
    """True where all that an edit removed stands there again: every flagged claim, and every pinned phrase."""
    if sha256_hex(text.encode()) == versions.find_text_sha256(conn, edit.statement_id, edit.from_version):
        return True
    whole = edit.statement_action is StatementAction.REPLACED or edit.large_loss
    gone = [kept.change for kept in changes if kept.change.action is Action.REMOVED]
    missed = {change.number for change in gone if whole or is_flagged(change, edit.pins)}
    phrases = [pin for pin in edit.pins if pin.event is Touch.REMOVED]
    if statement.version_count == edit.to_version or not (missed or phrases):
        return False
    standing = claims.find_standing(conn, edit.statement_id)
    pins = [Pin(pin.pin_id, pin.name, (pin.variant,), (), edit.first_seen_changed_at, 1) for pin in phrases]
    found = [newsroom.analysts.find_pins(text, statement.language or "und", [pin]) for pin in pins]
    return missed <= standing and all(found)


def _confirm(conn: Connection, desk: Desk, edit: Edit, statement: Statement, changes: Sequence[KeptChange]) -> News:
    edits.mark_confirmation(conn, edit, confirmation=Confirmation.CONFIRMED, confirmed_at=desk.now)
    confirmed = edits.get_edit(conn, edit.id)
    made = flags.list_flags_of_edit(conn, confirmed)
    told = [kept.change for kept in changes]
    return news_of_edit(desk.watch, statement, confirmed, told, made, now=desk.now, public_url=desk.public_url)
