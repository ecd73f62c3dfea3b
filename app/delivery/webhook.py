"""Webhooks: one signed POST for each alert."""

from datetime import datetime

from app.delivery.outgoing import Failed, Outgoing, Result, WaysOut
from app.delivery.posting import JSON, delivered, is_success, post, rejected
from app.delivery.reach import Given, Reach, only
from app.delivery.signature import sign
from app.domain.destinations import DestinationKind
from app.fetching.address import parse_address

SEQUENCE_HEADER = "walkback-sequence"


class WebhookSender:
    """Sends an alert after Standard Webhooks 1.0. Only 2xx is success; a redirect is a failure."""

    is_signed = True

    def reach(self, given: Given, ways: WaysOut) -> Reach:  # noqa: ARG002  (as every kind)
        """See `Sender`. The address is no secret: what is sent there is signed with one."""
        only(DestinationKind.WEBHOOK, given, needs="url")
        url = parse_address(given.url or "").url
        return Reach(url, shown=url)

    async def send(self, ways: WaysOut, outgoing: Outgoing, *, now: datetime, timeout_seconds: float) -> Result:
        """Sign and post once."""
        headers = {
            **sign(outgoing.id, int(now.timestamp()), outgoing.body, outgoing.secrets),
            **JSON,
            SEQUENCE_HEADER: str(outgoing.sequence),
        }
        answer = await post(ways, outgoing.url, outgoing.body, headers=headers, timeout_seconds=timeout_seconds)
        if isinstance(answer, Failed):
            return answer
        return delivered(answer) if is_success(answer) else rejected(answer, now)
