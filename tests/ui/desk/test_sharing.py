"""Share links: they open one thing without a key, nothing beside it, until they end; each is written down."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.domain.audit import Act
from app.domain.errors import InvalidInput, NotFound
from app.domain.ids import EditId, StatementId
from app.pipeline.newsroom import Newsroom
from app.pipeline.shares import open_share, revoke_share, share_edit, share_statement
from app.pipeline.watchlist import remove_watch
from app.storage import audit
from app.storage.tables import share_link

WEEK = timedelta(days=7)


def made_by_form(editor: Any, **form: str) -> str:
    """The address of a new link."""
    page = editor.sends("/shares", **form).text
    found = re.search(r"/shared/[\w-]+", page)
    assert found
    return found[0]


def test_a_link_to_a_statement_shows_its_history_without_a_key(editor: Any, stranger: Any, story: Any):
    address = made_by_form(editor, statement=story.statement_id, days="7")
    answer = stranger.get(address)
    assert answer.status_code == 200
    assert re.search(r"<del><span class=\"hidden\"[^>]*>.{0,40}</span>new offensive", answer.text)
    assert '<meta property="og:title" content="General Staff: On the operation">' in answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    links = re.findall(r'href="(/[^"]*)"', answer.text)
    assert {link for link in links if not link.startswith(("/static/", "/shared/", "/?", "/sign-in"))} <= {"/"}
    assert stranger.get(f"/statements/{story.statement_id}").status_code in (303, 401, 404)


def test_a_link_to_an_edit_shows_that_edit_alone(editor: Any, stranger: Any, story: Any, press: Any):
    press.says("Our forces began combat operations in the Kursk region. Three villages are under control.")
    page = stranger.get(made_by_form(editor, edit=story.edit_id, days="1")).text
    assert page.count("<article") == 1
    assert "Three" not in page


def test_an_edit_of_a_long_text_is_shown_with_what_stands_around_it(editor: Any, stranger: Any, press: Any):
    far = " ".join(f"Claim number {number} stands as it stood." for number in range(200))
    press.says(f"{far} The bridge is open. {far}")
    press.says(f"{far} The bridge is closed. {far}")
    (statement,) = re.findall(r"/statements/([0-9a-f-]{36})\"", editor.get(f"/watches/{press.watch_id}").text)[:1]
    compared = editor.get(f"/statements/{statement}/compare").text
    (edit,) = re.findall(r"/shares\?statement=[0-9a-f-]{36}&amp;edit=([0-9a-f-]{36})", compared)
    page = stranger.get(made_by_form(editor, edit=edit)).text
    assert "open" in page
    assert "…" in page
    assert page.count("Claim number") < 40


def test_a_link_ends_at_its_time_and_when_it_is_closed(editor: Any, stranger: Any, story: Any, clock: Any):
    address = made_by_form(editor, statement=story.statement_id, days="1")
    clock.move(24 * 3600 - 1)
    assert stranger.get(address).status_code == 200
    clock.move(1)
    ended = stranger.get(address)
    assert ended.status_code == 404
    assert "This link opens nothing" in ended.text
    assert ended.headers["x-robots-tag"] == "noindex, nofollow"
    assert stranger.get("/shared/never-given-out").status_code == 404
    assert "operation" not in ended.text


def test_a_closed_link_opens_nothing_and_the_list_says_so(editor: Any, stranger: Any, story: Any):
    address = made_by_form(editor, statement=story.statement_id, days="7")
    (share_id, *_) = re.findall(r"/shares/([0-9a-f-]{36})/close", editor.get("/shares").text)
    assert editor.sends(f"/shares/{share_id}/close").status_code == 303
    assert stranger.get(address).status_code == 404
    assert "closed" in editor.get("/shares").text


def test_only_a_digest_of_the_token_is_kept_and_the_list_never_shows_it(editor: Any, newsroom: Newsroom, story: Any):
    token = made_by_form(editor, statement=story.statement_id, days="7").rpartition("/")[2]
    with newsroom.database.read() as conn:
        rows = conn.execute(sa.select(share_link)).all()
    assert token not in str(rows)
    assert token not in editor.get("/shares").text


def test_making_and_closing_a_link_is_written_down(newsroom: Newsroom, story: Any):
    made = share_statement(newsroom, StatementId(UUID(story.statement_id)), lasts=WEEK)
    revoke_share(newsroom, made.share.id)
    revoke_share(newsroom, made.share.id)
    with newsroom.database.read() as conn:
        acts = [entry.act for entry in audit.list_entries(conn, subject_id=made.share.id).items]
    assert sorted(acts) == [Act.SHARE_MADE, Act.SHARE_REVOKED]


@pytest.mark.parametrize("lasts", [timedelta(), timedelta(days=-1), timedelta(days=366)])
def test_a_link_lasts_for_a_year_at_most(newsroom: Newsroom, story: Any, lasts: timedelta):
    with pytest.raises(InvalidInput):
        share_edit(newsroom, EditId(UUID(story.edit_id)), lasts=lasts)


def test_what_is_forgotten_takes_its_links_along(newsroom: Newsroom, story: Any, press: Any):
    made = share_statement(newsroom, StatementId(UUID(story.statement_id)), lasts=WEEK)
    remove_watch(newsroom, press.watch_id, forget_history=True)
    with pytest.raises(NotFound):
        open_share(newsroom, made.token)
