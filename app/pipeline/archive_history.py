"""Comparing what archives saw before us: each wording with the one before it, up to our own first one.

    readings ─▶ archived versions, then our first ─▶ compared in that order ─▶ steps, claims, forms ─▶ kept
All of this is worked out anew whenever a reading comes in, and replaces what was worked out before: a step has the same
id as long as it is between the same two wordings, a claim the number that it had. Steps between our own wordings are
never touched, nobody is alerted, and nothing is flagged.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

import structlog

from app.domain.archives import is_archived
from app.domain.claims import Analysis, Ledger, Level
from app.domain.edits import AnalysisState, Confirmation, Edit, EditKind
from app.domain.errors import LeaseLost, NotFound
from app.domain.hazard import Lesson
from app.domain.hindsight import Stood, lessons_of_past, taken_back
from app.domain.ids import EditId, StatementId, archived_edit_id
from app.domain.pins import Pin
from app.domain.quotes import KeptWording, WordingStep
from app.domain.schedule import prior_of
from app.domain.statements import Statement, Version
from app.domain.watches import Watch
from app.pipeline.analysts import Analysts, Owed
from app.pipeline.archive_claims import forms_of, in_chain, ledger_of_chain
from app.pipeline.edit_making import apply_analysis
from app.pipeline.newsroom import Newsroom
from app.storage import archived, claims, edits, pins, quotes, statements, versions, watches
from app.storage.archived import Reading
from app.storage.database import Connection

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Known:
    """One statement with what archives saw of it, read in one view. ``chain`` ends with our own first wording."""

    statement: Statement
    watch: Watch
    chain: tuple[Version, ...]
    last_seen: Mapping[int, datetime]
    ledger: Ledger
    wordings: tuple[KeptWording, ...]
    pins: tuple[Pin, ...]
    is_archived: bool
    is_behind: bool
    """Whether an edit of our own is still to be compared: that comes first."""

    @property
    def has_claims(self) -> bool:
        """Whether claims can be joined to ours: ours are known, or there are none."""
        return bool(self.ledger.claims) or not self.statement.version_count


def compare_behind(newsroom: Newsroom, *, limit: int = 8) -> int:
    """Compare what is still to be compared, of any statement; how many there were."""
    with newsroom.database.read() as conn:
        behind = archived.find_behind(conn, limit=limit)
    return sum(compare_archived(newsroom, statement_id) is not None for statement_id in behind)


def compare_archived(newsroom: Newsroom, statement_id: StatementId) -> int | None:
    """Compare the archived wordings of a statement; how many steps are new. None where it has to wait.

    It waits where another worker stored a wording of it meanwhile; it is still noted as owed then.
    """
    try:
        with newsroom.database.read() as conn:
            known = load(conn, statement_id)
        if not known.is_archived or known.is_behind:
            return None if known.is_behind else 0
        return _compare(newsroom, known)
    except (LeaseLost, NotFound) as lost:
        log.info("archive.let_go", statement_id=str(statement_id), message=lost.message)
        return None


def load(conn: Connection, statement_id: StatementId) -> Known:
    """Read it in one view.

    Raises:
        NotFound: there is no such statement (any more).
    """
    statement = statements.get_statement(conn, statement_id)
    own = versions.get_version(conn, statement_id, 1) if statement.version_count else None
    seen = versions.list_archived(conn, statement_id)
    before = [one for one in seen if own is None or one.first_seen_at < own.first_seen_at]
    return Known(
        statement=statement,
        watch=watches.get_watch(conn, statement.watch_id),
        chain=(*before, *([own] if own is not None and before else [])),
        last_seen=_last_seen(seen, archived.list_readings(conn, statement_id), own),
        ledger=claims.load_ledger(conn, statement_id) or Ledger(),
        wordings=quotes.list_wordings(conn, statement_id),
        pins=pins.find_pins_of_watch(conn, statement.watch_id),
        is_archived=archived.has_archived(conn, statement_id),
        is_behind=bool(edits.find_behind(conn, [statement_id])),
    )


def _last_seen(archived: Sequence[Version], readings: Sequence[Reading], own: Version | None) -> dict[int, datetime]:
    """Until when each archived wording is known to have stood: its last reading before the next wording of anybody.

    A reading behind our own first sight says nothing of a wording from before it.
    """
    last_seen = {one.number: one.first_seen_at for one in archived}
    texts = {one.number: one.text_sha256 for one in archived}
    current: int | None = None
    for reading in readings:
        if reading.number in texts:
            current = reading.number
        crossed = own is not None and current is not None and last_seen[current] < own.first_seen_at <= reading.at
        if current is not None and texts[current] == reading.text_sha256 and not crossed:
            last_seen[current] = reading.at
    return last_seen


def _compare(newsroom: Newsroom, known: Known) -> int:
    analyses = _analyses(newsroom.analysts, known)
    steps = _steps(known, analyses)
    chain = None
    if known.has_claims and not isinstance(analyses, Owed):
        chain = in_chain(known.chain, known.ledger, known.wordings, analyses)
    forms = None if chain is None else forms_of(newsroom.analysts, chain)
    taught = _taught(known)
    with newsroom.database.write() as conn:
        watches.learn(conn, known.watch.id, (*taken_back(archived.list_taught(conn, known.statement.id)), *taught))
        if known.statement.version_count:
            statements.mark_statement(conn, known.statement, version_count=known.statement.version_count)
        archived.mark_last_seen(conn, known.statement.id, known.last_seen)
        there = archived.remove_archived_edits(conn, known.statement.id)
        for edit, analysis in steps:
            changes = chain.renumbered(analysis.changes) if chain is not None and analysis is not None else ()
            edits.add_edit(conn, edit if chain is None else chain.touched(edit), changes)
        if chain is not None:
            claims.replace_ledger(conn, known.statement.id, ledger_of_chain(chain, known.ledger))
        if forms is not None:
            _keep_forms(conn, known, forms)
        archived.mark_compared(conn, known.statement.id, taught=taught)
    return sum(EditId(edit.id) not in there for edit, _ in steps)


def _taught(known: Known) -> tuple[Lesson, ...]:
    """What the archived wordings, up to our own first sight, teach of when such statements are edited."""
    stood = [
        Stood(one.text_sha256, one.first_seen_at, known.last_seen.get(one.number, one.first_seen_at))
        for one in known.chain
    ]
    published_at = known.statement.published_at
    return lessons_of_past(stood, published_at=published_at, prior=prior_of(known.watch.kind))


def _keep_forms(conn: Connection, known: Known, forms: tuple[KeptWording, ...]) -> None:
    own = tuple(one for one in known.wordings if not is_archived(one.first_version))
    if set(forms) != set(known.wordings) - set(own):
        quotes.remove_wordings(conn, [known.statement.id])
        quotes.save_wordings(conn, known.statement.id, WordingStep((*own, *forms)))
        quotes.add_terms(conn, (*own, *forms))


def _analyses(analysts: Analysts, known: Known) -> tuple[tuple[Ledger, Analysis | None], ...] | Owed:
    """Of each wording of the chain the ledger with it, and what the step to it did; places in it count from 1."""
    if not known.chain:
        return ()
    first = known.chain[0]
    begun = analysts.begin_ledger(first.wording.text, language=_language(first))
    if begun is None:
        return Owed("first ledger")
    found: list[tuple[Ledger, Analysis | None]] = [(begun, None)]
    for place, (before, after) in enumerate(pairwise(known.chain), start=2):
        analysis = analysts.compare(
            before.wording.text,
            after.wording.text,
            language=_language(after),
            ledger=found[-1][0],
            version=place,
            pins=known.pins,
        )
        if isinstance(analysis, Owed):
            return analysis
        found.append((analysis.ledger, analysis))
    return tuple(found)


def _steps(
    known: Known, analyses: tuple[tuple[Ledger, Analysis | None], ...] | Owed
) -> list[tuple[Edit, Analysis | None]]:
    """The edits of the chain: between neighbours that read differently."""
    steps: list[tuple[Edit, Analysis | None]] = []
    of_text = defaultdict[str, list[int]](list)
    for place, (before, after) in enumerate(pairwise(known.chain), start=1):
        of_text[before.text_sha256].append(before.number)
        if before.text_sha256 == after.text_sha256:
            continue
        earlier = of_text.get(after.text_sha256)
        blank = _blank(known, before, after, restores=earlier[-1] if earlier else None, earlier_edits=len(steps))
        analysis = None if isinstance(analyses, Owed) else analyses[place][1]
        done = replace(blank, analysis_state=AnalysisState.FAILED) if analysis is None else blank
        steps.append((apply_analysis(done, analysis, known.pins) if analysis else done, analysis))
    return steps


def _blank(known: Known, before: Version, after: Version, *, restores: int | None, earlier_edits: int) -> Edit:
    """A step of which only the interval is known: its ends are moments of captures, and of our own first sight."""
    last_seen = known.last_seen[before.number]
    published = known.statement.published_at or before.wording.published_at
    return Edit(
        id=archived_edit_id(known.statement.id, before.number, after.number),
        statement_id=known.statement.id,
        watch_id=known.watch.id,
        kind=EditKind.WORDING,
        from_version=before.number,
        to_version=after.number,
        restores=restores,
        last_seen_unchanged_at=last_seen,
        first_seen_changed_at=after.first_seen_at,
        stood_seconds=max((last_seen - before.first_seen_at).total_seconds(), 0.0),
        seconds_since_publication=(after.first_seen_at - published).total_seconds() if published else None,
        earlier_edits=earlier_edits,
        confirmation=Confirmation.NOT_NEEDED,
        confirmed_at=None,
        analysis_state=AnalysisState.DONE,
        analysis_attempts=1,
        analyzer_version=None,
        statement_action=None,
        score=0.0,
        level=Level.COSMETIC,
        disclosed=False,
        marked_edited=after.wording.marked_edited,
        language=after.wording.language,
        facets_supported=(),
        truncated=False,
        change_hash=None,
        pins=(),
        is_technical=False,
        is_archived=True,
    )


def _language(version: Version) -> str:
    return version.wording.language or "und"
