"""Asking over HTTP whether a sentence was ever there, for groups of edits, and for what older rules had found."""

from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from app.api.quote_examples import EARLIER_ANALYSIS, EDIT_GROUP, QUOTE_ANSWER
from app.domain.ids import EditId
from app.domain.watches import WatchDraft
from app.pipeline.watchlist import add_watch
from app.storage import edits, rules

QUOTE = "Our forces began new offensive operations in the Kursk region."


@pytest.fixture
def ask(client: Any) -> Any:
    def get(path: str, **query: Any) -> Any:
        answer = client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return get


def keys_of(value: Any) -> Any:
    """The names in an answer, whatever their values."""
    match value:
        case dict():
            return {name: keys_of(one) for name, one in value.items()}
        case list():
            return [keys_of(value[0])] if value and isinstance(value[0], dict) else []
        case _:
            return None


def test_a_removed_sentence_is_found_with_the_edit_that_removed_it(ask: Any, story: Any):
    told = ask("/v1/quotes", text=QUOTE.lower())
    assert told["match"] == "exact"
    (sentence,) = told["sentences"]
    hit = sentence["hits"][0]
    assert hit["statement"]["id"] == story.statement_id
    assert (hit["publisher"], hit["stands"], hit["versions"]) == ("General Staff", False, [[1, 1]])
    assert hit["removed_by"]["edit_id"] == story.edit_id
    assert hit["removed_by"]["second_look"] == "confirmed"
    assert hit["present_text"] == "Our forces began combat operations in the Kursk region."
    assert told["coverage"]["searched"]["versions"] == 2
    (watch,) = told["coverage"]["watches"]
    assert watch["watch_id"] == story.watch_id
    assert [gap["outcome"] for gap in watch["gaps"] if gap["of"] == "watch"] == ["blocked"]


def test_no_comes_with_its_coverage(ask: Any, story: Any):
    told = ask("/v1/quotes", text="The mayor opened a bridge near the old market.", language="en")
    assert told["match"] == told["sentences"][0]["match"] == "not_found"
    assert told["coverage"]["searched"]["statements"] == 1
    assert told["coverage"]["watches"] == []


def test_the_example_has_the_form_of_an_answer(ask: Any, story: Any):
    told = ask("/v1/quotes", text=QUOTE)
    assert keys_of(told) == keys_of(QUOTE_ANSWER)


WRONG = {
    "no text": {},
    "empty text": {"text": ""},
    "white space": {"text": "  "},
    "no word": {"text": "…?!"},
    "too long": {"text": "a" * 2001},
    "a control character": {"text": "Our forces\x1b[2J"},
    "a NUL": {"text": "Our\x00forces"},
    "a language that is none": {"text": QUOTE, "language": "english"},
    "too many hits": {"text": QUOTE, "limit": 1000},
    "a filter that is none": {"text": QUOTE, "publisher": "x"},
}


@pytest.mark.parametrize("query", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_quote_is_a_problem(client: Any, query: Any):
    answer = client.get("/v1/quotes", params=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_watch_that_is_not_there_is_not_found(client: Any, story: Any):
    answer = client.get("/v1/quotes", params={"text": QUOTE, "watch_id": story.statement_id})
    assert answer.status_code == 404
    assert client.get("/v1/quotes", params={"text": QUOTE, "watch_id": story.watch_id}).json()["match"] == "exact"


def test_a_key_is_needed(as_nobody: Any):
    assert as_nobody.get("/v1/quotes", params={"text": QUOTE}).status_code == 401


def test_the_same_edit_on_two_pages_is_one_group(ask: Any, client: Any, newsroom: Any, press: Any, clock: Any):
    url = "https://press.example.net/other"
    other = type(press)(newsroom, clock, add_watch(newsroom, WatchDraft(url, publisher="Ministry", language="en")).id)
    for each in (press, other):
        each.says("Rain is expected. The bridge was closed for three days.")
        each.says("Rain is expected.")
    since = "2025-01-01T00:00:00Z"
    (group,) = ask("/v1/edits/groups", since=since)["items"]
    assert (group["edits"], group["statements"], group["watches"]) == (2, 2, 2)
    assert group["publishers"] == ["General Staff", "Ministry"]
    assert (group["before"], group["after"]) == ("The bridge was closed for three days.", "")
    assert group.keys() == EDIT_GROUP.keys()
    assert group["latest"].keys() == EDIT_GROUP["latest"].keys()
    assert len(ask("/v1/edits", change_hash=group["id"])["items"]) == 2
    answer = client.get("/v1/edits/groups", params={"since": since, "limit": 1})
    assert answer.json()["items"] == [group]
    clock.move(2 * 86_400)
    assert ask("/v1/edits/groups")["items"] == []


def test_what_older_rules_had_found_stays_readable(ask: Any, newsroom: Any, story: Any, clock: Any):
    path = f"/v1/edits/{story.edit_id}/analyses"
    assert ask(path) == {"items": []}
    with newsroom.database.write() as conn:
        of = edits.get_edit(conn, EditId(UUID(story.edit_id)))
        rules.add_earlier_analysis(conn, of, {"score": 0.1, "level": "minor", "claims": []}, replaced_at=clock())
    (earlier,) = ask(path)["items"]
    assert keys_of(earlier) == keys_of(EARLIER_ANALYSIS)
    assert ask(f"/v1/edits/{story.edit_id}")["analysis_is_technical"] is False


def test_an_answer_says_when_its_watch_could_not_be_read(client: TestClient, story: Any):
    told = client.get("/v1/quotes", params={"text": "Five villages are under control."}).json()
    (watch,) = told["coverage"]["watches"]
    told = {(gap["of"], gap["outcome"]) for gap in watch["gaps"]}
    assert told == {("watch", "blocked"), ("service", None)}, "and for an hour nothing was checked at all"
