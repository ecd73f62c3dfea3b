"""Newer rules over what is kept: old results stay readable, claims keep their ids, and nobody is alerted."""

from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.claims.compare import ANALYZER_VERSION, compare, first_ledger
from app.claims.quoting import wording_step
from app.domain.claims import Level
from app.domain.edits import AnalysisState
from app.domain.quotes import QuoteMatch, WordingStep
from app.domain.watches import WatchDraft
from app.pipeline.quotes import look_up
from app.pipeline.reanalyse import Wish, count_older, reanalyse
from app.pipeline.renumbering import lasting_numbers, places_as_kept, places_of_ledgers
from app.pipeline.replay import Forms
from app.pipeline.watchlist import add_watch
from app.storage import alerts, claims, edits, events, flags, quotes, rules, statements
from app.storage.tables import claim_wording, edit, quote_term, statement_rules

pytestmark = pytest.mark.anyio

BEFORE = (
    "Ситуація на північному напрямку складна. Противник втратив 5 танків за минулу добу. "
    "Сили оборони України розпочали нові наступальні дії в Курській області."
)
AFTER = BEFORE.replace("5 танків", "50 танків")
LAST = AFTER.replace("Ситуація на північному напрямку складна. ", "")


@pytest.fixture
async def edited(newsroom, telegram, telegram_url, clock, later):
    """A channel with a post that was edited twice, and one that never was."""
    telegram.publish(BEFORE, clock() - timedelta(minutes=1))
    telegram.publish("Ранкове зведення вийде о шостій годині.", clock() - timedelta(minutes=1))
    watch = add_watch(newsroom, WatchDraft(f"{telegram_url}/generalstaff", publisher="General Staff"))
    await later(1)
    for text in (AFTER, LAST):
        telegram.edit(1, text)
        await later(301)
        await later(6)
    return watch


@pytest.fixture
def of_older_rules(newsroom, edited):
    """The same, as rules of long ago would have left it: all edits cosmetic."""
    with newsroom.database.write() as conn:
        conn.execute(sa.update(edit).values(analyzer_version="0.9", level="cosmetic", score=0.01, change_hash="0" * 32))
        conn.execute(sa.update(statement_rules).values(rules="0.9+1"))
    return edited


def everything(newsroom):
    """What is kept of claims, and what was told."""
    with newsroom.database.read() as conn:
        listed = statements.list_statements(conn).items
        return {
            "ledgers": {one.id: claims.load_ledger(conn, one.id) for one in listed},
            "wordings": {one.id: quotes.list_wordings(conn, one.id) for one in listed},
            "edits": edits.list_edits(conn).items,
            "changes": [edits.list_changes(conn, one) for one in edits.list_edits(conn).items],
            "rules": rules.find_all_rules(conn),
            "told": (
                flags.list_flags(conn).items,
                alerts.list_alerts(conn).items,
                events.list_events(conn, after=0, limit=500),
            ),
        }


async def test_what_is_of_todays_rules_is_left_alone(newsroom, edited):
    before = everything(newsroom)
    assert count_older(newsroom, Wish()) == 0
    assert reanalyse(newsroom, Wish()).statements == 0
    assert everything(newsroom) == before


async def test_new_results_take_the_place_of_old_ones_which_stay_readable(newsroom, edited, of_older_rules, clock):
    before = everything(newsroom)
    summary = reanalyse(newsroom, Wish())
    after = everything(newsroom)
    assert (summary.statements, summary.edits, summary.levels_changed) == (2, 2, 2)
    assert all(old is Level.COSMETIC and new.rank > old.rank for old, new in summary.levels)
    for new in after["edits"]:
        assert new.analysis_is_technical
        assert new.analyzer_version == ANALYZER_VERSION
        assert not new.is_technical
        with newsroom.database.read() as conn:
            (earlier,) = rules.list_earlier_analyses(conn, new)
        assert (earlier.analyzer_version, earlier.level, earlier.replaced_at) == ("0.9", Level.COSMETIC, clock())
        assert earlier.results["change_hash"] == "0" * 32
        assert earlier.results["claims"]
    assert before["told"] == after["told"]
    assert before["ledgers"] == after["ledgers"]
    assert before["wordings"] == after["wordings"]
    assert before["changes"] == after["changes"]
    assert count_older(newsroom, Wish()) == 0


async def test_a_dry_run_says_what_would_change_and_writes_nothing(newsroom, of_older_rules):
    before = everything(newsroom)
    assert reanalyse(newsroom, Wish(dry_run=True)).levels_changed == 2
    assert everything(newsroom) == before
    assert count_older(newsroom, Wish()) == 2


async def test_after_a_kill_it_goes_on_where_it_stopped(newsroom, of_older_rules):
    class Killed(BaseException):
        pass

    def kill():
        raise Killed

    with pytest.raises(Killed):
        reanalyse(newsroom, Wish(), done_one=kill)
    assert count_older(newsroom, Wish()) == 1
    again = []
    assert reanalyse(newsroom, Wish(), done_one=lambda: again.append(1)).statements == 1
    assert again == [1]
    assert count_older(newsroom, Wish()) == 0


async def test_it_can_be_kept_to_one_watch_or_to_what_is_recent(newsroom, of_older_rules, clock):
    assert reanalyse(newsroom, Wish(since=clock() + timedelta(hours=1))).statements == 0
    assert reanalyse(newsroom, Wish(since=clock() - timedelta(seconds=200))).statements == 1
    assert reanalyse(newsroom, Wish(watch_id=of_older_rules.id)).statements == 1


async def test_what_is_still_to_be_compared_and_told_comes_first(newsroom, of_older_rules):
    with newsroom.database.write() as conn:
        conn.execute(sa.update(edit).where(edit.c.to_version == 3).values(analysis_state=AnalysisState.OWED))
    summary = reanalyse(newsroom, Wish())
    assert (summary.statements, summary.waiting) == (1, 1)
    with newsroom.database.read() as conn:
        assert not any(one.analysis_is_technical for one in edits.list_edits(conn).items)


async def test_an_edit_that_was_given_up_is_compared_after_all_and_not_told(newsroom, of_older_rules):
    with newsroom.database.write() as conn:
        given_up = {"analysis_state": AnalysisState.FAILED, "analyzer_version": None}
        conn.execute(sa.update(edit).where(edit.c.to_version == 3).values(given_up))
    before = everything(newsroom)["told"]
    assert reanalyse(newsroom, Wish()).edits == 2
    after = everything(newsroom)
    assert {one.analysis_state for one in after["edits"]} == {AnalysisState.DONE}
    assert after["told"] == before


async def test_a_failing_comparison_leaves_the_old_results(newsroom, of_older_rules, monkeypatch):
    def broken(*_, **__):
        raise ValueError("a mistake in a lexicon")

    before = everything(newsroom)
    with monkeypatch.context() as patch:
        patch.setattr("app.pipeline.analysts.compare", broken)
        assert reanalyse(newsroom, Wish()).failed == 1
    after = everything(newsroom)
    assert [one.level for one in after["edits"]] == [one.level for one in before["edits"]] == [Level.COSMETIC] * 2
    assert reanalyse(newsroom, Wish()).levels_changed == 2


async def test_wordings_that_were_never_kept_are_taken_in(newsroom, edited, clock):
    before = everything(newsroom)
    with newsroom.database.write() as conn:
        conn.execute(sa.delete(claim_wording))
        conn.execute(sa.delete(quote_term))
        conn.execute(sa.update(statement_rules).values(rules=rules.NEVER))

    def ask():
        with newsroom.database.read() as conn:
            return look_up(conn, "Противник втратив 5 танків за минулу добу.", now=clock())

    missing = ask()
    assert (missing.match, missing.coverage.not_indexed) == (QuoteMatch.NOT_FOUND, 2)
    summary = reanalyse(newsroom, Wish())
    assert (summary.statements, summary.edits) == (2, 0)
    assert everything(newsroom) == before
    found = ask()
    assert (found.match, found.coverage.not_indexed) == (QuoteMatch.EXACT, 0)


SENTENCES = st.sampled_from(
    [
        "Ситуація на півночі складна.",
        "Противник втратив 5 танків.",
        "Противник втратив 50 танків.",
        "Бої тривають.",
        "Бої тривають!",
        "Область знеструмлена з ранку.",
        "Міст закрито для руху.",
    ]
)
TEXTS = st.lists(st.lists(SENTENCES, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=6)


@given(TEXTS)
async def test_the_same_rules_find_the_same_claims_under_the_same_numbers(texts):
    forms = Forms()
    ledgers = {1: first_ledger(texts[0], language="uk")}
    forms.enter(wording_step(None, ledgers[1], "uk"))
    for version, (old, new) in enumerate(pairwise(texts), start=2):
        before = ledgers[version - 1]
        ledgers[version] = compare(old, new, language="uk", ledger=before, version=version).ledger
        step = wording_step(before, ledgers[version], "uk")
        forms.enter(step)
        check_forms(forms, ledgers[version], version)
    kept = places_as_kept(ledgers[len(texts)], forms.all(), len(texts))
    taken = [claim.number for claim in ledgers[len(texts)].claims]
    numbers = lasting_numbers(places_of_ledgers(ledgers), kept, taken=taken)
    assert all(new == old for new, old in numbers.items())
    assert set(numbers) == set(taken)


def check_forms(forms, ledger, version):
    """The open forms are exactly the standing claims of the ledger."""
    open_forms = {(one.number, one.text) for one in forms.all() if one.last_version is None}
    assert open_forms == {(claim.number, claim.text) for claim in ledger.claims if claim.standing}
    assert all(one.first_version <= (one.last_version or version) for one in forms.all())
    assert len({(one.number, one.first_version) for one in forms.all()}) == len(forms.all())


async def test_nothing_changed_is_no_step():
    ledger = first_ledger("Бої тривають. Міст закрито.", language="uk")
    assert wording_step(ledger, ledger, "uk") == WordingStep()
