"""Microsoft Teams: one adaptive card to a webhook of the Workflows app (“When a Teams webhook request is received”).

The card is made of runs of text, in which Teams reads no Markdown; mentions need an entity of their own, and none is
sent. Limits: learn.microsoft.com, “Adaptive Cards: TextRun”, “Post a workflow when a webhook request is received”.
"""

from collections.abc import Iterable
from typing import Any

from app.delivery.chat import ChatSender, by_status
from app.delivery.message import Shown, fitting, shortened
from app.delivery.posting import as_json, json_of
from app.domain.destinations import DestinationKind
from app.domain.pages import Answer
from app.messages.message import Mark, Piece

LONGEST_QUOTE_BYTES = 3_000
LONGEST_BYTES = 13_000
"""A card may have 28 kB as documented, and was seen to be refused from 21 kB on."""
MOST_LINKS = 4
JOINER = "\u2060"
STYLES: dict[Mark, dict[str, Any]] = {
    Mark.GONE: {"strikethrough": True, "color": "Attention"},
    Mark.COME: {"weight": "Bolder", "color": "Good"},
}
FINAL = {
    "WorkflowNotFound": "Teams says that the workflow is removed (WorkflowNotFound)",
    "WorkflowTriggerNotFound": "Teams says that the workflow takes no webhooks any more (WorkflowTriggerNotFound)",
}


def payload(shown: Shown) -> dict[str, Any]:
    """The message as the Workflows app takes it."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": shown.headline,
        "msteams": {"width": "Full"},
        "body": _body(shown),
        "actions": [
            {"type": "Action.OpenUrl", "title": link.label, "url": link.address} for link in shown.links[:MOST_LINKS]
        ],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "summary": shown.headline, "attachments": [attachment]}


def _body(shown: Shown) -> list[dict[str, Any]]:
    body = [_block([{**_run(shown.headline), "weight": "Bolder", "size": "Medium"}])]
    left = LONGEST_BYTES
    for part in _parts(shown):
        left -= sum(len(as_json(one)) + 1 for one in part)
        if left < 0:
            return [*body, _block([_run("…")])]
        body += part
    return body


def _parts(shown: Shown) -> Iterable[list[dict[str, Any]]]:
    for quote in map(shortened, shown.quotes):
        pieces = fitting(quote.pieces, LONGEST_QUOTE_BYTES, lambda piece: len(as_json(_marked(piece))))
        words = [{**_block([_marked(piece) for piece in pieces]), "spacing": "Small"}] if pieces else []
        yield [_block([{**_run(quote.label), "isSubtle": True, "size": "Small"}]), *words]
        yield from ([{**_block([_run(f"• {point}")]), "spacing": "None"}] for point in quote.points)
    yield from ([{**_block([_run(f"• {item}")]), "spacing": "Small"}] for item in shown.items)
    yield from ([{**_block([{**_run(fact), "isSubtle": True}]), "spacing": "Small"}] for fact in shown.facts)


def _block(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": runs}


def _run(text: str) -> dict[str, Any]:
    """One run; “{{DATE(…)}}” of a publisher is no date of ours."""
    return {"type": "TextRun", "text": text.replace("{{", f"{{{JOINER}{{")}


def _marked(piece: Piece) -> dict[str, Any]:
    return {**_run(piece.text), **STYLES.get(piece.mark, {})}


def _reason(answer: Answer) -> str | None:
    error = json_of(answer).get("error")
    return FINAL.get(str(error.get("code"))) if isinstance(error, dict) else None


TEAMS = ChatSender(DestinationKind.TEAMS, payload, by_status(_reason))
"""2xx is success: Teams has the card, and the workflow posts it later. A workflow that is gone is final."""
