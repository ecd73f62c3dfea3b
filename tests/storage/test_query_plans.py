"""The questions that are asked all the time are answered by an index, however much is kept."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from app.domain.claims import Action, Level
from app.domain.destinations import AlertState
from app.domain.flags import ReviewState
from app.domain.ids import DestinationId, EditId, PinId, StatementId, WatchId
from app.domain.search_terms import LAST_PLACE
from app.domain.statements import StatementState
from app.storage import (
    alerts,
    awaited,
    captures,
    check_packing,
    checks,
    claims,
    coverage,
    digests,
    edit_days,
    edit_groups,
    edits,
    events,
    flags,
    observations,
    outbox,
    quotes,
    rules,
    search_index,
    searching,
    sessions,
    shares,
    sister_pages,
    statement_gaps,
    statement_history,
    statements,
    stock,
    versions,
    watches,
    work_list,
)
from app.storage.check_packs import OBSERVATIONS, VISITS
from app.storage.dialect import estimate_rows
from app.storage.identity import new_id
from app.storage.paging import Place
from app.storage.standing import load_standing
from app.storage.tables import claim, earlier_analysis
from app.storage.tables import event as event_table
from app.storage.tables import watch as watch_table
from app.storage.work_list import Severity, WorkWish

BIG = {
    "alert", "capture", "check_due", "claim", "claim_change", "claim_wording", "delivery", "earlier_analysis", "edit",
    "edit_pin", "event", "flag", "flag_pin", "gap", "host", "observation", "observation_pack", "public_term",
    "quote_term", "search_term", "statement", "statement_rules", "version", "visit", "visit_pack", "watch",
}  # fmt: skip
KEY = new_id()
EVERYWHERE = searching.Bounds(0, LAST_PLACE)


def place(clock):
    return Place(clock(), KEY)


def severity(clock):
    return Severity(3, clock(), KEY)


QUESTIONS = {
    "take checks": lambda conn, clock: checks.take_checks(conn, now=clock(), limit=8, lease="x", lease_seconds=60),
    "take alerts": lambda conn, clock: outbox.take_alerts(conn, now=clock(), limit=8, lease="x", lease_seconds=60),
    "overdue work": lambda conn, clock: stock.find_overdue(conn, now=clock(), after_seconds=60),
    "due checks": lambda conn, clock: stock.load_due_checks(conn, now=clock()),
    "any check": lambda conn, clock: stock.has_checks(conn),
    "owed analyses": lambda conn, clock: stock.load_owed_analyses(conn),
    "waiting alerts": lambda conn, clock: stock.count_waiting_alerts(conn),
    "debts": lambda conn, clock: stock.list_debts(conn),
    "watches by health": lambda conn, clock: stock.count_watches(conn),
    "about all watches": lambda conn, clock: estimate_rows(conn, watch_table),
    "watches in trouble": lambda conn, clock: stock.list_troubles(conn),
    "open gaps": lambda conn, clock: stock.count_open_gaps(conn),
    "resting hosts": lambda conn, clock: stock.list_resting(conn, now=clock()),
    "how many hosts rest": lambda conn, clock: stock.count_resting(conn, now=clock()),
    "edits of the last hour": lambda conn, clock: stock.count_edits(conn, since=clock()),
    "last edit": lambda conn, clock: stock.find_last_edit(conn),
    "words of the last edit": lambda conn, clock: stock.words_of(conn, EditId(KEY), StatementId(KEY)),
    "make due": lambda conn, clock: checks.make_due(conn, WatchId(KEY), now=clock(), reason="asked for"),
    "own checks": lambda conn, clock: checks.postpone_own_checks(
        conn, [StatementId(KEY)], due_at=clock(), reason="seen"
    ),
    "known items": lambda conn, clock: checks.find_known_items(conn, WatchId(KEY), ["1", "2"]),
    "standing": lambda conn, clock: load_standing(conn, WatchId(KEY), ["1", "2"]),
    "recent": lambda conn, clock: statements.find_recent_external_ids(conn, WatchId(KEY), limit=200),
    "mark seen": lambda conn, clock: statements.mark_seen(conn, [StatementId(KEY)], now=clock()),
    "ledger": lambda conn, clock: claims.load_ledger(conn, StatementId(KEY)),
    "awaited": lambda conn, clock: awaited.find_awaited(conn, [StatementId(KEY)]),
    "behind": lambda conn, clock: edits.find_behind(conn, [StatementId(KEY)]),
    "owed": lambda conn, clock: edits.find_owed(conn, limit=8),
    "one edit": lambda conn, clock: edits.get_edits(conn, [EditId(KEY)]),
    "feed": lambda conn, clock: events.list_events(conn, after=17, limit=100),
    "one event": lambda conn, clock: conn.execute(sa.select(event_table.c.body).where(event_table.c.id == KEY)),
    "statements": lambda conn, clock: statements.list_statements(conn, after=place(clock)),
    "statements of a watch": lambda conn, clock: statements.list_statements(
        conn, watch_id=WatchId(KEY), after=place(clock)
    ),
    "versions": lambda conn, clock: versions.list_versions(conn, StatementId(KEY)),
    "version at a time": lambda conn, clock: versions.find_version_at(conn, StatementId(KEY), clock()),
    "observations": lambda conn, clock: observations.list_observations(conn, StatementId(KEY), after=KEY),
    "last missing": lambda conn, clock: observations.find_last_missing(conn, StatementId(KEY)),
    "visits": lambda conn, clock: observations.list_visits(conn, WatchId(KEY), after=KEY),
    "old visits to pack": lambda conn, clock: conn.execute(check_packing.next_owners(VISITS, KEY, clock())).all(),
    "old checks to pack": lambda conn, clock: conn.execute(check_packing.next_owners(OBSERVATIONS, KEY, clock())).all(),
    "edits": lambda conn, clock: edits.list_edits(conn, after=place(clock)),
    "edits of a watch": lambda conn, clock: edits.list_edits(conn, watch_id=WatchId(KEY), after=place(clock)),
    "edits of a statement": lambda conn, clock: edits.list_edits(conn, statement_id=StatementId(KEY)),
    "edits of a pin": lambda conn, clock: edits.list_edits(conn, pin_id=PinId(KEY)),
    "the same edit elsewhere": lambda conn, clock: edits.list_edits(conn, change_hash="0" * 32),
    "flags": lambda conn, clock: flags.list_flags(conn, after=place(clock)),
    "open flags": lambda conn, clock: flags.list_flags(conn, review_state=ReviewState.OPEN, after=place(clock)),
    "flags of a statement": lambda conn, clock: flags.list_flags(conn, statement_id=StatementId(KEY)),
    "watches": lambda conn, clock: watches.list_watches(conn, after=place(clock)),
    "watches with a tag": lambda conn, clock: watches.list_watches(conn, tag="army", after=place(clock)),
    "alerts": lambda conn, clock: alerts.list_alerts(conn, after=place(clock)),
    "alerts of a destination": lambda conn, clock: alerts.list_alerts(
        conn, destination_id=DestinationId(KEY), state=AlertState.FAILED, after=place(clock)
    ),
    "deliveries": lambda conn, clock: alerts.list_deliveries(conn, KEY),
    "wordings with a pair of words": lambda conn, clock: quotes.find_keys(conn, [-5, 17, 2**31 - 1], most=200),
    "one of each wording": lambda conn, clock: quotes.find_examples(conn, [-5, 17, 2**31 - 1]),
    "a page like a new one": lambda conn, clock: sister_pages.find_sisters(conn, {WatchId(KEY)}),
    "places of a wording": lambda conn, clock: quotes.list_sightings(conn, [17, -5], most=200),
    "places of a wording in a watch": lambda conn, clock: quotes.list_sightings(
        conn, [17, -5], watch_id=WatchId(KEY), most=200
    ),
    "wordings that wait for the index": lambda conn, clock: search_index.index_some(conn),
    "how many wait for the index": lambda conn, clock: search_index.count_waiting(conn),
    "places of words": lambda conn, clock: [
        searching.count_places(conn, frozenset((17, -5)), EVERYWHERE),
        searching.find_terms(conn, frozenset((17, -5))),
        searching.last_places(conn, frozenset((17, -5)), EVERYWHERE, limit=100),
        searching.with_terms(conn, [2**62, 17], frozenset((17, -5))),
    ],
    "wordings at places": lambda conn, clock: searching.wordings_at(conn, [2**62, 17]),
    "watches of a publisher": lambda conn, clock: searching.find_watches(
        conn, watch_id=None, publisher="General Staff", tag="army"
    ),
    "wordings of a statement": lambda conn, clock: quotes.list_wordings(conn, StatementId(KEY)),
    "reach of an answer": lambda conn, clock: coverage.load_reach(conn, None),
    "reach of an answer of one watch": lambda conn, clock: coverage.load_reach(conn, WatchId(KEY)),
    "coverage of watches": lambda conn, clock: coverage.list_coverage(conn, [WatchId(KEY)]),
    "coverage of watches and statements": lambda conn, clock: coverage.list_coverage(
        conn, [WatchId(KEY)], statement_ids=[StatementId(KEY)]
    ),
    "text before others": lambda conn, clock: versions.list_versions(conn, StatementId(KEY), after=1, limit=2),
    "page of a version": lambda conn, clock: versions.find_capture(conn, StatementId(KEY), 3),
    "hash of a version": lambda conn, clock: versions.find_text_sha256(conn, StatementId(KEY), 3),
    "page with all that it is the difference from": lambda conn, clock: conn.execute(
        captures.CHAINS, {"wanted": ["0" * 64, "1" * 64]}
    ),
    "ledgers of statements": lambda conn, clock: claims.load_ledgers(conn, [StatementId(KEY)]),
    "claims that stand": lambda conn, clock: claims.find_standing(conn, StatementId(KEY)),
    "statements of older rules": lambda conn, clock: rules.find_by_rules(
        conn, ["0+0"], after=StatementId(KEY), limit=100
    ),
    "earlier results": lambda conn, clock: conn.execute(
        sa.select(earlier_analysis).where(earlier_analysis.c.statement_id == KEY, earlier_analysis.c.edit_id == KEY)
    ),
    "work list": lambda conn, clock: work_list.list_work(conn, WorkWish(), after=severity(clock)),
    "work list of a level": lambda conn, clock: work_list.list_work(conn, WorkWish(min_level=Level.MAJOR)),
    "work list of a publisher": lambda conn, clock: work_list.list_work(conn, WorkWish(watch_id=WatchId(KEY))),
    "all flags of a publisher": lambda conn, clock: work_list.list_work(
        conn, WorkWish(review_state=None, watch_id=WatchId(KEY)), after=severity(clock)
    ),
    "work list of a pin": lambda conn, clock: work_list.list_work(conn, WorkWish(pin_id=PinId(KEY))),
    "work list of a pin, further on": lambda conn, clock: work_list.list_work(
        conn, WorkWish(pin_id=PinId(KEY)), after=severity(clock)
    ),
    "flags by state": lambda conn, clock: flags.count_some_flags(conn),
    "flags by day": lambda conn, clock: work_list.count_days(conn, since=clock()),
    "flags of a pin": lambda conn, clock: flags.list_flags(conn, pin_id=PinId(KEY), after=place(clock)),
    "flags of an action": lambda conn, clock: flags.list_flags(conn, action="removed", after=place(clock)),
    "edits by day": lambda conn, clock: edit_days.count_by_day(conn, [WatchId(KEY)], since=clock().date()),
    "edits of an action": lambda conn, clock: edits.list_edits(conn, action=Action.REMOVED, after=place(clock)),
    "withdrawn statements": lambda conn, clock: statements.list_statements(
        conn, state=StatementState.WITHDRAWN, after=place(clock)
    ),
    "failed alerts": lambda conn, clock: alerts.list_alerts(conn, state=AlertState.FAILED),
    "waiting alerts of a destination": lambda conn, clock: alerts.list_alerts(
        conn, destination_id=DestinationId(KEY), state=AlertState.PENDING, after=place(clock)
    ),
    "marks of versions": lambda conn, clock: statement_history.list_version_marks(conn, StatementId(KEY), limit=50),
    "claims of a statement": lambda conn, clock: claims.list_claims(conn, statement_id=StatementId(KEY)),
    "one claim": lambda conn, clock: conn.execute(sa.select(claim).where(claim.c.id_start == 7)),
    "changes of a claim": lambda conn, clock: edits.list_changes_of_claim(conn, StatementId(KEY), 7),
    "claims that stand in statements": lambda conn, clock: claims.list_standing_texts(
        conn, [StatementId(KEY)], limit=800
    ),
    "gaps of a statement": lambda conn, clock: statement_gaps.list_gaps(conn, StatementId(KEY), WatchId(KEY)),
    "gaps of a watch": lambda conn, clock: observations.list_gaps(conn, WatchId(KEY)),
    "shares": lambda conn, clock: shares.list_shares(conn, after=place(clock)),
    "open sessions": lambda conn, clock: sessions.list_open_sessions(conn, now=clock(), limit=50),
    "destinations that digest": lambda conn, clock: digests.lock_timed(conn, now=clock(), limit=8),
    "due of a digest": lambda conn, clock: digests.count_due(conn, DestinationId(KEY), now=clock()),
    "put off until a digest": lambda conn, clock: digests.put_off(
        conn, DestinationId(KEY), now=clock(), until=clock(), but_major=True
    ),
    "owed at other times": lambda conn, clock: digests.reschedule(
        conn, DestinationId(KEY), now=clock(), major_at=clock(), others_at=clock()
    ),
    "members of a digest": lambda conn, clock: digests.settle_members(
        conn, KEY, state=AlertState.DELIVERED, at=clock()
    ),
    "groups of edits": lambda conn, clock: edit_groups.list_edit_groups(conn, since=clock(), after=place(clock)),
}


@pytest.fixture
def plans(database):
    """Ask something, and get the plans of all statements that this took."""

    def explain(ask, clock):
        asked = []

        def note(_conn, _cursor, statement, parameters, _context, _many):
            if not statement.startswith(("EXPLAIN", "SET", "BEGIN", "ROLLBACK")):
                asked.append((statement, parameters))

        with database.engine.connect() as conn, conn.begin() as transaction:
            event.listen(database.engine, "before_cursor_execute", note)
            try:
                ask(conn, clock)
            finally:
                event.remove(database.engine, "before_cursor_execute", note)
            found = [_plan(conn, statement, parameters) for statement, parameters in asked]
            transaction.rollback()
        return found

    return explain


def _plan(conn, statement, parameters):
    if conn.dialect.name == "sqlite":
        rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(row.detail for row in rows)
    conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
    rows = conn.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(row[0] for row in rows)


def scans(plan):
    """Tables that are read from one end to the other. (In the order of an index is another thing: a limit ends it.)"""
    whole = re.findall(r"Seq Scan on (\w+)", plan)
    for line in plan.splitlines():
        found = re.match(r"SCAN (\w+)(?! USING)", line.strip())
        if found and "USING" not in line:
            whole.append(found[1])
    return set(whole)


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_big_table_is_read_whole(name, plans, clock, add_watch, owe, add_destination, add_alerts):
    watch = add_watch(tags=("army",))
    owe(watch)
    add_alerts(add_destination(), 3)
    for plan in plans(QUESTIONS[name], clock):
        assert not scans(plan) & BIG, plan


def test_a_scan_is_recognised(plans, clock):
    plan = "\n".join(plans(lambda conn, _: conn.execute(sa.text("SELECT text FROM version WHERE text = 'x'")), clock))
    assert scans(plan) == {"version"}
