"""Pages that stand in front of the page that was asked for: bot checks, logins, consent, "not found" with a 200.

They answer 200 like a statement would, so they are known by where the request ended up, by their titles and by the
scripts they carry, and only where hardly any text is beside these: a report about a captcha is not a captcha.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from app.domain.observations import Outcome
from app.domain.pages import Page
from app.sources.contract import Unread
from app.sources.markup import UNSEEN, text_of
from app.sources.normalise import one_line
from app.sources.wall_signs import CAPTCHAS, CHALLENGE_SCRIPTS, SHELLS, TITLES

_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|signon|sso|wp-login\.php|users/sign_in|oauth2?|accounts/login)(?:[/.]|$)", re.IGNORECASE
)
_ROBOT_PATH = re.compile(
    r"/(?:re)?captcha(?:[/.]|$)|/(?:validatecaptcha|sorry/index|distil_r_captcha|cdn-cgi/challenge)", re.IGNORECASE
)
_ERROR_PATH = re.compile(
    r"/(?:404|500|error|error-?page|page-?not-?found|not-?found|access-?denied)(?:\.[a-z]{3,5})?/?$", re.IGNORECASE
)
_CONSENT = re.compile(r"^(?:consent|guce|cmp|privacy-gate)\.|/consent(?:[/.]|$)", re.IGNORECASE)
_LEADS_TO = (
    (_LOGIN_PATH, Outcome.BLOCKED, "a login"),
    (_ROBOT_PATH, Outcome.BLOCKED, "a check for robots"),
    (_ERROR_PATH, Outcome.UNREADABLE, "a page for errors"),
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{2,4})?", re.IGNORECASE)
_REFRESH = re.compile(r"\s*[0-5]\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.IGNORECASE)
_INDEX = re.compile(r"(?:index|default|home)(?:\.[a-z]{3,5})?", re.IGNORECASE)
_SCRIPTED_BELOW, _CAPTCHA_BELOW, _PASSWORD_BELOW, _REFRESH_BELOW, _SHELL_BELOW = 1_500, 300, 600, 300, 400
_ONE_LINE_BELOW = 80
_HIDDEN = ",".join(sorted(UNSEEN))
_FOLDED = " \n\r\f\x1e"
"""Of these a reader may see fewer than there are."""


def wall_of(page: Page, tree: LexborHTMLParser, html: str, *, seen_at_least: int = 0) -> Unread | None:
    """The wall that this 200 answer is, or None where it may be the page itself.

    ``seen_at_least`` is how many characters it shows, as far as is known: what only shorter pages are is not looked at.
    """
    wall = _sent_elsewhere(page) or _by_title(tree, seen_at_least)
    if wall or seen_at_least >= _SCRIPTED_BELOW or _least_seen(tree) >= _SCRIPTED_BELOW:
        return wall
    return _by_script(tree, html) or _by_refresh(tree)


def shell_of(text: str) -> Unread | None:
    """The same for the main text of a page, where what was found is not a statement but what stands in for it."""
    if len(text) < _SHELL_BELOW:
        for pattern, outcome, detail in SHELLS:
            if pattern.search(text):
                return Unread(outcome, detail)
    if len(text) < _ONE_LINE_BELOW and "\n" not in text:
        for sign in TITLES:
            if sign.pattern.match(text):
                return Unread(sign.outcome, f"{sign.detail} (“{text}”)")
    return None


def _sent_elsewhere(page: Page) -> Unread | None:
    asked, got = urlsplit(page.requested_url), urlsplit(page.url)
    if (asked.hostname, asked.path) == (got.hostname, got.path):
        return None
    for pattern, outcome, where in _LEADS_TO:
        if pattern.search(got.path) and not pattern.search(asked.path):
            return Unread(outcome, f"the address leads to {where} ({got.path})")
    place, asked_place = f"{got.hostname}{got.path}", f"{asked.hostname}{asked.path}"
    if _CONSENT.search(place) and not _CONSENT.search(asked_place):
        return Unread(Outcome.BLOCKED, f"the address leads to a consent form ({got.hostname})")
    if _is_front_page(got.path) and not got.query and not _is_front_page(asked.path):
        return Unread(Outcome.UNREADABLE, f"the address leads to the front page of {got.hostname}")
    return None


def _is_front_page(path: str) -> bool:
    return all(_LANGUAGE.fullmatch(part) or _INDEX.fullmatch(part) for part in path.split("/") if part)


def _by_title(tree: LexborHTMLParser, seen_at_least: int) -> Unread | None:
    signs = [sign for sign in TITLES if sign.below > seen_at_least]
    seen = _seen_length(tree)
    for selector in ("title", "h1"):
        node = tree.css_first(selector)
        label = one_line(text_of(node)) if node is not None else None
        for sign in signs:
            if label and sign.pattern.match(label) and seen() < sign.below:
                return Unread(sign.outcome, f"{sign.detail} (“{label[:80]}”)")
    return None


def _by_script(tree: LexborHTMLParser, html: str) -> Unread | None:
    seen = _seen_length(tree)
    if any(script in html for script in CHALLENGE_SCRIPTS) and seen() < _SCRIPTED_BELOW:
        return Unread(Outcome.BLOCKED, "a check for robots stands in front of the page")
    if any(name in html for name in CAPTCHAS) and seen() < _CAPTCHA_BELOW:
        return Unread(Outcome.BLOCKED, "a captcha stands in front of the page")
    if tree.css_first('input[type="password"]') is not None and seen() < _PASSWORD_BELOW:
        return Unread(Outcome.BLOCKED, "a login stands in front of the page")
    return None


def _by_refresh(tree: LexborHTMLParser) -> Unread | None:
    for node in tree.css("meta[http-equiv][content]"):
        is_refresh = (node.attributes.get("http-equiv") or "").lower() == "refresh"
        sends_on = _REFRESH.match(node.attributes.get("content") or "") if is_refresh else None
        if sends_on is not None and _seen_length(tree)() < _REFRESH_BELOW:
            return Unread(Outcome.UNREADABLE, f"the page sends browsers on to {sends_on[1][:200]}")
    return None


def _least_seen(tree: LexborHTMLParser) -> int:
    """So many characters a reader sees at least. It is told in no time, and most pages need no more."""
    if tree.body is None:
        return 0
    text = tree.body.text()
    hidden = sum(len(node.text()) for node in tree.body.css(_HIDDEN))
    return len(text) - sum(map(text.count, _FOLDED)) - hidden


def _seen_length(tree: LexborHTMLParser) -> Callable[[], int]:
    """How many characters a reader sees, reckoned only when it is asked for."""

    def reckon() -> int:
        return len(text_of(tree.body)) if tree.body is not None else 0

    return reckon
