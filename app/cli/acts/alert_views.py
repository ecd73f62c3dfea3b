"""An alert and its tries as people see them."""

from collections.abc import Iterable

from rich.text import Text

from app.cli.printable import one_line
from app.cli.screen import moment, short, show_facts, show_table
from app.domain.destinations import Alert, AlertState, Delivery

STYLES = {AlertState.PENDING: "yellow", AlertState.DELIVERED: "green", AlertState.FAILED: "red"}


def show_alert(alert: Alert, tries: Iterable[Delivery]) -> None:
    """One alert with every try."""
    show_facts(
        [
            ("alert", short(alert.id)),
            ("type", alert.type),
            ("destination", short(alert.destination_id)),
            ("state", state_of(alert)),
            ("next try", moment(alert.next_try_at) if alert.state is AlertState.PENDING else None),
            ("delivered", moment(alert.delivered_at)),
        ]
    )
    show_table(
        ("try", "at (UTC)", "answer", "took", "it said"),
        [
            (
                str(one.number),
                moment(one.at),
                str(one.http_status) if one.http_status else "none",
                f"{one.elapsed_seconds:.2f} s",
                one_line(one.error or one.answer or "", 200),
            )
            for one in tries
        ],
        empty="It was not sent yet.",
    )


def state_of(alert: Alert) -> Text:
    """The state of an alert in its colour."""
    return Text(alert.state, style=STYLES[alert.state])
