"""Every kind of destination, and how it is reached. A new kind is a new file and a line here."""

from collections.abc import Mapping

from app.delivery.outgoing import Sender
from app.delivery.webhook import WebhookSender
from app.domain.destinations import DestinationKind

SENDERS: Mapping[DestinationKind, Sender] = {
    DestinationKind.WEBHOOK: WebhookSender(),
}
