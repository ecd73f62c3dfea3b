"""Every page × everybody who may ask for it: closed unless the table of pages says otherwise."""

import re
from typing import Any

import pytest

from app.domain.keys import Scope
from app.pipeline.newsroom import Newsroom
from app.storage import watches
from app.ui.table import PAGES
from app.ui.visit import Page

IN_ORDER = sorted(PAGES, key=lambda page: (page.method, page.path))
"""Those that only show first, so that what is removed by a form was seen before."""
NOT_REACHED = {401, 403}


def address_of(page: Page, story: Any) -> str:
    """The address of a page about something of the story."""
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: str(getattr(story, found[1], 1)), page.path)


def ask(browser: Any, page: Page, story: Any) -> Any:
    path = address_of(page, story)
    return browser.get(path) if page.method == "GET" else browser.sends(path)


def is_let_in(answer: Any) -> bool:
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
    return answer.status_code not in NOT_REACHED and not to_sign_in and answer.headers.get("location") != "/sign-in"


def asked(browser: Any, story: Any) -> dict[str, Any]:
    """What each page answers; signing in and out are other tests' matter."""
    pages = [page for page in IN_ORDER if page.path not in ("/sign-in", "/sign-out", "/sign-out/everywhere")]
    return {f"{page.method} {page.path}": (page, ask(browser, page, story)) for page in pages}


def test_a_stranger_is_let_in_only_where_the_table_says_so(stranger: Any, story: Any):
    for name, (page, answer) in asked(stranger, story).items():
        assert is_let_in(answer) is (page.needs is None), name


@pytest.mark.parametrize("scope", Scope)
def test_who_is_signed_in_is_let_in_as_far_as_the_key_reaches(
    scope: Scope, browser: Any, keys: dict[str, str], story: Any
):
    for name, (page, answer) in asked(browser().signs_in(keys[scope]), story).items():
        assert is_let_in(answer) is (page.needs is None or scope.allows(page.needs)), name
        assert answer.status_code < 500, name


def test_a_session_that_is_over_opens_nothing(administrator: Any, story: Any, clock: Any):
    clock.move(168 * 3600)
    for name, (page, answer) in asked(administrator, story).items():
        assert page.needs is None or not is_let_in(answer), name


def test_strangers_see_public_pages_where_the_operator_allows_it(browser: Any, story: Any):
    for name, (page, answer) in asked(browser(public_read=True), story).items():
        if page.needs is not None:
            assert is_let_in(answer) is page.is_public, name
            if page.is_public and "{" in page.path:
                assert answer.status_code == 404, name  # the watch of the story is private
            assert "offensive" not in answer.text, name


def test_no_page_that_changes_something_is_public():
    assert [page.path for page in PAGES if page.method != "GET" and page.is_public] == []
    assert {page.path for page in PAGES if page.method != "GET" and page.needs is None} == {"/sign-in", "/sign-out"}
    assert {page.method for page in PAGES} <= {"GET", "POST"}


def test_strangers_read_what_is_public(newsroom: Newsroom, browser: Any, story: Any):
    with newsroom.database.write() as conn:
        (watch,) = watches.list_watches(conn).items
        conn.exec_driver_sql("UPDATE watch SET visibility = 'public'")
    page = browser(public_read=True).get("/")
    assert page.status_code == 200
    assert watch.publisher in page.text
    assert "Sign in" in page.text
    assert "first administrator" not in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    ],
)
def test_a_form_of_another_site_is_refused(headers: dict[str, str], administrator: Any, story: Any):
    for page in (page for page in PAGES if page.method == "POST"):
        answer = administrator.post(address_of(page, story), data={"key": "x"}, headers=headers)
        assert answer.status_code == 403, page.path
        assert "page of another site" in answer.text
    assert administrator.get("/").status_code == 200  # still signed in


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_only_plain_forms_are_read(content_type: str, stranger: Any):
    answer = stranger.post("/sign-in", content=b"key=x", headers={"Content-Type": content_type})
    assert answer.status_code == 415
