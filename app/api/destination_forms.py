"""What is said over HTTP of a destination that is to be made or changed; each kind takes its own fields of it."""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.api import examples_outgoing as examples
from app.api.filters import WishSent
from app.api.shapes import Name, Sent, left_out
from app.api.timings import TimingSent
from app.domain.destinations import DestinationKind, Signing
from app.pipeline.destinations import DestinationChange, DestinationDraft

WholeAddress = Annotated[
    str, Field(pattern=r"^[A-Za-z][A-Za-z0-9+.-]{0,31}://[^\x00-\x20\x7f\\/?#][^\x00-\x20\x7f\\]*$", max_length=2048)
]
"""An http or https address, or one of Apprise; what each kind makes of it, it says itself."""
BotToken = Annotated[str, Field(pattern=r"^[0-9]{5,20}:[A-Za-z0-9_-]{30,100}$", max_length=128)]
MailAddress = Annotated[
    str,
    Field(
        pattern=r"^[^\x00-\x20\x7f@,<>]{1,64}@[^\x00-\x20\x7f@,<>]{1,250}$", max_length=254, examples=["a@example.org"]
    ),
]
ChatId = Annotated[str, Field(pattern=r"^(-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,63})$", max_length=64)]


MessageLanguage = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$",
        max_length=16,
        description="In which chats and mails are written.",
        examples=["uk"],
    ),
]


class DestinationSent(Sent):
    """Where alerts are to go. Which fields a kind needs: docs/destinations.md; it takes no others.

    A webhook, the chats and ``apprise`` need ``url``, ``telegram`` ``token`` and ``chat_id``, ``email`` ``recipients``.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [*examples.DESTINATIONS_SENT]})

    kind: DestinationKind = DestinationKind.WEBHOOK
    name: Name
    url: WholeAddress = left_out()
    token: BotToken = left_out()
    chat_id: ChatId = left_out()
    recipients: list[MailAddress] = Field(default=[], max_length=50)
    language: MessageLanguage = "en"
    filter: WishSent = Field(default_factory=WishSent)
    timing: TimingSent = Field(default_factory=TimingSent)
    signing: Signing = Field(default=Signing.HMAC, description="How alerts to a webhook are signed.")

    def value(self) -> DestinationDraft:
        """As the pipeline has it."""
        return DestinationDraft(
            url=self.url,
            name=self.name,
            kind=self.kind,
            wish=self.filter.value(),
            token=self.token,
            chat_id=self.chat_id,
            recipients=tuple(self.recipients),
            timing=self.timing.value(),
            language=self.language,
            signing=self.signing,
        )


class DestinationChanged(Sent):
    """What to change of a destination; fields left out stay; a filter or a timing is replaced as a whole.

    How it is reached is replaced as a whole too: a new ``token`` needs the ``chat_id`` beside it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"filter": {"min_level": "major"}}]})

    url: WholeAddress = left_out()
    token: BotToken = left_out()
    chat_id: ChatId = left_out()
    recipients: list[MailAddress] = left_out(min_length=1, max_length=50)
    name: Name = left_out()
    language: MessageLanguage = left_out()
    filter: WishSent = left_out()
    timing: TimingSent = left_out()

    def value(self) -> DestinationChange:
        """As the pipeline has it: what was not sent is unset."""
        sent = {name: getattr(self, name) for name in self.model_fields_set - {"filter", "timing", "recipients"}}
        if "recipients" in self.model_fields_set:
            sent["recipients"] = tuple(self.recipients)
        if "filter" in self.model_fields_set:
            sent["wish"] = self.filter.value()
        if "timing" in self.model_fields_set:
            sent["timing"] = self.timing.value()
        return DestinationChange(**sent)
