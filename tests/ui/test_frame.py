"""The frame of every page: nothing from elsewhere, nothing inline, in two languages, and errors that are pages."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from app.catalogues.choosing import languages
from app.domain.errors import DatabaseGone
from app.storage import work_list
from app.ui import assets
from app.ui.language import NAMES, words_for

ELSEWHERE = re.compile(r"""(?:src|href|action|url\()\s*=?\s*["'(]?(?:https?:)?//""")


class Outline(HTMLParser):
    """What a page is made of: its tags with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_every_answer_forbids_what_no_page_needs(reader: Any, stranger: Any):
    for answer in (reader.get("/"), stranger.get("/sign-in"), stranger.get("/nowhere"), stranger.get("/")):
        policy = answer.headers["content-security-policy"]
        assert policy == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "no-cache" in answer.headers["cache-control"] or "no-store" in answer.headers["cache-control"]


def test_styles_and_scripts_are_named_by_their_content_and_kept_for_ever(stranger: Any):
    for name, asset in assets.assets().items():
        answer = stranger.get(asset.address)
        assert answer.content == (assets.FOLDER / name).read_bytes()
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert stranger.get(f"/static/{'0' * 16}/{name}").status_code == 404
    assert sum(len(asset.body) for asset in assets.assets().values()) < 60_000


@pytest.mark.parametrize("path", ["/static/x/..%2fapplication.py", "/static/../application.py", "/static/x/passwd"])
def test_nothing_else_is_served_as_a_file(stranger: Any, path: str):
    assert stranger.get(path).status_code == 404


def test_a_page_has_landmarks_and_a_way_past_them(reader: Any):
    outline = Outline(reader.get("/").text)
    (page,) = outline.of("html")
    assert page["lang"] == "en"
    assert [tag for tag, _ in outline.tags if tag in ("header", "main", "footer", "h1")] == [
        *("header", "main", "h1", "footer")
    ]
    assert all(nav["aria-label"] for nav in outline.of("nav"))
    assert next(one for one in outline.of("a"))["href"] == "#main"
    named = {field.get("id") for field in outline.of("input")}
    assert {label["for"] for label in outline.of("label")} <= named


def test_paper_says_where_it_can_be_looked_up_again_and_nothing_of_pointing(browser: Any, keys: Any):
    page = browser().signs_in(keys["read"]).get("/?min_level=major&said=confirmed").text
    assert '<p class="print-only quiet">Walkback · http://testserver/?min_level=major</p>' in page
    assert '<span class="on-hover" hidden>Hover over one for UTC.</span>' in page


def test_the_language_is_asked_for_kept_or_the_browsers(stranger: Any):
    assert 'lang="en"' in stranger.get("/sign-in").text
    assert '<html lang="uk"' in stranger.get("/sign-in", headers={"Accept-Language": "pl,uk;q=0.8,en;q=0.1"}).text
    assert '<html lang="uk"' in stranger.get("/sign-in?lang=uk").text
    assert '<html lang="uk"' in stranger.get("/sign-in").text
    assert '<html lang="en"' in stranger.get("/sign-in?lang=en").text


@pytest.mark.parametrize(
    ("accepted", "code"),
    [("", "en"), ("uk", "uk"), ("fr", "en"), ("en;q=0.2, uk-UA;q=0.9", "uk"), ("uk;q=0", "en"), ("uk;q=x,;;", "en")],
)
def test_the_language_that_a_browser_likes_best(accepted: str, code: str):
    assert words_for((None, "xx"), accepted).language == code


def test_every_language_that_walkback_speaks_is_offered_by_its_own_name():
    assert set(NAMES) == set(languages())


def test_light_or_dark_is_kept_without_a_script(stranger: Any):
    assert 'data-theme="auto"' in stranger.get("/sign-in").text
    assert 'data-theme="dark"' in stranger.get("/sign-in?theme=dark").text
    assert 'data-theme="dark"' in stranger.get("/sign-in?theme=plaid").text


def test_the_links_of_preferences_lead_back_to_the_same_page(reader: Any):
    links = {one["href"] for one in Outline(reader.get("/?min_level=major&said=signed-in").text).of("a")}
    assert {"/?min_level=major&lang=uk", "/?min_level=major&theme=dark"} <= links


@pytest.mark.parametrize("said", ["nonsense", "<script>", "signed-in<b>"])
def test_nobody_makes_a_page_say_something(reader: Any, said: str):
    page = reader.get("/", params={"said": said}).text
    assert 'class="said"' not in page
    assert "<script>" not in page


def test_what_is_not_there_is_a_page(stranger: Any, reader: Any):
    for browser in (stranger, reader):
        answer = browser.get("/nowhere/<b>")
        assert answer.status_code == 404
        assert "<h1>There is nothing here</h1>" in answer.text
        assert "<b>" not in answer.text
        assert answer.headers["x-request-id"] in answer.text


def test_a_method_that_a_page_does_not_know_is_named(stranger: Any):
    answer = stranger.put("/sign-in", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) >= {"GET", "POST"}


def test_a_form_that_is_too_large_is_refused(browser: Any):
    assert browser(max_body_bytes=1024).sends("/sign-in", key="x" * 2000).status_code == 413


def test_head_is_answered_without_a_body(stranger: Any):
    answer = stranger.head("/sign-in")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_mistake_of_ours_and_a_lost_database_are_pages(reader: Any, monkeypatch: pytest.MonkeyPatch):
    for error, status in ((RuntimeError("secret"), 500), (DatabaseGone("secret"), 503)):
        monkeypatch.setattr(work_list, "list_work", lambda *_, error=error, **__: raise_it(error))
        answer = reader.get("/")
        assert answer.status_code == status
        assert "<h1>" in answer.text
        assert "secret" not in answer.text


def raise_it(error: Exception) -> None:
    raise error


def test_no_template_loads_anything_from_elsewhere_or_has_a_script_or_style_in_it():
    folder = assets.FOLDER.parent
    for path in (*folder.glob("templates/**/*.html"), *folder.glob("static/*.css")):
        text = path.read_text("utf-8")
        assert not ELSEWHERE.search(text), path
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|\|\s*safe|<script(?! src=)", text), path
