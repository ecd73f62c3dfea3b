"""Searching over HTTP: in every wording, page by page, by filters, and refused in our own words."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.api.paging import List, Mark
from app.api.quote_examples import SEARCH_ANSWER
from app.pipeline.indexing import make_searchable
from tests.api.test_quotes import keys_of

WORDS = 'forces "offensive operations"'
SEVEN = UUID(int=7)
BEFORE = "Our forces began new offensive operations in the Kursk region."
AFTER = "Our forces began combat operations in the Kursk region."


@pytest.fixture
def ask(client: Any, newsroom: Any, story: Any) -> Callable[..., Any]:
    make_searchable(newsroom)

    def get(q: str, **query: Any) -> Any:
        answer = client.get("/v1/search", params={"q": q, **query})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return get


def texts(told: Any) -> list[str]:
    return [hit["text"] for hit in told["items"]]


def test_what_was_taken_back_is_found_with_the_edit_that_took_it(ask: Any, story: Any):
    told = ask(WORDS, standing="gone")
    (hit,) = told["items"]
    assert (hit["text"], hit["stands"], hit["versions"], hit["still_holds"]) == (BEFORE, False, [1, 1], False)
    assert hit["removed_by"]["edit_id"] == story.edit_id
    assert hit["present_text"] == AFTER
    assert [hit["text"][start:end] for start, end in hit["marks"]] == ["forces", "offensive", "operations"]
    assert texts(ask("operations region", standing="now")) == [AFTER]
    assert texts(ask("operations region")) == [AFTER, BEFORE]


def test_the_example_has_the_form_of_an_answer(ask: Any):
    assert keys_of(ask(WORDS)) == keys_of(SEARCH_ANSWER)
    text, marks = SEARCH_ANSWER["items"][0]["text"], SEARCH_ANSWER["items"][0]["marks"]
    assert [text[start:end] for start, end in marks] == ["forces", "offensive", "operations"]


@pytest.mark.parametrize("order", ["newest", "best"])
def test_a_link_leads_from_page_to_page(ask: Any, client: Any, order: str):
    first = client.get("/v1/search", params={"q": "operations", "limit": 1, "order": order})
    assert first.headers["link"].endswith('>; rel="next"')
    second = client.get(first.headers["link"].partition(">")[0].lstrip("<"))
    assert "link" not in second.headers
    assert sorted(texts(first.json()) + texts(second.json())) == sorted([BEFORE, AFTER])
    assert first.json()["next"] is not None
    assert second.json()["next"] is None


def test_filters_narrow_a_search(ask: Any, story: Any):
    for name, value in {
        "watch_id": story.statement_id,
        "publisher": "Nobody",
        "tag": "none",
        "language": "uk",
        "since": "2030-01-01T00:00:00Z",
        "until": "2020-01-01T00:00:00Z",
    }.items():
        assert ask("operations", **{name: value})["items"] == [], name
    kept = {"watch_id": story.watch_id, "publisher": "General Staff", "language": "en", "since": "2020-01-01T00:00:00Z"}
    assert len(ask("operations", **kept)["items"]) == 2


def test_what_is_not_searched_is_said(ask: Any, newsroom: Any, press: Any):
    told = ask("in operations")
    assert told["ignored"] == ["in"]
    assert told["not_searched"] == {"wordings": 0, "versions": 0, "statements": 0}
    press.says("Something else entirely was said, and nobody has read it yet.")
    assert ask("operations")["not_searched"]["wordings"] > 0


WRONG = {
    "nothing": {},
    "empty": {"q": ""},
    "white space": {"q": "   "},
    "marks only": {"q": "…?! —"},
    "too long": {"q": "word " * 61},
    "too many words": {"q": " ".join(f"word{n}" for n in range(20))},
    "a control character": {"q": "Our forces\x1b[2J"},
    "a NUL": {"q": "Our\x00forces"},
    "only what is not wanted": {"q": "-forces"},
    "a standing that is none": {"q": WORDS, "standing": "perhaps"},
    "an order that is none": {"q": WORDS, "order": "oldest"},
    "a language that is none": {"q": WORDS, "language": "english"},
    "too many hits": {"q": WORDS, "limit": 1000},
    "a filter that is none": {"q": WORDS, "text": "x"},
}


@pytest.mark.parametrize("query", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_search_is_refused_as_a_problem(client: Any, query: dict[str, Any]):
    answer = client.get("/v1/search", params=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("order", ["newest", "best"])
def test_cursors_of_the_other_order_and_of_other_lists_are_refused(client: Any, order: str):
    from_elsewhere = List("cla").encode(Mark(7, SEVEN))
    beyond = List("sea").encode(Mark(2**64 - 1, SEVEN))
    for cursor, status in ((from_elsewhere, 400), (beyond, 422)):
        answer = client.get("/v1/search", params={"q": WORDS, "order": order, "cursor": cursor})
        assert answer.status_code == status, answer.text


def test_a_key_is_needed(as_nobody: Any):
    assert as_nobody.get("/v1/search", params={"q": WORDS}).status_code == 401


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=300), st.text(alphabet='ab EU-"«»„“”−\u200b5.,', max_size=60)))
def test_any_text_is_searched_or_refused(client: Any, story: Any, text: str):
    assert client.get("/v1/search", params={"q": text}).status_code in (200, 422)
