"""Two wordings and earlier ones: what moved is one sentence, levels are those that were told, margins are of then."""

import re
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.claims.compare import compare
from app.claims.deadline import never
from app.domain.claims import Level
from app.domain.words import ENGLISH
from app.ui.drawings.bars import DayOfFlags, draw_flags_by_day
from app.ui.views.moved import Moved, words_with_moves
from tests.newsrooms import FIRST

BEFORE = "The situation is tense. Eleven villages remain without power. Our forces struck a depot. All is calm today."
AFTER = "Our forces struck a depot. The situation is tense. All is calm on Friday."


def both(before: str, after: str) -> tuple[str, str, list[Moved]]:
    """The texts that a comparison shows as the old and the new one, and what moved in it."""
    changes = compare(before, after, language="en").changes
    shown, _ = words_with_moves(before, after, changes, out_of_time=never)
    old = new = ""
    for one in shown:
        pieces = one.words if isinstance(one, Moved) else (one,)
        is_old = not isinstance(one, Moved) or not one.is_here
        is_new = not isinstance(one, Moved) or one.is_here
        old += "".join(piece.text for piece in pieces if is_old and piece.mark != "ins")
        new += "".join(piece.text for piece in pieces if is_new and piece.mark != "del")
    return old, new, [one for one in shown if isinstance(one, Moved)]


def test_a_moved_sentence_is_shown_as_moved_and_not_as_taken_out_and_put_in(reader: Any, press: Any):
    press.says(BEFORE)
    press.says(AFTER)
    press.says(AFTER)
    (watch,) = re.findall(r"/watches/([0-9a-f-]{36})\"", reader.get("/watches").text)[:1]
    (statement,) = re.findall(r"/statements/([0-9a-f-]{36})\"", reader.get(f"/watches/{watch}").text)[:1]
    page = reader.get(f"/statements/{statement}/compare?view=words").text
    (away,), (here,) = (
        re.findall(rf'<span class="moved {one}".*?\[end\]</span></span>', page) for one in ("away", "here")
    )
    assert re.sub("<[^>]+>", "", away).split("] ")[1].startswith(re.sub("<[^>]+>", "", here).split("] ")[1][:20])
    assert "<del><span" in page
    assert "Eleven villages remain without power." in re.findall(r"<del>.*?</del>", page)[0]


def test_both_texts_are_shown_whole_whatever_moved():
    old, new, moved = both(BEFORE, AFTER)
    assert (old, new) == (BEFORE, AFTER)
    assert {one.is_here for one in moved} == {True, False}


SENTENCES = st.sampled_from(
    ["One came home.", "Two went away.", "Three stood still \ue000.", "Four rose up.", "Five fell."]
)


@given(st.lists(SENTENCES, max_size=6), st.lists(SENTENCES, max_size=6))
def test_no_word_is_lost_between_two_texts(before: list[str], after: list[str]):
    old, new, _ = both(" ".join(before), " ".join(after))
    assert (old.split(), new.split()) == (" ".join(before).split(), " ".join(after).split())


def test_a_comparison_has_the_level_that_the_flag_has(reader: Any, story: Any):
    """A pin raises a level; who compares the two wordings sees the level that they were told."""
    flag = reader.get("/").text
    (level,) = re.findall(r'<li class="flag (\w+)"', flag)
    page = reader.get(f"/statements/{story.statement_id}/compare?from=1&to=2").text
    (shown,) = set(re.findall(r'<li class="changed (\w+)"', page))
    assert shown == level == Level.MAJOR
    backwards = reader.get(f"/statements/{story.statement_id}/compare?from=2&to=1").text
    assert set(re.findall(r'<li class="changed (\w+)"', backwards)) == {Level.MAJOR}


def test_the_margin_of_an_earlier_wording_says_how_each_claim_stood_then(reader: Any, story: Any, press: Any):
    press.says("Our forces began combat operations in the Kursk region. Seven villages are under control now.")
    latest = margins(reader, story, "")
    earlier = margins(reader, story, "?version=2")
    first = margins(reader, story, "?version=1")
    assert [one for one, _ in latest] == ["altered", "altered"]
    assert earlier == [("altered", "version 2"), ("as first said", "version 1")]
    assert first == [("as first said", "version 1"), ("as first said", "version 1")]
    assert FIRST.split(". ", maxsplit=1)[0] in reader.get(f"/statements/{story.statement_id}?version=1").text


def margins(reader: Any, story: Any, query: str) -> list[tuple[str, str]]:
    page = reader.get(f"/statements/{story.statement_id}{query}").text.partition("No longer there")[0]
    return re.findall(r'<p class="margin".*?<a [^>]*>([^<]+)</a> <span class="quiet">since ([^<]+)</span>', page)


def test_a_post_without_a_title_is_called_by_how_it_begins(reader: Any, story: Any, newsroom: Any):
    with newsroom.database.write() as conn:
        conn.exec_driver_sql("UPDATE statement SET title = NULL")
    for page in (f"/watches/{story.watch_id}", "/ask?text=combat+operations", f"/pins/{story.pin_id}"):
        assert not re.search(r'href="/statements/[^"]*"[^>]*>(?:<bdi>)?https:', reader.get(page).text)
    assert "Our forces began combat operations" in reader.get(f"/watches/{story.watch_id}").text


def test_the_chart_of_days_is_part_of_what_an_open_page_asks_for(reader: Any, story: Any):
    live = reader.get("/flags/live")
    assert '<template data-moves-to="days"><svg' in live.text
    assert 'id="days"' in reader.get("/").text


def test_numbers_in_the_chart_of_days_are_counts_and_levels_have_names_and_widths():
    drawn = draw_flags_by_day([DayOfFlags(date(2025, 1, 7), {Level.MAJOR: 3, Level.MINOR: 2})], ENGLISH)
    assert re.findall(r">(\d+)</text>", drawn) == ["5"]
    assert "major: 3" in drawn
    assert "minor: 2" in drawn
    widths = [float(one) for one in re.findall(r'<rect[^>]* width="([\d.]+)"', drawn)]
    assert widths[0] > widths[1]
