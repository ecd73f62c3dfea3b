"""Mattermost: one message to an incoming webhook, in Markdown.

Behind every @ of a publisher stands an invisible joiner, so that @channel, @all and names mention nobody. Answers:
developers.mattermost.com, “Incoming webhooks”, and the server's own names of errors.
"""

import re
from typing import Any

from app.delivery.chat import ChatSender, by_status
from app.delivery.markup import Markup, written
from app.delivery.message import Shown
from app.delivery.posting import json_of
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

MATTERMOST = ChatSender(
    DestinationKind.MATTERMOST, payload, by_status(lambda answer: FINAL.get(str(json_of(answer).get("id"))))
)
"""2xx is success; a webhook or channel that is gone ends the destination."""
