"""Every kind of destination, and how it is reached. A new kind is a new file and a line here."""

from collections.abc import Mapping

from app.delivery.apprise import AppriseSender
from app.delivery.discord import DiscordSender
from app.delivery.email import EmailSender
from app.delivery.mattermost import MattermostSender
from app.delivery.outgoing import Sender
from app.delivery.slack import SlackSender
from app.delivery.teams import TeamsSender
from app.delivery.telegram import TelegramSender
from app.delivery.webhook import WebhookSender
from app.domain.destinations import DestinationKind

SENDERS: Mapping[DestinationKind, Sender] = {
    DestinationKind.WEBHOOK: WebhookSender(),
    DestinationKind.SLACK: SlackSender(),
    DestinationKind.DISCORD: DiscordSender(),
    DestinationKind.MATTERMOST: MattermostSender(),
    DestinationKind.TEAMS: TeamsSender(),
    DestinationKind.TELEGRAM: TelegramSender(),
    DestinationKind.EMAIL: EmailSender(),
    DestinationKind.APPRISE: AppriseSender(),
}
