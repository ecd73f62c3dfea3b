"""Keeping an answer that could be read: each statement in it, those that are missing from it, and what is owed next."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from app.domain.checks import Purpose
from app.domain.claims import Analysis, StatementAction
from app.domain.ids import VisitId
from app.domain.observations import Outcome
from app.domain.pages import Page
from app.domain.schedule import NextLook
from app.domain.statements import StatementState
from app.domain.transitions import Edited, FirstSeen, Restored, Unchanged
from app.domain.watches import SourceKind
from app.pipeline.absence import look_again, note_absence, owe_second_look
from app.pipeline.confirming import Stand, confirm_edits
from app.pipeline.edit_making import Desk
from app.pipeline.findings import ITEM, OWN, Finding, Known, decide, is_new_wording, load_known, reading_rules
from app.pipeline.flapping import settle
from app.pipeline.following import next_of_list, own_check
from app.pipeline.looking import Look
from app.pipeline.newsroom import Newsroom
from app.pipeline.planning import clocks_after, lessons_after
from app.pipeline.plans import LISTS, Plan, plan_after
from app.pipeline.record import record_first_seen, record_whole, record_wording, statement_after
from app.pipeline.rereading import read_again
from app.pipeline.telling import News
from app.pipeline.visiting import Seen, add_seen, close_check
from app.pipeline.writing import Ending, Writing
from app.sources.contract import FoundStatement, Statements
from app.storage import checks, observations, statement_gaps, statements, watches
from app.storage.database import Connection
from app.storage.standing import Standing

PAGES = frozenset({SourceKind.WEB_PAGE, SourceKind.FEED})
PERMANENT = frozenset({301, 308})
NOT_ON_LIST = "not on the list that should show it"


def desk_of(newsroom: Newsroom, look: Look, page: Page) -> Desk:
    """What one transaction writes with."""
    version = newsroom.sources[look.watch.kind].extractor_version
    rules = newsroom.rules
    return Desk(look.watch, page, version, page.fetched_at, rules.public_url, rules.flapping_window_seconds)


def keep_statements(
    newsroom: Newsroom, look: Look, reading: Statements, *, read_from: str = OWN, known: Known | None = None
) -> Writing:
    """Find out what each statement in an answer means; what is given back writes it all down.

    ``known`` is what the record knows of them, where that was read before.
    """
    assert look.page is not None
    desk = desk_of(newsroom, look, look.page)
    known = known or load_known(newsroom.database, newsroom.sources[look.watch.kind], look.watch, reading)
    wordings = tuple(_wordings(look, reading, known, read_from))
    reread = read_again(newsroom, look.watch, known, wordings)
    if reread.stored:
        known = load_known(newsroom.database, newsroom.sources[look.watch.kind], look.watch, reading)
    findings = decide(newsroom.analysts, look.watch, known, wordings, unclear=reread.unclear)
    if look.check.purpose is Purpose.OWN_PLACE and _reads_otherwise(newsroom, look, findings):
        return _keep_alive(newsroom, look, desk, findings)

    plan = _plan(newsroom, look, findings, desk, is_last=read_from == ITEM)

    def write(conn: Connection, refusals: int) -> Ending:
        visit_id, news = _close(conn, newsroom, look, desk, plan, refusals=refusals, found=len(findings))
        watches.learn(conn, look.watch.id, lessons_after(findings, now=desk.now))
        seen: list[Seen] = []
        for finding in findings:
            one, told = _keep_one(conn, newsroom, desk, finding, known, own=plan.own)
            seen.append(one)
            news += told
        for standing in known.absent.values():
            noted = note_absence(
                conn, newsroom, desk, standing, at_own_place=False, detail=NOT_ON_LIST, pins=known.pins
            )
            seen.append(noted.seen)
            news += noted.news
            checks.add_checks(conn, noted.owed)
        add_seen(conn, visit_id, seen, now=desk.now)
        _forget_validators(conn, look, findings)
        stands = {one.standing.statement.id: _stand_of(desk, one) for one in findings if one.standing is not None}
        news += confirm_edits(conn, newsroom, desk, known, stands)
        checks.add_checks(conn, next_of_list(newsroom, look, reading, known, now=desk.now))
        known_before = [one.standing for one in findings if one.standing is not None]
        postpone_shown(conn, look, known_before, plan.own)
        _name(conn, look, reading)
        return Ending(desk.now, news, desk, findings)

    return Writing(look.check, write)


def _reads_otherwise(newsroom: Newsroom, look: Look, findings: Sequence[Finding]) -> bool:
    """True where a statement read from lists was looked for at its own place and its words differ there."""
    around = newsroom.sources[look.watch.kind].list_request_around(look.target, look.check.external_id or "")
    return around is not None and any(is_new_wording(one) and one.standing is not None for one in findings)


def _keep_alive(newsroom: Newsroom, look: Look, desk: Desk, findings: Sequence[Finding]) -> Writing:
    """It is still there: that much is sure. Its words are read where they were read before, soon."""

    plan = _plan(newsroom, look, findings, desk, is_last=False)

    def write(conn: Connection, refusals: int) -> Ending:
        visit_id, news = _close(conn, newsroom, look, desk, plan, refusals=refusals, found=len(findings))
        for finding in findings:
            assert finding.standing is not None
            known = finding.standing.statement
            news += _republish_edited(conn, desk, finding)
            statements.mark_statement(conn, known, state=StatementState.PRESENT, missing_since=None, withdrawn_at=None)
            statements.mark_checked(conn, [known.id], now=desk.now)
            add_seen(conn, visit_id, [Seen(known.id, Outcome.RETURNED, None)], now=desk.now)
            owed = look_again(newsroom, desk.watch, Purpose.SECOND_LOOK, known, due_at=desk.now)
            checks.add_checks(conn, [owed])
        return Ending(desk.now, news)

    return Writing(look.check, write)


def _plan(newsroom: Newsroom, look: Look, findings: Sequence[Finding], desk: Desk, *, is_last: bool) -> Plan:
    """When what this answer shows is looked at again. After the ``is_last`` look no further one is owed."""
    standing = next((one.standing for one in findings if one.found.external_id == look.check.external_id), None)
    plan = plan_after(newsroom, look, clocks_after(findings, now=desk.now), now=desk.now, standing=standing)
    return Plan(None, plan.own) if is_last else plan


def _close(
    conn: Connection, newsroom: Newsroom, look: Look, desk: Desk, plan: Plan, *, refusals: int, found: int
) -> tuple[VisitId, tuple[News, ...]]:
    """Fence the lease first: whoever lost it writes nothing."""
    following, outcome = plan.following, look.outcome
    return close_check(
        conn, newsroom, look, next_check=following, refusals=refusals, outcome=outcome, found=found, now=desk.now
    )


def _wordings(look: Look, reading: Statements, known: Known, read_from: str) -> Iterable[tuple[FoundStatement, str]]:
    """The statements of an answer, with the items of a feed whose words are read from the feed itself."""
    for found in reading.found:
        yield replace(found, url=address_of(look, found)), read_from
    for link in reading.links:
        if known.items.get(link.external_id) == ITEM:
            yield FoundStatement(link.external_id, link.url, link.fallback), ITEM


def _keep_one(
    conn: Connection, newsroom: Newsroom, desk: Desk, finding: Finding, known: Known, *, own: NextLook
) -> tuple[Seen, tuple[News, ...]]:
    match finding.what:
        case FirstSeen():
            outcome = record_first_seen(conn, desk, finding)
            if desk.watch.kind is SourceKind.TELEGRAM_CHANNEL:
                owed = own_check(newsroom, desk, finding.found, outcome.statement_id, following=own)
                checks.add_checks(conn, [owed])
            return Seen(outcome.statement_id, Outcome.FIRST_SEEN, 1), outcome.news
        case Unchanged():
            return _keep_unchanged(conn, desk, finding)
        case Edited(returned=returned) | Restored(returned=returned) as what:
            assert finding.standing is not None
            statement_gaps.close_gap(conn, finding.standing.statement, now=desk.now)
            back = _republish_edited(conn, desk, finding) if returned else ()
            outcome = record_wording(conn, desk, finding, known.pins)
            if outcome.needs_second_look:
                owe_second_look(
                    conn,
                    newsroom,
                    desk.watch,
                    finding.found,
                    read_from=finding.read_from,
                    now=desk.now,
                    large_loss=outcome.large_loss,
                )
            named = Outcome.RESTORED if isinstance(what, Restored) else Outcome.EDITED
            return Seen(outcome.statement_id, named, outcome.version_number), (*back, *outcome.news)
        case _:
            assert_never(finding.what)


def _stand_of(desk: Desk, finding: Finding) -> Stand:
    """How a known statement stands when this finding is written down."""
    assert finding.standing is not None
    text, url, earlier = finding.found.wording.text, finding.found.url, finding.standing.earlier
    if not is_new_wording(finding):
        return Stand(text, url if desk.watch.kind in PAGES else finding.standing.statement.url, earlier)
    analysis = finding.analysis
    ledger = analysis.ledger if isinstance(analysis, Analysis) else None
    claims = frozenset(one.number for one in ledger.claims if one.standing) if ledger is not None else None
    return Stand(text, url, earlier, statement_after(desk, finding), claims, is_owed=ledger is None)


def _keep_unchanged(conn: Connection, desk: Desk, finding: Finding) -> tuple[Seen, tuple[News, ...]]:
    assert finding.standing is not None
    known = finding.standing.statement
    has_moved = desk.watch.kind in PAGES and known.url != finding.found.url
    if has_moved:
        statements.mark_statement(conn, known, url=finding.found.url)
    named = Outcome.MOVED if has_moved else Outcome.UNCHANGED
    read_by = reading_rules(desk.extractor_version, desk.watch.selectors, finding.read_from)
    return keep_standing(conn, desk, finding.standing, named=named, read_by=read_by)


def keep_standing(
    conn: Connection, desk: Desk, standing: Standing, *, named: Outcome, read_by: str | None = None
) -> tuple[Seen, tuple[News, ...]]:
    """The latest wording of a statement stands: ``named`` so in the log, unless it had not been found for a while."""
    known = standing.statement
    news: tuple[News, ...] = ()
    if known.state is not StatementState.PRESENT:
        named = Outcome.RETURNED
        news = _republish(conn, desk, standing, standing.text)
        statements.mark_statement(conn, known, state=StatementState.PRESENT, missing_since=None, withdrawn_at=None)
    statement_gaps.close_gap(conn, known, now=desk.now)
    if known.flapping_since is not None:
        news += settle(conn, desk, standing)
    statements.mark_seen(conn, [known.id], now=desk.now, read_by=read_by)
    return Seen(known.id, named, known.version_count), news


def _republish(conn: Connection, desk: Desk, standing: Standing, text: str) -> tuple[News, ...]:
    """A withdrawn statement is there again: worth telling. One that was only missing for a while is not."""
    known = standing.statement
    if known.state is not StatementState.WITHDRAWN:
        return ()
    since = observations.find_last_missing(conn, known.id) or known.withdrawn_at or standing.last_seen_at
    return record_whole(conn, desk, standing, StatementAction.REPUBLISHED, text, since=since).news


def _republish_edited(conn: Connection, desk: Desk, finding: Finding) -> tuple[News, ...]:
    assert finding.standing is not None
    return _republish(conn, desk, finding.standing, finding.found.wording.text)


def _forget_validators(conn: Connection, look: Look, findings: Sequence[Finding]) -> None:
    """Other checks of a statement remember an answer that showed another wording: they fetch the next one whole."""
    if look.check.purpose in (Purpose.SECOND_LOOK, Purpose.OWN_PLACE):
        for finding in findings:
            if finding.standing is not None and is_new_wording(finding):
                checks.forget_validators(conn, look.watch.id, finding.found.external_id)


def postpone_shown(conn: Connection, look: Look, known: Sequence[Standing], own: NextLook) -> None:
    """What has just been seen need not be looked at by itself soon."""
    is_list = look.check.purpose is Purpose.LIST and look.watch.kind in LISTS
    if is_list or look.check.purpose in (Purpose.STATEMENT, Purpose.OLDER):
        ids = [one.statement.id for one in known]
        checks.postpone_own_checks(conn, ids, due_at=own.due_at, reason=own.reason, demand=own.demand)


def _name(conn: Connection, look: Look, reading: Statements) -> None:
    """A watch that nobody named takes the name that its source has for it."""
    if reading.name and look.watch.url in (look.watch.name, look.watch.publisher):
        watches.mark_watch_named(conn, look.watch.id, name=reading.name)


def address_of(look: Look, found: FoundStatement) -> str:
    """Where a statement stands: the address that answered, where a page has moved for good, else the one asked for."""
    page = look.page
    if page is None or look.watch.kind not in PAGES or found.url != page.requested_url:
        return found.url
    has_moved = bool(page.redirects) and all(hop.status in PERMANENT for hop in page.redirects)
    return page.url if has_moved else found.url
