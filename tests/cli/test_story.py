"""The case that started it, from the command line: pinned, published, edited, flagged, compared, reviewed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.api.diff import DiffTold
from app.api.flags import Flags, FlagTold
from app.api.pins import PinTold
from app.api.statements import Statements, StatementWithWording
from app.api.versions import Versions
from app.demo.telegram import TelegramStandIn

PUBLISHED = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
BEFORE = "The Defence Forces have launched new offensive operations in the Kursk region. 47 attacks were repelled."
AFTER = "The Defence Forces are conducting combat operations in the Kursk region. 47 attacks were repelled."


def tell(run: Any, telegram: TelegramStandIn) -> str:
    """The story up to the edit; what the check that saw it said."""
    run("pin", "add", "uk: нов* наступ*", "en: new offensive", "--name", "new offensive")
    post = telegram.publish(BEFORE, PUBLISHED)
    watch = run("watch", "add", "@generalstaff", "--no-preview", "--json").json["id"]
    run("watch", "check", watch, "--here")
    telegram.edit(post.number, AFTER)
    return str(run("watch", "check", watch, "--here").out)


@pytest.fixture
def told(run: Any, telegram: TelegramStandIn) -> Any:
    """How to go on typing after the edit was seen."""
    tell(run, telegram)
    return run


def test_the_story_is_the_same_on_each_database(on_each: Any, telegram: TelegramStandIn) -> None:
    assert "removed “new offensive” from a post of 7 January 2025" in tell(on_each, telegram)
    (flag,) = on_each("flags", "--open", "--json").json["items"]
    assert on_each("flag", "confirm", flag["id"][-8:], "--json").json["review_state"] == "confirmed"
    assert "1 confirmed" in on_each("flags").err
    assert len(on_each("statement", "versions", flag["statement_id"][-8:], "--json").json["items"]) == 2
    assert "[-have launched new offensive-]" in on_each("statement", "diff", flag["statement_id"][-8:]).out
    assert on_each("pin", "list", "--json").json["items"][0]["name"] == "new offensive"


def test_a_pin_is_kept_with_its_warnings(has_shape: Any, run: Any) -> None:
    made = run("pin", "add", "uk: нов* наступ*", "en: new offensive", "--json")
    has_shape(PinTold, made.json)
    assert "Think twice" in made.err
    assert "uk: нов* наступ*" in run("pin", "list").out
    assert "what was found stays" in run("pin", "remove", made.json["id"][-8:]).out
    assert run("pin", "list", "--json").json["items"] == []


def test_a_phrase_that_cannot_be_read_is_refused(run: Any) -> None:
    done = run("pin", "add", "new offensive")
    assert done.code == 2
    assert "en: new offensive" in done.err


def test_a_pin_may_be_for_one_watch_only(run: Any) -> None:
    watch = run("watch", "add", "https://t.me/generalstaff", "--no-preview", "--json").json["id"]
    assert run("pin", "add", "en: new offensive", "--watch", watch[-8:], "--json").json["watch_ids"] == [watch]


def test_the_flag_shows_the_words_before_and_after(has_shape: Any, told: Any) -> None:
    listed = told("flags", "--open", "--level", "substantive", "--json").json
    has_shape(Flags, listed)
    (flag,) = listed["items"]
    assert flag["before"].startswith("The Defence Forces have launched new offensive operations")
    assert flag["pin_ids"]
    shown = told("flags")
    assert "removed “new offensive” from a post of 7 January 2025" in shown.out
    assert "1 open" in shown.err
    one = told("flag", "show", flag["id"][-8:])
    assert "are conducting combat operations" in one.out


def test_a_flag_is_reviewed_with_a_note(has_shape: Any, told: Any) -> None:
    flag = told("flags", "--json").json["items"][0]["id"][-8:]
    confirmed = told("flag", "confirm", flag, "--note", "Reuters quoted it.", "--by", "Olena", "--json").json
    has_shape(FlagTold, confirmed)
    assert (confirmed["review_state"], confirmed["note"], confirmed["reviewed_by"]) == (
        "confirmed",
        "Reuters quoted it.",
        "Olena",
    )
    assert "dismissed by command line" in told("flag", "dismiss", flag).out
    assert told("flags", "--open", "--json").json["items"] == []
    assert told("flag", "reopen", flag, "--json").json["review_state"] == "open"


FILTERS = {
    "another action": (["--action", "added"], 0),
    "this action": (["--action", "edited"], 1),
    "another facet": (["--facet", "time"], 0),
    "a later time": (["--since", "2100-01-01"], 0),
    "another state": (["--state", "dismissed"], 0),
}


@pytest.mark.parametrize(("words", "count"), FILTERS.values(), ids=FILTERS.keys())
def test_the_work_list_is_filtered(told: Any, words: list[str], count: int) -> None:
    assert len(told("flags", *words, "--json").json["items"]) == count


@pytest.mark.parametrize("words", [["--action", "eaten"], ["--since", "soon"], ["--watch", "x"]])
def test_a_filter_that_there_is_not_is_refused(told: Any, words: list[str]) -> None:
    assert told("flags", *words).code == 2


def test_a_statement_is_shown_with_every_wording(has_shape: Any, told: Any) -> None:
    listed = told("statement", "list", "--json").json
    has_shape(Statements, listed)
    key = listed["items"][0]["id"][-8:]
    full = told("statement", "show", key, "--json").json
    assert full["next_check"]["reason"].startswith("edited ")
    assert full["next_check"]["at"] > full["last_checked_at"]
    assert full["next_check"]["reason"] in told("statement", "show", key).out.replace("\n", " ")
    has_shape(StatementWithWording, full)
    assert AFTER in told("statement", "show", key).out
    assert told("statement", "show", key, "--at", "2025-01-01").code == 3
    versions = told("statement", "versions", key, "--json").json
    has_shape(Versions, versions)
    assert [one["text"] for one in versions["items"]] == [BEFORE, AFTER]
    assert "major" in told("statement", "versions", key).out


def test_a_difference_is_shown_word_by_word(has_shape: Any, told: Any) -> None:
    key = told("statement", "list", "--json").json["items"][0]["id"][-8:]
    shown = told("statement", "diff", key).out
    assert "[-have launched new offensive-]{+are conducting combat+} operations" in shown
    assert "pin “en: new offensive” is gone" in shown
    for style in ("words", "unified", "html", "markdown"):
        diff = told("statement", "diff", key, "--from", "1", "--to", "2", "--format", style, "--json").json
        has_shape(DiffTold, diff)
    assert told("statement", "diff", key, "--format", "unified").out.startswith("--- version 1\n+++ version 2\n")
    assert told("statement", "diff", key, "--to", "1").code == 3
    assert told("statement", "diff", key, "--to", "9").code == 3
    assert told("statement", "diff", key, "--to", "last").code == 2
