"""How the service fares, as people see it: a few lines in words, and a table of each thing that needs a look."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.cli.printable import one_line
from app.cli.screen import brief, moment
from app.domain.destinations import DestinationState
from app.domain.schedule import in_words
from app.domain.service import Amount, Debt, Precision, Resting, Service, ServiceState, Trouble, Worker, WorkerState
from app.domain.watches import WatchHealth

STYLES = {ServiceState.WORKING: "bold green", ServiceState.OVERDUE: "bold red", ServiceState.STALLED: "bold red"}
LONGEST_NAME = 40
LONGEST_DETAIL = 80
LONGEST_HEADLINE = 200
MOST_WORKERS = 20
LEAST_NAME = 7
OF_WORKERS = ("machine", "worker", "process", "since (UTC)", "seen", "in hand", "a minute", "state")
OF_DEBTS = ("owed to", "state", "waiting", "oldest (UTC)", "failing since (UTC)")
Row: TypeAlias = Sequence[Text | str]


def view_of(found: Service) -> Group:
    """The whole of it."""
    return Group(_title(found), _facts(found), *_tables(found))


def amount(found: Amount) -> str:
    """``12``, ``10,000+`` where counting ended there, ``about 1,000,000`` where it was estimated."""
    match found.precision:
        case Precision.EXACT:
            return f"{found.count:,}"
        case Precision.AT_LEAST:
            return f"{found.count:,}+"
        case Precision.ABOUT:
            return f"about {found.count:,}"


def _title(found: Service) -> Text:
    return Text.assemble(("Walkback is ", "bold"), (found.state, STYLES[found.state]), f"   {moment(found.at)} UTC")


def _facts(found: Service) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, words in _lines(found):
        table.add_row(name, words)
    return table


def _lines(found: Service) -> Iterator[tuple[str, Text]]:
    states = [one.state for one in found.workers]
    alive, gone = states.count(WorkerState.ALIVE), states.count(WorkerState.GONE)
    workers = [f"{alive} alive", f"{found.checks_in_hand} checks in hand", f"{found.checks_per_minute} checks a minute"]
    yield "workers", _said([*workers, (f"{gone} gone", "red")] if gone else workers)
    late = (
        f"the oldest for {in_words(found.lag_seconds)}, pauses of sites included" if found.checks.since else "none late"
    )
    yield "checks", _said([f"{amount(found.checks.waiting)} due", late])
    overdue = [(f"{amount(one.amount)} {one.work} since {moment(one.since)}", "red") for one in found.overdue]
    yield "overdue", _said(overdue or ["nothing"])
    yield "watches", _said(_healths(found))
    edits = [f"{amount(found.edits_last_hour)} in the last hour", f"{amount(found.edits_last_day)} in the last day"]
    yield "edits", _said(edits)
    if found.analyses.since is not None:
        age = in_words(_seconds(found.analyses.since, found.at))
        yield "comparisons", _said([f"{amount(found.analyses.waiting)} owed", f"the oldest for {age}"])
    yield "alerts", _said([f"{amount(found.alerts)} waiting"])
    if found.last_edit is not None:
        words = one_line(found.last_edit.headline, LONGEST_HEADLINE)
        yield "last edit", _said([f"{in_words(_seconds(found.last_edit.at, found.at))} ago", words])


def _healths(found: Service) -> list[str | tuple[str, str]]:
    told: list[str | tuple[str, str]] = []
    for health, count in found.watches.items():
        if health is WatchHealth.HEALTHY or count.count:
            words = "not looked at yet" if health is WatchHealth.UNKNOWN else str(health)
            told.append(
                (f"{amount(count)} {words}", "red") if health is WatchHealth.FAILING else f"{amount(count)} {words}"
            )
    return [*told, f"{amount(found.open_gaps)} with an open gap"]


def _tables(found: Service) -> Iterator[RenderableType]:
    if found.workers:
        yield _table(OF_WORKERS, (_worker(one, found.at) for one in found.workers[:MOST_WORKERS]))
    if found.troubles:
        yield _table(("cannot be read", "since (UTC)", "why"), map(_trouble, found.troubles))
    if found.resting:
        yield _table(("site left alone", "until (UTC)", "why"), map(_resting, found.resting))
    if found.destinations:
        yield _table(OF_DEBTS, map(_debt, found.destinations))


def _trouble(one: Trouble) -> Row:
    why = f"{one.outcome}: {one_line(one.detail, LONGEST_DETAIL)}" if one.detail else one.outcome
    return one_line(one.name, LONGEST_NAME), brief(one.since), why


def _resting(one: Resting) -> Row:
    why = f"asked for less ({one.refusals} in a row)" if one.refusals else f"does not answer ({one.silences} in a row)"
    return one_line(one.host, LONGEST_NAME), moment(one.until), why


def _worker(one: Worker, now: datetime) -> Row:
    seen = f"{in_words(max(_seconds(one.seen_at, now), 0.0))} ago"
    state = Text(one.state, style="red" if one.state is WorkerState.GONE else "green")
    is_more = one.in_hand > one.concurrency
    hand = f"{one.in_hand}, {one.concurrency} at once" if is_more else f"{one.in_hand} of {one.concurrency}"
    place = one_line(one.host_name, LONGEST_NAME)
    return place, one.id, str(one.pid), brief(one.started_at), seen, hand, str(one.checks_per_minute), state


def _debt(one: Debt) -> Row:
    is_well = one.state is DestinationState.ACTIVE and one.failing_since is None
    state = Text(one.state, style="" if is_well else "red")
    return one_line(one.name, LONGEST_NAME), state, amount(one.waiting), brief(one.since), brief(one.failing_since)


def _table(columns: tuple[str, ...], rows: Iterable[Row]) -> Table:
    """The first column gives way where the terminal is narrow, the last one is folded, and those between stay whole."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(columns[0], overflow="ellipsis", min_width=LEAST_NAME)
    for column in columns[1:-1]:
        table.add_column(column, overflow="ellipsis", no_wrap=True)
    table.add_column(columns[-1], overflow="fold", min_width=len(columns[-1]))
    for row in rows:
        table.add_row(*row)
    return table


def _said(parts: Sequence[str | tuple[str, str]]) -> Text:
    words = [part if isinstance(part, tuple) else (part, "") for part in parts]
    return Text(" · ").join(Text(text, style=style) for text, style in words)


def _seconds(since: datetime, now: datetime) -> float:
    return (now - since).total_seconds()
