"""Webhooks: one signed POST for each alert."""

from datetime import datetime

from app.delivery.outgoing import Delivered, Failed, Outgoing, Rejected, Result
from app.delivery.signature import sign
from app.domain.errors import AddressRefused, EgressError
from app.fetching.client import WebClient
from app.fetching.pace import retry_after_seconds

GONE = 410


class WebhookSender:
    """Sends an alert after Standard Webhooks 1.0. Only 2xx is success; a redirect is a failure."""

    async def send(self, web: WebClient, outgoing: Outgoing, *, now: datetime, timeout_seconds: float) -> Result:
        """Sign and post once."""
        headers = sign(outgoing.id, int(now.timestamp()), outgoing.body, outgoing.secrets)
        headers["content-type"] = "application/json"
        try:
            answer = await web.post(outgoing.url, headers=headers, body=outgoing.body, timeout_seconds=timeout_seconds)
        except AddressRefused as error:
            return Failed(error.message, is_refused=True)
        except EgressError as error:
            return Failed(error.message, is_refused=False)
        text = answer.body.decode("utf-8", "replace").replace("\x00", "�")
        if 200 <= answer.status < 300:
            return Delivered(answer.status, text, answer.elapsed_seconds)
        wait = retry_after_seconds(answer.headers.get("retry-after"), now)
        return Rejected(answer.status, text, answer.elapsed_seconds, wait, is_final=answer.status == GONE)
