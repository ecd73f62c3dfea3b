"""Words in the box where one asks: how it is decided, what is shown of each sentence, and how it goes on."""

import re
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.ids import WatchId
from app.domain.watches import Visibility
from app.pipeline.indexing import make_searchable
from app.pipeline.newsroom import Newsroom
from app.pipeline.watchlist import WatchChange, change_watch
from app.ui.desk import searching
from app.ui.desk.asking import Manner, manner_of

BEFORE = "Our forces began new offensive operations in the Kursk region."
AFTER = "Our forces began combat operations in the Kursk region."


@pytest.fixture
def ask(reader: Any, newsroom: Newsroom, story: Any) -> Any:
    make_searchable(newsroom)

    def get(text: str, **query: str) -> Any:
        return reader.get("/ask", params={"text": text, **query})

    return get


@pytest.mark.parametrize(
    "text", ["operations", "new operations", '"offensive operations"', "forces -combat in a region"]
)
def test_few_words_and_signs_of_a_search_are_searched_for(ask: Any, text: str):
    assert manner_of(text) is Manner.WORDS
    page = ask(text).text
    assert "Sentences that hold these words" in page
    assert "as=quote" in page


def test_a_sentence_is_looked_up_as_a_quote(ask: Any):
    page = ask(BEFORE).text
    assert "Yes, and it is gone." in page
    assert "Search for these words instead" in page
    assert "Sentences that hold these words" in ask(BEFORE, **{"as": "words"}).text
    assert "Yes" in ask("Kursk region", **{"as": "quote"}).text


@pytest.mark.parametrize("marks", ["“{}”", "«{}»", '"{}"', "„{}“."])
def test_a_sentence_that_was_copied_with_its_quotation_marks_is_a_quote(ask: Any, marks: str):
    copied = marks.format(BEFORE.replace("new offensive", "offensive"))
    assert manner_of(copied) is Manner.QUOTE
    page = ask(copied).text
    assert "Not in these words. Something like it was said." in page
    taken_out = " ".join(re.findall(r"<del>(.*?)</del>", page))
    assert not any(mark in taken_out for mark in "“”«»„")
    assert "&#34;" not in taken_out
    assert manner_of(f"{copied} -combat") is Manner.WORDS


def test_the_filters_show_what_holds_where_nothing_is_chosen(ask: Any):
    def chosen(page: str) -> list[str]:
        return re.findall(r'aria-current="true"[^>]*>([^<]+)<', page)[:2]

    assert chosen(ask("operations").text) == ["all wordings", "newest first"]
    assert chosen(ask("operations", standing="gone").text) == ["gone", "newest first"]


def test_where_there_is_no_such_sentence_its_words_are_offered(ask: Any, reader: Any):
    page = ask("Kursk operations our forces").text
    assert "No. It was not found" in page
    (address,) = re.findall(r'href="([^"]+)">No such sentence\. Search for these words instead', page)
    assert "Sentences that hold these words" in reader.get(address.replace("&amp;", "&")).text


def test_each_sentence_says_whether_it_stands_and_what_became_of_it(ask: Any, story: Any):
    page = ask("offensive operation").text
    assert "<mark>offensive</mark> <mark>operations</mark>" in page.replace(
        "</mark><mark> </mark><mark>", "</mark> <mark>"
    )
    assert re.search(r"✕</span> gone", page)
    assert re.search(r"It stood in 1 version, seen from .* removed between .* and ", page)
    assert "It reads now, without these words:" in page
    assert "It reads now, still with these words:" in ask("Kursk operation").text
    assert f"/statements/{story.statement_id}/compare?from=1&amp;to=2" in page
    assert re.search(r"✓</span> stands", ask("combat operation").text)


def test_filters_are_links(ask: Any):
    both = ask("operations").text
    assert (both.count("✕</span> gone"), both.count("✓</span> stands")) == (1, 1)
    gone = ask("operations", standing="gone").text
    assert (gone.count("✕</span> gone"), gone.count("✓</span> stands")) == (1, 0)
    assert "standing=gone" in both
    assert "order=best" in both
    assert "show all" in ask("operations", publisher="General Staff").text
    assert "No sentence that was ever seen" in ask("operations", publisher="Nobody").text
    assert "No sentence that was ever seen" in ask("operations", until="2020-01-01").text
    assert "No sentence that was ever seen" in ask("operations", since="2100-01-01").text


def test_what_is_no_filter_is_left_out(ask: Any):
    assert ask("operations", standing="x", order="x", watch="x", since="x", after="x").text.count("<mark>") >= 2


@pytest.mark.parametrize("order", ["newest", "best"])
def test_a_long_list_goes_on(ask: Any, reader: Any, order: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(searching, "ON_ONE_PAGE", 1)
    first = ask("operations", order=order).text
    (address,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = reader.get(address.replace("&amp;", "&")).text
    assert first.count("<article") == second.count("<article") == 1
    assert ("✕</span> gone" in first) is not ("✕</span> gone" in second)
    assert 'rel="next"' not in second


def test_an_empty_box_and_an_empty_answer_say_how_to_search(ask: Any):
    for page in (ask("").text, ask("bridges").text):
        assert "For example:" in page


@pytest.mark.parametrize("text", ["-operations", " ".join(f"word{n}" for n in range(17)), "x " * 200, '"in a"'])
def test_a_search_that_is_none_is_answered_in_words(ask: Any, text: str):
    answer = ask(text, **{"as": "words"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_strangers_find_what_is_public(newsroom: Newsroom, browser: Any, story: Any):
    stranger = browser(public_read=True)
    make_searchable(newsroom)
    assert "No sentence that was ever seen" in stranger.get("/ask?text=operations").text
    change_watch(newsroom, WatchId(UUID(story.watch_id)), WatchChange(visibility=Visibility.PUBLIC), revision=None)
    make_searchable(newsroom)
    assert stranger.get("/ask?text=operations").text.count("<article") == 2


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80), after=st.text(max_size=40), since=st.text(max_size=12))
def test_any_text_is_answered(ask: Any, text: str, after: str, since: str):
    assert ask(text, **{"as": "words", "after": after, "since": since}).status_code in (200, 422)
