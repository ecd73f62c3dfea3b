"""One statement: its wording with its life, and any two of its wordings compared."""

import html
import re
from typing import Any
from uuid import UUID

import pytest

from app.domain.ids import StatementId
from app.pipeline.newsroom import Newsroom
from app.pipeline.outlook import find_next_check
from app.storage import statements

NASTY = "<script>alert(1)</script> \"'& {{ 7*7 }} five soldiers died."


def visible(page: str) -> str:
    """A page without what is only read out."""
    return re.sub(r'<span class="hidden"[^>]*>.*?</span>', "", page)


@pytest.fixture
def long_story(newsroom: Newsroom, press: Any) -> str:
    """A statement of five wordings: edited, cut, not to be read for a while, and back at its first wording."""
    first = "Our forces began new offensive operations. Five villages are under control. The enemy lost 12 tanks."
    second = first.replace("new offensive", "combat")
    third = second.replace(" Five villages are under control.", "")
    for text in (first, second, third):
        press.says(text)
        press.says(text)
    press.cannot_be_read()
    press.says(first)
    press.says("The enemy lost 12 tanks. Our forces began new offensive operations.")
    with newsroom.database.read() as conn:
        (statement,) = statements.list_statements(conn).items
    return f"/statements/{statement.id}"


def test_the_wording_stands_with_the_state_of_each_claim_in_its_margin(reader: Any, story: Any):
    page = reader.get(f"/statements/{story.statement_id}").text
    assert "<h1" in page
    assert "On the operation" in page
    passages = re.findall(r'<div class="passage (\w+)">\s*<p class="said-so">(.*?)</p>', page)
    assert passages == [
        ("altered", "Our forces began combat operations in the Kursk region."),
        ("as_said", "Five villages are under control."),
    ]
    assert f'href="/claims/{story.claim_id}">altered</a>' in page
    assert page.count("<svg") == 3, "the chart as wide as a desk and as narrow as a phone, and the versions in time"
    assert 'href="https://www.example.org/statement" rel="noreferrer noopener external"' in page


def test_when_it_is_looked_at_next_is_said_with_the_reason(reader: Any, story: Any, newsroom: Newsroom):
    with newsroom.database.read() as conn:
        following = find_next_check(conn, statements.get_statement(conn, StatementId(UUID(story.statement_id))))
    assert following is not None
    page = reader.get(f"/statements/{story.statement_id}").text
    assert "<dt>Next check</dt>" in page
    assert following.reason in html.unescape(page)


def test_claims_that_are_gone_are_shown_struck_with_when(reader: Any, press: Any, newsroom: Newsroom):
    press.says("Five villages are under control. The bridge was destroyed on Monday.")
    press.says("Five villages are under control.")
    with newsroom.database.read() as conn:
        (statement,) = statements.list_statements(conn).items
    page = reader.get(f"/statements/{statement.id}").text
    assert "No longer there" in page
    assert "<del>The bridge was destroyed on Monday.</del>" in page
    assert "since version 2" in page


def test_every_version_is_listed_and_two_can_be_picked(reader: Any, long_story: str):
    page = reader.get(long_story).text
    assert re.findall(r'name="from" value="(\d+)"', page) == ["5", "4", "3", "2", "1"]
    assert re.search(r'name="from" value="4" aria-label="from version 4" checked', page)
    assert re.search(r'name="to" value="5" aria-label="to version 5" checked', page)
    assert f'action="{long_story}/compare"' in page
    assert "reads again as version 1" in page
    assert re.search(r"Gaps in coverage: [1-9]", page)


def test_an_earlier_wording_is_said_to_be_one(reader: Any, long_story: str):
    page = reader.get(f"{long_story}?version=2").text
    assert "This is an earlier wording." in page
    assert re.findall(r'<p class="said-so">([^<]*)</p>', page)[1].startswith("Five villages")
    assert "This is an earlier wording." not in reader.get(long_story).text


@pytest.mark.parametrize(
    ("query", "status"), [("version=9", 404), ("version=x", 422), ("version=-1", 422), ("version=99999999999999", 404)]
)
def test_a_version_that_is_not_there_is_said_so(reader: Any, long_story: str, query: str, status: int):
    assert reader.get(f"{long_story}?{query}").status_code == status


def test_without_a_choice_the_last_two_wordings_are_compared(reader: Any, story: Any):
    page = reader.get(f"/statements/{story.statement_id}/compare").text
    assert '<h1 class="begins">version 1 and version 2</h1>' in page
    assert "began <del>new offensive</del><ins>combat</ins> operations" in visible(page)
    assert ">major<" in page
    assert "confirmed by a second look" in page


def test_two_wordings_are_shown_by_sentences_side_by_side_or_word_by_word(reader: Any, long_story: str):
    base = f"{long_story}/compare?from=1&to=3"
    ways = ("sentences", "side", "words")
    sentences, side, words = (visible(reader.get(f"{base}&view={way}").text) for way in ways)
    assert sentences.count('<li class="changed') == 2
    assert "<del>Five villages are under control.</del>" in sentences
    row = re.search(r'<tr class="changed">\s*<td[^>]*>(.*?)</td>.*?<td[^>]*>(.*?)</td>\s*</tr>', side, re.DOTALL)
    assert row
    assert "began <del>new offensive</del> operations" in row[1]
    assert "<ins>combat</ins>" in side
    assert "<ins>" not in row[1]
    assert 'class="words whole"' in words
    assert "The enemy lost 12 tanks." in words


def test_what_moved_is_one_sentence_not_two(reader: Any, long_story: str):
    page = visible(reader.get(f"{long_story}/compare?from=1&to=5&show=changes").text)
    assert ">moved<" in page
    assert "<del>The enemy lost" not in page


def test_only_what_changed_can_be_shown(reader: Any, long_story: str):
    base = f"{long_story}/compare?from=1&to=2"
    assert "The enemy lost 12 tanks." in reader.get(base).text
    page = reader.get(f"{base}&show=changes").text
    assert "The enemy lost 12 tanks." not in page
    assert "2 sentences stand as they were and are not shown." in page


def test_the_ways_to_look_are_links_that_keep_the_choice(reader: Any, long_story: str):
    page = reader.get(f"{long_story}/compare?from=1&to=3&view=side").text
    assert f'href="{long_story}/compare?from=1&amp;to=3&amp;view=side&amp;show=changes"' in page
    assert f'href="{long_story}/compare?from=1&amp;to=3&amp;view=words"' in page
    assert f'href="{long_story}/compare?view=side&amp;from=3&amp;to=1"' in page


def test_a_comparison_has_an_address_that_stays_and_ways_to_its_neighbours(reader: Any, long_story: str):
    page = html.unescape(reader.get(f"{long_story}/compare?view=side").text)
    (lasting,) = re.findall(r'<link rel="canonical" href="([^"]+)"', page)
    assert lasting.startswith(f"http://testserver{long_story}/compare?")
    assert {"from=4", "to=5", "view=side"} == set(lasting.partition("?")[2].split("&"))
    assert f'<span id="lasting" hidden>{lasting}</span>' in page
    ways = dict(re.findall(r'<a href="([^"]+)"[^>]*>(Earlier edit|Later edit|From the first wording)</a>', page))
    told = {name: address for address, name in ways.items()}
    assert set(told) == {"Earlier edit", "From the first wording"}
    assert "from=3" in told["Earlier edit"]
    assert {"from=1", "to=5"} <= set(told["From the first wording"].partition("?")[2].split("&"))
    first = html.unescape(reader.get(f"{long_story}/compare?from=1&to=2").text)
    assert re.findall(r">(Earlier edit|Later edit|From the first wording)</a>", first) == ["Later edit"]
    assert "from=2&to=3" in first
    assert reader.get(told["Earlier edit"]).status_code == 200
    assert "Share this edit" not in page, "readers make no links"


@pytest.mark.parametrize(
    ("query", "status"),
    [("from=9", 404), ("to=9", 404), ("from=x", 422), ("view=x", 422), ("show=x", 422)],
)
def test_a_choice_that_makes_no_sense_is_said_so(reader: Any, long_story: str, query: str, status: int):
    assert reader.get(f"{long_story}/compare?{query}").status_code == status


def test_a_statement_of_one_wording_can_be_looked_at(reader: Any, press: Any, newsroom: Newsroom):
    press.says("Only once said.")
    with newsroom.database.read() as conn:
        (statement,) = statements.list_statements(conn).items
    page = reader.get(f"/statements/{statement.id}")
    assert page.status_code == 200
    assert 'type="radio"' not in page.text
    assert "Compare the two" not in page.text
    assert reader.get(f"/statements/{statement.id}/compare").status_code == 200


def test_a_statement_that_is_gone_tells_each_claim_once_and_since_when(reader: Any, press: Any, newsroom: Newsroom):
    press.says("The bridge was destroyed on Monday.")
    for _ in range(3):
        press.is_gone()
    with newsroom.database.read() as conn:
        (statement,) = statements.list_statements(conn).items
    assert statement.state == "withdrawn"
    page = visible(reader.get(f"/statements/{statement.id}").text)
    wording = page.partition("The wording:")[2].partition("Versions in time")[0]
    assert wording.count("The bridge was destroyed on Monday.") == 1
    assert re.search(r">gone</a> <span class=\"quiet\">since \d+ January 2025</span>", wording)


def test_text_of_publishers_is_never_markup(reader: Any, press: Any, newsroom: Newsroom):
    press.says(f"{NASTY} It rained.")
    press.says(f"{NASTY} It snowed.")
    with newsroom.database.read() as conn:
        (statement,) = statements.list_statements(conn).items
    for path in ("", "/compare", "/compare?view=side", "/compare?view=words&show=changes"):
        page = reader.get(f"/statements/{statement.id}{path}").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page


def test_words_from_right_to_left_are_shown_so(reader: Any, press_at: Any, newsroom: Newsroom):
    press = press_at("https://arabic.example.com/", language="ar")
    press.says("أعلنت الوزارة وقف إطلاق النار. قتل خمسة جنود.")
    with newsroom.database.read() as conn:
        (statement,) = statements.list_statements(conn).items
    page = reader.get(f"/statements/{statement.id}").text
    assert re.search(r'<div class="wording" dir="auto"', page)


def test_what_is_only_read_out_does_not_turn_the_words_around(reader: Any, press_at: Any, newsroom: Newsroom):
    """A block finds its direction by its first letter, which would be one of ours; what has its own does not count."""
    press = press_at("https://arabic.example.com/", language="ar")
    press.says("قتل خمسة جنود.")
    press.says("أعلنت الوزارة وقف إطلاق النار. قتل خمسة جنود.")
    with newsroom.database.read() as conn:
        (statement,) = statements.list_statements(conn).items
    for view in ("sentences", "side", "words"):
        page = reader.get(f"/statements/{statement.id}/compare?view={view}").text
        said = re.findall(r'(<span class="hidden"[^>]*>)\s*\[', page)
        assert said
        assert {one for one in said if 'dir="ltr"' not in one} == set()


def test_the_two_looks_around_an_edit_are_told_to_the_second(reader: Any, story: Any):
    page = reader.get(f"/statements/{story.statement_id}/compare").text
    assert len(re.findall(r"<time [^>]*data-exactly", page)) == 4
    assert len(re.findall(r"<time [^>]*data-exactly", reader.get(f"/claims/{story.claim_id}").text)) == 2


def test_a_page_costs_the_same_number_of_questions_however_many_versions(
    reader: Any, long_story: str, press: Any, count_statements: Any
):
    few = count_statements(lambda: reader.get(long_story))
    for number in range(6):
        press.says(f"Our forces began new offensive operations. The enemy lost {number} tanks.")
    assert count_statements(lambda: reader.get(long_story)) <= few + 1
    assert few < 30
    assert len(reader.get(long_story).content) < 100_000
