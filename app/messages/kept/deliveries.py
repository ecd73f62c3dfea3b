"""Why an alert did not arrive, or a destination is told nothing: what app.delivery and app.pipeline write down."""

from typing import Final

from app.domain.words import msgid

DELIVERIES: Final = (
    msgid("paused by a person"),
    msgid("five days without a success"),
    msgid("the receiver answered 410 Gone"),
    msgid("the address is refused: {why}"),
    msgid("the mail server knows none of the recipients"),
    msgid("Slack says that the webhook is removed or switched off (no_service)"),
    msgid("Slack says that the webhook is switched off (no_active_hooks)"),
    msgid("Slack says that the workspace is gone (no_team)"),
    msgid("Slack says that the workspace is switched off (team_disabled)"),
    msgid("Slack says that the webhook is none of its own (invalid_token)"),
    msgid("Slack says that the channel is gone (channel_not_found)"),
    msgid("Slack says that the channel is archived (channel_is_archived)"),
    msgid("Discord says that the webhook is removed (10015)"),
    msgid("Discord says that the token of the webhook is none of its own (50027)"),
    msgid("Mattermost says that the webhook is removed"),
    msgid("Mattermost says that the channel is gone"),
    msgid("Mattermost says that the webhook is none of its own"),
    msgid("Teams says that the workflow is removed (WorkflowNotFound)"),
    msgid("Teams says that the workflow takes no webhooks any more (WorkflowTriggerNotFound)"),
    msgid("Telegram does not know the bot’s token (any more)"),
    msgid("Telegram says: {text}"),
    msgid("This service sends nothing by Apprise: WALKBACK_APPRISE_SCHEMES names no scheme."),
    msgid("Apprise is not installed: pip install 'walkback[apprise]'."),
    msgid("Apprise did not send by {scheme} in time."),
    msgid("Apprise failed at {scheme} ({name})."),
    msgid("Apprise did not get it sent by {scheme}; it does not say why."),
    msgid("The scheme “{scheme}” is not one that this service allows (WALKBACK_APPRISE_SCHEMES: {text})."),
    msgid("An address may not hold a space or a control character."),
    msgid("Apprise makes nothing of this address."),
    msgid("The address may not name a file or another address ({name})."),
    msgid("Certificates are verified: an address may not ask for the opposite."),
    msgid("The mail server {host} did not answer in time."),
    msgid("The mail server {host} cannot be used: {text}."),
    msgid("This service has no mail server: set WALKBACK_SMTP_HOST and WALKBACK_MAIL_FROM."),
    msgid("A stored secret was sealed with another WALKBACK_SECRET_KEY; set that key again, or rotate the secret."),
)
