"""In Ukrainian every page is Ukrainian: no word of ours is left in English, with flags, gaps and failures in it."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from app.ui.table import PAGES
from tests.newsrooms import FIRST, SECOND

THIRD = "Our forces began combat operations in the Kursk region. Nine villages were taken on Friday."
TITLE = "On the operation"

OTHERS_SAY = re.compile(r"«[^»]*»|“[^”]*”|https?://\S+|\b[\w.-]+\.example\.(?:org|com)\S*")
"""What stands between quotation marks, and addresses."""
NAMES = {
    *("walkback", "utc", "telegram", "http", "https", "css", "csv", "json", "opml", "png", "svg", "bibtex", "csl"),
    *("markdown", "claimreview", "schema", "org", "robots", "txt", "url", "api", "enter", "javascript", "europe"),
    *("kyiv", "uk", "en", "rss", "atom", "bot", "botfather", "slack", "discord", "mattermost", "teams", "apprise"),
    *("webhook", "english", "hmac", "ed25519", "ed", "v", "csl-json", "esc", "general", "staff"),
}
SAID_THERE = {word for text in (FIRST, SECOND, THIRD, TITLE) for word in text.split()}
"""What the publisher says: drawings have it among their own words."""
KEYS = {"j", "k", "c", "d", "n"}
OTHERS = {"title", "script", "style", "code", "pre", "time", "bdi", "q", "blockquote", "textarea", "kbd"}
VOID = {
    "br",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "path",
    "rect",
    "line",
    "circle",
    "use",
    "option",
    "polygon",
    "polyline",
}


class Said(HTMLParser):
    """The words of a page that are ours: neither a publisher's nor a name, a time or a thing for programs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._outside = 0
        self._open: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag in VOID:
            self._attributes(known)
            return
        is_others = tag in OTHERS or known.get("dir") == "auto" or known.get("lang") == "en" or "translate" in known
        is_others = is_others or "address" in (known.get("class") or "").split()
        self._open.append((tag, is_others))
        self._outside += is_others
        self._attributes(known)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if all(name != tag for name, _ in self._open):
            return
        while self._open:
            name, was_others = self._open.pop()
            self._outside -= was_others
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._outside:
            is_drawn = any(name == "svg" for name, _ in self._open)
            data = OTHERS_SAY.sub(" ", data)
            self.texts.append(" ".join(word for word in data.split() if word not in SAID_THERE) if is_drawn else data)

    def _attributes(self, known: dict[str, str | None]) -> None:
        if not self._outside:
            self.texts += [known.get(name) or "" for name in ("aria-label", "alt", "placeholder")]


def latin_words(html: str) -> set[str]:
    """The words in Latin letters that are neither somebody's words nor names that every language has."""
    ours = OTHERS_SAY.sub(" ", " \n ".join(Said(html).texts))
    found = re.findall(r"[A-Za-z][A-Za-z0-9_-]*", ours)
    return {
        word for word in found if word.lower() not in NAMES and word not in KEYS and not re.fullmatch(r"v\d+", word)
    }


@pytest.fixture
def addresses(story: Any, press: Any) -> list[str]:
    """Every page of the record of a story that went on until the page could not be read any more."""
    press.says(THIRD)
    press.cannot_be_read()
    press.cannot_be_read()
    known = {name: str(getattr(story, name)) for name in story.__dataclass_fields__} | {"number": "1"}
    found = []
    for page in PAGES:
        address = re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: known.get(match[1], "?"), page.path)
        if page.method == "GET" and "?" not in address:
            found.append(address)
    return [
        *found,
        f"/statements/{story.statement_id}/compare?from=1&to=2&view=side",
        f"/statements/{story.statement_id}/compare?from=1&to=2&view=words",
        "/ask?text=new+offensive+operations",
        "/ask?text=in+operations&as=words",
        "/ask?text=operations&standing=gone&since=2020-01-01&publisher=Nobody",
        "/?state=any",
        "/nowhere",
    ]


def test_no_word_of_ours_is_left_in_english(administrator: Any, addresses: list[str]):
    left: dict[str, set[str]] = {}
    for address in addresses:
        joined = address + ("&" if "?" in address else "?") + "lang=uk"
        answer = administrator.get(joined)
        if answer.headers.get("content-type", "").startswith("text/html") and (words := latin_words(answer.text)):
            left[address] = words
    assert left == {}


def test_what_a_form_cannot_use_is_said_in_ukrainian(administrator: Any, story: Any):
    administrator.get("/?lang=uk")
    sent = {
        "/destinations/add": {"step": "add", "kind": "slack"},
        f"/destinations/{story.destination_id}": {"name": "x", "digest_minutes": "0", "revision": "1"},
        "/watches/add": {"url": "ftp://example.org", "step": "add"},
        f"/watches/{story.watch_id}": {"name": "x", "interval_seconds": "0", "revision": "1"},
        "/watches/import": {"list": "nothing\nhttps://a b", "media": "text"},
        "/pins/add": {"phrases": "nothing: x y", "step": "look"},
        "/keys": {"name": "", "scope": "read"},
    }
    for address, form in sent.items():
        answer = administrator.sends(address, **form)
        assert answer.status_code in (200, 422), address
        assert latin_words(answer.text) == set(), address
