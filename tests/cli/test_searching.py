"""Searching for words on the command line: what stands, what is gone, and what is no search."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.api.search import SearchTold
from app.demo.telegram import TelegramStandIn

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


def test_what_was_taken_back_is_shown_with_how_it_reads_now(told: Any) -> None:
    done = told("search", "operation region", "--gone")
    assert done.code == 0
    (line,) = [line for line in done.out.splitlines() if "launched" in line]
    assert "gone" in line
    assert "General Staff" in line
    assert "The Defence Forces have launched new offensive operations in the Kursk region." in done.out
    assert "now: The Defence Forces are conducting combat operations in the Kursk region." in done.out
    assert "There may be more" not in done.err


def test_what_stands_and_all_of_it(told: Any) -> None:
    assert "launched" not in told("search", "operations", "--now").out
    both = told("search", "operations").out
    assert both.index("conducting") < both.index("launched")
    assert len(told("search", "operations", "--best", "--json").json["items"]) == 2


def test_the_json_is_what_the_interface_tells(told: Any, has_shape: Any) -> None:
    has_shape(SearchTold, told("search", '"combat operations" -rumours', "--json").json)
    assert len(told("search", "operations", "--limit", "1", "--json").json["items"]) == 1


def test_nothing_found_is_an_answer(told: Any) -> None:
    done = told("search", "bridges")
    assert (done.code, "No sentence holds these words." in done.err) == (0, True)


def test_filters_narrow_a_search(told: Any) -> None:
    watch = told("watch", "list", "--json").json["items"][0]["id"]
    for options in (["--watch", watch[-8:]], ["--lang", "en"], ["--since", "2020-01-01"]):
        assert len(told("search", "operations", "--json", *options).json["items"]) == 2, options
    for options in (["--lang", "uk"], ["--until", "2020-01-01"], ["--tag", "x"], ["--publisher", "Nobody"]):
        assert told("search", "operations", "--json", *options).json["items"] == [], options
    assert told("search", "operations", "--watch", "00000000").code == 3


WRONG = {
    "empty": [""],
    "dots": ["…"],
    "too long": ["a " * 200],
    "an escape": ["a\x1bb"],
    "only what is not wanted": ["--", "-operations"],
    "a language that is none": ["operations", "--lang", "english!"],
    "an instant that is none": ["operations", "--since", "yesterday"],
    "both standings": ["operations", "--gone", "--now"],
}


@pytest.mark.parametrize("typed", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_search_is_one_line_and_an_exit_code(told: Any, typed: list[str]) -> None:
    done = told("search", *typed)
    assert done.code == 2
    assert done.err.startswith("walkback: ")
