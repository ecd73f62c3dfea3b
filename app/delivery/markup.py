"""A message in the markup of a chat, within its length: what a publisher wrote is escaped, and can do nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from app.delivery.message import Link, Mark, Message, Piece, Quote, fitting, shortened

LEAST_QUOTE = 40
"""A quote that has room for fewer characters than this is left out."""


@dataclass(frozen=True, slots=True)
class Markup:
    """How one chat writes. Each function takes text that is escaped already, but ``escape`` itself.

    ``size`` is how the chat counts a text against its limit.
    """

    escape: Callable[[str], str]
    bold: Callable[[str], str]
    gone: Callable[[str], str]
    new: Callable[[str], str]
    quote: Callable[[str], str]
    link: Callable[[str, str], str]
    size: Callable[[str], int] = len


def written(message: Message, markup: Markup, longest: int, *, has_headline: bool = True) -> str:
    """The message, at most ``longest`` as the chat counts: headline, facts and links first, then quotes as they fit."""
    head = [markup.bold(_fitted(message.headline, markup, longest // 2))] if has_headline else []
    head.extend(map(markup.escape, message.facts))
    tail = _links(message.links, markup, longest // 4)
    while head and markup.size("\n".join([*head, *tail])) > longest - 2:
        head.pop()
    more = markup.escape(message.more or "…")
    left = longest - markup.size("\n".join([*head, *tail, more])) - 2
    quotes, is_whole = _quotes(message.quotes, markup, left)
    rest = [more] if message.more or not is_whole else []
    return "\n".join([*head, *quotes, *rest, *tail])


def _quotes(quotes: tuple[Quote, ...], markup: Markup, left: int) -> tuple[list[str], bool]:
    """The quotes in turn, while there is room, and whether they are all there and none was cut at its end."""
    kept: list[str] = []
    for quote in map(shortened, quotes):
        frame = markup.size(f"{markup.escape(quote.label)}\n{markup.quote('')}\n")
        room = left - frame
        if room < LEAST_QUOTE:
            return kept, False
        pieces = fitting(quote.pieces, room, lambda piece: markup.size(_marked(piece, markup)))
        text = f"{markup.escape(quote.label)}\n{markup.quote(''.join(_marked(piece, markup) for piece in pieces))}"
        kept.append(text)
        left -= markup.size(text) + 1
    return kept, True


def _marked(piece: Piece, markup: Markup) -> str:
    """Marks stand at the words themselves: between a mark and a space most chats see no mark."""
    core = piece.text.strip()
    if piece.mark is Mark.KEPT or not core:
        return markup.escape(piece.text)
    start = piece.text.index(core)
    mark = markup.gone if piece.mark is Mark.GONE else markup.new
    return piece.text[:start] + mark(markup.escape(core)) + piece.text[start + len(core) :]


def _links(links: tuple[Link, ...], markup: Markup, longest: int) -> list[str]:
    shown: list[str] = []
    for link in links:
        one = markup.link(markup.escape(link.label), link.url)
        if markup.size(" · ".join([*shown, one])) <= longest:
            shown.append(one)
    return [" · ".join(shown)] if shown else []


def _fitted(text: str, markup: Markup, longest: int) -> str:
    return "".join(
        markup.escape(piece.text)
        for piece in fitting([Piece(text)], longest, lambda piece: markup.size(markup.escape(piece.text)))
    )
