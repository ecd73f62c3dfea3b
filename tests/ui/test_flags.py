"""The work list: what was taken back, the most severe first, and what people make of it with plain forms."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.claims import Level
from app.domain.flags import Flag, ReviewState
from app.domain.ids import FlagId
from app.messages.message import Mark, Piece
from app.pipeline.newsroom import Newsroom
from app.storage import flags
from app.storage.identity import new_id
from app.ui.asking import place_in, place_told
from app.ui.marking import marked_words, shortened


def rows_of(page: str) -> list[str]:
    return page.partition("</ol>")[0].split('<li class="flag ')[1:]


def levels_of(page: str) -> list[str]:
    return re.findall(r'<li class="flag (\w+)"', page)


@pytest.fixture
def flag(newsroom: Newsroom, story: Any) -> Flag:
    with newsroom.database.read() as conn:
        return flags.get_flag(conn, FlagId(UUID(story.flag_id)))


@pytest.fixture
def many(newsroom: Newsroom, flag: Flag) -> list[Flag]:
    """Thirty more flags, of every level, an hour apart."""
    more = [
        replace(
            flag,
            id=FlagId(new_id()),
            level=list(Level)[place % 4],
            created_at=flag.created_at - timedelta(hours=place),
            pin_ids=(),
        )
        for place in range(30)
    ]
    with newsroom.database.write() as conn:
        flags.add_flags(conn, more)
    return more


def test_a_row_says_who_took_what_back_and_when_with_the_words_marked(reader: Any, story: Any):
    page = reader.get("/").text
    (row,) = rows_of(page)
    visible = re.sub(r'<span class="hidden"[^>]*>.*?</span>', "", row)
    assert "<del>new offensive</del><ins>combat</ins> operations" in visible
    for told in (
        ">major<",
        ">edited<",
        "General Staff",
        "new offensive</bdi></a>",
        ">silent<",
        "removed “new offensive” from",
    ):
        assert told in row
    for link in (f"/statements/{story.statement_id}", f"/claims/{story.claim_id}", "/compare?from=1&amp;to=2"):
        assert link in row
    assert re.search(r'<time datetime="2025-01-07T\d\d:\d\d:\d\dZ" title="7 January 2025, [\d:]+ UTC">', row)
    assert "<svg" in page


def test_readers_see_no_buttons_and_editors_confirm_with_a_note(reader: Any, editor: Any, story: Any, flag: Flag):
    assert '<form class="review"' not in reader.get("/").text
    page = editor.get("/?min_level=minor").text
    assert f'action="/flags/{story.flag_id}/review"' in page
    assert 'name="back" value="/?min_level=minor"' in page
    sent = {
        "state": "confirmed",
        "note": "seen <b> in Reuters",
        "revision": str(flag.revision),
        "back": "/?min_level=minor",
    }
    answer = editor.sends(f"/flags/{story.flag_id}/review", **sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?min_level=minor&said=confirmed")
    assert rows_of(editor.get("/").text) == []
    (row,) = rows_of(editor.get("/?state=confirmed").text)
    assert "seen &lt;b&gt; in Reuters" in row
    assert "write key" in row
    assert ">Open again<" in row


def test_who_was_too_late_is_told(editor: Any, story: Any, flag: Flag):
    sent = {"state": "dismissed", "revision": str(flag.revision)}
    assert editor.sends(f"/flags/{story.flag_id}/review", **sent).status_code == 303
    late = editor.sends(f"/flags/{story.flag_id}/review", **sent)
    assert late.status_code == 412
    assert "Somebody was faster" in late.text


def test_what_was_reviewed_can_be_opened_again(newsroom: Newsroom, editor: Any, story: Any):
    editor.sends(f"/flags/{story.flag_id}/review", state="dismissed", note="nothing")
    editor.sends(f"/flags/{story.flag_id}/review", state="open", note="nothing")
    with newsroom.database.read() as conn:
        again = flags.get_flag(conn, FlagId(UUID(story.flag_id)))
    assert (again.review_state, again.note, again.reviewed_by) == (ReviewState.OPEN, "nothing", None)


@pytest.mark.parametrize(
    "form", [{}, {"state": "x"}, {"state": "open", "note": "x" * 5001}, {"state": "open", "revision": "x"}]
)
def test_a_form_that_says_nothing_sensible_changes_nothing(editor: Any, story: Any, flag: Flag, form: dict[str, str]):
    answer = editor.sends(f"/flags/{story.flag_id}/review", **form)
    assert answer.status_code == 422
    assert "<h1>" in answer.text


def test_the_most_severe_come_first_page_by_page_and_none_twice(reader: Any, many: list[Flag]):
    first = reader.get("/").text
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    second = reader.get(onward[1].replace("&amp;", "&")).text
    shown = levels_of(first) + levels_of(second)
    assert shown == sorted(shown, key=lambda level: -Level(level).rank)
    assert len(set(re.findall(r'id="flag-([\w-]+)"', first + second))) == len(shown) == 31
    assert 'rel="next"' not in second


def test_filters_are_links_that_hold_the_list_to_one_thing(reader: Any, many: list[Flag], story: Any):
    page = reader.get("/").text
    for link in ("/?min_level=substantive", "/?state=confirmed", f"/?watch={story.watch_id}", f"/?pin={story.pin_id}"):
        assert f'href="{link}"' in page
    assert set(levels_of(reader.get("/?min_level=substantive").text)) == {"major", "substantive"}
    (row,) = rows_of(reader.get(f"/?pin={story.pin_id}&state=any").text)
    assert story.flag_id in row
    held = reader.get(f"/?watch={story.watch_id}&min_level=major").text
    assert 'Publisher: <strong dir="auto">General Staff</strong>' in held
    assert 'href="/?min_level=major">show all' in held


@pytest.mark.parametrize("query", ["min_level=x", "state=x", "watch=x", "pin=1", "after=x", "after=3_2025_x"])
def test_a_filter_that_cannot_be_understood_is_said_to_be_so(reader: Any, query: str):
    answer = reader.get(f"/?{query}")
    assert answer.status_code == 422
    assert "cannot be done as it was asked" in answer.text


def test_an_open_page_is_kept_up_to_date_without_loading_it_again(
    reader: Any, editor: Any, story: Any, many: list[Flag]
):
    (made_of,) = re.findall(r"data-tag='([^']+)'", reader.get("/?min_level=major").text)
    same = reader.get("/flags/live?min_level=major", headers={"If-None-Match": html.unescape(made_of)})
    assert same.status_code == 304, "the page knows what it was made of"
    answer = reader.get("/flags/live?min_level=major")
    tag = answer.headers["etag"]
    assert "<html" not in answer.text
    assert set(levels_of(answer.text)) == {"major"}
    assert 'href="/?min_level=major&amp;state=confirmed"' in answer.text
    assert reader.get("/flags/live?min_level=major", headers={"If-None-Match": tag}).status_code == 304
    editor.sends(f"/flags/{story.flag_id}/review", state="dismissed")
    assert reader.get("/flags/live?min_level=major", headers={"If-None-Match": tag}).status_code == 200


def test_readers_of_feeds_find_the_list_where_they_need_no_key(browser: Any, reader: Any, story: Any):
    found = re.compile(r'<link rel="alternate" type="application/atom\+xml"[^>]* href="([^"]+)"')
    stranger = browser(public_read=True)
    assert found.findall(stranger.get("/").text) == ["/v1/feeds/flags.atom"]
    assert found.findall(stranger.get("/?min_level=major").text) == ["/v1/feeds/flags.atom?min_level=major"]
    assert found.findall(reader.get("/").text) == []


def test_the_title_of_the_list_has_how_many_are_open(reader: Any, editor: Any, story: Any, many: list[Flag]):
    assert "<title>(31) Flags · Walkback</title>" in reader.get("/").text
    assert reader.get("/?state=dismissed").text.count("(31) Flags") == 1


def test_nothing_is_drawn_to_find_that_nothing_changed(reader: Any, story: Any, monkeypatch: pytest.MonkeyPatch):
    tag = reader.get("/flags/live").headers["etag"]
    monkeypatch.setattr("app.ui.views.flags.draw_flags_by_day", None)
    assert reader.get("/flags/live", headers={"If-None-Match": tag}).status_code == 304


def test_text_of_publishers_and_people_is_never_markup(newsroom: Newsroom, editor: Any, flag: Flag, press_at: Any):
    nasty = "<img src=x onerror=alert(1)>\"'&{{ 7*7 }}"
    press = press_at("https://nasty.example.com/", publisher=nasty)
    press.says(f"{nasty} five soldiers died. Nothing else happened on that day.")
    press.says("Nothing else happened on that day.")
    press.says("Nothing else happened on that day.")
    page = editor.get("/").text
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "{{ 7*7 }}" in page


def test_a_page_costs_the_same_number_of_questions_however_many_rows(
    newsroom: Newsroom, reader: Any, many: list[Flag], count_statements: Any
):
    few = count_statements(lambda: reader.get("/?min_level=major"))
    assert count_statements(lambda: reader.get("/?state=any")) <= few
    assert few < 20
    assert len(reader.get("/?state=any").content) < 100_000


@given(st.text(), st.text())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_marked_words_hold_both_wordings_and_shortening_keeps_every_change(before: str, after: str):
    words = marked_words(before, after)
    assert "".join(piece.text for piece in words if piece.mark is not Mark.COME) == before
    assert "".join(piece.text for piece in words if piece.mark is not Mark.GONE) == after
    changed = [piece for piece in words if piece.mark is not Mark.KEPT]
    assert [piece for piece in shortened(words, around=5) if piece.mark is not Mark.KEPT] == changed


def test_long_stretches_that_stayed_are_cut_short_where_they_are_far_from_a_change():
    words = (
        Piece("one two three four", Mark.KEPT),
        Piece("x", Mark.GONE),
        Piece("five six seven eight nine", Mark.KEPT),
    )
    assert [piece.text for piece in shortened(words, around=6)] == ["… four", "x", "five …"]


def test_a_place_in_the_list_is_read_as_it_was_written(flag: Flag):
    place = (3, flag.created_at, flag.id)
    assert place_in({"after": place_told(*place)}, "after") == place
