"""Microsoft Teams: one adaptive card to a webhook of the Workflows app (“When a Teams webhook request is received”).

The card is made of runs of text, in which Teams reads no Markdown; mentions need an entity of their own, and none is
sent. Limits: learn.microsoft.com, “Adaptive Cards: TextRun”, “Post a workflow when a webhook request is received”.
"""

import json
from datetime import datetime
from typing import Any

from app.delivery.message import Mark, Message, Piece, fitting, message_of, shortened
from app.delivery.outgoing import Failed, Outgoing, Result, WaysOut
from app.delivery.posting import as_json, delivered, is_success, json_of, post, rejected
from app.delivery.reach import of_secret_address
from app.domain.destinations import DestinationKind

LONGEST_QUOTES_BYTES = 14_000
"""A card may have 28 kB as documented, and was seen to be refused from 21 kB on."""
MOST_LINKS = 4
JOINER = "\u2060"
STYLES: dict[Mark, dict[str, Any]] = {
    Mark.GONE: {"strikethrough": True, "color": "Attention"},
    Mark.NEW: {"weight": "Bolder", "color": "Good"},
}
FINAL = {
    "WorkflowNotFound": "Teams says that the workflow is removed (WorkflowNotFound)",
    "WorkflowTriggerNotFound": "Teams says that the workflow takes no webhooks any more (WorkflowTriggerNotFound)",
}


class TeamsSender:
    """2xx is success: Teams has the card, and the workflow posts it later. A workflow that is gone is final."""

    is_signed = False
    reach = staticmethod(of_secret_address(DestinationKind.TEAMS))

    async def send(self, ways: WaysOut, outgoing: Outgoing, *, now: datetime, timeout_seconds: float) -> Result:
        """See `Sender`."""
        body = as_json(payload(message_of(outgoing.body)))
        answer = await post(ways, outgoing.url, body, timeout_seconds=timeout_seconds)
        if isinstance(answer, Failed):
            return answer
        if is_success(answer):
            return delivered(answer)
        error = json_of(answer).get("error")
        code = error.get("code") if isinstance(error, dict) else None
        return rejected(answer, now, reason=FINAL.get(str(code)))


def payload(message: Message) -> dict[str, Any]:
    """The message as the Workflows app takes it."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": message.headline,
        "msteams": {"width": "Full"},
        "body": _body(message),
        "actions": [
            {"type": "Action.OpenUrl", "title": link.label, "url": link.url} for link in message.links[:MOST_LINKS]
        ],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "summary": message.headline, "attachments": [attachment]}


def _body(message: Message) -> list[dict[str, Any]]:
    body = [_block([{**_run(Piece(message.headline)), "weight": "Bolder", "size": "Medium"}])]
    body += [_block([{**_run(Piece(fact)), "isSubtle": True}]) for fact in message.facts]
    left = LONGEST_QUOTES_BYTES
    more = message.more
    for quote in map(shortened, message.quotes):
        pieces = fitting(quote.pieces, left, _bytes_of)
        if not pieces:
            more = more or "…"
            break
        left -= sum(map(_bytes_of, pieces)) + 300
        body.append(_block([{**_run(Piece(quote.label)), "isSubtle": True, "size": "Small"}]))
        body.append({**_block([_run(piece) for piece in pieces]), "spacing": "Small"})
    return [*body, _block([_run(Piece(more))])] if more else body


def _block(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": runs}


def _run(piece: Piece) -> dict[str, Any]:
    """One run; “{{DATE(…)}}” of a publisher is no date of ours."""
    return {"type": "TextRun", "text": piece.text.replace("{{", f"{{{JOINER}{{"), **STYLES.get(piece.mark, {})}


def _bytes_of(piece: Piece) -> int:
    return len(json.dumps(_run(piece), ensure_ascii=False).encode("utf-8", "replace")) + 1
