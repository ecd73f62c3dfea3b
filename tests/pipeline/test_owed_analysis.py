"""Should the comparison fail, the wording is kept all the same, and its claims are compared later, in order."""

import threading

import pytest
import sqlalchemy as sa

import app.pipeline.analysts
from app.claims.compare import compare
from app.domain.claims import Action
from app.domain.edits import AnalysisState, Confirmation
from app.domain.errors import LeaseLost
from app.domain.watches import WatchDraft
from app.pipeline import rebuild
from app.pipeline.analysts import Analysts, Owed
from app.pipeline.rebuild import MOST_ATTEMPTS, compare_owed
from app.pipeline.watchlist import add_watch, remove_watch
from app.storage import claims, edits
from app.storage.tables import pin as pin_table

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."
SECOND = "All 1,200 soldiers of the brigade were withdrawn from the northern border on 3 January 2025."
THIRD = "The government promised that taxes on fuel will not be raised before the year 2027."


class Stumbling:
    """The comparison, which fails for as long as it is told to."""

    def __init__(self):
        self.fails = True
        self.asked = 0

    def __call__(self, *args, **kwargs):
        self.asked += 1
        if self.fails:
            raise ZeroDivisionError
        return compare(*args, **kwargs)


@pytest.fixture
def comparison(monkeypatch):
    made = Stumbling()
    monkeypatch.setattr(app.pipeline.analysts, "compare", made)
    return made


@pytest.fixture
async def watch(newsroom, site, release, later):
    site.pages["/release"] = release(FIRST, SECOND, THIRD)
    made = add_watch(newsroom, WatchDraft(f"{site.url}/release", publisher="Ministry"))
    await later(1)
    return made


def ledger_of(newsroom, statement):
    with newsroom.database.read() as conn:
        return claims.load_ledger(conn, statement.id)


async def test_a_wording_is_kept_although_the_comparison_fails(
    newsroom, watch, desk, comparison, record, site, release, later
):
    site.pages["/release"] = release(FIRST.replace("500", "50"), SECOND, THIRD)
    await later(301)
    (edit,) = record.edits()
    assert record.statement.version_count == 2
    assert (edit.analysis_state, edit.analysis_attempts) == (AnalysisState.OWED, 1)
    assert (record.flags(), record.told()) == ((), [])
    comparison.fails = False
    assert compare_owed(newsroom) == 1
    (edit,) = record.edits()
    assert edit.analysis_state is AnalysisState.DONE
    assert [flag.action for flag in record.flags()] == [Action.EDITED]
    assert record.told() == ["statement.edited"]
    assert len(record.alerts()) == 1
    assert compare_owed(newsroom) == 0


async def test_a_removal_that_was_compared_late_is_looked_at_again_before_it_is_told(
    newsroom, watch, desk, comparison, record, site, release, later
):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    await later(301)
    comparison.fails = False
    compare_owed(newsroom)
    assert record.edits()[0].confirmation is Confirmation.AWAITED
    assert record.alerts() == ()
    await later(6)
    assert record.edits()[0].confirmation is Confirmation.CONFIRMED
    assert len(record.alerts()) == 1


async def test_edits_of_one_statement_are_compared_in_their_order_and_claims_keep_their_numbers(
    newsroom, watch, desk, comparison, record, site, release, later
):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    comparison.fails = False
    site.pages["/release"] = release(FIRST, SECOND, THIRD.replace("2027", "2031"))
    await later(301)
    first, second = record.edits()
    assert (first.analysis_state, second.analysis_state) == (AnalysisState.OWED, AnalysisState.OWED)
    assert compare_owed(newsroom) == 2
    await later(6)
    numbers = [claim.number for claim in ledger_of(newsroom, record.statement).claims]
    assert numbers == sorted(set(numbers))
    actions = {edit.to_version: {kept.change.action for kept in changes_of(newsroom, edit)} for edit in record.edits()}
    assert actions == {2: {Action.REMOVED}, 3: {Action.RESTORED, Action.EDITED}}
    assert record.edits()[0].confirmation is Confirmation.OVERTAKEN


def changes_of(newsroom, edit):
    with newsroom.database.read() as conn:
        return edits.list_changes(conn, edit)


async def test_while_an_earlier_edit_is_owed_a_later_one_of_the_same_statement_waits(
    newsroom, watch, comparison, record, site, release, later
):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    site.pages["/release"] = release(FIRST, SECOND)
    await later(301)
    asked = comparison.asked
    assert compare_owed(newsroom) == 0
    assert comparison.asked == asked + 1
    assert [edit.analysis_attempts for edit in record.edits()] == [2, 1]


async def test_an_edit_that_cannot_be_compared_at_all_is_told_as_it_is_and_later_ones_go_on(
    newsroom, watch, desk, comparison, record, site, release, later
):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    for _ in range(MOST_ATTEMPTS):
        compare_owed(newsroom)
    (edit,) = record.edits()
    assert (edit.analysis_state, edit.analysis_attempts) == (AnalysisState.FAILED, MOST_ATTEMPTS)
    assert record.told() == ["statement.edited"]
    assert len(record.alerts()) == 1
    assert "could not be compared" in record.events()[-1].body["headline"]

    comparison.fails = False
    site.pages["/release"] = release(FIRST.replace("500", "50"), THIRD, SECOND)
    await later(301)
    await later(6)
    later_edit = record.edits()[-1]
    assert later_edit.analysis_state is AnalysisState.DONE
    assert Action.EDITED in {kept.change.action for kept in changes_of(newsroom, later_edit)}
    numbers = [claim.number for claim in ledger_of(newsroom, record.statement).claims]
    assert numbers == sorted(set(numbers))
    standing = {claim.text for claim in ledger_of(newsroom, record.statement).claims if claim.standing}
    assert {FIRST.replace("500", "50"), SECOND, THIRD} <= standing


async def test_two_workers_that_compare_the_same_edit_tell_of_it_once(
    newsroom, watch, desk, comparison, record, site, release, later, monkeypatch
):
    site.pages["/release"] = release(FIRST.replace("500", "50"), SECOND, THIRD)
    await later(301)
    comparison.fails = False
    both_have_read = threading.Barrier(2)
    load = rebuild._load

    def load_together(*args):
        case = load(*args)
        both_have_read.wait(10)
        return case

    monkeypatch.setattr(rebuild, "_load", load_together)
    settled = []
    threads = [threading.Thread(target=lambda: settled.append(compare_owed(newsroom))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(settled) == [0, 1]
    assert len(record.flags()) == 1
    assert record.told() == ["statement.edited"]


async def test_an_edit_whose_history_was_forgotten_meanwhile_does_not_hold_up_the_others(
    newsroom, watch, comparison, record, site, release, later, monkeypatch
):
    site.pages["/other"] = release(FIRST, SECOND)
    add_watch(newsroom, WatchDraft(f"{site.url}/other"))
    await later(1)
    site.pages["/release"] = release(FIRST, THIRD)
    await later(299)
    site.pages["/other"] = release(FIRST.replace("500", "50"), SECOND)
    await later(301)
    with newsroom.database.read() as conn:
        owed = edits.find_owed(conn, limit=8)
    assert len(owed) == 2
    remove_watch(newsroom, watch.id, forget_history=True)
    monkeypatch.setattr(edits, "find_owed", lambda conn, limit: owed)
    comparison.fails = False
    assert compare_owed(newsroom) == 1


async def test_an_edit_that_another_worker_compared_is_not_overwritten(
    newsroom, watch, comparison, record, site, release, later
):
    site.pages["/release"] = release(FIRST, THIRD)
    await later(301)
    (stale,) = record.edits()
    comparison.fails = False
    compare_owed(newsroom)
    with pytest.raises(LeaseLost), newsroom.database.write() as conn:
        edits.mark_attempted(conn, stale, state=AnalysisState.OWED)
    assert record.edits()[0].analysis_state is AnalysisState.DONE


async def test_a_pin_that_cannot_be_understood_any_more_stops_no_wording(
    newsroom, watch, add_pin, record, site, release, later
):
    pin = add_pin("en: northern border")
    with newsroom.database.write() as conn:
        broken = [{"language": "en", "phrase": "=/*"}]
        conn.execute(sa.update(pin_table).where(pin_table.c.id == pin.id).values(variants=broken))
    site.pages["/release"] = release(FIRST.replace("500", "50"), SECOND, THIRD)
    await later(301)
    assert record.statement.version_count == 2
    del site.pages["/release"]
    await later(301)
    await later(61)
    assert record.told()[-1] == "statement.withdrawn"


async def test_a_first_wording_is_kept_although_its_claims_cannot_be_found(
    newsroom, site, release, record, later, monkeypatch
):
    def stumble(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(app.pipeline.analysts, "first_ledger", stumble)
    monkeypatch.setattr(app.pipeline.analysts, "detect_language", stumble)
    site.pages["/release"] = release(FIRST, SECOND).replace(' lang="en"', "")
    add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    assert record.statement.language == "und"
    monkeypatch.undo()
    site.pages["/release"] = release(FIRST, SECOND, THIRD)
    await later(301)
    assert {kept.change.action for kept in changes_of(newsroom, record.edits()[0])} == {Action.ADDED}


def test_a_comparison_that_never_ends_is_left_behind():
    analysts = Analysts(deadline_seconds=0.01)
    stuck, ended = threading.Event(), threading.Event()
    assert analysts.attempt(lambda: (stuck.wait(), ended.set()), characters=1) == Owed("OutOfTime")
    assert not ended.is_set()
    stuck.set()
    analysts.close()
