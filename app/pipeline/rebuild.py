"""Comparing later what could not be compared at once: no edit stays without its claims for long."""

from dataclasses import dataclass, replace
from typing import assert_never

import structlog

from app.domain.checks import Purpose
from app.domain.claims import Analysis, Ledger
from app.domain.edits import AnalysisState, Confirmation, Edit
from app.domain.flagging import is_flagged, needs_second_look
from app.domain.pins import Pin
from app.domain.statements import Statement, Wording
from app.domain.watches import Watch
from app.pipeline.absence import look_again
from app.pipeline.analysts import Owed
from app.pipeline.edit_making import apply_analysis, make_flags, news_of_edit
from app.pipeline.newsroom import Newsroom
from app.pipeline.telling import tell
from app.storage import checks, claims, edits, flags, pins, statements, versions, watches

log = structlog.get_logger()
MOST_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class _Case:
    """All that one late comparison needs."""

    before: str
    after: Wording
    statement: Statement
    ledger: Ledger | None
    pins: tuple[Pin, ...]
    watch: Watch


def compare_owed(newsroom: Newsroom, *, limit: int = 8) -> int:
    """Compare the claims of edits that are still owed, oldest first; how many were settled."""
    with newsroom.database.read() as conn:
        owed = edits.find_owed(conn, limit=limit)
    return sum(_compare_one(newsroom, edit) for edit in owed)


def _compare_one(newsroom: Newsroom, edit: Edit) -> bool:
    with newsroom.database.read() as conn:
        case = _Case(
            before=versions.get_version(conn, edit.statement_id, edit.from_version).wording.text,
            after=versions.get_version(conn, edit.statement_id, edit.to_version).wording,
            statement=statements.get_statement(conn, edit.statement_id),
            ledger=claims.load_ledger(conn, edit.statement_id),
            pins=pins.find_pins_of_watch(conn, edit.watch_id),
            watch=watches.get_watch(conn, edit.watch_id),
        )
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
            log.info("edit.compared_later", edit_id=str(edit.id), attempts=edit.analysis_attempts + 1)
            return True
        case Owed():
            given_up = edit.analysis_attempts + 1 >= MOST_ATTEMPTS
            with newsroom.database.write() as conn:
                edits.mark_attempted(conn, edit, state=AnalysisState.FAILED if given_up else AnalysisState.OWED)
            return False
        case _:
            assert_never(result)


def _keep_result(newsroom: Newsroom, edit: Edit, case: _Case, result: Analysis) -> None:
    """Put the analysis in its place, with its flags, and tell of it; or look again first where something is gone."""
    now = newsroom.clock()
    done = apply_analysis(edit, result, case.pins)
    flagged = [change for change in result.changes if is_flagged(change, done.pins)]
    is_latest = case.statement.version_count == edit.to_version
    looks_again = is_latest and needs_second_look(flagged, done.pins, done.statement_action)
    if looks_again:
        done = replace(done, confirmation=Confirmation.AWAITED)
    made = make_flags(case.watch, case.statement, done, result.changes, before_text=case.before, now=now)
    with newsroom.database.write() as conn:
        edits.replace_analysis(conn, done, result.changes)
        claims.save_ledger(conn, edit.statement_id, case.ledger, result.ledger)
        flags.add_flags(conn, made)
        if looks_again:
            owed = look_again(newsroom, case.watch, Purpose.SECOND_LOOK, case.statement, due_at=now)
            checks.add_checks(conn, [owed])
            return
        public_url = newsroom.rules.public_url
        news = news_of_edit(case.watch, case.statement, done, result.changes, made, now=now, public_url=public_url)
        tell(conn, [news], now=now)
