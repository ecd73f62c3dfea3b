"""Writing it down: a new statement, a new wording with what it did to each claim, and what is worth a look.

Everything here happens inside the one transaction of a check, and returns the news that the check brings.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.claims import Level, StatementAction
from app.domain.destinations import Subject
from app.domain.edits import AnalysisState, Confirmation, EditKind, PinChange
from app.domain.events import EventType
from app.domain.flagging import is_flagged, needs_second_look
from app.domain.flapping import Returned
from app.domain.headlines import gist_of_statement
from app.domain.ids import EventId, StatementId, WatchId
from app.domain.pins import Pin
from app.domain.records import canonical_record, sha256_hex
from app.domain.statements import Capture, Statement, StatementState, Version
from app.domain.transitions import FirstSeen, Restored
from app.pipeline.adopting import adopt
from app.pipeline.edit_making import Desk, blank_edit, edit_of, make_flag, make_flags, news_of_edit
from app.pipeline.findings import Finding, Technical, extractor_stamp, is_new_wording, reading_rules
from app.pipeline.flapping import meaning_of_return, record_flip
from app.pipeline.messages import statement_message
from app.pipeline.telling import News
from app.pipeline.wordings import keep_wordings
from app.sources.normalise import NORMALISER_VERSION
from app.storage import beginnings, captures, claims, coverage, edits, flags, quotes, statements, versions
from app.storage.coverage import Growth
from app.storage.database import Connection
from app.storage.events import NewEvent
from app.storage.identity import new_id
from app.storage.latest_texts import Beside
from app.storage.standing import Standing


@dataclass(frozen=True, slots=True)
class Outcome:
    """What writing one thing brought: news to tell, and whether it needs a second look, later where much was lost."""

    statement_id: StatementId
    version_number: int
    news: tuple[News, ...] = ()
    needs_second_look: bool = False
    large_loss: bool = False


def record_first_seen(conn: Connection, desk: Desk, finding: Finding) -> Outcome:
    """Begin the history of a statement with its first wording and its claims, or our own part of it."""
    wording = finding.found.wording
    archived = beginnings.find_archived(conn, desk.watch.id, finding.found.external_id)
    statement = Statement(
        id=archived or StatementId(new_id()),
        watch_id=desk.watch.id,
        external_id=finding.found.external_id,
        url=finding.found.url,
        state=StatementState.PRESENT,
        published_at=wording.published_at,
        first_seen_at=desk.now,
        last_seen_at=desk.now,
        last_checked_at=desk.now,
        missing_since=None,
        withdrawn_at=None,
        version_count=1,
        edit_count=0,
        title=wording.title,
        language=finding.language,
    )
    read_by = reading_rules(desk.extractor_version, desk.watch.selectors, finding.read_from)
    if archived is not None:
        adopt(conn, finding, statement, read_by=read_by)
        _add_version(conn, desk, finding, statement.id, 1, restores=None)
    else:
        _begin(conn, desk, finding, statement, read_by=read_by)
    event_id = EventId(new_id())
    kind = EventType.STATEMENT_FIRST_SEEN
    body = statement_message(kind, event_id, desk.now, statement, desk.watch, public_url=desk.public_url)
    subject = Subject(
        kind,
        desk.watch.id,
        desk.watch.tags,
        (),
        Level.MAJOR,
        is_worth_telling=False,
        state=statement.state,
        language=statement.language,
    )
    news = News(NewEvent(event_id, kind, desk.now, body, statement.id), subject)
    return Outcome(statement.id, 1, (news,))


def _begin(conn: Connection, desk: Desk, finding: Finding, statement: Statement, *, read_by: str) -> None:
    """Put down a statement that nobody knew."""
    text_sha256 = finding.text_sha256
    beginnings.add_statement(conn, statement, read_from=finding.read_from, read_by=read_by, text_sha256=text_sha256)
    _add_version(conn, desk, finding, statement.id, 1, restores=None)
    if finding.ledger is not None:
        claims.save_ledger(conn, statement.id, None, finding.ledger)
    keep_wordings(conn, statement.id, finding.wordings, is_first=True)


def record_wording(conn: Connection, desk: Desk, finding: Finding, pins: Sequence[Pin]) -> Outcome:
    """Keep a new wording, the edit that led to it, what it did to each claim, and what is worth a look.

    Nothing is told of an edit whose claims are still to be compared: that is done when they are (app.pipeline.rebuild);
    nor, ever, of a wording that differs because our own rules changed.
    """
    assert finding.standing is not None
    old = finding.standing.statement
    number = old.version_count + 1
    restores = finding.what.number if isinstance(finding.what, Restored) else None
    statement = statement_after(desk, finding)
    by_publisher = finding.technical is Technical.NO
    edited_at = desk.now if by_publisher else finding.standing.last_edited_at
    read_by = reading_rules(desk.extractor_version, desk.watch.selectors, finding.read_from)
    _mark(conn, old, statement, last_edited_at=edited_at, text_sha256=finding.text_sha256, read_by=read_by)
    _add_version(conn, desk, finding, old.id, number, restores=restores)
    edit, changes, ledger = edit_of(desk, finding, number, restores, pins)
    if ledger is not None:
        claims.save_ledger(conn, old.id, finding.ledger, ledger)
        keep_wordings(conn, old.id, finding.wordings)
    turn = meaning_of_return(conn, desk, finding) if by_publisher else Returned()
    if not isinstance(turn, Returned):
        return Outcome(
            old.id, number, record_flip(conn, desk, finding, turn, statement=statement, edit=edit, changes=changes)
        )
    if not by_publisher or edit.analysis_state is AnalysisState.OWED:
        edits.add_edit(conn, edit, changes)
        return Outcome(old.id, number)
    flagged = [change for change in changes if is_flagged(change, edit.pins)]
    second_look = edit.large_loss or needs_second_look(flagged, edit.pins, edit.statement_action)
    edit = replace(edit, confirmation=Confirmation.AWAITED if second_look else Confirmation.NOT_NEEDED)
    edits.add_edit(conn, edit, changes)
    made = make_flags(desk.watch, statement, edit, changes, before_text=finding.standing.text, now=desk.now)
    flags.add_flags(conn, made)
    if second_look:
        return Outcome(old.id, number, needs_second_look=True, large_loss=edit.large_loss)
    news = news_of_edit(desk.watch, statement, edit, changes, made, now=desk.now, public_url=desk.public_url)
    return Outcome(old.id, number, (news,))


def statement_after(desk: Desk, finding: Finding) -> Statement:
    """The statement with its new wording. Bytes that were only read again say nothing of where it stands now."""
    assert finding.standing is not None
    old = finding.standing.statement
    title, language = finding.found.wording.title, finding.language
    worded = replace(old, version_count=old.version_count + 1, title=title, language=language)
    if finding.technical is Technical.REREAD:
        return worded
    return replace(
        worded,
        state=StatementState.PRESENT,
        url=finding.found.url,
        last_seen_at=desk.now,
        last_checked_at=desk.now,
        missing_since=None,
        withdrawn_at=None,
        edit_count=old.edit_count + (finding.technical is Technical.NO),
    )


def index_wordings(conn: Connection, answers: Iterable[tuple[WatchId, Iterable[Finding]]]) -> None:
    """Make all wordings of some answers findable, and count what they added. Call it once, late in the transaction."""
    new = [(watch_id, one) for watch_id, findings in answers for one in findings if is_new_wording(one)]
    quotes.add_terms(conn, (kept for _, one in new if one.wordings is not None for kept in one.wordings.gained))
    versions_of = Counter(watch_id for watch_id, _ in new)
    statements_of = Counter(watch_id for watch_id, one in new if isinstance(one.what, FirstSeen))
    coverage.extend(conn, (Growth(key, statements_of[key], count) for key, count in versions_of.items()))


def record_whole(
    conn: Connection,
    desk: Desk,
    standing: Standing,
    action: StatementAction,
    text: str,
    *,
    since: datetime,
    pins: tuple[PinChange, ...] = (),
) -> Outcome:
    """Keep that a statement was withdrawn, or is there again; ``since`` is when it was last seen otherwise."""
    statement = standing.statement
    withdrawn = action is StatementAction.WITHDRAWN
    score = 0.95 if withdrawn else 0.5
    kind = EditKind.WITHDRAWN if withdrawn else EditKind.REPUBLISHED
    blank = blank_edit(desk.watch, standing, kind, statement.version_count, since=since, now=desk.now)
    edit = replace(
        blank,
        from_version=statement.version_count,
        statement_action=action,
        score=score,
        level=Level.of(score),
        confirmation=Confirmation.CONFIRMED if withdrawn else Confirmation.NOT_NEEDED,
        confirmed_at=desk.now if withdrawn else None,
        pins=pins,
    )
    edits.add_edit(conn, edit, ())
    gist = gist_of_statement(
        action,
        publisher=desk.watch.publisher,
        kind=desk.watch.kind,
        published_at=statement.published_at,
        seen=(edit.last_seen_unchanged_at, edit.first_seen_changed_at),
        text=text,
    )
    flag = make_flag(desk.watch, statement, edit, None, gist=gist, now=desk.now)
    flag = replace(flag, before=text if withdrawn else "", after="" if withdrawn else text)
    flags.add_flags(conn, [flag])
    news = news_of_edit(desk.watch, statement, edit, (), (flag,), now=desk.now, public_url=desk.public_url)
    return Outcome(statement.id, statement.version_count, (news,))


def _mark(conn: Connection, old: Statement, new: Statement, **others: object) -> None:
    names = (
        "state", "url", "last_seen_at", "last_checked_at", "missing_since", "withdrawn_at", "version_count",
        "edit_count", "title", "language",
    )  # fmt: skip
    statements.mark_statement(conn, old, **{name: getattr(new, name) for name in names}, **others)


def _add_version(
    conn: Connection, desk: Desk, finding: Finding, statement_id: StatementId, number: int, *, restores: int | None
) -> None:
    page, wording = desk.page, finding.found.wording
    extractor_version = extractor_stamp(desk.extractor_version, desk.watch.selectors, finding.read_from)
    first_seen_at, last_seen_at = desk.now, desk.now
    if finding.technical is Technical.REREAD and finding.standing is not None:
        first_seen_at, last_seen_at = finding.standing.first_seen_at, finding.standing.last_seen_at
    capture = Capture(sha256_hex(page.body), page.body, page.content_type, desk.now)
    before = finding.standing if number > 1 else None
    captures.add_capture(conn, capture, before=before.capture_sha256 if before else None, of_watch=desk.watch.id)
    record = canonical_record(
        statement_id=statement_id,
        number=number,
        url=page.url,
        wording=wording,
        first_seen_at=first_seen_at,
        text_sha256=finding.text_sha256,
        capture_sha256=capture.sha256,
        extractor_version=extractor_version,
        normaliser_version=NORMALISER_VERSION,
    )
    version = Version(
        statement_id=statement_id,
        number=number,
        wording=replace(wording, language=finding.language),
        first_seen_at=first_seen_at,
        last_seen_at=last_seen_at,
        text_sha256=finding.text_sha256,
        record_sha256=sha256_hex(record),
        capture_sha256=capture.sha256,
        restores=restores,
        is_technical=finding.technical is not Technical.NO,
        fetched_url=page.url,
        headers=page.headers,
        redirects=page.redirects,
        extractor_version=extractor_version,
        normaliser_version=NORMALISER_VERSION,
    )
    beside = Beside(capture, before.kept, before.page) if before else Beside(capture)
    versions.add_version(conn, version, beside)
