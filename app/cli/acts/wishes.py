"""What somebody wants to hear, from the command line: typed, said in words, and tried on what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.cli.options import seconds_of
from app.cli.printable import one_line
from app.cli.rooms import with_newsroom
from app.cli.screen import remark, short, show_json, show_table
from app.cli.wire import told
from app.domain.claims import Action, FacetKind, Level
from app.domain.destinations import AlertFilter
from app.domain.errors import InvalidInput
from app.domain.events import EventType
from app.domain.ids import PinId, WatchId
from app.domain.statements import StatementState
from app.domain.timing import ANY_TIME, Timing
from app.pipeline.dry_run import DryRun, try_filter
from app.pipeline.newsroom import Newsroom
from app.pipeline.timings import WrittenQuiet, WrittenTiming, in_words, timing_of
from app.pipeline.watch_fields import language_of, tags_of
from app.storage.database import Connection
from app.storage.short_ids import find_id


@dataclass(frozen=True, slots=True)
class Wish:
    """What a destination wants to hear, as it was typed; what was not typed is None, and means everything."""

    events: Sequence[EventType] | None
    tags: Sequence[str] | None
    watches: Sequence[str] | None
    pins: Sequence[str] | None
    min_level: Level
    actions: Sequence[Action] | None
    facets: Sequence[FacetKind] | None
    states: Sequence[StatementState] | None
    languages: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class When:
    """When a destination wants to hear, as it was typed; what was not typed is None."""

    digest: str | None = None
    daily: str | None = None
    zone: str | None = None
    quiet: str | None = None
    major_through: bool = False
    at_most: int | None = None


def timing_from(when: When) -> Timing:
    """The timing that is meant.

    Raises:
        InvalidInput: a length, a time or a zone is none.
    """
    minutes, seconds = divmod(seconds_of(when.digest), 60) if when.digest else (None, 0)
    if seconds:
        raise InvalidInput("A digest comes every so many minutes: write 30m or 2h.")
    begins, dash, ends = (when.quiet or "").partition("-")
    if when.quiet and not dash:
        raise InvalidInput(f"“{when.quiet}” are no quiet hours; write 22:00-07:00.")
    if when.major_through and not when.quiet:
        raise InvalidInput("--major-through is about quiet hours; say which with --quiet 22:00-07:00.")
    quiet = WrittenQuiet(begins.strip(), ends.strip(), when.major_through) if when.quiet else None
    return timing_of(WrittenTiming(minutes, when.daily, when.zone, quiet, when.at_most))


def filter_of(conn: Connection, wish: Wish) -> AlertFilter:
    """The filter that a wish is.

    Raises:
        InvalidInput: a tag or a language is none, or nothing has such an id.
    """
    try:
        tags = tags_of(wish.tags or ())
        languages = tuple(filter(None, map(language_of, wish.languages or ())))
    except ValueError as error:
        raise InvalidInput(f"{error}.") from error
    return AlertFilter(
        event_types=tuple(wish.events or ()),
        watch_ids=tuple(WatchId(find_id(conn, "watch", one)) for one in wish.watches or ()),
        tags=tags,
        pin_ids=tuple(PinId(find_id(conn, "pin", one)) for one in wish.pins or ()),
        min_level=wish.min_level,
        actions=tuple(wish.actions or ()),
        facets=tuple(wish.facets or ()),
        states=tuple(wish.states or ()),
        languages=languages,
    )


def dry_run(wish: Wish, when: When, *, days: int, as_json: bool) -> None:
    """What a destination with this wish would have been told of late, and in which messages.

    Raises:
        InvalidInput: the wish cannot be read.
    """

    timing = timing_from(when)

    def act(newsroom: Newsroom) -> DryRun:
        with newsroom.database.read() as conn:
            wanted = filter_of(conn, wish)
        return try_filter(newsroom, wanted, timing, back=timedelta(days=days))

    found = with_newsroom(act)
    if as_json:
        show_json(told(found))
        return
    if timing == ANY_TIME:
        show_table(
            ("event", "when (UTC)", "what"),
            [(short(one.event_id), f"{one.at:%Y-%m-%d %H:%M}", one_line(one.headline)) for one in found.newest],
            empty="Nothing would have been sent.",
        )
    else:
        show_table(
            ("sent (UTC)", "alerts", "what"),
            [(f"{one.at:%Y-%m-%d %H:%M}", str(one.alerts), one_line(one.headline)) for one in found.newest_messages],
            empty="Nothing would have been sent.",
        )
        remark(f"{found.messages} messages ({in_words(timing)}), {found.digests} of them digests.")
    busiest = max(found.by_day, key=lambda one: one.wanted, default=None)
    most = f"; {busiest.wanted} on {busiest.day}, the busiest day" if busiest else ""
    remark(
        f"{found.wanted} of {found.examined} events since {found.since:%Y-%m-%d %H:%M} UTC would have been sent{most}."
    )


def wants(wish: AlertFilter) -> str:
    """A filter in words."""
    parts = [
        ", ".join(wish.event_types),
        "" if wish.min_level is Level.COSMETIC else f"{wish.min_level} and above",
        " or ".join(f"#{tag}" for tag in wish.tags),
        " or ".join(f"watch {short(key)}" for key in wish.watch_ids),
        " or ".join(f"pin {short(key)}" for key in wish.pin_ids),
        " or ".join(f"claims {action}" for action in wish.actions),
        " or ".join(wish.facets),
        " or ".join(f"{state} statements" for state in wish.states),
        " or ".join(wish.languages),
    ]
    return one_line("; ".join(filter(None, parts))) or "everything"
