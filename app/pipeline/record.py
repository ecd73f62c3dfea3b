"""Writing it down: a new statement, a new wording with what it did to each claim, and what is worth a look.

Everything here happens inside the one transaction of a check, and returns the news that the check brings.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.claims import Analysis, ClaimChange, Ledger, Level, PinVariant, StatementAction
from app.domain.destinations import Subject
from app.domain.edits import AnalysisState, Confirmation, Edit, EditKind, PinChange
from app.domain.events import EventType
from app.domain.flagging import is_flagged, needs_second_look
from app.domain.flags import Flag, ReviewState
from app.domain.headlines import headline_of_change, headline_of_statement
from app.domain.ids import EditId, EventId, FlagId, StatementId, claim_id
from app.domain.pages import Page
from app.domain.pins import Pin
from app.domain.records import canonical_record, sha256_hex
from app.domain.statements import Capture, Statement, StatementState, Version
from app.domain.transitions import Restored
from app.domain.watches import Watch
from app.pipeline.analysts import Owed
from app.pipeline.findings import Finding
from app.pipeline.messages import Telling, edit_message, statement_message
from app.pipeline.telling import News
from app.sources.normalise import NORMALISER_VERSION
from app.storage import captures, claims, edits, flags, statements, versions
from app.storage.database import Connection
from app.storage.events import NewEvent
from app.storage.identity import new_id


@dataclass(frozen=True, slots=True)
class Desk:
    """What one transaction writes with: the watch, the answer it came from, and the moment."""

    watch: Watch
    page: Page
    extractor_version: str
    now: datetime
    public_url: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What writing one thing brought: news to tell, and the statement that needs a second look."""

    statement_id: StatementId
    version_number: int
    news: tuple[News, ...] = ()
    needs_second_look: bool = False


def record_first_seen(conn: Connection, desk: Desk, finding: Finding) -> Outcome:
    """Begin the history of a statement with its first wording and its claims."""
    wording = finding.found.wording
    statement = Statement(
        id=StatementId(new_id()),
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
    statements.add_statement(conn, statement, read_from=finding.read_from, text_sha256=finding.text_sha256)
    _add_version(conn, desk, finding, statement.id, 1, restores=None)
    if finding.ledger is not None:
        claims.save_ledger(conn, statement.id, None, finding.ledger)
    event_id = EventId(new_id())
    kind = EventType.STATEMENT_FIRST_SEEN
    body = statement_message(kind, event_id, desk.now, statement, desk.watch, public_url=desk.public_url)
    subject = Subject(kind, desk.watch.id, desk.watch.tags, (), Level.COSMETIC, is_worth_telling=False)
    news = News(NewEvent(event_id, kind, desk.now, body, statement.id), subject)
    return Outcome(statement.id, 1, (news,))


def record_wording(conn: Connection, desk: Desk, finding: Finding, pins: Sequence[Pin]) -> Outcome:
    """Keep a new wording, the edit that led to it, what it did to each claim, and what is worth a look."""
    assert finding.standing is not None
    old = finding.standing.statement
    number = old.version_count + 1
    restores = finding.what.number if isinstance(finding.what, Restored) else None
    statement = replace(
        old,
        state=StatementState.PRESENT,
        url=finding.found.url,
        last_seen_at=desk.now,
        last_checked_at=desk.now,
        missing_since=None,
        withdrawn_at=None,
        version_count=number,
        edit_count=old.edit_count + 1,
        title=finding.found.wording.title,
        language=finding.language,
    )
    _mark(conn, old, statement, last_edited_at=desk.now, text_sha256=finding.text_sha256)
    _add_version(conn, desk, finding, old.id, number, restores=restores)
    edit, changes, ledger = _edit_of(desk, finding, number, restores, pins)
    if ledger is not None:
        claims.save_ledger(conn, old.id, finding.ledger, ledger)
    flagged = [change for change in changes if is_flagged(change, edit.pins)]
    second_look = needs_second_look(flagged, edit.pins, edit.statement_action)
    edit = replace(edit, confirmation=Confirmation.AWAITED if second_look else Confirmation.NOT_NEEDED)
    edits.add_edit(conn, edit, changes)
    made = _flags_of(desk.watch, statement, edit, flagged, finding.standing.text, desk.now)
    flags.add_flags(conn, made)
    if second_look:
        return Outcome(old.id, number, needs_second_look=True)
    news = news_of_edit(desk.watch, statement, edit, changes, made, now=desk.now, public_url=desk.public_url)
    return Outcome(old.id, number, (news,))


def record_whole(
    conn: Connection, desk: Desk, statement: Statement, action: StatementAction, text: str, *, since: datetime
) -> Outcome:
    """Keep that a statement was withdrawn, or is there again; ``since`` is when it was last seen otherwise."""
    withdrawn = action is StatementAction.WITHDRAWN
    score = 0.95 if withdrawn else 0.5
    kind = EditKind.WITHDRAWN if withdrawn else EditKind.REPUBLISHED
    blank = _blank_edit(desk.watch, statement, kind, statement.version_count, since=since, now=desk.now)
    edit = replace(
        blank,
        from_version=statement.version_count,
        statement_action=action,
        score=score,
        level=Level.of(score),
        confirmation=Confirmation.CONFIRMED if withdrawn else Confirmation.NOT_NEEDED,
        confirmed_at=desk.now if withdrawn else None,
    )
    edits.add_edit(conn, edit, ())
    headline = headline_of_statement(
        action,
        publisher=desk.watch.publisher,
        kind=desk.watch.kind,
        published_at=statement.published_at,
        seen=(edit.last_seen_unchanged_at, edit.first_seen_changed_at),
        text=text,
    )
    flag = _flag(desk.watch, statement, edit, None, headline, desk.now)
    flag = replace(flag, before=text if withdrawn else "", after="" if withdrawn else text)
    flags.add_flags(conn, [flag])
    news = news_of_edit(desk.watch, statement, edit, (), (flag,), now=desk.now, public_url=desk.public_url)
    return Outcome(statement.id, statement.version_count, (news,))


def news_of_edit(
    watch: Watch,
    statement: Statement,
    edit: Edit,
    changes: Sequence[ClaimChange],
    made: Sequence[Flag],
    *,
    now: datetime,
    public_url: str | None,
) -> News:
    """The event of an edit, and what filters look at. Without a flag only those hear who ask for every edit."""
    kinds = {
        EditKind.WITHDRAWN: EventType.STATEMENT_WITHDRAWN,
        EditKind.REPUBLISHED: EventType.STATEMENT_REPUBLISHED,
        EditKind.WORDING: EventType.STATEMENT_RESTORED if edit.restores else EventType.STATEMENT_EDITED,
    }
    kind = kinds[edit.kind]
    event_id = EventId(new_id())
    worst = max(made, key=lambda flag: flag.score, default=None)
    headline = worst.headline if worst else f"{watch.publisher} edited {statement.title or statement.url}"
    told = Telling(kind, event_id, now, headline, watch, statement, edit, changes, made)
    body = edit_message(told, public_url=public_url)
    pin_ids = tuple(dict.fromkeys(pin.pin_id for pin in edit.pins))
    subject = Subject(kind, watch.id, watch.tags, pin_ids, edit.level, is_worth_telling=bool(made))
    return News(NewEvent(event_id, kind, now, body, statement.id, edit.id), subject)


def apply_analysis(edit: Edit, analysis: Analysis, pins: Sequence[Pin]) -> Edit:
    """The edit with what the comparison found."""
    names = {str(pin.id): pin for pin in pins}
    touched = tuple(
        PinChange(
            pin_id=names[touch.pin].id,
            name=names[touch.pin].name,
            variant=PinVariant(touch.variant.language, touch.variant.phrase),
            event=touch.event,
            before=touch.before,
            after=touch.after,
            claim_numbers=touch.claim_numbers,
        )
        for touch in analysis.pins
    )
    return replace(
        edit,
        analysis_state=AnalysisState.DONE,
        analyzer_version=analysis.analyzer_version,
        statement_action=analysis.statement_action,
        score=analysis.score,
        level=analysis.level,
        disclosed=analysis.disclosed,
        language=analysis.language,
        facets_supported=analysis.facets_supported,
        truncated=analysis.truncated,
        change_hash=analysis.change_hash,
        pins=touched,
    )


def make_flags(
    watch: Watch, statement: Statement, edit: Edit, changes: Sequence[ClaimChange], before_text: str, now: datetime
) -> tuple[Flag, ...]:
    """A flag for each claim change that is worth a look."""
    flagged = [change for change in changes if is_flagged(change, edit.pins)]
    return _flags_of(watch, statement, edit, flagged, before_text, now)


def _edit_of(
    desk: Desk, finding: Finding, number: int, restores: int | None, pins: Sequence[Pin]
) -> tuple[Edit, tuple[ClaimChange, ...], Ledger | None]:
    assert finding.standing is not None
    old = finding.standing.statement
    since = finding.standing.last_seen_at
    blank = _blank_edit(desk.watch, old, EditKind.WORDING, number, since=since, now=desk.now)
    edit = replace(blank, restores=restores, marked_edited=finding.found.wording.marked_edited)
    match finding.analysis:
        case Analysis() as analysis:
            return apply_analysis(edit, analysis, pins), analysis.changes, analysis.ledger
        case Owed() | None:
            return replace(edit, analysis_state=AnalysisState.OWED, analysis_attempts=1), (), None


def _blank_edit(
    watch: Watch, statement: Statement, kind: EditKind, to_version: int, *, since: datetime, now: datetime
) -> Edit:
    published = statement.published_at
    return Edit(
        id=EditId(new_id()),
        statement_id=statement.id,
        watch_id=watch.id,
        kind=kind,
        from_version=statement.version_count,
        to_version=to_version,
        restores=None,
        last_seen_unchanged_at=since,
        first_seen_changed_at=now,
        stood_seconds=max((since - statement.first_seen_at).total_seconds(), 0.0),
        seconds_since_publication=(now - published).total_seconds() if published else None,
        earlier_edits=statement.edit_count,
        confirmation=Confirmation.NOT_NEEDED,
        confirmed_at=None,
        analysis_state=AnalysisState.DONE,
        analysis_attempts=0,
        analyzer_version=None,
        statement_action=None,
        score=0.0,
        level=Level.COSMETIC,
        disclosed=False,
        marked_edited=False,
        language=statement.language,
        facets_supported=(),
        truncated=False,
        change_hash=None,
        pins=(),
        is_technical=False,
    )


def _flags_of(
    watch: Watch, statement: Statement, edit: Edit, flagged: Sequence[ClaimChange], before_text: str, now: datetime
) -> tuple[Flag, ...]:
    made = []
    for change in flagged:
        touching = tuple(pin for pin in edit.pins if change.number in pin.claim_numbers)
        headline = headline_of_change(
            change,
            touching,
            publisher=watch.publisher,
            kind=watch.kind,
            published_at=statement.published_at,
            seen=(edit.last_seen_unchanged_at, edit.first_seen_changed_at),
            before_text=before_text,
        )
        made.append(_flag(watch, statement, edit, change, headline, now))
    return tuple(made)


def _flag(
    watch: Watch, statement: Statement, edit: Edit, change: ClaimChange | None, headline: str, now: datetime
) -> Flag:
    assert change is not None or edit.statement_action is not None
    touching = [pin.pin_id for pin in edit.pins if change is None or change.number in pin.claim_numbers]
    return Flag(
        id=FlagId(new_id()),
        edit_id=edit.id,
        statement_id=statement.id,
        watch_id=watch.id,
        claim_id=claim_id(statement.id, change.number) if change else None,
        action=change.action if change else edit.statement_action or StatementAction.REPLACED,
        facets=tuple(facet.kind for facet in change.facets) if change else (),
        level=change.level if change else edit.level,
        score=change.score if change else edit.score,
        pin_ids=tuple(dict.fromkeys(touching)),
        headline=headline,
        before=change.before if change else "",
        after=change.after if change else "",
        created_at=now,
        review_state=ReviewState.OPEN,
        note=None,
        reviewed_at=None,
        reviewed_by=None,
        revision=1,
    )


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
    capture = Capture(sha256_hex(page.body), page.body, page.content_type, desk.now)
    captures.add_capture(conn, capture)
    record = canonical_record(
        statement_id=statement_id,
        number=number,
        url=finding.found.url,
        wording=wording,
        first_seen_at=desk.now,
        text_sha256=finding.text_sha256,
        capture_sha256=capture.sha256,
        extractor_version=desk.extractor_version,
        normaliser_version=NORMALISER_VERSION,
    )
    version = Version(
        statement_id=statement_id,
        number=number,
        wording=replace(wording, language=finding.language),
        first_seen_at=desk.now,
        last_seen_at=desk.now,
        text_sha256=finding.text_sha256,
        record_sha256=sha256_hex(record),
        capture_sha256=capture.sha256,
        restores=restores,
        is_technical=False,
        fetched_url=page.url,
        headers=page.headers,
        redirects=page.redirects,
        extractor_version=desk.extractor_version,
        normaliser_version=NORMALISER_VERSION,
    )
    versions.add_version(conn, version)
