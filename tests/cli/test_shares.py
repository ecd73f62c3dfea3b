"""``walkback share``: a link is shown once, listed without its address, and closed."""

from typing import Any

import pytest

from app.api.shares import Shares, ShareTold, ShareWithAddress
from app.demo.telegram import TelegramStandIn
from tests.cli.test_story import tell


@pytest.fixture
def told(run: Any, telegram: TelegramStandIn) -> Any:
    tell(run, telegram)
    return run


def test_a_link_is_made_listed_and_closed(told: Any, has_shape: Any) -> None:
    key = told("statement", "list", "--json").json["items"][0]["id"]
    made = told("share", "make", key[-8:], "--for", "30d")
    address = made.out.strip()
    assert address.startswith("/shared/")
    assert "only this once" in made.err
    assert "WALKBACK_PUBLIC_URL" in made.err
    listed = told("share", "list", "--json")
    has_shape(Shares, listed.json)
    (one,) = listed.json["items"]
    assert (one["state"], one["kind"]) == ("open", "statement")
    for output in (listed.out, told("share", "list").out, told("audit", "--json").out):
        assert address.rpartition("/")[2] not in output
    closed = told("share", "close", one["id"][-8:])
    assert "opens nothing any more" in closed.out
    assert ShareTold.model_validate(told("share", "close", one["id"], "--json").json).state == "revoked"


def test_a_link_to_one_edit_is_that_of_the_interface(told: Any, has_shape: Any) -> None:
    edit = told("flags", "--json").json["items"][0]["edit_id"]
    made = told("share", "make", "--edit", edit, "--json").json
    has_shape(ShareWithAddress, made)
    assert made["edit_id"] == edit


@pytest.mark.parametrize("words", [(), ("01234567", "--edit", "01234567"), ("01234567",), ("x", "--for", "400d")])
def test_what_cannot_be_shared_is_one_line_and_an_exit_code(run: Any, words: tuple[str, ...]) -> None:
    answer = run("share", "make", *words)
    assert answer.code in (2, 3)
    assert answer.out == ""
