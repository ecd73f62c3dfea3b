"""A message to a chat: one POST of JSON to an address that is its own password, and the answer judged in its own way.

A chat of this kind is its address, its payload and its judgement: see Slack, Discord, Mattermost and Teams.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.delivery.message import Shown, shown_of
from app.delivery.outgoing import Failed, Outgoing, Result, WaysOut
from app.delivery.posting import as_json, delivered, is_success, post, rejected
from app.delivery.reach import Given, Reach, of_secret_address
from app.domain.destinations import DestinationKind
from app.domain.pages import Answer

Judge = Callable[[Answer, datetime], Result]
"""What an answer means; the time is for those that say “not before”."""


@dataclass(frozen=True, slots=True)
class ChatSender:
    """``payload`` is the message as the chat takes it, ``where`` the address to post to, from the one that is kept."""

    kind: DestinationKind
    payload: Callable[[Shown], Mapping[str, Any]]
    judge: Judge
    where: Callable[[str], str] = str

    @property
    def is_signed(self) -> bool:
        """Chats read no signature."""
        return False

    def reach(self, given: Given, ways: WaysOut) -> Reach:
        """See `Sender`."""
        return of_secret_address(self.kind)(given, ways)

    async def send(self, ways: WaysOut, outgoing: Outgoing, *, now: datetime, timeout_seconds: float) -> Result:
        """See `Sender`."""
        body = as_json(self.payload(shown_of(outgoing.body, outgoing.language)))
        answer = await post(ways, self.where(outgoing.url), body, timeout_seconds=timeout_seconds)
        return answer if isinstance(answer, Failed) else self.judge(answer, now)


def by_status(reason_of: Callable[[Answer], str | None]) -> Judge:
    """2xx is success; anything else is tried again, unless there is a reason why it never will be."""

    def judge(answer: Answer, now: datetime) -> Result:
        if is_success(answer):
            return delivered(answer)
        return rejected(answer, now, reason=reason_of(answer))

    return judge
