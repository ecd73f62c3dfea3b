"""Running newer rules over what is kept: old results stay readable, new ones are marked technical, nobody is alerted.

    statements of older rules ─▶ their versions again ─▶ what was found before is put aside ─▶ what is found now
Each statement is one transaction, which also notes its rules: after a kill it goes on where it stopped.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from app.claims.compare import ANALYZER_VERSION
from app.domain.claims import Analysis, Ledger, Level
from app.domain.edits import Edit
from app.domain.errors import DatabaseBusy, LeaseLost, NotFound
from app.domain.ids import StatementId, WatchId
from app.domain.quotes import WordingStep
from app.pipeline.analysts import Owed
from app.pipeline.archive_history import compare_archived
from app.pipeline.compare import change_facts
from app.pipeline.edit_making import apply_analysis
from app.pipeline.messages import pin_facts
from app.pipeline.newsroom import Newsroom
from app.pipeline.replay import Kept, Replay, load_kept, replay
from app.pipeline.wordings import RULES
from app.storage import archived, claims, edits, quotes, rules, statements
from app.storage.database import Connection

log = structlog.get_logger()
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """Which statements: all, those of one watch, those first seen or edited since. ``dry_run``: write nothing."""

    watch_id: WatchId | None = None
    since: datetime | None = None
    dry_run: bool = False


@dataclass(slots=True)
class Summary:
    """What came of it.

    ``levels`` counts the edits whose level changed, by the old and the new one. ``waiting`` statements have an edit
    that is still to be compared for the first time; ``failed`` ones could not be compared, ``left`` ones were changed
    meanwhile: all these keep their old results and come again with the next run.
    """

    statements: int = 0
    edits: int = 0
    levels: Counter[tuple[Level, Level]] = field(default_factory=Counter)
    waiting: int = 0
    failed: int = 0
    left: int = 0

    @property
    def levels_changed(self) -> int:
        """How many edits have another level now."""
        return self.levels.total()


def count_older(newsroom: Newsroom, wish: Wish) -> int:
    """How many statements there are whose claims were found by older rules than those of today."""
    with newsroom.database.read() as conn:
        return rules.count_by_rules(conn, older_rules(conn), watch_id=wish.watch_id, since=wish.since)


def reanalyse(newsroom: Newsroom, wish: Wish, *, done_one: Callable[[], None] = lambda: None) -> Summary:
    """Find the claims of all these statements again; ``done_one`` is called after each."""
    summary = Summary()
    after: StatementId | None = None
    while True:
        with newsroom.database.read() as conn:
            older = older_rules(conn)
            found = rules.find_by_rules(
                conn, older, watch_id=wish.watch_id, since=wish.since, after=after, limit=AT_ONCE
            )
        if not found:
            return summary
        for statement_id in found:
            _reanalyse_one(newsroom, statement_id, wish, summary)
            done_one()
        after = found[-1]


def older_rules(conn: Connection) -> tuple[str, ...]:
    """Those rules, by which claims of some statement were found, that are older than those of today."""
    return tuple(one for one in rules.find_all_rules(conn) if _age(one) < _age(RULES))


def _reanalyse_one(newsroom: Newsroom, statement_id: StatementId, wish: Wish, summary: Summary) -> None:
    try:
        with newsroom.database.read() as conn:
            kept = load_kept(conn, statement_id)
        if kept.is_behind:
            summary.waiting += 1
            return
        found = replay(newsroom.analysts, kept) if kept.versions else Replay({}, Ledger(), ())
        if isinstance(found, Owed):
            log.warning("reanalyse.failed", statement_id=str(statement_id), reason=found.reason)
            summary.failed += 1
            return
        renewed = _renewed(kept, found)
        if not wish.dry_run:
            _keep(newsroom, kept, found, renewed)
            compare_archived(newsroom, statement_id)
    except (LeaseLost, NotFound, DatabaseBusy) as lost:
        log.info("reanalyse.left", statement_id=str(statement_id), message=lost.message)
        summary.left += 1
        return
    summary.statements += 1
    summary.edits += len(renewed)
    summary.levels.update((old.level, new.level) for old, new, _ in renewed if old.level is not new.level)


def _renewed(kept: Kept, found: Replay) -> list[tuple[Edit, Edit, Analysis]]:
    """The edits whose results are of older rules, as they were and as they are now."""
    renewed = []
    for number, edit in kept.edits.items():
        if edit.analyzer_version == ANALYZER_VERSION:
            continue
        new = apply_analysis(edit, found.analyses[number], kept.pins)
        living = {pin.id for pin in kept.pins}
        forgotten = tuple(touch for touch in edit.pins if touch.pin_id not in living)
        renewed.append(
            (edit, replace(new, pins=(*forgotten, *new.pins), analysis_is_technical=True), found.analyses[number])
        )
    return renewed


def _keep(newsroom: Newsroom, kept: Kept, found: Replay, renewed: list[tuple[Edit, Edit, Analysis]]) -> None:
    """Put the new results in the place of the old ones, which are put aside. No flag is made, and nobody is told."""
    now = newsroom.clock()
    statement = kept.statement
    with newsroom.database.write() as conn:
        statements.mark_statement(conn, statement, version_count=statement.version_count)
        for old, new, analysis in renewed:
            if old.analyzer_version is not None:
                rules.add_earlier_analysis(conn, old, _results(conn, old), replaced_at=now)
            edits.replace_analysis(conn, old, new, analysis.changes)
        claims.replace_ledger(conn, statement.id, _with_archived(found.ledger, kept))
        if found.wordings != kept.wordings:
            wordings = (*found.wordings, *kept.archived_wordings)
            quotes.remove_wordings(conn, [statement.id])
            quotes.save_wordings(conn, statement.id, WordingStep(wordings))
            quotes.add_terms(conn, wordings)
        rules.mark_rules(conn, statement.id, RULES)
        archived.mark_behind_if_archived(conn, statement.id)


def _with_archived(ledger: Ledger, kept: Kept) -> Ledger:
    """The ledger with the claims that only archives saw, which are compared again on their own."""
    found = {claim.number for claim in ledger.claims}
    archived = (claim for claim in kept.archived_claims if claim.number not in found)
    return Ledger(tuple(sorted((*ledger.claims, *archived), key=lambda claim: claim.number)))


def _results(conn: Connection, edit: Edit) -> dict[str, object]:
    """What had been found of an edit, as JSON in the form in which it was told."""
    return {
        "statement_action": edit.statement_action,
        "score": edit.score,
        "level": edit.level,
        "disclosed": edit.disclosed,
        "language": edit.language,
        "facets_supported": list(edit.facets_supported),
        "truncated": edit.truncated,
        "change_hash": edit.change_hash,
        "is_technical": edit.analysis_is_technical,
        "pins": [pin_facts(pin) for pin in edit.pins],
        "claims": [change_facts(kept.change) for kept in edits.list_changes(conn, edit)],
    }


def _age(stamp: str) -> tuple[int, ...]:
    """Rules in their order: those without a stamp come first."""
    return tuple(int(part) for part in stamp.replace("+", ".").split(".") if part.isdigit())
