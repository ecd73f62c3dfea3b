"""Comparing later what could not be compared at once: no edit stays without its claims for long."""

from dataclasses import dataclass, replace
from typing import assert_never

import structlog

from app.domain.claims import Analysis, Ledger
from app.domain.edits import AnalysisState, Confirmation, Edit
from app.domain.errors import LeaseLost, NotFound
from app.domain.flagging import is_flagged, needs_second_look
from app.domain.ids import StatementId
from app.domain.pins import Pin
from app.domain.quotes import WordingStep
from app.domain.statements import Statement, Wording
from app.domain.watches import Watch
from app.pipeline.absence import owe_second_look
from app.pipeline.analysts import Owed
from app.pipeline.edit_making import apply_analysis, make_flags, news_of_edit
from app.pipeline.newsroom import Newsroom
from app.pipeline.telling import tell
from app.pipeline.wordings import keep_wordings, step_of
from app.storage import claims, edits, flags, pins, quotes, statements, versions, watches
from app.storage.database import Connection

log = structlog.get_logger()
MOST_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class _Case:
    """All that one late comparison needs."""

    before: str
    after: Wording
    statement: Statement
    read_from: str
    ledger: Ledger | None
    pins: tuple[Pin, ...]
    watch: Watch


def compare_owed(newsroom: Newsroom, *, limit: int = 8) -> int:
    """Compare the claims of edits that are still owed, oldest first; how many were settled.

    Edits of one statement are compared in their order: while an earlier one is owed, later ones wait. One that was
    tried too often in vain is told of without its claims, and the next is compared with what is known.
    """
    with newsroom.database.read() as conn:
        owed = edits.find_owed(conn, limit=limit)
    waiting: set[StatementId] = set()
    settled = 0
    for edit in owed:
        if edit.statement_id in waiting:
            continue
        try:
            is_settled = _compare_one(newsroom, edit)
        except (LeaseLost, NotFound) as lost:  # another worker compared it, or its history was forgotten
            if isinstance(lost, LeaseLost):
                newsroom.meter.note_lease_lost("edit")
            log.info("edit.let_go", edit_id=str(edit.id), statement_id=str(edit.statement_id), message=lost.message)
            is_settled = False
        settled += is_settled
        if not is_settled:
            waiting.add(edit.statement_id)
    return settled


def _compare_one(newsroom: Newsroom, edit: Edit) -> bool:
    case = _load(newsroom, edit)
    result = newsroom.analysts.compare(
        case.before,
        case.after.text,
        language=case.after.language or "und",
        ledger=case.ledger,
        version=edit.to_version,
        pins=case.pins,
    )
    match result:
        case Analysis():
            _keep_result(newsroom, edit, case, result)
            attempts = edit.analysis_attempts + 1
            log.info(
                "edit.compared_later", edit_id=str(edit.id), statement_id=str(edit.statement_id), attempts=attempts
            )
            return True
        case Owed():
            return _keep_failure(newsroom, edit, case)
        case _:
            assert_never(result)


def _load(newsroom: Newsroom, edit: Edit) -> _Case:
    with newsroom.database.read() as conn:
        return _Case(
            before=versions.get_version(conn, edit.statement_id, edit.from_version).wording.text,
            after=versions.get_version(conn, edit.statement_id, edit.to_version).wording,
            statement=statements.get_statement(conn, edit.statement_id),
            read_from=statements.get_read_from(conn, edit.statement_id),
            ledger=claims.load_ledger(conn, edit.statement_id),
            pins=pins.find_pins_of_watch(conn, edit.watch_id),
            watch=watches.get_watch(conn, edit.watch_id),
        )


def _keep_failure(newsroom: Newsroom, edit: Edit, case: _Case) -> bool:
    """One more vain try. After the last one the edit is told of as it is: that it happened is known."""
    now = newsroom.clock()
    if edit.analysis_attempts + 1 < MOST_ATTEMPTS:
        with newsroom.database.write() as conn:
            edits.mark_attempted(conn, edit, state=AnalysisState.OWED)
        return False
    failed = replace(edit, analysis_state=AnalysisState.FAILED, analysis_attempts=edit.analysis_attempts + 1)
    with newsroom.database.write() as conn:
        edits.mark_attempted(conn, edit, state=AnalysisState.FAILED)
        if not (edit.is_technical or edit.is_flap):
            public_url = newsroom.rules.public_url
            tell(
                conn,
                [news_of_edit(case.watch, case.statement, failed, (), (), now=now, public_url=public_url)],
                now=now,
            )
    return True


def _keep_result(newsroom: Newsroom, edit: Edit, case: _Case, result: Analysis) -> None:
    """Put the analysis in its place, with its flags, and tell of it; or look again first where something is gone."""
    now = newsroom.clock()
    done = apply_analysis(edit, result, case.pins)
    step = step_of(newsroom.analysts, case.ledger, result.ledger, language=case.after.language or "und")
    if edit.is_technical or edit.is_flap:
        with newsroom.database.write() as conn:
            edits.replace_analysis(conn, edit, done, result.changes)
            _save_claims(conn, edit, case, result, step)
        return
    flagged = [change for change in result.changes if is_flagged(change, done.pins)]
    looks_again = done.large_loss or needs_second_look(flagged, done.pins, done.statement_action)
    done = replace(done, confirmation=Confirmation.AWAITED if looks_again else done.confirmation)
    made = make_flags(case.watch, case.statement, done, result.changes, before_text=case.before, now=now)
    with newsroom.database.write() as conn:
        edits.replace_analysis(conn, edit, done, result.changes)
        _save_claims(conn, edit, case, result, step)
        flags.add_flags(conn, made)
        if looks_again:
            owe_second_look(
                conn,
                newsroom,
                case.watch,
                case.statement,
                read_from=case.read_from,
                now=now,
                large_loss=done.large_loss,
            )
            return
        public_url = newsroom.rules.public_url
        news = news_of_edit(case.watch, case.statement, done, result.changes, made, now=now, public_url=public_url)
        tell(conn, [news], now=now)


def _save_claims(conn: Connection, edit: Edit, case: _Case, result: Analysis, step: WordingStep | None) -> None:
    claims.save_ledger(conn, edit.statement_id, case.ledger, result.ledger)
    keep_wordings(conn, edit.statement_id, step)
    quotes.add_terms(conn, step.gained if step is not None else ())
