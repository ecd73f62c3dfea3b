"""The work list of each morning from the command line."""

from dataclasses import dataclass
from uuid import UUID

from rich.text import Text

from app.cli.acts.paging import gather, show_page, tell_of_more
from app.cli.options import instant_of
from app.cli.printable import one_line
from app.cli.record import open_record
from app.cli.screen import brief, moment, remark, short, show_facts, show_json, show_table
from app.cli.speech import words_here
from app.domain.claims import Action, FacetKind, Level, StatementAction
from app.domain.errors import InvalidInput
from app.domain.flags import Flag, ReviewState
from app.domain.headlines import headline_of_flag
from app.domain.ids import FlagId, PinId, StatementId, WatchId
from app.messages.marking import marked
from app.messages.message import plain
from app.storage import flags
from app.storage.database import Connection
from app.storage.short_ids import find_id

LEVEL_STYLES = {Level.COSMETIC: "dim", Level.MINOR: "", Level.SUBSTANTIVE: "yellow", Level.MAJOR: "bold red"}


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """Which flags are wanted; ids as they were typed, None for any."""

    review_state: ReviewState | None = None
    watch: str | None = None
    statement: str | None = None
    pin: str | None = None
    action: str | None = None
    facet: FacetKind | None = None
    min_level: Level | None = None
    since: str | None = None


def show_list(wanted: FlagFilter, *, limit: int, as_json: bool) -> None:
    """The flags, newest first."""
    action = None if wanted.action is None else _action(wanted.action)
    since = instant_of(wanted.since)
    with open_record() as database, database.read() as conn:
        watch, statement = _key(conn, "watch", wanted.watch), _key(conn, "statement", wanted.statement)
        pin = _key(conn, "pin", wanted.pin)
        found, is_more = gather(
            lambda after, most: flags.list_flags(
                conn,
                review_state=wanted.review_state,
                watch_id=WatchId(watch) if watch else None,
                statement_id=StatementId(statement) if statement else None,
                pin_id=PinId(pin) if pin else None,
                action=action,
                facet=wanted.facet,
                min_level=wanted.min_level,
                since=since,
                after=after,
                limit=most,
            ),
            limit,
        )
        counts = flags.count_flags(conn)
    if as_json:
        show_page(found, is_more=is_more)
        return
    words = words_here()
    rows = [
        (
            short(flag.id),
            brief(flag.created_at),
            level_of(flag.level) + Text(", pin" if flag.pin_ids else ""),
            flag.review_state,
            one_line(headline_of_flag(flag, words)),
        )
        for flag in found
    ]
    columns = ("id", "flagged (UTC)", "level", "review", "what happened")
    show_table(columns, rows, empty="No flags here.")
    tell_of_more(is_more=is_more)
    remark(", ".join(f"{count} {state}" for state, count in counts.items()))


def show_flag(written: str, *, as_json: bool) -> None:
    """One flag with the words before and after."""
    with open_record() as database, database.read() as conn:
        flag = flags.get_flag(conn, FlagId(find_id(conn, "flag", written)))
    show_one(flag, as_json=as_json)


def level_of(level: Level) -> Text:
    """The level of an edit in its colour."""
    return Text(level, style=LEVEL_STYLES[level])


def show_one(flag: Flag, *, as_json: bool) -> None:
    """A flag, or its JSON."""
    if as_json:
        show_json(flag)
        return
    words = words_here()
    claim = marked(flag.before, flag.after)
    show_facts(
        [
            ("flag", short(flag.id)),
            ("what happened", one_line(headline_of_flag(flag, words))),
            ("words", one_line(plain(claim))),
            ("before", Text(one_line(flag.before), style="red")),
            ("after", Text(one_line(flag.after), style="green")),
            ("action", flag.action),
            ("facets", ", ".join(flag.facets)),
            ("level", level_of(flag.level) + Text(f" ({flag.score:.2f})")),
            ("pins", ", ".join(map(short, flag.pin_ids))),
            ("statement", short(flag.statement_id)),
            ("review", _review(flag)),
            ("note", one_line(flag.note) if flag.note else None),
        ]
    )


def _review(flag: Flag) -> str:
    by = f" by {one_line(flag.reviewed_by)}, {moment(flag.reviewed_at)}" if flag.reviewed_by else ""
    return f"{flag.review_state}{by}"


def _key(conn: Connection, kind: str, written: str | None) -> UUID | None:
    return None if written is None else find_id(conn, kind, written)


def _action(written: str) -> Action | StatementAction:
    known = [*Action, *StatementAction]
    if written not in known:
        raise InvalidInput(f"“{written}” is no action; there are {', '.join(known)}.")
    return Action(written) if written in set(Action) else StatementAction(written)
