"""Every kind of destination, and how it is reached. A new kind is a new file and a line here."""

from collections.abc import Mapping

from app.delivery.apprise import AppriseSender
from app.delivery.discord import DISCORD
from app.delivery.email import EmailSender
from app.delivery.mattermost import MATTERMOST
from app.delivery.outgoing import Sender
from app.delivery.slack import SLACK
from app.delivery.teams import TEAMS
from app.delivery.telegram import TelegramSender
from app.delivery.webhook import WebhookSender
from app.domain.destinations import DestinationKind

SENDERS: Mapping[DestinationKind, Sender] = {
    DestinationKind.WEBHOOK: WebhookSender(),
    DestinationKind.SLACK: SLACK,
    DestinationKind.DISCORD: DISCORD,
    DestinationKind.MATTERMOST: MATTERMOST,
    DestinationKind.TEAMS: TEAMS,
    DestinationKind.TELEGRAM: TelegramSender(),
    DestinationKind.EMAIL: EmailSender(),
    DestinationKind.APPRISE: AppriseSender(),
}
