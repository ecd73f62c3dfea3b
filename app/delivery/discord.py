"""Discord: one message to a webhook of a channel.

The headline is the message, so that a telephone shows it; the changes stand in an embed. No word of a publisher can
mention anybody: Discord is told so (``allowed_mentions``), and every mark in them is escaped. Limits and answers:
docs.discord.com, “Webhook resource”, “Rate limits”, “Opcodes and status codes”.
"""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from app.delivery.chat import ChatSender
from app.delivery.markup import Markup, written
from app.delivery.message import Shown, fitting
from app.delivery.outgoing import Result
from app.delivery.posting import delivered, is_success, json_of, number_of, rejected
from app.domain.destinations import DestinationKind
from app.domain.pages import Answer
from app.messages.message import Mark, Piece

LONGEST_CONTENT = 2_000
LONGEST_EMBED = 4_096
MARKS = re.compile(r"([!-/:-@\[-`{-~])")
FINAL = {
    10015: "Discord says that the webhook is removed (10015)",
    50027: "Discord says that the token of the webhook is none of its own (50027)",
}


def payload(shown: Shown) -> dict[str, Any]:
    """The message as Discord takes it."""
    head = fitting([Piece(shown.headline, Mark.KEPT)], LONGEST_CONTENT, lambda piece: len(escaped(piece.text)))
    told = written(shown, MARKUP, LONGEST_EMBED, has_headline=False)
    made: dict[str, Any] = {
        "content": "".join(escaped(piece.text) for piece in head),
        "allowed_mentions": {"parse": []},
    }
    return {**made, "embeds": [{"description": told}]} if told else made


def escaped(text: str) -> str:
    """Text in which Discord sees no mark: a backslash stands before every sign of ASCII."""
    return MARKS.sub(r"\\\1", text)


def _link(label: str, url: str) -> str:
    return f"[{label}](<{url.replace('(', '%28').replace(')', '%29')}>)"


MARKUP = Markup(
    escape=escaped,
    bold="**{}**".format,
    gone="~~{}~~".format,
    come="**{}**".format,
    quote="> {}".format,
    link=_link,
)


def kept(address: str) -> str:
    """The address at which Discord says whether it kept the message (``wait``)."""
    return address + ("&" if urlsplit(address).query else "?") + "wait=true"


def judge(answer: Answer, now: datetime) -> Result:
    """2xx is success; a webhook that is gone ends the destination; how long to wait stands in the answer itself."""
    if is_success(answer):
        return delivered(answer)
    said = json_of(answer)
    code, wait = said.get("code"), number_of(said.get("retry_after"))
    reason = FINAL.get(code) if isinstance(code, int) and answer.status in {401, 404} else None
    return rejected(answer, now, reason=reason, retry_after=wait)


DISCORD = ChatSender(DestinationKind.DISCORD, payload, judge, where=kept)
