"""Who changed what, from the command line."""

import json

from app.cli.acts.paging import gather, show_page, tell_of_more
from app.cli.options import instant_of
from app.cli.printable import one_line
from app.cli.record import open_record
from app.cli.screen import moment, short, show_table
from app.domain.audit import Act, AuditEntry
from app.storage import audit

EMPTY_SELECTORS: dict[str, list[str]] = {"include": [], "exclude": []}


def show_list(*, act: Act | None, since: str | None, limit: int, as_json: bool) -> None:
    """What was done, newest first."""
    instant = instant_of(since)
    with open_record() as database, database.read() as conn:
        found, is_more = gather(
            lambda after, most: audit.list_entries(conn, act=act, since=instant, after=after, limit=most), limit
        )
    if as_json:
        show_page(found, is_more=is_more)
        return
    show_table(
        ("at (UTC)", "who", "did", "to", "id", "changes"),
        [
            (
                moment(entry.at),
                one_line(f"{entry.actor.name} ({entry.actor.kind.replace('_', ' ')})"),
                entry.act,
                one_line(entry.subject_name),
                short(entry.subject_id),
                one_line(_changes(entry)),
            )
            for entry in found
        ],
        empty="Nobody has changed anything yet.",
    )
    tell_of_more(is_more=is_more)


def _changes(entry: AuditEntry) -> str:
    """Like ``name: "a" → "b"``, or ``name: "b"`` where nothing was there before; only the name of a hidden text."""
    told = []
    for name, one in entry.changes.items():
        before, after = (json.dumps(value, ensure_ascii=False) for value in (one.before, one.after))
        if one.before is None and one.after is None:
            told.append(name)
        elif one.before is not None:
            told.append(f"{name}: {before} → {after}")
        elif one.after not in ([], {}, EMPTY_SELECTORS):
            told.append(f"{name}: {after}")
    return "; ".join(told)
