"""A watch and the watchlist as people see them."""

from collections.abc import Iterable

from rich.text import Text

from app.cli.printable import one_line
from app.cli.screen import both, brief, moment, short, show_facts, show_table
from app.domain.schedule import in_words
from app.domain.watches import Visibility, Watch, WatchHealth, WatchState

LONGEST_TAGS = 20
STYLES = {WatchHealth.FAILING: "red", WatchHealth.HEALTHY: "green", WatchHealth.UNKNOWN: "dim"}


def show_watch(watch: Watch) -> None:
    """One watch with all that is known of it."""
    show_facts(
        [
            ("watch", short(watch.id)),
            ("name", one_line(watch.name)),
            ("publisher", one_line(watch.publisher) if watch.publisher != watch.name else None),
            ("address", one_line(watch.url)),
            ("kind", watch.kind),
            ("language", watch.language),
            ("tags", one_line(", ".join(watch.tags))),
            ("include", one_line("  ".join(watch.selectors.include))),
            ("exclude", one_line("  ".join(watch.selectors.exclude))),
            ("robots.txt", None if watch.respect_robots else "not asked"),
            ("read by", "anybody, where the operator allows that" if watch.visibility is Visibility.PUBLIC else None),
            ("state", state_of(watch)),
            ("last check", _last(watch)),
            ("next check", next_of(watch)),
        ]
    )


def show_watches(watches: Iterable[Watch]) -> None:
    """The watchlist as a table."""
    show_table(
        ("id", "state", "last check (UTC)", "tags", "what is watched"),
        [
            (
                short(watch.id),
                state_of(watch),
                brief(watch.last_checked_at),
                one_line(", ".join(watch.tags), LONGEST_TAGS),
                _named(watch),
            )
            for watch in watches
        ],
        empty="Nothing is watched. Add an address: walkback watch add https://t.me/GeneralStaffZSU",
    )


def _named(watch: Watch) -> Text:
    where = f"{watch.kind} {one_line(watch.url)}"
    return Text(where) if watch.name == watch.url else both(one_line(watch.name), where)


def state_of(watch: Watch) -> Text:
    """``active``, ``failing``, ``paused`` or ``removed``, in the colour of its health."""
    if watch.state is not WatchState.ACTIVE:
        return Text(watch.state, style="yellow")
    return Text("failing" if watch.health is WatchHealth.FAILING else "active", style=STYLES[watch.health])


def _last(watch: Watch) -> str | None:
    if watch.last_checked_at is None:
        return None
    return f"{moment(watch.last_checked_at)}: {watch.last_outcome}"


def next_of(watch: Watch) -> str | None:
    """When a watch is checked next, and why then."""
    if watch.next_check_at is None:
        return None
    reason = f" ({one_line(watch.next_check_reason)})" if watch.next_check_reason else ""
    every = "" if watch.interval_seconds is None else f", every {in_words(watch.interval_seconds)}"
    return f"{moment(watch.next_check_at)}{reason or every}"
