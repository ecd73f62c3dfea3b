"""Whether an answer is a page at all, before anybody reads it: blocks, walls, errors and emptiness are not statements.

A page we could not read is an error, never an empty statement. Only 404 and 410 from the publisher's own server say
that something is gone; whatever a bot wall says, it says about us.
"""

import re
from collections import Counter

from app.domain.observations import Outcome
from app.domain.pages import Page
from app.sources.contract import Gone, Unread

_BLOCKED_STATUSES = {
    401: "the server asks for a login",
    403: "the server refuses us",
    407: "a proxy asks for a login",
    429: "the server says we ask too often",
    451: "the server says that the law keeps it from showing this",
}
_CHALLENGE_HEADERS = {
    "cf-mitigated": "Cloudflare",
    "x-amzn-waf-action": "the Amazon firewall",
    "x-datadome": "DataDome",
    "x-sucuri-block": "Sucuri",
}
_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"PK\x03\x04", "an archive or an office document"),
    (b"\x1f\x8b", "compressed data"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
)
_TEXT_TYPES = (
    "text/",
    "application/xhtml",
    "application/xml",
    "application/json",
    "application/rss",
    "application/atom",
)
_PROGRAMS = ("text/css", "text/javascript", "application/javascript", "application/x-javascript")
_HAS_TO_CLOSE = re.compile(r"<(/?(?:main|article))\b", re.IGNORECASE)
_AKAMAI_SHORT = 1_024
"""Akamai's own refusals are a few hundred bytes; the pages of the sites behind it are not."""


def judge(page: Page) -> Gone | Unread | None:
    """What the answer's status, headers and first bytes say by themselves; None where it may be read."""
    return _challenge(page) or _status(page) or _content(page)


def judge_list(page: Page) -> Unread | None:
    """The same for a page that lists many statements, whose absence says nothing of any of them."""
    match judge(page):
        case Gone(detail=detail):
            return Unread(Outcome.UNREADABLE, f"the list itself is not there: {detail}")
        case verdict:
            return verdict


def is_cut_short(page: Page, text: str) -> bool:
    """True where an HTML answer ends before it is whole, as far as that can be told.

    An answer whose length was declared (or that came in chunks) was whole when it got here, unless what wrote it
    stopped half way: then it ends among words, or inside of the article. Of any other, its closing tag tells.
    """
    if text.rfind("<") > text.rfind(">"):
        return True
    tail = text[-2_048:].lower()
    if "</html" in tail or "</body" in tail or "<html" not in text[:4_096].lower():
        return False
    if "content-length" in page.headers or "chunked" in page.headers.get("transfer-encoding", "").lower():
        return not text.rstrip().endswith(">") or _is_open(text)
    return True


def _is_open(text: str) -> bool:
    """True where an element that has to be closed is not."""
    opened = Counter(name.lower() for name in _HAS_TO_CLOSE.findall(text))
    return any(opened[name] > opened[f"/{name}"] for name in ("main", "article"))


def _challenge(page: Page) -> Unread | None:
    for header, whose in _CHALLENGE_HEADERS.items():
        if header in page.headers and (header != "x-datadome" or page.status >= 400):
            return Unread(Outcome.BLOCKED, f"{whose} wants proof that we are human ({page.status})")
    from_akamai = page.headers.get("server", "").lower() == "akamaighost"
    if from_akamai and 400 <= page.status < 500 and len(page.body) <= _AKAMAI_SHORT:
        return Unread(Outcome.BLOCKED, f"Akamai refuses us ({page.status})")
    return None


def _status(page: Page) -> Gone | Unread | None:
    status = page.status
    if status in (404, 410):
        return Gone("the server says that this page is gone (410)" if status == 410 else "there is no such page (404)")
    if status in _BLOCKED_STATUSES:
        return Unread(Outcome.BLOCKED, f"{_BLOCKED_STATUSES[status]} ({status})")
    if status >= 500:
        return Unread(Outcome.SERVER_ERROR, f"the server failed ({status})")
    if status == 206:
        return Unread(Outcome.TRUNCATED, "the server sent only a part of the page (206)")
    if status not in (200, 203):
        return Unread(Outcome.UNREADABLE, f"the server answered {status} instead of a page")
    return None


def _content(page: Page) -> Unread | None:
    if not page.body or page.body.isspace():
        return Unread(Outcome.UNREADABLE, "the answer is empty")
    for signature, what in _SIGNATURES:
        if page.body.startswith(signature):
            return Unread(Outcome.UNREADABLE, f"the address leads to {what}, which cannot be read as text")
    kind = page.content_type
    if kind in _PROGRAMS:
        return Unread(Outcome.UNREADABLE, f"the address leads to {kind}, which is no page")
    is_text = kind.startswith(_TEXT_TYPES) or kind.endswith(("+xml", "+json"))
    if kind and not is_text and b"<" not in page.body[:1_024]:
        return Unread(Outcome.UNREADABLE, f"the address leads to {kind}, which cannot be read as text")
    return None
