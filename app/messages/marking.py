"""The words that went and those that came, marked: in colours of HTML or with signs of plain text."""

import html
from collections.abc import Iterator

from app.claims.diff import OperationKind, diff_words
from app.messages.message import Mark, Marked, Message, Piece

MARKS = {OperationKind.EQUAL: Mark.KEPT, OperationKind.DELETE: Mark.GONE, OperationKind.INSERT: Mark.COME}


def marked(before: str, after: str) -> Marked:
    """Two wordings as one text: what both have, what went, what came."""
    return tuple(Piece(step.text, MARKS[step.kind]) for step in diff_words(before, after).operations)


def as_html(message: Message) -> str:
    """The whole message as HTML (a fragment) with ``<del>`` and ``<ins>``; everything in it is escaped."""
    return "".join(_html(message))


def words_as_html(words: Marked) -> str:
    """Marked words as HTML; everything in them is escaped."""
    return "".join(
        f"<{piece.mark}>{html.escape(piece.text)}</{piece.mark}>" if piece.mark else html.escape(piece.text)
        for piece in words
    )


def _html(message: Message) -> Iterator[str]:
    yield f"<p><strong>{html.escape(message.headline)}</strong></p>"
    for claim in message.claims:
        yield f"<p>{html.escape(claim.what)}:</p><blockquote>{words_as_html(claim.words)}</blockquote>"
        yield from _list(claim.points)
    yield from _list(message.items)
    yield from _list(message.facts)
    if message.links:
        links = (f'<a href="{html.escape(link.address)}">{html.escape(link.label)}</a>' for link in message.links)
        yield f"<p>{' · '.join(links)}</p>"


def _list(lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"<ul>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ul>"
