"""The desk: questions answered with what they rest on, pins and destinations tried first, secrets shown once."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.claims import Span
from app.domain.errors import PreviewFailed
from app.domain.observations import Outcome
from app.domain.watches import SourceKind
from app.pipeline import preview as looking
from app.pipeline.newsroom import Newsroom
from app.pipeline.preview import Preview, PreviewedStatement
from app.storage import keys as kept_keys
from app.storage import watches
from app.storage.paging import Place
from app.ui.desk.marking import compared, excerpt, within
from app.ui.desk.paging import place_of, place_to_text

FEED = "https://www.example.org/feed"
T0 = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def shown(text: str) -> Preview:
    one = PreviewedStatement("1", "https://t.me/x/1", "A title", text, None, False)
    return Preview(SourceKind.WEB_PAGE, "x", "https://www.example.org/x", "Ministry", (one,), (FEED,), ())


def test_what_would_be_read_is_shown_before_anything_is_added(
    editor: Any, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
):
    async def preview(*_: Any) -> Preview:
        return shown("Our forces <b>advance</b>.")

    monkeypatch.setattr(looking, "preview", preview)
    page = editor.sends("/watches/add", url="https://www.example.org/x").text
    assert "This would be read" in page
    assert "Our forces &lt;b&gt;advance&lt;/b&gt;." in page
    assert 'value="Ministry"' in page
    assert f'name="url" value="{FEED}"' in page
    with newsroom.database.read() as conn:
        assert watches.list_watches(conn).items == ()


def test_why_nothing_would_be_read_is_said(editor: Any, monkeypatch: pytest.MonkeyPatch):
    async def preview(*_: Any) -> Preview:
        raise PreviewFailed("It was fetched, but not read: a captcha.", Outcome.BLOCKED)

    monkeypatch.setattr(looking, "preview", preview)
    answer = editor.sends("/watches/add", url="https://www.example.org/x")
    assert answer.status_code == 422
    assert "a captcha" in answer.text


def test_a_question_is_answered_with_the_interval_the_place_and_the_coverage(reader: Any, story: Any):
    page = reader.get("/ask", params={"text": "new offensive operations"}).text
    assert "Yes, and it is gone." in page
    assert re.search(r"It stood in 1 version, seen from .* removed between .* and ", page)
    assert "<mark>new offensive operations</mark>" in page
    assert "<del>new offensive</del>" in page
    assert "Of these times nothing can be said" in page
    assert "No. It was not found" in reader.get("/ask", params={"text": "They surrendered on Friday morning."}).text


@pytest.mark.parametrize("text", ["\x00", "x" * 2001, "...", "<script>alert(1)</script>"])
def test_a_question_that_is_none_is_answered_in_words(reader: Any, text: str):
    answer = reader.get("/ask", params={"text": text})
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.text


def test_a_pin_shows_what_it_finds_before_it_is_followed(editor: Any, story: Any):
    page = editor.sends("/pins/add", phrases="en: combat operations", step="look").text
    assert "What it finds now" in page
    assert "<mark>combat operations</mark>" in page
    answer = editor.sends("/pins/add", phrases="en: combat operations", step="add")
    assert answer.status_code == 303
    assert "combat operations" in editor.get("/pins").text
    assert editor.sends("/pins/add", phrases="", step="add").status_code == 422


def test_a_destination_is_tried_then_made_and_its_secret_shown_once(administrator: Any, story: Any):
    tried = administrator.sends("/destinations/add", url="https://hooks.example.org/y", step="try", min_level="minor")
    assert "it would have been told" in tried.text
    made = administrator.sends("/destinations/add", url="https://hooks.example.org/y", name="Night desk", step="add")
    secret = re.search(r"whsec_[\w+/=]+", made.text)
    assert secret
    assert made.headers["cache-control"] == "no-store"
    listed = administrator.get("/destinations").text
    assert "Night desk" in listed
    assert secret[0] not in listed


def test_deliveries_show_what_came_back_and_can_be_sent_again(administrator: Any, reader: Any, story: Any):
    page = reader.get(f"/alerts/{story.alert_id}").text
    assert re.search(rf'href="/statements/{story.statement_id}"[^>]*>General Staff removed', page)
    assert "HTTP 500" in page
    assert "oops" in page
    assert "https://hooks.example.org/x" not in reader.get(f"/destinations/{story.destination_id}").text
    assert administrator.sends(f"/alerts/{story.alert_id}/replay").status_code == 303


def test_a_key_is_shown_once_and_its_end_ends_its_browsers(administrator: Any, browser: Any, newsroom: Newsroom):
    page = administrator.sends("/keys", name="Night desk", scope="read", days="30").text
    secret = re.search(r"wbk_\w{38}", page)
    assert secret
    assert secret[0] not in administrator.get("/keys").text
    other = browser().signs_in(secret[0])
    assert other.get("/watches").status_code == 200
    with newsroom.database.read() as conn:
        (key,) = [one for one in kept_keys.list_keys(conn) if one.name == "Night desk"]
    assert administrator.sends(f"/keys/{key.id}/revoke").status_code == 303
    assert other.get("/watches").status_code == 303


def test_the_claims_chart_can_be_taken_away(reader: Any, story: Any):
    svg = reader.get(f"/statements/{story.statement_id}/claims.svg")
    assert svg.headers["content-disposition"].startswith("attachment")
    assert f"/statements/{story.statement_id}" in svg.text
    assert "class=" not in svg.text
    png = reader.get(f"/statements/{story.statement_id}/claims.png")
    assert png.content.startswith(b"\x89PNG")


@given(st.text(max_size=400), st.lists(st.tuples(st.integers(-5, 420), st.integers(-5, 420)), max_size=4))
def test_marks_lose_no_word_and_stay_inside(text: str, places: list[tuple[int, int]]):
    pieces = excerpt(text, [Span(*place) for place in places])
    assert "".join(piece.text for piece in pieces).strip("…") in text or not pieces
    assert all(span.start <= span.end <= len(text) for span in within(text, [Span(0, len(text))], "a"))


@given(st.text(max_size=80), st.text(max_size=80))
def test_two_wordings_shown_as_one_hold_both(before: str, after: str):
    pieces = compared(before, after)
    assert "".join(piece.text for piece in pieces if piece.tag != "ins") == before
    assert "".join(piece.text for piece in pieces if piece.tag != "del") == after


@given(st.datetimes(T0, T0 + timedelta(days=80_000)), st.uuids(), st.text(max_size=60))
def test_a_place_in_an_address_is_read_back_and_nonsense_begins_anew(at: Any, key: Any, text: str):
    place = Place(at.replace(tzinfo=UTC), key)
    assert place_of(place_to_text(place)) == place
    assert place_of(text) is None or "." in text
