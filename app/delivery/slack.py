"""Slack: one message to an incoming webhook.

The message is made of rich text, whose elements say themselves what they are: nothing in them is read as markup, so a
publisher's words can mention nobody. Limits and answers: docs.slack.dev, “Sending messages using incoming webhooks”.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.delivery.chat import ChatSender
from app.delivery.message import Shown, fitting, shortened
from app.delivery.outgoing import Result
from app.delivery.posting import delivered, rejected, text_of
from app.domain.destinations import DestinationKind
from app.domain.pages import Answer
from app.messages.message import Mark, Piece

LONGEST_FALLBACK = 2_500
LONGEST_QUOTE = 3_000
LONGEST_JSON = 12_000
"""Slack counts the blocks of a message as it reads them, and refuses from about 13,000 characters on."""
FINAL = {
    "no_service": "Slack says that the webhook is removed or switched off (no_service)",
    "no_active_hooks": "Slack says that the webhook is switched off (no_active_hooks)",
    "no_team": "Slack says that the workspace is gone (no_team)",
    "team_disabled": "Slack says that the workspace is switched off (team_disabled)",
    "invalid_token": "Slack says that the webhook is none of its own (invalid_token)",
    "channel_not_found": "Slack says that the channel is gone (channel_not_found)",
    "channel_is_archived": "Slack says that the channel is archived (channel_is_archived)",
}
STYLES = {Mark.GONE: {"strike": True}, Mark.COME: {"bold": True}}


def payload(shown: Shown) -> dict[str, Any]:
    """The message as Slack takes it; ``text`` is for notifications and read as markup, so it is escaped."""
    elements = [_section([_text(Piece(shown.headline, Mark.COME))])]
    left = LONGEST_JSON
    for block in _blocks(shown):
        left -= sum(len(json.dumps(one)) for one in block)
        if left < 0:
            elements.append(_section([_line("…")]))
            break
        elements += block
    if shown.links:
        elements.append(_section([*_links(shown)]))
    return {
        "text": escaped(shown.headline),
        "blocks": [{"type": "rich_text", "elements": elements}],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _blocks(shown: Shown) -> Iterable[list[dict[str, Any]]]:
    for quote in map(shortened, shown.quotes):
        pieces = fitting(quote.pieces, LONGEST_QUOTE, lambda piece: len(json.dumps(_text(piece))))
        words = [{"type": "rich_text_quote", "elements": [_text(piece) for piece in pieces]}] if pieces else []
        points = [_section([_line(f"• {point}")]) for point in quote.points]
        yield [_section([_line(quote.label)]), *words, *points]
    for line in (*(f"• {item}" for item in shown.items), *shown.facts):
        yield [_section([_line(line)])]


def escaped(text: str) -> str:
    """Text in which Slack sees no mention, link or command: they all need one of these three."""
    text = text[:LONGEST_FALLBACK]
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _section(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": elements}


def _text(piece: Piece) -> dict[str, Any]:
    style = STYLES.get(piece.mark)
    plain = {"type": "text", "text": piece.text}
    return plain if style is None else {**plain, "style": style}


def _line(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _links(shown: Shown) -> Iterable[dict[str, Any]]:
    for place, link in enumerate(shown.links):
        if place:
            yield _line(" · ")
        yield {"type": "link", "url": link.address, "text": link.label}


def judge(answer: Answer, now: datetime) -> Result:
    """Only the status 200 with the text “ok” is success; what Slack will never take ends the destination."""
    said = text_of(answer).strip()
    if (answer.status, said) == (200, "ok"):
        return delivered(answer)
    return rejected(answer, now, reason=FINAL.get(said))


SLACK = ChatSender(DestinationKind.SLACK, payload, judge)
