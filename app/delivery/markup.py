"""A message in the markup of a chat, within its length: what a publisher wrote is escaped, and can do nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.delivery.message import Quote, Shown, fitting, shortened
from app.messages.message import Link, Mark, Piece

LEAST_QUOTE = 40
"""A quote that has room for fewer characters than this is left out."""
MORE = "…"


@dataclass(frozen=True, slots=True)
class Markup:
    """How one chat writes. Each function takes text that is escaped already, but ``escape`` itself.

    ``size`` is how the chat counts a text against its limit.
    """

    escape: Callable[[str], str]
    bold: Callable[[str], str]
    gone: Callable[[str], str]
    come: Callable[[str], str]
    quote: Callable[[str], str]
    link: Callable[[str, str], str]
    size: Callable[[str], int] = len


def written(shown: Shown, markup: Markup, longest: int, *, has_headline: bool = True) -> str:
    """The message, at most ``longest`` as the chat counts: headline and links always, the rest as it fits."""
    head = [markup.bold(_fitted(shown.headline, markup, longest // 2))] if has_headline else []
    tail = _links(shown.links, markup, longest // 4)
    kept: list[str] = []
    left = longest - markup.size("\n".join([*head, MORE, *tail])) - 2
    for block in _blocks(shown, markup):
        text = block(left - 1)
        if text is None:
            kept.append(MORE)
            break
        kept.append(text)
        left -= markup.size(text) + 1
    return "\n".join([*head, *kept, *tail])


def _blocks(shown: Shown, markup: Markup) -> Iterable[Callable[[int], str | None]]:
    """What a message consists of, in turn; each says itself within the room that is left, or that it does not fit."""
    for quote in map(shortened, shown.quotes):
        yield lambda room, quote=quote: _quote(quote, markup, room)  # type: ignore[misc]
    for line in (*(f"• {item}" for item in shown.items), *shown.facts):
        yield lambda room, line=line: _line(line, markup, room)  # type: ignore[misc]


def _quote(quote: Quote, markup: Markup, room: int) -> str | None:
    label = markup.escape(quote.label)
    space = room - markup.size(f"{label}\n{markup.quote('')}")
    if space < LEAST_QUOTE:
        return None
    pieces = fitting(quote.pieces, space, lambda piece: markup.size(_marked(piece, markup)))
    text = f"{label}\n{markup.quote(''.join(_marked(piece, markup) for piece in pieces))}"
    for point in quote.points:
        longer = f"{text}\n{markup.escape(f'• {point}')}"
        text = longer if markup.size(longer) <= room else text
    return text


def _line(line: str, markup: Markup, room: int) -> str | None:
    text = markup.escape(line)
    return text if markup.size(text) <= room else None


def _marked(piece: Piece, markup: Markup) -> str:
    """Marks stand at the words themselves: between a mark and a space most chats see no mark."""
    core = piece.text.strip()
    if piece.mark is Mark.KEPT or not core:
        return markup.escape(piece.text)
    start = piece.text.index(core)
    mark = markup.gone if piece.mark is Mark.GONE else markup.come
    return piece.text[:start] + mark(markup.escape(core)) + piece.text[start + len(core) :]


def _links(links: tuple[Link, ...], markup: Markup, longest: int) -> list[str]:
    shown: list[str] = []
    for link in links:
        one = markup.link(markup.escape(link.label), link.address)
        if markup.size(" · ".join([*shown, one])) <= longest:
            shown.append(one)
    return [" · ".join(shown)] if shown else []


def _fitted(text: str, markup: Markup, longest: int) -> str:
    def size(piece: Piece) -> int:
        return markup.size(markup.escape(piece.text))

    return "".join(markup.escape(piece.text) for piece in fitting([Piece(text, Mark.KEPT)], longest, size))
