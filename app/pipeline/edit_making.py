"""Making an edit, its flags and its news out of what was found; nothing is stored here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from app.domain.claims import Analysis, ClaimChange, Ledger, Level, PinVariant, StatementAction
from app.domain.destinations import RETURN, WITHDRAWAL, ClaimFacts, Subject, facts_of
from app.domain.edits import AnalysisState, Confirmation, Edit, EditKind, PinChange
from app.domain.events import EventType
from app.domain.flagging import is_flagged
from app.domain.flags import Flag, ReviewState
from app.domain.gists import Deed, Gist
from app.domain.headlines import gist_of_change, headline_of, shorten
from app.domain.ids import EditId, EventId, FlagId, claim_id
from app.domain.losses import is_large_loss
from app.domain.pages import Page
from app.domain.pins import Pin
from app.domain.statements import Statement, StatementState
from app.domain.watches import Watch
from app.domain.words import ENGLISH
from app.pipeline.analysts import Owed
from app.pipeline.findings import Finding, Technical
from app.pipeline.messages import Telling, edit_message
from app.pipeline.telling import News
from app.storage.events import NewEvent
from app.storage.identity import new_id
from app.storage.standing import Standing


@dataclass(frozen=True, slots=True)
class Desk:
    """What one transaction writes with: the watch, the answer it came from, and the moment."""

    watch: Watch
    page: Page
    extractor_version: str
    now: datetime
    public_url: str | None
    flapping_window_seconds: float


def edit_of(
    desk: Desk, finding: Finding, number: int, restores: int | None, pins: Sequence[Pin]
) -> tuple[Edit, tuple[ClaimChange, ...], Ledger | None]:
    """The edit that a finding is, what it did to each claim, and the ledger after it (None: still owed)."""
    assert finding.standing is not None
    since = finding.standing.last_seen_at
    blank = blank_edit(desk.watch, finding.standing, EditKind.WORDING, number, since=since, now=desk.now)
    marked = finding.found.wording.marked_edited
    technical = finding.technical is not Technical.NO
    lost = not technical and is_large_loss(finding.standing.text, finding.found.wording.text)
    edit = replace(blank, restores=restores, marked_edited=marked, is_technical=technical, large_loss=lost)
    match finding.analysis:
        case Analysis() as analysis:
            return apply_analysis(edit, analysis, pins), analysis.changes, analysis.ledger
        case Owed() | None:
            return replace(edit, analysis_state=AnalysisState.OWED, analysis_attempts=1), (), None


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


def blank_edit(
    watch: Watch, standing: Standing, kind: EditKind, to_version: int, *, since: datetime, now: datetime
) -> Edit:
    """An edit of which only the interval is known; ``since`` is when things were last seen as they had been."""
    statement, published = standing.statement, standing.statement.published_at
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
        stood_seconds=max((standing.last_seen_at - standing.first_seen_at).total_seconds(), 0.0),
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


def make_flags(
    watch: Watch, statement: Statement, edit: Edit, changes: Sequence[ClaimChange], *, before_text: str, now: datetime
) -> tuple[Flag, ...]:
    """A flag for each claim change that is worth a look; ``before_text`` is the whole old text."""
    made = []
    for change in changes:
        if not is_flagged(change, edit.pins):
            continue
        touching = tuple(pin for pin in edit.pins if change.number in pin.claim_numbers)
        gist = gist_of_change(
            change,
            touching,
            publisher=watch.publisher,
            kind=watch.kind,
            published_at=statement.published_at,
            seen=(edit.last_seen_unchanged_at, edit.first_seen_changed_at),
            before_text=before_text,
        )
        made.append(make_flag(watch, statement, edit, change, gist=gist, now=now))
    return tuple(made)


def make_flag(
    watch: Watch, statement: Statement, edit: Edit, change: ClaimChange | None, *, gist: Gist, now: datetime
) -> Flag:
    """The flag of one claim change, or (``change`` None) of what happened to the statement as a whole."""
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
        headline=headline_of(gist, ENGLISH),
        before=change.before if change else "",
        after=change.after if change else "",
        created_at=now,
        review_state=ReviewState.OPEN,
        note=None,
        reviewed_at=None,
        reviewed_by=None,
        revision=1,
        gist=gist,
    )


def news_of_edit(
    watch: Watch,
    statement: Statement,
    edit: Edit,
    changes: Sequence[ClaimChange],
    made: Sequence[Flag],
    *,
    now: datetime,
    public_url: str | None,
    notice: str = "",
) -> News:
    """The event of an edit, and what filters look at. Without a flag only those hear who ask for every edit.

    ``notice`` are the few words that stand in the place of a whole text: whoever reads of the loss sees them.

    An edit whose claims could not be compared at all is told to everybody: it may be anything.
    """
    kinds = {
        EditKind.WITHDRAWN: EventType.STATEMENT_WITHDRAWN,
        EditKind.REPUBLISHED: EventType.STATEMENT_REPUBLISHED,
        EditKind.WORDING: EventType.STATEMENT_RESTORED if edit.restores else EventType.STATEMENT_EDITED,
    }
    kind = kinds[edit.kind]
    event_id = EventId(new_id())
    worst = max(made, key=lambda flag: flag.score, default=None)
    is_blind = edit.analysis_state is AnalysisState.FAILED
    unnamed = Gist(Deed.EDITED, who=watch.publisher, old=shorten(statement.title or statement.url))
    named = (worst and worst.gist) or replace(unnamed, not_compared=is_blind)
    gist = replace(named, large_loss=edit.large_loss)
    if notice and gist.did is Deed.REMOVED:
        gist = replace(gist, new=shorten(notice))
    told = Telling(kind, event_id, now, gist, watch, statement, edit, changes, made)
    body = edit_message(told, public_url=public_url)
    pin_ids = tuple(dict.fromkeys(pin.pin_id for pin in edit.pins))
    level = Level.MAJOR if is_blind else edit.level
    state, claims = _after(statement, edit, changes)
    subject = Subject(
        kind,
        watch.id,
        watch.tags,
        pin_ids,
        level,
        is_worth_telling=bool(made) or is_blind,
        claims=None if is_blind else claims,
        state=state,
        language=edit.language or statement.language,
    )
    return News(NewEvent(event_id, kind, now, body, statement.id, edit.id), subject)


def _after(
    statement: Statement, edit: Edit, changes: Sequence[ClaimChange]
) -> tuple[StatementState, frozenset[ClaimFacts]]:
    """Where the statement stands after the edit, and what became of its claims."""
    match edit.kind:
        case EditKind.WITHDRAWN:
            return StatementState.WITHDRAWN, WITHDRAWAL
        case EditKind.REPUBLISHED:
            return StatementState.PRESENT, RETURN
        case EditKind.WORDING:
            return statement.state, facts_of(changes)
        case _:
            assert_never(edit.kind)
