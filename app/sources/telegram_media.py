"""What a Telegram post carries besides its words: photos, videos, documents, places, polls, each named in words."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborNode

from app.sources.markup import has_class, text_of
from app.sources.normalise import one_line

_ITEM = re.compile(r"/(\d{1,18})\?single")


@dataclass(frozen=True, slots=True)
class Media:
    """One item. ``described`` says it in words; ``number`` is its own post number within an album."""

    kind: str
    described: str
    number: int | None = None

    def as_json(self) -> dict[str, Any]:
        """For the details of a wording."""
        return {"kind": self.kind, "described": self.described} | ({"number": self.number} if self.number else {})


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll's question and options; the shares of votes change by themselves and are not read."""

    question: str
    options: tuple[str, ...]

    @property
    def text(self) -> str:
        """The question and one line per option."""
        return "\n".join((self.question, *(f"- {option}" for option in self.options)))


def media_of(block: LexborNode) -> tuple[Media, ...]:
    """Every item of a post, in the order of the page; those of its link preview and its reply are not its own."""
    found = []
    for node in block.css(", ".join(f".{name}" for name in _READERS)):
        if not _is_borrowed(node):
            read = next(reader for name, reader in _READERS.items() if has_class(node, name))
            found.append(read(node))
    return tuple(found)


def poll_of(block: LexborNode) -> Poll | None:
    """The post's poll, if it is one."""
    question = _words(block, ".tgme_widget_message_poll_question")
    if question is None:
        return None
    options = (one_line(text_of(node)) for node in block.css(".tgme_widget_message_poll_option_text"))
    return Poll(question, tuple(option for option in options if option))


def _is_borrowed(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if has_class(parent, "tgme_widget_message_link_preview") or has_class(parent, "tgme_widget_message_reply"):
            return True
        parent = parent.parent
    return False


def _words(node: LexborNode, selector: str) -> str | None:
    found = node.css_first(selector)
    return one_line(text_of(found)) if found is not None else None


def _number(node: LexborNode) -> int | None:
    match = _ITEM.search(node.attributes.get("href") or "")
    return int(match[1]) if match else None


def _with(kind: str, *facts: str | None, separator: str = ": ") -> str:
    known = ", ".join(fact for fact in facts if fact)
    return f"{kind}{separator}{known}" if known else kind


def _photo(node: LexborNode) -> Media:
    return Media("photo", "photo", _number(node))


def _video(node: LexborNode) -> Media:
    duration = _words(node, ".message_video_duration")
    kind = "video" if duration or node.css_first(".message_video_play") is not None else "animation"
    return Media(kind, _with(kind, duration, separator=" "), _number(node))


def _round_video(node: LexborNode) -> Media:
    duration = _words(node, ".tgme_widget_message_roundvideo_duration")
    return Media("round video", _with("round video", duration, separator=" "))


def _voice(node: LexborNode) -> Media:
    duration = _words(node, ".tgme_widget_message_voice_duration")
    return Media("voice message", _with("voice message", duration, separator=" "))


def _document(node: LexborNode) -> Media:
    title = _words(node, ".tgme_widget_message_document_title")
    if node.css_first(".tgme_widget_message_document_icon.audio") is not None:
        return Media("audio", _with("audio", title, _words(node, ".tgme_widget_message_document_extra")), _number(node))
    return Media("document", _with("document", title), _number(node))


def _sticker(_node: LexborNode) -> Media:
    return Media("sticker", "sticker")


def _location(node: LexborNode) -> Media:
    title = _words(node, ".tgme_widget_message_location_title")
    address = _words(node, ".tgme_widget_message_location_address")
    return Media("location", _with("location", title, address, None if title else _coordinates(node)))


def _coordinates(node: LexborNode) -> str | None:
    """Rounded to about a metre: the map service prints more digits than the sender's device knows."""
    try:
        query = parse_qs(urlsplit(node.attributes.get("href") or "").query)
        latitude, longitude = (float(part) for part in query.get("q", [""])[0].split(","))
    except ValueError:
        return None
    return f"{latitude:.5f}, {longitude:.5f}"


def _contact(node: LexborNode) -> Media:
    name = _words(node, ".tgme_widget_message_contact_name")
    return Media("contact", _with("contact", name, _words(node, ".tgme_widget_message_contact_phone")))


def _invoice(node: LexborNode) -> Media:
    return Media("invoice", _with("invoice", _words(node, ".tgme_widget_message_invoice_title")))


def _game(node: LexborNode) -> Media:
    return Media("game", _with("game", _words(node, ".tgme_widget_message_game_title")))


_READERS: Mapping[str, Callable[[LexborNode], Media]] = {
    "tgme_widget_message_photo_wrap": _photo,
    "tgme_widget_message_video_player": _video,
    "tgme_widget_message_roundvideo_player": _round_video,
    "tgme_widget_message_voice_player": _voice,
    "tgme_widget_message_document_wrap": _document,
    "tgme_widget_message_sticker_wrap": _sticker,
    "tgme_widget_message_location_wrap": _location,
    "tgme_widget_message_venue_wrap": _location,
    "tgme_widget_message_contact_wrap": _contact,
    "tgme_widget_message_invoice": _invoice,
    "tgme_widget_message_game": _game,
}
