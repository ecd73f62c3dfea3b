"""Asking on the command line whether a sentence was ever there, and running newer rules over what is kept."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.api.quotes import QuoteTold
from app.demo.telegram import TelegramStandIn
from app.storage.database import Database
from app.storage.tables import edit, statement_rules

BEFORE = "The Defence Forces have launched new offensive operations in the Kursk region. 47 attacks were repelled."
AFTER = "The Defence Forces are conducting combat operations in the Kursk region. 47 attacks were repelled."


@pytest.fixture
def told(run: Any, telegram: TelegramStandIn) -> Any:
    """How to go on typing after a post was edited."""
    post = telegram.publish(BEFORE, datetime(2025, 1, 7, 9, 12, tzinfo=UTC))
    watch = run("watch", "add", "@generalstaff", "--no-preview", "--json").json["id"]
    run("watch", "check", watch, "--here")
    telegram.edit(post.number, AFTER)
    run("watch", "check", watch, "--here")
    return run


def test_a_sentence_that_went_is_answered_with_how_it_reads_now(told: Any) -> None:
    done = told("quote", "have launched new offensive operations")
    assert done.code == 0
    assert "Yes, within a longer sentence" in done.out
    assert "reads: The Defence Forces are conducting combat operations in the Kursk region." in done.out
    assert "the wording went between" in done.out
    assert "2 versions of 1 statements of 1 watches" in done.out


def test_no_is_an_answer_and_says_what_it_rests_on(told: Any) -> None:
    done = told("quote", "The mayor opened a bridge near the old market.")
    assert done.code == 0
    assert done.out.startswith("No.")
    assert "Searched at" in done.out


def test_several_sentences_are_answered_each_and_together(told: Any) -> None:
    done = told("quote", BEFORE)
    assert "1. The Defence Forces have launched" in done.out
    assert "2. 47 attacks were repelled." in done.out
    assert "Together in one statement" in done.out
    assert "versions 1 of 2  (exact)" in done.out
    apart = told("quote", "47 attacks were repelled. The mayor opened a bridge near the old market.")
    assert "never seen together" in apart.out


def test_the_json_is_what_the_interface_tells(told: Any, has_shape: Any) -> None:
    has_shape(QuoteTold, told("quote", BEFORE, "--json").json)
    assert told("quote", "-", "--json", stdin=BEFORE).json["match"] == "exact"


@pytest.mark.parametrize(
    "quote", ["", "  ", "…", "a" * 2001, "a\x1bb"], ids=["empty", "blank", "dots", "long", "escape"]
)
def test_what_is_no_quote_is_one_line_and_an_exit_code(told: Any, quote: str) -> None:
    done = told("quote", quote)
    assert done.code == 2
    assert done.err.startswith("walkback: ")


def test_only_one_watch_may_be_asked(told: Any) -> None:
    watch = told("watch", "list", "--json").json["items"][0]["id"]
    assert told("quote", BEFORE, "--watch", watch[-8:], "--json").json["match"] == "exact"
    assert told("quote", BEFORE, "--watch", "00000000", "--json").code == 3


def test_newer_rules_are_run_over_what_is_kept(told: Any, desk: Any) -> None:
    nothing = told("reanalyse", "--json").json
    assert (nothing["statements"], nothing["levels_changed"]) == (0, 0)
    with Database(f"sqlite:///{desk / 'walkback.db'}") as database, database.write() as conn:
        conn.execute(sa.update(edit).values(analyzer_version="0", level="cosmetic"))
        conn.execute(sa.update(statement_rules).values(rules="0+1"))
    dry = told("reanalyse", "--dry-run")
    assert "1 statements with 1 edits would be analysed again; 1 edits have another level." in dry.out
    done = told("reanalyse", "--json").json
    assert (done["statements"], done["edits"], done["levels_changed"], done["dry_run"]) == (1, 1, 1, False)
    assert done["levels"][0]["before"] == "cosmetic"
    assert told("reanalyse").out.startswith("0 statements with 0 edits analysed again")
