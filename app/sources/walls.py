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
from app.sources.shell_signs import REPORTS, SHELLS
from app.sources.wall_signs import CAPTCHAS, CHALLENGE_SCRIPTS, INJECTED_SCRIPTS, TITLES, Sign

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
_SEARCH_PATH = re.compile(r"/(?:search|poshuk|poisk|пошук|поиск)(?:\.[a-z]{3,5})?/?$", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"utm_\w+|lang|language|hl|from|ref|referr?er|source|error|err|status|code|msg|notfound|40[34]", re.IGNORECASE
)
"""Names in a query that lead to no page of their own: with these alone the front page is the front page."""
_NAMES_A_PAGE = re.compile(r"(?<!\d)\d{1,3}$|\d{5,}|(?:\w+-){3}|\.[a-z]{3,5}$", re.IGNORECASE)
"""Numbers that are no year, and rows of words: ``7``, ``123456``, ``new-head-of-the-department``, ``story.html``."""
_LEADS_TO = (
    (_LOGIN_PATH, Outcome.BLOCKED, "a login"),
    (_ROBOT_PATH, Outcome.BLOCKED, "a check for robots"),
    (_ERROR_PATH, Outcome.UNREADABLE, "a page for errors"),
    (_SEARCH_PATH, Outcome.UNREADABLE, "a search"),
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{2,4})?", re.IGNORECASE)
_REFRESH = re.compile(r"\s*[0-5]\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.IGNORECASE)
_INDEX = re.compile(r"(?:index|default|home)(?:\.[a-z]{3,5})?", re.IGNORECASE)
_SCRIPTED_BELOW, _INJECTED_BELOW, _REFRESH_BELOW = 1_500, 100, 300
_CAPTCHA_BELOW, _PASSWORD_BELOW, _TOLD_BELOW = 300, 600, 100
"""The last is of what stands outside of forms: a short release with a form for comments beside it is a release."""
_HEADED_BELOW = 250
_BESIDE = frozenset({"form", "nav", "header", "footer", "aside"})
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
    if REPORTS.search(text):
        return None
    for shell in SHELLS:
        if len(text) < shell.below and shell.pattern.search(text):
            return Unread(shell.outcome, f"{shell.detail} (“{text[:80]}”)")
    if len(text) < _HEADED_BELOW:
        first, _, _ = text.partition("\n")
        for sign in TITLES:
            if sign.pattern.match(first):
                return Unread(sign.outcome, f"{sign.detail} (“{first[:80]}”)")
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
    if _is_front_page(got.path) and _says_nothing(got.query) and not _is_front_page(asked.path):
        return Unread(Outcome.UNREADABLE, f"the address leads to the front page of {got.hostname}")
    if got.hostname == asked.hostname and _is_list_above(asked.path, got.path) and _says_nothing(got.query):
        return Unread(Outcome.UNREADABLE, f"the address leads to the list that it stood in ({got.path})")
    return None


def _says_nothing(query: str) -> bool:
    return all(_SAYS_NOTHING.fullmatch(part.partition("=")[0]) for part in query.split("&") if part)


def _is_list_above(asked: str, got: str) -> bool:
    """True where what was cut off an address is the part that names the page: a number, or a row of words."""
    above, below = got.strip("/").split("/"), asked.strip("/").split("/")
    is_above = below[: len(above)] == above and _NAMES_A_PAGE.search(above[-1]) is None
    cut_off = [part for part in below[len(above) :] if not _INDEX.fullmatch(part)]
    return is_above and any(_NAMES_A_PAGE.search(part) for part in cut_off)


def _is_front_page(path: str) -> bool:
    return all(_LANGUAGE.fullmatch(part) or _INDEX.fullmatch(part) for part in path.split("/") if part)


def _by_title(tree: LexborHTMLParser, seen_at_least: int) -> Unread | None:
    signs = [sign for sign in TITLES if sign.below > seen_at_least]
    seen = _seen_length(tree)
    for selector in ("title", "h1"):
        node = tree.css_first(selector)
        label = one_line(text_of(node)) if node is not None else None
        for sign in signs:
            if label and sign.pattern.match(label) and seen() < sign.below and not _is_report(tree, sign):
                return Unread(sign.outcome, f"{sign.detail} (“{label[:80]}”)")
    return None


def _is_report(tree: LexborHTMLParser, sign: Sign) -> bool:
    """True where a page that is headed like a wall tells what somebody said. Missing pages often list other news."""
    return (
        sign.outcome is not Outcome.UNREADABLE and REPORTS.search(text_of(tree.body) if tree.body else "") is not None
    )


def _by_script(tree: LexborHTMLParser, html: str) -> Unread | None:
    seen = _seen_length(tree)
    if any(script in html for script in CHALLENGE_SCRIPTS) and seen() < _SCRIPTED_BELOW:
        return Unread(Outcome.BLOCKED, "a check for robots stands in front of the page")
    if any(script in html for script in INJECTED_SCRIPTS) and seen() < _INJECTED_BELOW:
        return Unread(Outcome.BLOCKED, "a check for robots stands in front of the page")
    if _told_length(tree) >= _TOLD_BELOW:
        return None
    if any(name in html for name in CAPTCHAS) and seen() < _CAPTCHA_BELOW:
        return Unread(Outcome.BLOCKED, "a captcha stands in front of the page")
    if tree.css_first('input[type="password"]') is not None and seen() < _PASSWORD_BELOW:
        return Unread(Outcome.BLOCKED, "a login stands in front of the page")
    return None


def _told_length(tree: LexborHTMLParser) -> int:
    """How many characters a reader sees that belong to the page, outside of forms, menus and what frames it."""
    return len(text_of(tree.body, lambda node: node.tag in _BESIDE)) if tree.body is not None else 0


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
