"""Telegram: one message of a bot to a chat, in the HTML that bots may write.

Behind every @, / and # of a publisher stands an invisible joiner, so that names, commands and tags mention nobody and
lead nowhere; previews of links are off. Limits and answers:
core.telegram.org/bots/api, “sendMessage”, “Making requests”.
"""

import html
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from app.delivery.markup import Markup, written
from app.delivery.message import Shown, shown_of
from app.delivery.outgoing import Failed, Outgoing, Result, WaysOut
from app.delivery.posting import as_json, delivered, json_of, number_of, post, rejected
from app.delivery.reach import Given, Reach, only
from app.domain.destinations import DestinationKind
from app.domain.errors import InvalidInput
from app.domain.pages import Answer
from app.domain.printable import one_line
from app.fetching.address import parse_address

API = "https://api.telegram.org"
LONGEST = 4_096
"""In units of UTF-16, as Telegram counts; the marks count here, and do not there."""
TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{30,100}")
CHAT = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,63}")
ACTIVE = re.compile(r"([@/#$])")
JOINER = "\u2060"
FINAL = re.compile(
    r"chat not found|bot was (?:kicked|blocked)|user is deactivated|group chat was (?:upgraded|deactivated)"
    r"|bot is not a member|have no rights to send|chat_id is empty|bot can't initiate conversation",
    re.IGNORECASE,
)
NO_SUCH_BOT = "Telegram does not know the bot’s token (any more)"


class TelegramSender:
    """Success is 200 with ``"ok": true``; a bot or chat that is gone ends the destination."""

    is_signed = False

    def reach(self, given: Given, ways: WaysOut) -> Reach:  # noqa: ARG002  (as every kind)
        """See `Sender`. ``url`` is that of a Bot API server of one's own."""
        only(DestinationKind.TELEGRAM, given, needs="token chat_id", takes="url")
        token, chat = given.token or "", given.chat_id or ""
        if not TOKEN.fullmatch(token):
            raise InvalidInput(
                "A bot’s token is a number, a colon and letters, as @BotFather gives it.", pointer="/token"
            )
        if not CHAT.fullmatch(chat):
            raise InvalidInput("A chat is a number (often negative), or @name of a public one.", pointer="/chat_id")
        base = parse_address((given.url or API).rstrip("/"))
        if urlsplit(base.url).query:
            raise InvalidInput("The address of a Bot API server has no query.", pointer="/url")
        server = base.url.rstrip("/")
        query = f"sendMessage?chat_id={quote(chat, safe='@-')}"
        return Reach(f"{server}/bot{token}/{query}", f"{server}/bot…/{query}")

    async def send(self, ways: WaysOut, outgoing: Outgoing, *, now: datetime, timeout_seconds: float) -> Result:
        """See `Sender`."""
        url, _, query = outgoing.url.partition("?")
        (chat,) = parse_qs(query)["chat_id"]
        body = as_json(payload(shown_of(outgoing.body, outgoing.language), chat))
        answer = await post(ways, url, body, timeout_seconds=timeout_seconds)
        if isinstance(answer, Failed):
            return answer
        if answer.status == 200 and answer.body.lstrip().startswith(b'{"ok":true'):  # the rest may be cut off
            return delivered(answer)
        asked = json_of(answer).get("parameters")
        wait = number_of(asked.get("retry_after")) if isinstance(asked, dict) else None
        return rejected(answer, now, reason=_reason(answer), retry_after=wait)


def payload(shown: Shown, chat: str) -> dict[str, Any]:
    """The message as Telegram takes it."""
    return {
        "chat_id": chat,
        "text": written(shown, MARKUP, LONGEST),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def escaped(text: str) -> str:
    """Text in which Telegram sees no mark, name, command or tag."""
    return html.escape(ACTIVE.sub(rf"\1{JOINER}", text), quote=False)


def units(text: str) -> int:
    """The length of a text as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _reason(answer: Answer) -> str | None:
    """Why nothing will arrive there, ever. A group that became a greater one has another number, which is told."""
    said = json_of(answer)
    if answer.status in {401, 404}:
        return NO_SUCH_BOT
    asked = said.get("parameters")
    if isinstance(asked, dict) and isinstance(asked.get("migrate_to_chat_id"), int):
        return f"the group is now the chat {asked['migrate_to_chat_id']}"
    described = str(said.get("description", ""))
    if answer.status in {400, 403} and FINAL.search(described):
        return f"Telegram says: {one_line(described, 200)}"
    return None


def _link(label: str, url: str) -> str:
    return f'<a href="{html.escape(url)}">{label}</a>'


MARKUP = Markup(
    escape=escaped,
    bold="<b>{}</b>".format,
    gone="<s>{}</s>".format,
    come="<b>{}</b>".format,
    quote="<blockquote>{}</blockquote>".format,
    link=_link,
    size=units,
)
