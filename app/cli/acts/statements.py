"""Statements from the command line: where each stands, every wording, and what differs between two of them."""

import re
import sys
from datetime import datetime
from typing import Any, Literal

from rich.text import Text

from app.claims.diff import TextDiff, diff_words
from app.claims.render import as_html, as_markdown, as_unified
from app.cli.acts.differences import pin_line, show_changes, words_of
from app.cli.acts.flags import level_of
from app.cli.acts.paging import gather, show_page, tell_of_more
from app.cli.options import instant_of
from app.cli.printable import one_line, printable
from app.cli.record import open_record
from app.cli.screen import both, brief, moment, remark, short, show, show_facts, show_json, show_table
from app.cli.wire import told
from app.domain.edits import Edit, KeptChange
from app.domain.errors import InvalidInput, NotFound
from app.domain.ids import StatementId, WatchId
from app.domain.schedule import in_words
from app.domain.statements import Statement, StatementState, Version
from app.pipeline.compare import within_seconds
from app.pipeline.flapping import flapping_now
from app.pipeline.outlook import NextCheck, find_next_check
from app.storage import edits, statements, versions
from app.storage.database import Connection
from app.storage.short_ids import find_id

Style = Literal["words", "unified", "html", "markdown"]
LONGEST_DIFF_SECONDS = 10.0
MOST_EDITS = 500
MOST_VERSIONS = 100_000
LONGEST_EXCERPT = 80


def show_list(
    *, watch: str | None, state: StatementState | None, edited_since: str | None, limit: int, as_json: bool
) -> None:
    """Statements, the ones first seen last first."""
    since = instant_of(edited_since)
    with open_record() as database, database.read() as conn:
        watch_id = None if watch is None else WatchId(find_id(conn, "watch", watch))
        found, is_more = gather(
            lambda after, most: statements.list_statements(
                conn, watch_id=watch_id, state=state, edited_since=since, after=after, limit=most
            ),
            limit,
        )
    if as_json:
        show_page(found, is_more=is_more)
        return
    rows = [(short(one.id), brief(one.published_at), one.state, str(one.version_count), _named(one)) for one in found]
    show_table(
        ("id", "published (UTC)", "state", "wordings", "what was said"),
        rows,
        empty="No statements here yet.",
    )
    tell_of_more(is_more=is_more)


def show_statement(written: str, *, at: str | None, as_json: bool) -> None:
    """One statement with its latest wording, or the one in force at an instant.

    Raises:
        NotFound: there is no such statement, or it was not seen by then.
    """
    instant = instant_of(at)
    with open_record() as database, database.read() as conn:
        statement = _statement(conn, written)
        version = _version_at(conn, statement, instant)
        following = find_next_check(conn, statement)
        flapping = flapping_now(conn, statement)
    if as_json:
        next_check = None if following is None else {"at": following.at, "reason": following.reason}
        show_json({**told(statement), "wording": _told(version), "next_check": next_check, "flapping": flapping})
        return
    show_facts([*_facts(statement), ("next check", _next_of(following))])
    show("", Text(_heading(version), style="bold"), Text(printable(version.wording.text)))


def show_versions(written: str, *, as_json: bool) -> None:
    """Every wording of a statement in the order of time, those of archives too, with the step that led to it."""
    with open_record() as database, database.read() as conn:
        statement = _statement(conn, written)
        found = _all_versions(conn, statement)
        steps = {edit.to_version: edit for edit in _edits_of(conn, statement)}
    if as_json:
        show_json({"items": [_told(version) for version in found], "next": None})
        return
    show_table(
        ("no.", "first seen (UTC)", "last seen (UTC)", "step", "reads"),
        [
            (
                str(version.number),
                moment(version.first_seen_at),
                moment(version.last_seen_at),
                _step(version, steps.get(version.number)),
                one_line(version.wording.text, LONGEST_EXCERPT),
            )
            for version in found
        ],
        empty="It has no wordings.",
    )


def show_diff(written: str, *, old: str, new: str, style: Style, as_json: bool) -> None:
    """What differs between two wordings, word by word, and what it did to each claim where it was one step.

    Raises:
        NotFound: there is no such statement or version; InvalidInput: that is no name of a version.
    """
    with open_record() as database, database.read() as conn:
        statement = _statement(conn, written)
        latest = versions.find_latest(conn, statement).number
        after = versions.get_version(conn, statement.id, _number(conn, new, statement, latest, latest))
        before = versions.get_version(conn, statement.id, _number(conn, old, statement, latest, after.number))
        step = next((edit for edit in _edits_of(conn, statement) if _is_step(edit, before, after)), None)
        changes = edits.list_changes(conn, step) if step else ()
    found = diff_words(before.wording.text, after.wording.text, out_of_time=within_seconds(LONGEST_DIFF_SECONDS))
    if as_json:
        show_json(_told_diff(before, after, found, style))
    elif style == "words":
        _show_words(before, after, found, step, changes)
    else:
        text = _written(before, after, found, style) or ""
        sys.stdout.write(printable(text if text.endswith("\n") else f"{text}\n"))


def _show_words(
    before: Version, after: Version, found: TextDiff, step: Edit | None, changes: tuple[KeptChange, ...]
) -> None:
    show(Text(f"version {before.number}, last seen {moment(before.last_seen_at)} UTC", style="red"))
    show(Text(f"version {after.number}, first seen {moment(after.first_seen_at)} UTC", style="green"))
    show("", words_of(found), "")
    if found.truncated:
        remark("The texts are too different to be told apart word by word in reasonable time.")
    if step is None:
        return
    stood = in_words(step.stood_seconds)
    show(Text.assemble("level ", level_of(step.level), f" ({step.score:.2f}); the old wording stood for {stood}"))
    for pin in step.pins:
        show(pin_line(str(pin.variant), pin.event))
    if not show_changes(kept.change for kept in changes):
        show("no claim was touched" if step.analysis_state == "done" else "its claims are still to be compared")


def _told_diff(before: Version, after: Version, found: TextDiff, style: Style) -> dict[str, Any]:
    return {
        "statement_id": after.statement_id,
        "before": _side(before),
        "after": _side(after),
        "format": "spans" if style == "words" else style,
        "truncated": found.truncated,
        "spans": found.operations if style == "words" else None,
        "text": _written(before, after, found, style),
    }


def _side(version: Version) -> dict[str, Any]:
    names = ("number", "first_seen_at", "last_seen_at", "text_sha256")
    return {name: getattr(version, name) for name in names}


def _written(before: Version, after: Version, found: TextDiff, style: Style) -> str | None:
    match style:
        case "words":
            return None
        case "unified":
            return as_unified(found, before_name=f"version {before.number}", after_name=f"version {after.number}")
        case "html":
            return as_html(found)
        case "markdown":
            return as_markdown(found)


def _told(version: Version) -> dict[str, Any]:
    """A version with its wording on the same level."""
    flat: dict[str, Any] = told(version) | {"provenance": version.provenance}
    wording = flat.pop("wording")
    return {**flat, **wording}


def _statement(conn: Connection, written: str) -> Statement:
    return statements.get_statement(conn, StatementId(find_id(conn, "statement", written)))


def _version_at(conn: Connection, statement: Statement, instant: datetime | None) -> Version:
    if instant is None:
        return versions.find_latest(conn, statement)
    version = versions.find_version_at(conn, statement.id, instant)
    if version is None:
        raise NotFound("wording", f"of statement {short(statement.id)} seen by {moment(instant)}")
    return version


def _all_versions(conn: Connection, statement: Statement) -> tuple[Version, ...]:
    return versions.list_history(conn, statement.id, limit=MOST_VERSIONS)


def _edits_of(conn: Connection, statement: Statement) -> tuple[Edit, ...]:
    return edits.list_edits(conn, statement_id=statement.id, limit=MOST_EDITS).items


def _is_step(edit: Edit, before: Version, after: Version) -> bool:
    return edit.from_version == before.number and edit.to_version == after.number


def _number(conn: Connection, named: str, statement: Statement, latest: int, other: int) -> int:
    """The number of a version by its name; ``previous`` is the one before ``other``."""
    if named == "latest":
        return latest
    if named == "previous":
        previous = versions.find_previous(conn, statement.id, other)
        if previous is None:
            raise NotFound("version", f"before the first of statement {short(statement.id)}")
        return previous
    if not re.fullmatch(r"[1-9][0-9]{0,13}", named, re.ASCII):
        raise InvalidInput(f"“{named}” is no version; write its number, previous or latest.")
    return int(named)


def _named(statement: Statement) -> Text:
    url = one_line(statement.url)
    return both(one_line(statement.title), url) if statement.title else Text(url)


def _facts(statement: Statement) -> list[tuple[str, str | None]]:
    missing, withdrawn = statement.missing_since, statement.withdrawn_at
    return [
        ("statement", short(statement.id)),
        ("watch", short(statement.watch_id)),
        ("title", one_line(statement.title) if statement.title else None),
        ("address", one_line(statement.url)),
        ("state", statement.state),
        ("not seen since", moment(statement.last_seen_at) if missing else None),
        ("confirmed gone", moment(withdrawn)),
        ("back and forth", f"since {moment(statement.flapping_since)}" if statement.flapping_since else None),
        ("not readable", f"since {moment(statement.unread_since)}" if statement.unread_since else None),
        ("language", statement.language),
        ("published", moment(statement.published_at)),
        ("first seen", moment(statement.first_seen_at)),
        ("last seen", moment(statement.last_seen_at)),
        ("last checked", moment(statement.last_checked_at)),
        ("wordings", str(statement.version_count)),
    ]


def _next_of(following: NextCheck | None) -> str | None:
    return None if following is None else f"{moment(following.at)} ({one_line(following.reason)})"


def _heading(version: Version) -> str:
    by = f" by {version.origin.archive}" if version.origin else ""
    return f"version {version.number}, seen{by} {moment(version.first_seen_at)} to {moment(version.last_seen_at)} UTC"


def _step(version: Version, edit: Edit | None) -> Text:
    """What led to a version: the level of its edit, and which earlier wording it is again."""
    what = f"as {version.restores}" if version.restores is not None else "technical" if version.is_technical else ""
    archive = f"seen by {version.origin.archive}" if version.origin else ""
    level = level_of(edit.level) if edit else Text()
    loss = "large loss of text" if edit is not None and edit.large_loss else ""
    return Text(", ").join(part for part in (level, Text(what), Text(archive), Text(loss)) if part)
