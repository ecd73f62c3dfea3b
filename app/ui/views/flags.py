"""The work list as its page shows it: each flag with its words marked, whose they are, and what may be done with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final

from markupsafe import Markup

from app.domain.claims import Level
from app.domain.edits import Edit
from app.domain.flags import Flag, ReviewState
from app.domain.headlines import headline_of
from app.domain.ids import PinId, WatchId
from app.domain.pins import Pin
from app.domain.service import Amount, Precision
from app.domain.statements import Statement
from app.domain.watches import Watch
from app.domain.words import Words, msgid
from app.messages.message import Marked
from app.storage import edits, flags, pins, statements, watches, work_list
from app.storage.database import Connection
from app.storage.work_list import Severity, WorkWish
from app.ui.asking import id_in, place_in, place_told, word_in
from app.ui.drawings.bars import DayOfFlags, draw_flags_by_day
from app.ui.marking import marked_words, shortened
from app.ui.visit import Visit

PAGE_SIZE: Final = 25
DAYS_SHOWN: Final = 30
MOST_FOR_STRANGERS: Final = 5_000
"""So many flags are counted for the days that strangers see: what is public is looked up for each."""
ANY_STATE: Final = "any"
STATES: Final[Mapping[str, str]] = {
    ReviewState.OPEN: msgid("Open"),
    ReviewState.CONFIRMED: msgid("Confirmed"),
    ReviewState.DISMISSED: msgid("Dismissed"),
    ANY_STATE: msgid("All"),
}
LEVELS: Final[Mapping[str, str]] = {
    "": msgid("Any level"),
    Level.MINOR: msgid("Minor and above"),
    Level.SUBSTANTIVE: msgid("Substantive and above"),
    Level.MAJOR: msgid("Major"),
}


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One flag as the list shows it."""

    flag: Flag
    headline: str
    words: Marked
    statement: Statement
    watch: Watch
    edit: Edit
    pins: tuple[Pin, ...]

    @property
    def compare_address(self) -> str:
        """Where the two wordings stand side by side."""
        base = f"/statements/{self.statement.id}"
        return f"{base}/compare?from={self.edit.from_version}&to={self.edit.to_version}"

    @property
    def is_one_wording(self) -> bool:
        """True where the statement as a whole came or went, so that there is nothing to compare."""
        return self.edit.from_version == self.edit.to_version


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter as a link, with how many there are where that is known."""

    label: str
    address: str
    is_chosen: bool
    count: str = ""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter that holds the list to one thing, and the address without it."""

    label: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class WorkList:
    """Everything that the page shows."""

    rows: tuple[FlagRow, ...]
    states: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    narrowed_to: tuple[Narrowing, ...]
    is_severe_first: bool
    next: str | None
    is_first_page: bool
    address: str


def read_wish(query: Mapping[str, str]) -> WorkWish:
    """What somebody wants to see; by default what is open.

    Raises:
        InvalidInput: a filter cannot be understood.
    """
    state = query.get("state", "")
    watch_id, pin_id = id_in(query, "watch"), id_in(query, "pin")
    return WorkWish(
        review_state=None if state == ANY_STATE else word_in(query, "state", ReviewState) or ReviewState.OPEN,
        min_level=word_in(query, "min_level", Level),
        watch_id=WatchId(watch_id) if watch_id else None,
        pin_id=PinId(pin_id) if pin_id else None,
    )


def work_list_of(visit: Visit) -> WorkList:
    """The page of the work list that somebody asks for.

    Raises:
        InvalidInput: a filter cannot be understood; NotFound: what it names is not there.
    """
    wish, place = read_wish(visit.query), place_in(visit.query, "after")
    with visit.newsroom.database.read() as conn:
        page = work_list.list_work(conn, wish, after=Severity(*place) if place else None, limit=PAGE_SIZE)
        counts = flags.count_some_flags(conn)
        rows = rows_of(conn, page.flags, visit.words)
        narrowed_to = tuple(_narrowings(conn, wish, visit))
    return WorkList(
        rows=rows,
        states=tuple(_states(visit, wish, counts)),
        levels=tuple(_levels(visit, wish)),
        narrowed_to=narrowed_to,
        is_severe_first=wish.is_severe_first,
        next=visit.address("/", after=place_told(*page.next)) if page.next else None,
        is_first_page=place is None,
        address=visit.address("/"),
    )


def rows_of(conn: Connection, found: tuple[Flag, ...], words: Words) -> tuple[FlagRow, ...]:
    """Flags with what belongs to each, asked for together."""
    places = statements.get_statements(conn, {one.statement_id for one in found})
    whose = watches.get_watches(conn, {one.watch_id for one in found})
    steps = edits.get_edits(conn, {one.edit_id for one in found})
    named = pins.get_pins(conn, {pin for one in found for pin in one.pin_ids})
    return tuple(
        FlagRow(
            flag=one,
            headline=headline_of(one.gist, words) if one.gist else one.headline,
            words=shortened(marked_words(one.before, one.after)),
            statement=places[one.statement_id],
            watch=whose[one.watch_id],
            edit=steps[one.edit_id],
            pins=tuple(named[pin] for pin in one.pin_ids if pin in named),
        )
        for one in found
    )


@dataclass(frozen=True, slots=True)
class Days:
    """How many flags each of the last days brought; ``counted_from`` where they are too many to count all."""

    shown: tuple[DayOfFlags, ...]
    counted_from: str | None
    words: Words = field(repr=False)

    @property
    def chart(self) -> Markup:
        """Them, drawn."""
        return Markup(draw_flags_by_day(self.shown, self.words))  # noqa: S704  # app.ui.drawings escapes what it draws


def days_of(visit: Visit, *, until: datetime) -> Days:
    """How many flags each of the last days brought."""
    first = (until - timedelta(days=DAYS_SHOWN - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    most = work_list.MOST_COUNTED if visit.session else MOST_FOR_STRANGERS
    with visit.newsroom.database.read() as conn:
        counted = work_list.count_days(conn, since=first, most=most)
    days = [(first + timedelta(days=place)).date() for place in range(DAYS_SHOWN)]
    shown = tuple(DayOfFlags(day, counted.counts.get(day, {})) for day in days if day >= counted.first)
    is_whole = len(shown) == DAYS_SHOWN
    counted_from = None if is_whole else visit.words.date(datetime.combine(counted.first, time(), UTC))
    return Days(shown, counted_from, visit.words)


def _states(visit: Visit, wish: WorkWish, counts: Mapping[ReviewState, Amount]) -> Iterator[Choice]:
    for state, label in STATES.items():
        chosen = (wish.review_state or ANY_STATE) == state
        some = counts.values() if state == ANY_STATE else (counts[ReviewState(state)],)
        is_exact = all(one.precision is Precision.EXACT for one in some)
        count = visit.words.number(sum(one.count for one in some)) + ("" if is_exact else "+")
        address = visit.address("/", state=None if state == ReviewState.OPEN else state, after=None)
        yield Choice(visit.words.text(label), address, chosen, count)


def _levels(visit: Visit, wish: WorkWish) -> Iterator[Choice]:
    for level, label in LEVELS.items():
        chosen = (wish.min_level or "") == level
        yield Choice(visit.words.text(label), visit.address("/", min_level=level or None, after=None), chosen)


def _narrowings(conn: Connection, wish: WorkWish, visit: Visit) -> Iterator[Narrowing]:
    if wish.watch_id:
        name = watches.get_watch(conn, wish.watch_id).publisher
        yield Narrowing(visit.words.text("Publisher"), name, visit.address("/", watch=None, after=None))
    if wish.pin_id:
        name = pins.get_pin(conn, wish.pin_id).name
        yield Narrowing(visit.words.text("Pin"), name, visit.address("/", pin=None, after=None))
