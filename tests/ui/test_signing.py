"""Signing in and out: what a browser keeps opens nothing that its key does not, and not a moment longer."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import KeyId
from app.domain.keys import Scope
from app.pipeline.keys import create_key, revoke_key
from app.pipeline.newsroom import Newsroom
from app.pipeline.sessions import LONGEST_TOKEN, find_valid_session
from app.storage import audit
from app.ui.access import TRIES_PER_MINUTE
from app.ui.pages.signing import safe_address


def test_a_key_opens_the_pages_and_signing_out_closes_them(stranger: Any, keys: dict[str, str]):
    assert stranger.get("/").headers["location"] == "/sign-in"
    stranger.signs_in(keys["read"])
    page = stranger.get("/?said=signed-in")
    assert "You are signed in." in page.text
    assert 'title="reader · Where you are signed in"><bdi>read key</bdi></a>' in page.text
    token = stranger.cookies["walkback_session"]
    assert stranger.sends("/sign-out").headers["location"] == "/sign-in?said=signed-out"
    assert "walkback_session" not in stranger.cookies
    stranger.cookies.set("walkback_session", token)
    assert stranger.get("/").status_code == 303


def test_one_is_sent_on_to_where_one_wanted_to_go(stranger: Any, keys: dict[str, str]):
    asked = stranger.get("/?level=major&watch=1").headers["location"]
    assert asked == "/sign-in?next=%2F%3Flevel%3Dmajor%26watch%3D1"
    assert 'name="next" value="/?level=major&amp;watch=1"' in stranger.get(asked).text
    answer = stranger.sends("/sign-in", key=keys["read"], next="/?level=major&watch=1")
    assert answer.headers["location"] == "/?level=major&watch=1&said=signed-in"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:x",
        "evil",
        "/a\nb",
        "",
        "///x",
    ],
)
def test_nobody_is_sent_on_to_another_site(elsewhere: str):
    assert safe_address(elsewhere) == "/"


@given(st.text())
def test_whatever_is_asked_for_leads_to_a_path_of_this_site(asked: str):
    found = safe_address(asked)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert found.isprintable()


def test_the_cookie_is_hidden_from_scripts_and_other_sites_and_only_its_hash_is_kept(
    newsroom: Newsroom, stranger: Any, keys: dict[str, str]
):
    answer = stranger.sends("/sign-in", key=keys["read"])
    cookie = answer.headers["set-cookie"]
    assert re.search(r"^walkback_session=[\w-]{43}; HttpOnly; Max-Age=604800; Path=/; SameSite=lax$", cookie)
    token = stranger.cookies["walkback_session"]
    with newsroom.database.read() as conn:
        (row,) = conn.exec_driver_sql("SELECT * FROM page_session")
    assert token not in str(row)
    assert keys["read"] not in str(row)


def test_over_https_the_cookie_is_sent_nowhere_else(browser: Any, keys: dict[str, str]):
    one = browser()
    one.base_url = "https://testserver"
    answer = one.post("/sign-in", data={"key": keys["read"]}, headers={"Sec-Fetch-Site": "same-origin"})
    assert "; Secure" in answer.headers["set-cookie"]


def test_a_session_ends_with_its_key(newsroom: Newsroom, browser: Any, clock: Any):
    create_key(newsroom, name="another administrator", scope=Scope.ADMIN)
    revoked = create_key(newsroom, name="a", scope=Scope.READ)
    ending = create_key(newsroom, name="b", scope=Scope.READ, expires_at=clock.now + timedelta(hours=1))
    one, other = browser().signs_in(revoked.secret), browser().signs_in(ending.secret)
    assert [page.get("/").status_code for page in (one, other)] == [200, 200]
    revoke_key(newsroom, KeyId(revoked.key.id))
    clock.move(3600)
    assert [page.get("/").status_code for page in (one, other)] == [303, 303]


@pytest.mark.parametrize("key", ["", "wbk_nonsense", "x" * 10_000, "\x00", "ключ"])
def test_what_is_no_key_opens_nothing(stranger: Any, key: str):
    answer = stranger.sends("/sign-in", key=key)
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers


def test_a_key_is_never_shown_again(stranger: Any, keys: dict[str, str]):
    assert "wbk_tried" not in stranger.sends("/sign-in", key="wbk_tried").text


@pytest.mark.parametrize("token", ["", "x", "x" * (LONGEST_TOKEN + 1), "é" * 43])
def test_an_invented_token_opens_nothing(newsroom: Newsroom, token: str):
    assert find_valid_session(newsroom, token) is None


def test_few_keys_a_minute_can_be_tried(stranger: Any, keys: dict[str, str], clock: Any):
    tried = [stranger.sends("/sign-in", key="wbk_guess").status_code for _ in range(TRIES_PER_MINUTE + 1)]
    assert tried == [401] * TRIES_PER_MINUTE + [429]
    refused = stranger.sends("/sign-in", key=keys["read"])
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) == 6
    assert "Too many requests" in refused.text
    clock.move(6)
    stranger.signs_in(keys["read"])


def test_every_visitor_has_a_pace(browser: Any, keys: dict[str, str], clock: Any):
    one = browser(rate_limit_per_minute=3)
    assert [one.get("/sign-in").status_code for _ in range(4)] == [200, 200, 200, 429]
    clock.move(20)
    one.signs_in(keys["read"])
    assert one.get("/").status_code == 200  # a session has a pace of its own


def test_signing_in_and_out_is_written_down(newsroom: Newsroom, reader: Any):
    reader.sends("/sign-out")
    with newsroom.database.read() as conn:
        newest = audit.list_entries(conn, limit=2).items
    assert {(entry.act, entry.actor.name, entry.subject_name) for entry in newest} == {
        ("session.started", "read key", "read key"),
        ("session.ended", "read key", "read key"),
    }
