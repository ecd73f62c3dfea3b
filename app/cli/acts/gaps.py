"""Gaps in coverage from the command line: when nothing could be seen, of what, and why."""

from collections.abc import Sequence

from app.cli.printable import one_line
from app.cli.record import open_record
from app.cli.screen import moment, show_json, show_table
from app.domain.ids import StatementId, WatchId
from app.domain.observations import Lapse
from app.pipeline.lapses import lapses_of_statement, lapses_of_watch
from app.storage import statements, watches
from app.storage.short_ids import find_id


def show_gaps_of_watch(written: str, *, as_json: bool) -> None:
    """When nothing could be seen of a watch.

    Raises:
        NotFound: there is no such watch.
    """
    with open_record() as database, database.read() as conn:
        found = lapses_of_watch(conn, watches.get_watch(conn, WatchId(find_id(conn, "watch", written))))
    _show(found, as_json=as_json)


def show_gaps_of_statement(written: str, *, as_json: bool) -> None:
    """When nothing could be seen of a statement.

    Raises:
        NotFound: there is no such statement.
    """
    with open_record() as database, database.read() as conn:
        statement = statements.get_statement(conn, StatementId(find_id(conn, "statement", written)))
        found = lapses_of_statement(conn, statement, watches.get_watch(conn, statement.watch_id))
    _show(found, as_json=as_json)


def _show(found: Sequence[Lapse], *, as_json: bool) -> None:
    if as_json:
        show_json({"items": found, "next": None})
        return
    show_table(
        ("from (UTC)", "to (UTC)", "of", "outcome", "why"),
        [
            (
                moment(gap.opened_at),
                moment(gap.closed_at) or "it lasts",
                gap.of,
                gap.outcome,
                one_line(gap.detail or ""),
            )
            for gap in found
        ],
        empty="No gaps: every check since then could be read.",
    )
