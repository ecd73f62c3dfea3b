"""A press release or any other web page: one statement, its words without the page around them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from app.domain.observations import Outcome
from app.domain.pages import Page, Request
from app.domain.statements import Wording
from app.domain.watches import Selectors, SourceKind
from app.sources.addresses import canonical
from app.sources.charset import decode
from app.sources.contract import FoundStatement, Gone, Other, Reading, Same, Statements, Target, Unread, Window
from app.sources.feed_shape import feed_shape
from app.sources.glance import glance
from app.sources.judging import is_cut_short, judge
from app.sources.main_text import main_text, text_by_selectors, too_large
from app.sources.markup import parse
from app.sources.normalise import normalise
from app.sources.page_fields import PageFields, fields_of
from app.sources.page_marks import Markup, leave_mark
from app.sources.walls import shell_of, wall_of

THE_PAGE = "page"
"""The external id of the one statement of a web page: it has no other name, and its address may change."""
EXTRACTOR_VERSION = "web-page-2"
PLAIN_TEXT = "plain text"
_DATA = ("{", "[")


@dataclass(frozen=True, slots=True)
class WebPage:
    """One page, which is its own list. It recognises every http address, so it is asked last."""

    kind: ClassVar[SourceKind] = SourceKind.WEB_PAGE
    extractor_version: ClassVar[str] = EXTRACTOR_VERSION

    def recognise(self, url: str) -> str | None:
        """The canonical address."""
        return str(canonical(url))

    def target_of(self, url: str) -> str:
        """The canonical address."""
        return str(canonical(url))

    def list_request(self, target: Target) -> Request:
        """The page."""
        return Request(target.url, respect_robots=target.respect_robots)

    def older_request(self, target: Target, before: str) -> Request | None:
        """None: there is nothing before the one page."""
        return None

    def list_request_around(self, target: Target, external_id: str) -> Request | None:
        """None: a page is its own list."""
        return None

    def statement_request(self, target: Target, external_id: str, url: str) -> Request:
        """The page."""
        return self.list_request(target)

    def read(
        self, page: Page, target: Target, *, external_id: str | None, now: datetime, other: Other | None = None
    ) -> Reading:
        """The page's one statement, whichever way it was asked for."""
        read = read_page(page, target.selectors, language=target.language, now=now)
        if not isinstance(read, ReadPage):
            return read
        found = FoundStatement(THE_PAGE, target.url, read.wording)
        mark = mark_of(page, target.selectors, read, now=now, other=other)
        return Statements((found,), name=read.wording.title, mark=mark)

    def glance(
        self, page: Page, target: Target, mark: str, *, external_id: str | None, now: datetime
    ) -> Same | Other | None:
        """That the page's one statement stands as it did."""
        return glance(page, THE_PAGE, target.selectors, mark, version=EXTRACTOR_VERSION, now=now)

    def absent(self, window: Window, known: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
        """None: a single page has no list to be absent from."""
        return ()


@dataclass(frozen=True, slots=True)
class ReadPage:
    """The wording that a page holds, and the page as it was parsed; None where it is plain text."""

    wording: Wording
    markup: Markup | None


def read_wording(page: Page, selectors: Selectors, *, language: str | None, now: datetime) -> Wording | Gone | Unread:
    """The wording that a web page holds, as :func:`read_page`, alone."""
    read = read_page(page, selectors, language=language, now=now)
    return read.wording if isinstance(read, ReadPage) else read


def read_page(page: Page, selectors: Selectors, *, language: str | None, now: datetime) -> ReadPage | Gone | Unread:
    """What a web page holds. ``language`` is the watch's own word, which counts more than the page's."""
    refused = judge(page)
    if refused is not None:
        return refused
    source = decode(page)
    if page.content_type == "text/plain" or "<" not in source:
        return _plain(source, language)
    if feed_shape(source) is not None:
        return Unread(Outcome.UNREADABLE, "the address answers with a feed: watch it as a feed")
    if page.content_type.endswith("json") and source.lstrip().startswith(_DATA):
        return _is_data()
    return _read_html(page, source, selectors, language, now)


def mark_of(page: Page, selectors: Selectors, read: ReadPage, *, now: datetime, other: Other | None = None) -> str:
    """What to remember of a page whose statement was read. What was parsed of it is of no more use then."""
    text, version = read.wording.text, EXTRACTOR_VERSION
    return leave_mark(page, read.markup, text, selectors, version=version, now=now, other=other).written()


def _plain(source: str, language: str | None) -> ReadPage | Unread:
    if source.lstrip().startswith(_DATA):
        return _is_data()
    text = normalise(source)
    if not text:
        return _without_text()
    shell = shell_of(text)
    if shell is not None:
        return shell
    return ReadPage(Wording(text, language=language, details={"kind": PLAIN_TEXT}), None)


def _read_html(page: Page, html: str, selectors: Selectors, language: str | None, now: datetime) -> ReadPage | Unread:
    chosen = bool(selectors.include or selectors.exclude)
    tree = (None if chosen else too_large(html)) or parse(html)
    if isinstance(tree, Unread):
        return tree
    wall = wall_of(page, tree, html)
    if wall is not None:
        return wall
    if is_cut_short(page, html):
        return Unread(Outcome.TRUNCATED, "the answer ends before the end of the page")
    text = text_by_selectors(tree, selectors) if chosen else _main_text(html)
    if isinstance(text, Unread):
        return text
    if not text:
        return _without_text()
    return ReadPage(_wording(text, fields_of(tree, now=now), language), Markup(html, tree))


def _main_text(html: str) -> str | Unread:
    text = main_text(html)
    return shell_of(text) or text


def _wording(text: str, fields: PageFields, language: str | None) -> Wording:
    details: dict[str, Any] = {"kind": "web page"}
    if fields.site_name:
        details["site"] = fields.site_name
    return Wording(
        text,
        title=fields.title,
        author=fields.author,
        published_at=fields.published_at,
        language=language or fields.language,
        details=details,
    )


def _is_data() -> Unread:
    return Unread(Outcome.UNREADABLE, "the address answers with data, not with a page")


def _without_text() -> Unread:
    return Unread(Outcome.UNREADABLE, "no text was found on the page; it may need JavaScript, or a CSS selector")
