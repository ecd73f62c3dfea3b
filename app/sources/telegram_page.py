"""A page of Telegram's public web preview: its posts, or what it says instead of posts.

The preview is asked in English (its own few words, "edited" and "Post not found", are read), and it answers 200 to
almost everything: a deleted post, a channel that does not exist and a page that could not be made just now differ only
in their markup. Only "Post not found" means that a post is not there.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser

from app.domain.observations import Outcome
from app.domain.pages import Page
from app.sources.charset import decode
from app.sources.contract import Gone, Unread
from app.sources.judging import is_cut_short
from app.sources.markup import parse, text_of
from app.sources.normalise import one_line
from app.sources.telegram_post import Post, read_post

_NOT_FOUND = re.compile(r"^\W*(?:Post|Message) not found\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """The posts of one page, in its order, each number once; ``before`` asks for older ones, None at the first post.

    ``asked_before`` is the number below which this page was asked to show posts, None for the newest page.
    """

    posts: tuple[Post, ...]
    channel_id: str | None
    name: str | None
    before: int | None
    asked_before: int | None


def read_preview(page: Page, *, whole_list: bool) -> PreviewPage | Gone | Unread:
    """What a page of the preview holds. ``whole_list`` says that its silence about a post will be counted."""
    html = decode(page)
    tree = parse(html)
    if isinstance(tree, Unread):
        return tree
    said = _said_instead(tree)
    if said is not None:
        return said
    posts = _posts(tree)
    if not posts:
        return _landing(tree, page)
    if whole_list and not _is_whole(page, html, posts[-1]):
        return Unread(Outcome.TRUNCATED, "the list of posts ends before the end of the page")
    return PreviewPage(
        posts=posts,
        channel_id=next((post.channel_id for post in posts if post.channel_id), None),
        name=_name(tree),
        before=_cursor(tree),
        asked_before=before_in(page.url),
    )


def _is_whole(page: Page, html: str, last: Post) -> bool:
    """True where nothing of the list was cut off: it closes, or all its bytes came and its last post has its time.

    Posts that a cut took away as a whole are not lost by this: one that is missing is looked for at its own place.
    """
    if "</html" in html[-4_096:].lower():
        return True
    return not is_cut_short(page, html) and last.wording is not None and last.wording.published_at is not None


def before_in(url: str) -> int | None:
    """The number in ``?before=`` of an address; Telegram reads 0 as "the newest page"."""
    return _number(parse_qs(urlsplit(url).query).get("before", [""])[0])


def _said_instead(tree: LexborHTMLParser) -> Gone | Unread | None:
    error = tree.css_first(".tgme_widget_message_error")
    if error is not None:
        words = one_line(text_of(error)) or "an error without words"
        if _NOT_FOUND.match(words):
            return Gone(f"Telegram says “{words}”")
        return Unread(Outcome.UNREADABLE, f"Telegram does not show this post: “{words[:200]}”")
    if tree.css_first(".tme_no_messages_found") is not None:
        return Unread(Outcome.UNREADABLE, "Telegram says “No posts found”, as it also does when it is busy")
    return None


def _posts(tree: LexborHTMLParser) -> tuple[Post, ...]:
    found: dict[int, Post] = {}
    for block in tree.css(".tgme_widget_message[data-post]"):
        post = read_post(block)
        if post is not None:
            found.setdefault(post.number, post)
    return tuple(found.values())


def _name(tree: LexborHTMLParser) -> str | None:
    for selector in (".tgme_channel_info_header_title", ".tgme_widget_message_owner_name"):
        node = tree.css_first(selector)
        if node is not None:
            return one_line(text_of(node))
    return None


def _cursor(tree: LexborHTMLParser) -> int | None:
    """Telegram's own pointer to older posts, never reckoned from post numbers."""
    for node in tree.css(".tme_messages_more[data-before]"):
        number = _number(node.attributes.get("data-before") or "")
        if number is not None:
            return number
    link = tree.css_first('link[rel="prev"]')
    return before_in(link.attributes.get("href") or "") if link is not None else None


def _number(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 and int(digits) > 0 else None


def _landing(tree: LexborHTMLParser, page: Page) -> Unread:
    """Telegram sends a channel without a preview to the page of its name, which says what the name is."""
    said = " ".join(
        one_line(text_of(node)) or ""
        for node in tree.css(".tgme_page_extra, .tgme_page_description, .tgme_page_action, .tgme_page_title")
    ).lower()
    if not said:
        return Unread(Outcome.UNREADABLE, "the answer is not a page of Telegram's preview")
    if "subscriber" in said:
        return Unread(Outcome.UNREADABLE, "the channel exists, but its web preview is switched off or restricted")
    if "member" in said:
        return Unread(Outcome.UNREADABLE, "this name is a group; only channels have a web preview")
    if "start bot" in said or "monthly user" in said:
        return Unread(Outcome.UNREADABLE, "this name is a bot, not a channel")
    moved = f" (it led to {urlsplit(page.url).path})" if page.redirects else ""
    return Unread(Outcome.UNREADABLE, f"there is no channel of this name, or its web preview is off{moved}")
