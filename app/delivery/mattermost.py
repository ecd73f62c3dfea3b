"""Mattermost: one message to an incoming webhook, in Markdown.

Behind every @ of a publisher stands an invisible joiner, so that @channel, @all and names mention nobody. Answers:
developers.mattermost.com, “Incoming webhooks”, and the server's own names of errors.
"""

import re
from datetime import datetime
from typing import Any

from app.delivery.markup import Markup, written
from app.delivery.message import Shown, shown_of
from app.delivery.outgoing import Failed, Outgoing, Result, WaysOut
from app.delivery.posting import as_json, delivered, is_success, json_of, post, rejected
from app.delivery.reach import of_secret_address
from app.domain.destinations import DestinationKind

LONGEST = 3_900
"""A post may have 16,383 characters, and 4,000 where the database is an old one."""
MARKS = re.compile(r"([\\`*{}\[\]()#+\-.!_>~|])")
JOINER = "\u2060"
FINAL = {
    "web.incoming_webhook.invalid.app_error": "Mattermost says that the webhook is removed",
    "web.incoming_webhook.channel.app_error": "Mattermost says that the channel is gone",
    "api.incoming_webhook.invalid_username.app_error": "Mattermost says that the webhook is none of its own",
}


class MattermostSender:
    """2xx is success; a webhook or channel that is gone ends the destination."""

    is_signed = False
    reach = staticmethod(of_secret_address(DestinationKind.MATTERMOST))

    async def send(self, ways: WaysOut, outgoing: Outgoing, *, now: datetime, timeout_seconds: float) -> Result:
        """See `Sender`."""
        body = as_json(payload(shown_of(outgoing.body, outgoing.language)))
        answer = await post(ways, outgoing.url, body, timeout_seconds=timeout_seconds)
        if isinstance(answer, Failed):
            return answer
        if is_success(answer):
            return delivered(answer)
        return rejected(answer, now, reason=FINAL.get(str(json_of(answer).get("id"))))


def payload(shown: Shown) -> dict[str, Any]:
    """The message as Mattermost takes it."""
    return {"text": written(shown, MARKUP, LONGEST)}


def escaped(text: str) -> str:
    """Text in which Mattermost sees no mark and nobody's name."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;")
    return MARKS.sub(r"\\\1", plain).replace("@", f"@{JOINER}")


def _link(label: str, url: str) -> str:
    return f"[{label}]({url.replace('(', '%28').replace(')', '%29')})"


MARKUP = Markup(
    escape=escaped,
    bold="**{}**".format,
    gone="~~{}~~".format,
    come="**{}**".format,
    quote="> {}\n".format,
    link=_link,
)
