"""One Telegram post as the public web preview shows it: its words, its kind, and what stands beside the words.

The preview's markup has traps, all of them real: a reply carries a preview of another post's text; an album's caption
is wrapped twice; a post with custom emoji stands there twice, the second time as "Please open Telegram to view this
post"; ``text_not_supported_wrap`` is on every post and means nothing. Views, reactions, shares of votes and addresses
of files change by themselves and are never read.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from selectolax.lexbor import LexborNode

from app.domain.statements import Wording
from app.sources.markup import has_class, text_of
from app.sources.normalise import normalise, one_line
from app.sources.telegram_media import Media, media_of, poll_of

_NOT_ITS_OWN = frozenset(
    {"tgme_widget_message_reply", "tgme_widget_message_link_preview", "media_not_supported_cont"},
)
_EDITED = re.compile(r"\bedited\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Post:
    """One block of the preview. ``wording`` is None where the preview does not show what the post says."""

    channel: str
    number: int
    item_numbers: tuple[int, ...]
    channel_id: str | None
    is_service: bool
    is_whole: bool
    wording: Wording | None


def read_post(block: LexborNode) -> Post | None:
    """The post of one ``div.tgme_widget_message``; None where it has no ``data-post`` of the form ``channel/123``."""
    channel, _, number = (block.attributes.get("data-post") or "").partition("/")
    if not channel or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    published_at = _published_at(block)
    media = media_of(block)
    return Post(
        channel=channel,
        number=int(number),
        item_numbers=tuple(item.number for item in media if item.number is not None),
        channel_id=_channel_id(block),
        is_service=has_class(block, "service_message"),
        is_whole=published_at is not None,
        wording=_wording(block, media, published_at),
    )


def _wording(block: LexborNode, media: tuple[Media, ...], published_at: datetime | None) -> Wording | None:
    own_text = _own_text(block)
    poll = poll_of(block)
    text = "\n".join(part for part in (own_text, poll.text if poll else "") if part) or _described(media)
    if not text:
        return None
    meta = block.css_first(".tgme_widget_message_meta")
    return Wording(
        text=text,
        author=_label(block, ".tgme_widget_message_from_author"),
        published_at=published_at,
        marked_edited=meta is not None and _says_edited(meta),
        details=_details(block, media, has_poll=poll is not None),
    )


def _own_text(block: LexborNode) -> str:
    """The post's text: the first outermost ``.js-message_text`` that is not inside a reply, a preview or a fallback."""
    for node in block.css(".js-message_text, .tgme_widget_message_text"):
        if not has_class(node, "js-message_reply_text") and not _is_under(node, block, _NOT_ITS_OWN):
            return normalise(text_of(node, _leaves_out))
    return ""


def _leaves_out(node: LexborNode) -> bool:
    return not _NOT_ITS_OWN.isdisjoint((node.attributes.get("class") or "").split())


def _is_under(node: LexborNode, top: LexborNode, names: frozenset[str]) -> bool:
    parent = node.parent
    while parent is not None and parent.mem_id != top.mem_id:
        if not names.isdisjoint((parent.attributes.get("class") or "").split()):
            return True
        parent = parent.parent
    return False


def _described(media: tuple[Media, ...]) -> str:
    """Words for a post without words: ``[photo]``, ``[album: 3 photos, 1 video]``, ``[document: order.pdf]``."""
    if not media:
        return ""
    if len(media) == 1:
        return f"[{media[0].described}]"
    counts: dict[str, int] = {}
    for item in media:
        counts[item.kind] = counts.get(item.kind, 0) + 1
    names = ", ".join(f"{count} {kind}" + ("s" if count > 1 else "") for kind, count in counts.items())
    return f"[album: {names}]"


def _details(block: LexborNode, media: tuple[Media, ...], *, has_poll: bool) -> dict[str, Any]:
    details: dict[str, Any] = {"kind": _kind(media, has_poll=has_poll)}
    if media:
        details["media"] = [item.as_json() for item in media]
    for name, read in _BESIDE.items():
        found = read(block)
        if found:
            details[name] = found
    return details


def _kind(media: tuple[Media, ...], *, has_poll: bool) -> str:
    if has_poll:
        return "poll"
    if len(media) > 1:
        return "album"
    return media[0].kind if media else "text"


def _forwarded_from(block: LexborNode) -> dict[str, str] | None:
    node = block.css_first(".tgme_widget_message_forwarded_from")
    if node is None:
        return None
    named = node.css_first(".tgme_widget_message_forwarded_from_name")
    name = one_line(text_of(named if named is not None else node))
    if name is None:
        return None
    href = (named.attributes.get("href") or "") if named is not None else ""
    return {"name": name.removeprefix("Forwarded from").strip()} | ({"url": href} if href else {})


def _reply_to(block: LexborNode) -> dict[str, str] | None:
    node = block.css_first(".tgme_widget_message_reply")
    if node is None:
        return None
    quoted = node.css_first(".js-message_reply_text, .tgme_widget_message_metatext, .tgme_widget_message_text")
    text = one_line(text_of(quoted)) if quoted is not None else None
    return {"url": node.attributes.get("href") or ""} | ({"text": text} if text else {})


def _link_preview(block: LexborNode) -> dict[str, str] | None:
    node = block.css_first(".tgme_widget_message_link_preview")
    if node is None:
        return None
    parts = {
        name: _label(node, f".link_preview_{selector}")
        for name, selector in (("site", "site_name"), ("title", "title"), ("description", "description"))
    }
    return {"url": node.attributes.get("href") or ""} | {name: text for name, text in parts.items() if text}


def _via_bot(block: LexborNode) -> str | None:
    return _label(block, ".tgme_widget_message_via_bot")


_BESIDE: Mapping[str, Callable[[LexborNode], object]] = {
    "forwarded_from": _forwarded_from,
    "reply_to": _reply_to,
    "link_preview": _link_preview,
    "via_bot": _via_bot,
}


def _label(node: LexborNode, selector: str) -> str | None:
    found = node.css_first(selector)
    return one_line(text_of(found)) if found is not None else None


def _says_edited(meta: LexborNode) -> bool:
    """The bare word among the meta's own text: a signature that reads "edited" is inside an element."""
    return any(
        child.is_text_node and _EDITED.search(child.text_content or "") for child in meta.iter(include_text=True)
    )


def _published_at(block: LexborNode) -> datetime | None:
    for node in block.css(".tgme_widget_message_date time[datetime], .tgme_widget_message_meta time[datetime]"):
        try:
            moment = datetime.fromisoformat((node.attributes.get("datetime") or "").strip())
        except ValueError:
            continue
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else _in_utc(moment)
    return None


def _in_utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _channel_id(block: LexborNode) -> str | None:
    """The lasting id in ``data-view``: base64 JSON, ``c`` is the channel; ``t`` and ``h`` differ at every fetch."""
    encoded = block.attributes.get("data-view") or ""
    try:
        view = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    channel = view.get("c") if isinstance(view, dict) else None
    return str(abs(channel)) if isinstance(channel, int) and not isinstance(channel, bool) else None
