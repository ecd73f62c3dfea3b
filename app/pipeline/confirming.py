"""The second look: a removal is told only after a later look showed that the words are still gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.claims.disclosure import says_it_is_taken_back
from app.domain.claims import Action, StatementAction
from app.domain.claims import PinEventKind as Touch
from app.domain.edits import Confirmation, Edit, KeptChange
from app.domain.flagging import is_flagged
from app.domain.ids import StatementId
from app.domain.losses import notice_in_place_of
from app.domain.pins import Pin
from app.domain.records import sha256_hex
from app.domain.statements import Statement, StatementState
from app.domain.watches import SourceKind
from app.pipeline.edit_making import Desk, news_of_edit
from app.pipeline.findings import Known
from app.pipeline.newsroom import Newsroom
from app.pipeline.telling import News
from app.storage import awaited, claims, statements, versions
from app.storage.awaited import Awaited
from app.storage.database import Connection

PAGES = frozenset({SourceKind.WEB_PAGE, SourceKind.FEED})
"""Where other things than the statement may stand; a post that reads otherwise was written otherwise."""
NOTICE_PAUSES = 10
"""So many pauses after a loss does a notice have to stand in the place of a text that does not say it is taken back."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a statement stands now, as far as it may not be read back yet: what this look writes may still wait.

    ``url`` is its address and ``text`` its words; ``earlier`` holds the SHA-256 of all texts before. Where its words
    are new, ``reworded`` is the statement with them, ``claims`` the numbers of the claims that stand in them, and
    ``is_owed`` says that they are still to be compared.
    """

    text: str
    url: str
    earlier: Mapping[str, int]
    reworded: Statement | None = None
    claims: frozenset[int] | None = None
    is_owed: bool = False

    def statement(self, conn: Connection, of: StatementId) -> Statement:
        """The statement as it will be kept."""
        if self.reworded is not None:
            return self.reworded
        known = statements.get_statement(conn, of)
        return replace(known, url=self.url, state=StatementState.PRESENT, missing_since=None, withdrawn_at=None)


def confirm_edits(
    conn: Connection, newsroom: Newsroom, desk: Desk, known: Known, now: Mapping[StatementId, Stand]
) -> tuple[News, ...]:
    """Settle the edits that waited for this look: told now, or overtaken because the words are there again.

    ``now`` is what stands. While an edit is still to be compared, nothing is settled: its claims say what came back.
    """
    news: list[News] = []
    for waiting in known.awaited:
        edit = waiting.edit
        stand = now.get(edit.statement_id)
        if stand is None or desk.now <= edit.first_seen_changed_at:
            continue
        if edit.statement_id in known.behind or stand.is_owed:
            continue
        statement = stand.statement(conn, edit.statement_id)
        if _is_back(conn, newsroom, edit, waiting.changes, stand, statement=statement):
            awaited.settle(conn, edit, confirmation=Confirmation.OVERTAKEN, confirmed_at=desk.now)
            continue
        notice = _notice_in_its_place(conn, edit, stand) if desk.watch.kind in PAGES else ""
        if not notice or says_it_is_taken_back(notice) or _has_stood_long(newsroom, desk, edit):
            news.append(_confirm(conn, desk, waiting, statement, notice=notice))
    return tuple(news)


def _notice_in_its_place(conn: Connection, edit: Edit, stand: Stand) -> str:
    """The few words that stand in the place of a whole text, and seldom are its publisher's; empty where none do."""
    if not edit.large_loss:
        return ""
    before = versions.get_version(conn, edit.statement_id, edit.from_version).wording.text
    return notice_in_place_of(before, stand.text)


def _has_stood_long(newsroom: Newsroom, desk: Desk, edit: Edit) -> bool:
    stood_seconds = (desk.now - edit.first_seen_changed_at).total_seconds()
    return stood_seconds >= NOTICE_PAUSES * newsroom.rules.confirm_after_seconds


def _is_back(
    conn: Connection,
    newsroom: Newsroom,
    edit: Edit,
    changes: Sequence[KeptChange],
    stand: Stand,
    *,
    statement: Statement,
) -> bool:
    """True where all that an edit removed stands there again: every flagged claim, and every pinned phrase."""
    sha256 = sha256_hex(stand.text.encode())
    if sha256 in stand.earlier and sha256 == versions.find_text_sha256(conn, edit.statement_id, edit.from_version):
        return True
    whole = edit.statement_action is StatementAction.REPLACED or edit.large_loss
    gone = [kept.change for kept in changes if kept.change.action is Action.REMOVED]
    missed = {change.number for change in gone if whole or is_flagged(change, edit.pins)}
    phrases = [pin for pin in edit.pins if pin.event is Touch.REMOVED]
    if statement.version_count == edit.to_version or not (missed or phrases):
        return False
    standing = stand.claims if stand.claims is not None else claims.find_standing(conn, edit.statement_id)
    pins = [Pin(pin.pin_id, pin.name, (pin.variant,), (), edit.first_seen_changed_at, 1) for pin in phrases]
    found = [newsroom.analysts.find_pins(stand.text, statement.language or "und", [pin]) for pin in pins]
    return missed <= standing and all(found)


def _confirm(conn: Connection, desk: Desk, waiting: Awaited, statement: Statement, *, notice: str) -> News:
    awaited.settle(conn, waiting.edit, confirmation=Confirmation.CONFIRMED, confirmed_at=desk.now)
    confirmed = replace(waiting.edit, confirmation=Confirmation.CONFIRMED, confirmed_at=desk.now)
    told = [one.change for one in waiting.changes]
    url = desk.public_url
    return news_of_edit(
        desk.watch, statement, confirmed, told, waiting.flags, now=desk.now, public_url=url, notice=notice
    )
