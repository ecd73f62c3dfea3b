"""Telegram channels and single posts, read from the public web preview that anybody can open in a browser.

One request to a channel's list shows up to twenty posts, so it checks all of them at once. A post's own page says
whether it is really gone. The lasting identity of a channel is its number: names can be given up and taken by others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.domain.errors import InvalidAddress
from app.domain.observations import Outcome
from app.domain.pages import Page, Request
from app.domain.watches import SourceKind
from app.sources.addresses import Address
from app.sources.contract import FoundStatement, Other, Reading, Same, Statements, Target, Unread, Window
from app.sources.judging import judge, judge_list
from app.sources.telegram_address import Place, find_place, origin_of, place_anywhere
from app.sources.telegram_page import PreviewPage, read_preview
from app.sources.telegram_post import Post

EXTRACTOR_VERSION = "telegram-1"


@dataclass(frozen=True, slots=True)
class TelegramChannel:
    """A public channel: its list of posts, older pages of it, and each post by itself. ``base`` is the preview."""

    base: Address
    kind: ClassVar[SourceKind] = SourceKind.TELEGRAM_CHANNEL
    extractor_version: ClassVar[str] = EXTRACTOR_VERSION

    def recognise(self, url: str) -> str | None:
        """The channel's name, where the address is one of a whole channel."""
        place = find_place(url, self.base)
        return place.target if place is not None and place.post is None else None

    def target_of(self, url: str) -> str:
        """The channel's name, also where the address is one of a post in it."""
        return place_anywhere(url, self.base).channel

    def list_request(self, target: Target) -> Request:
        """The newest posts."""
        return _request(self.base, target, f"s/{_channel(target)}")

    def older_request(self, target: Target, before: str) -> Request | None:
        """The posts strictly below number ``before``."""
        number = _number(before)
        return None if number is None else _request(self.base, target, f"s/{_channel(target)}?before={number}")

    def list_request_around(self, target: Target, external_id: str) -> Request | None:
        """The list page that ends with the post."""
        number = _number(external_id)
        return None if number is None else self.older_request(target, str(number + 1))

    def statement_request(self, target: Target, external_id: str, url: str) -> Request:
        """The post's own page."""
        return _post_request(self.base, target, external_id)

    def read(
        self, page: Page, target: Target, *, external_id: str | None, now: datetime, other: Other | None = None
    ) -> Reading:
        """A list page, or the page of the one post ``external_id``."""
        number = _number(external_id) if external_id is not None else None
        return _read_list(page, target, self.base) if number is None else _read_one(page, target, self.base, number)

    def glance(self, page: Page, target: Target, mark: str, *, external_id: str | None, now: datetime) -> Same | None:
        """None: posts are cheap to read."""
        return None

    def absent(self, window: Window, known: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
        """The known posts inside the window that were not on the page, in order of their numbers."""
        numbers = sorted(number for number in map(_number, set(known) - set(found)) if number is not None)
        return tuple(str(number) for number in numbers if window.covers(number))


@dataclass(frozen=True, slots=True)
class TelegramPost:
    """One public post: it is its own list."""

    base: Address
    kind: ClassVar[SourceKind] = SourceKind.TELEGRAM_POST
    extractor_version: ClassVar[str] = EXTRACTOR_VERSION

    def recognise(self, url: str) -> str | None:
        """``channel/123``, where the address is one of a post."""
        place = find_place(url, self.base)
        return place.target if place is not None and place.post is not None else None

    def target_of(self, url: str) -> str:
        """``channel/123``; an address without a post's number is refused."""
        place = place_anywhere(url, self.base)
        if place.post is None:
            raise InvalidAddress(f"The address names no post: write https://t.me/{place.channel}/123.")
        return place.target

    def list_request(self, target: Target) -> Request:
        """The post's own page."""
        return _post_request(self.base, target, str(_place(target).post))

    def older_request(self, target: Target, before: str) -> Request | None:
        """None: there is nothing before the one post."""
        return None

    def list_request_around(self, target: Target, external_id: str) -> Request | None:
        """None: a single post is read at its own page."""
        return None

    def statement_request(self, target: Target, external_id: str, url: str) -> Request:
        """The post's own page."""
        return _post_request(self.base, target, external_id)

    def read(
        self, page: Page, target: Target, *, external_id: str | None, now: datetime, other: Other | None = None
    ) -> Reading:
        """The page of the post, whichever way it was asked for."""
        number = _number(external_id) if external_id is not None else _place(target).post
        if number is None:
            return Unread(Outcome.UNREADABLE, f"“{external_id}” is not the number of a post")
        return _read_one(page, target, self.base, number)

    def glance(self, page: Page, target: Target, mark: str, *, external_id: str | None, now: datetime) -> Same | None:
        """None: posts are cheap to read."""
        return None

    def absent(self, window: Window, known: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
        """None: a single post has no list to be absent from."""
        return ()


def _read_list(page: Page, target: Target, base: Address) -> Reading:
    refused = judge_list(page)
    if refused is not None:
        return refused
    preview = read_preview(page, whole_list=True)
    match preview:
        case PreviewPage():
            return _stranger(preview, target) or _statements(preview, target, base)
        case Unread():
            return preview
        case _:
            return Unread(Outcome.UNREADABLE, f"asked for a list of posts: {preview.detail}")


def _statements(preview: PreviewPage, target: Target, base: Address) -> Statements:
    posts = [post for post in preview.posts if not post.is_service]
    before = preview.before
    origin = origin_of(target.url, base)
    return Statements(
        found=tuple(found for post in posts if (found := _statement(origin, post, str(post.number)))),
        window=_window(preview),
        older=_request(base, target, f"s/{_channel(target)}?before={before}") if before is not None else None,
        identity=preview.channel_id,
        name=preview.name,
    )


def _window(preview: PreviewPage) -> Window:
    """From the first post shown, or from the channel's very first where there are none older; see the module above."""
    numbers = [post.number for post in preview.posts]
    return Window(
        first=1 if preview.before is None else min(numbers),
        last=preview.asked_before - 1 if preview.asked_before is not None else None,
        unread=frozenset(post.number for post in preview.posts if post.wording is None),
    )


def _read_one(page: Page, target: Target, base: Address, number: int) -> Reading:
    preview = judge(page) or read_preview(page, whole_list=False)
    if not isinstance(preview, PreviewPage):
        return preview
    post = _stranger(preview, target) or _post_of(preview, number)
    if isinstance(post, Unread):
        return post
    found = _statement(origin_of(target.url, base), post, str(number))
    if found is None:
        return Unread(Outcome.UNREADABLE, "Telegram shows this post only in its app")
    return Statements((found,), identity=preview.channel_id, name=preview.name)


def _post_of(preview: PreviewPage, number: int) -> Post | Unread:
    post = next((post for post in preview.posts if number in (post.number, *post.item_numbers)), None)
    if post is None:
        return Unread(Outcome.UNREADABLE, f"the answer does not show post {number}")
    if not post.is_whole:
        return Unread(Outcome.TRUNCATED, "the answer ends inside the post")
    if post.is_service:
        return Unread(Outcome.UNREADABLE, "this is a notice about the channel, not a statement")
    return post


def _stranger(preview: PreviewPage, target: Target) -> Unread | None:
    """A name can be given up and registered by another channel, whose posts are not this publisher's."""
    if target.identity is None or preview.channel_id in (None, target.identity):
        return None
    return Unread(
        Outcome.UNREADABLE,
        f"the name “{_channel(target)}” now belongs to another channel "
        f"(number {preview.channel_id}, it was {target.identity})",
    )


def _statement(origin: str, post: Post, external_id: str) -> FoundStatement | None:
    if post.wording is None:
        return None
    return FoundStatement(external_id, f"{origin}/{post.channel}/{external_id}", post.wording)


def _request(base: Address, target: Target, path: str) -> Request:
    """Asked in English, because the preview's own words ("edited", "Post not found") are read."""
    url = f"{origin_of(target.url, base)}/{path}"
    return Request(url, headers={"Accept-Language": "en"}, respect_robots=target.respect_robots)


def _post_request(base: Address, target: Target, number: str) -> Request:
    return _request(base, target, f"{_channel(target)}/{number}?embed=1&mode=tme")


def _place(target: Target) -> Place:
    channel, _, number = target.target.partition("/")
    return Place(channel, _number(number))


def _channel(target: Target) -> str:
    return _place(target).channel


def _number(external_id: str) -> int | None:
    return int(external_id) if external_id.isascii() and external_id.isdigit() and len(external_id) < 19 else None
