"""``walkback destination`` and ``walkback alerts``: who is told, and what became of it, as they are typed."""

from typing import Annotated

import typer

from app.cli.options import Json, Limit, Tags, example
from app.domain.claims import Action, FacetKind, Level
from app.domain.destinations import AlertState, DestinationKind, Signing
from app.domain.events import EventType
from app.domain.statements import StatementState

app = typer.Typer(no_args_is_help=True, help="Destinations: where alerts go.")
alerts_app = typer.Typer(no_args_is_help=True, help="Alerts: what was sent, and sending it again.")

Written = Annotated[str, typer.Argument(metavar="ID", help="The id of a destination, or its last characters.")]


Events = Annotated[list[EventType] | None, typer.Option("--event", help="Only such events; may be repeated.")]
Watches = Annotated[list[str] | None, typer.Option("--watch", metavar="ID", help="Only of this watch.")]
Pins = Annotated[list[str] | None, typer.Option("--pin", metavar="ID", help="Only where this pin was touched.")]
LeastLevel = Annotated[Level, typer.Option("--level", help="Only of this level or higher.")]
Actions = Annotated[list[Action] | None, typer.Option("--action", help="Only if a claim was changed so.")]
Facets = Annotated[list[FacetKind] | None, typer.Option("--facet", help="Only if that claim differs in this.")]
States = Annotated[list[StatementState] | None, typer.Option("--state", help="Only if the statement stands so now.")]
Languages = Annotated[list[str] | None, typer.Option("--language", metavar="CODE", help="Only in this language: uk.")]


Kind = Annotated[DestinationKind, typer.Option("--kind", help="How it is told; docs/destinations.md.")]
Token = Annotated[
    str | None, typer.Option("--token", metavar="TOKEN", help="The token of a bot; “-” reads it from standard input.")
]
Chat = Annotated[str | None, typer.Option("--chat", metavar="ID", help="The chat that the bot writes to.")]
WrittenIn = Annotated[str, typer.Option("--in", metavar="CODE", help="The language of chats and mails: en, uk.")]
Recipients = Annotated[
    list[str] | None, typer.Option("--to", metavar="ADDRESS", help="Who gets the mail; may be repeated.")
]
LongUrl = Annotated[
    str | None, typer.Option("--url", metavar="URL", help="The same as URL; “-” reads it from standard input.")
]
Digest = Annotated[str | None, typer.Option("--digest", metavar="LENGTH", help="One message every 30m or 2h.")]
Daily = Annotated[str | None, typer.Option("--daily", metavar="TIME", help="One message a day, at 08:00.")]
Zone = Annotated[str | None, typer.Option("--zone", help="Where these times hold: Europe/Kyiv; else UTC.")]
Quiet = Annotated[str | None, typer.Option("--quiet", metavar="TIMES", help="Nothing at 22:00-07:00; a digest after.")]
MajorThrough = Annotated[bool, typer.Option("--major-through", help="What is major does not wait for quiet hours.")]
AtMost = Annotated[int | None, typer.Option("--at-most", min=1, help="Messages an hour; the rest as one digest.")]


@app.command("add", epilog=example("walkback destination add https://example.org/hook --tag military --level major"))
def add(
    address: Annotated[str | None, typer.Argument(metavar="[URL]", help="The address of a webhook.")] = None,
    *,
    kind: Kind = DestinationKind.WEBHOOK,
    url: LongUrl = None,
    token: Token = None,
    chat: Chat = None,
    to: Recipients = None,
    written_in: WrittenIn = "en",
    name: Annotated[str | None, typer.Option("--name", help="What you call it; else its host.")] = None,
    event: Events = None,
    tag: Tags = None,
    watch: Watches = None,
    pin: Pins = None,
    level: LeastLevel = Level.COSMETIC,
    action: Actions = None,
    facet: Facets = None,
    state: States = None,
    language: Languages = None,
    digest: Digest = None,
    daily: Daily = None,
    zone: Zone = None,
    quiet: Quiet = None,
    major_through: MajorThrough = False,
    at_most: AtMost = None,
    signing: Annotated[Signing, typer.Option("--signing", help="How a webhook is signed.")] = Signing.HMAC,
    as_json: Json = False,
) -> None:
    """Send alerts to a webhook, a chat or by mail from now on; the signing secret of a webhook is shown once."""
    from app.cli.acts import destinations
    from app.cli.acts.wishes import When, Wish

    wish = Wish(event, tag, watch, pin, level, action, facet, state, language)
    typed = destinations.Typed(kind, url or address, token, chat, tuple(to or ()), written_in, signing)
    when = When(digest, daily, zone, quiet, major_through, at_most)
    destinations.add(typed, name=name, wish=wish, when=when, as_json=as_json)


@app.command("timing", epilog=example("walkback destination timing 44b1c0de --quiet 22:00-07:00 --zone Europe/Kyiv"))
def set_timing(
    destination: Written,
    *,
    digest: Digest = None,
    daily: Daily = None,
    zone: Zone = None,
    quiet: Quiet = None,
    major_through: MajorThrough = False,
    at_most: AtMost = None,
    as_json: Json = False,
) -> None:
    """Say anew when alerts leave; without any option each leaves at once."""
    from app.cli.acts import destinations
    from app.cli.acts.wishes import When

    when = When(digest, daily, zone, quiet, major_through, at_most)
    destinations.set_timing(destination, when, as_json=as_json)


@app.command("list", epilog=example("walkback destination list"))
def list_destinations(limit: Limit = 50, as_json: Json = False) -> None:
    """Show the destinations, newest first."""
    from app.cli.acts import destinations

    destinations.show_list(limit=limit, as_json=as_json)


@app.command("dry-run", epilog=example("walkback destination dry-run --action removed --level substantive --days 7"))
def dry_run(
    *,
    event: Events = None,
    tag: Tags = None,
    watch: Watches = None,
    pin: Pins = None,
    level: LeastLevel = Level.COSMETIC,
    action: Actions = None,
    facet: Facets = None,
    state: States = None,
    language: Languages = None,
    digest: Digest = None,
    daily: Daily = None,
    zone: Zone = None,
    quiet: Quiet = None,
    major_through: MajorThrough = False,
    at_most: AtMost = None,
    days: Annotated[int, typer.Option("--days", min=1, max=90, help="Of how many of the last days.")] = 30,
    as_json: Json = False,
) -> None:
    """See which messages would have left of late, before anybody is told. Nothing is sent or kept."""
    from app.cli.acts import wishes

    wish = wishes.Wish(event, tag, watch, pin, level, action, facet, state, language)
    when = wishes.When(digest, daily, zone, quiet, major_through, at_most)
    wishes.dry_run(wish, when, days=days, as_json=as_json)


@app.command("test", epilog=example("walkback destination test 44b1c0de --here"))
def send_test(
    destination: Written,
    here: Annotated[bool, typer.Option("--here", help="Send it, and what else is due, in this process.")] = False,
    wait: Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for it.")] = 20.0,
    as_json: Json = False,
) -> None:
    """Send a test alert and show what the receiver answered."""
    from app.cli.acts import destinations

    destinations.test(destination, here=here, wait_seconds=wait, as_json=as_json)


@app.command("pause", epilog=example("walkback destination pause 44b1c0de"))
def pause(destination: Written, as_json: Json = False) -> None:
    """Send nothing there until it is resumed; what is owed waits."""
    from app.cli.acts import destinations

    destinations.pause(destination, as_json=as_json)


@app.command("resume", epilog=example("walkback destination resume 44b1c0de"))
def resume(destination: Written, as_json: Json = False) -> None:
    """Send there again, first what waited; also after it was disabled for failing."""
    from app.cli.acts import destinations

    destinations.resume(destination, as_json=as_json)


@app.command("rotate", epilog=example("walkback destination rotate 44b1c0de"))
def rotate(
    destination: Written,
    signing: Annotated[Signing | None, typer.Option("--signing", help="In this way now; else as before.")] = None,
    as_json: Json = False,
) -> None:
    """Make a new signing secret and show it once; the one before it stays good until the next change."""
    from app.cli.acts import destinations

    destinations.rotate(destination, signing=signing, as_json=as_json)


@app.command("remove", epilog=example("walkback destination remove 44b1c0de"))
def remove(destination: Written, as_json: Json = False) -> None:
    """Forget a destination with its secrets, alerts and deliveries."""
    from app.cli.acts import destinations

    destinations.remove(destination, as_json=as_json)


@alerts_app.command("list", epilog=example("walkback alerts list --state failed"))
def list_alerts(
    destination: Annotated[str | None, typer.Option("--destination", metavar="ID", help="Only for this one.")] = None,
    state: Annotated[AlertState | None, typer.Option("--state", help="Only in this state.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show the alerts, newest first."""
    from app.cli.acts import alerts

    alerts.show_list(destination=destination, state=state, limit=limit, as_json=as_json)


@alerts_app.command("show", epilog=example("walkback alerts show 8d5e6f70"))
def show_alert(
    alert: Annotated[str, typer.Argument(metavar="ID", help="The id of an alert, or its last characters.")],
    as_json: Json = False,
) -> None:
    """Show an alert with every try and what the receiver answered."""
    from app.cli.acts import alerts

    alerts.show_one(alert, as_json=as_json)


@alerts_app.command("replay", epilog=example("walkback alerts replay --destination 44b1c0de --since 2025-01-07"))
def replay(
    alert: Annotated[str | None, typer.Argument(metavar="[ID]", help="One alert; or else --destination.")] = None,
    *,
    destination: Annotated[str | None, typer.Option("--destination", metavar="ID", help="All of this one.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Made then or later: 2025-01-07T09:00Z.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Made before then; else until now.")] = None,
    since_event: Annotated[
        str | None, typer.Option("--since-event", metavar="ID", help="Of this event and of all after it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send alerts again, with the same ids, whatever became of them before."""
    from app.cli.acts import alerts

    which = alerts.Which(destination, since, until, since_event)
    alerts.replay(alert, which, as_json=as_json)
