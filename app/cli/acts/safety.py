"""Keeping the record safe: checking that it is whole, and copying it, with a bar that shows how far it is."""

import sys
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from app.cli.exits import Exit
from app.cli.printable import one_line
from app.cli.record import load_settings, open_record
from app.cli.screen import err, remark, show, show_json
from app.storage.backup import Backup, back_up
from app.storage.soundness import Soundness, check_record
from app.wiring.newsroom import KEY_FILE_SUFFIX, system_clock

MOST_SHOWN = 5
MEBIBYTE = 1024 * 1024


class Bar:
    """A bar on a terminal, with what is done at the moment; in a file or a pipe nothing."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=err(), transient=True, disable=not sys.stderr.isatty())
        self._task = self._bar.add_task("", total=None)
        self._what = ""

    def __enter__(self) -> "Bar":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, what: str, done: int, total: int | None) -> None:
        """What is done now, and how far it is."""
        if what != self._what:
            self._what = what
            self._bar.reset(self._task, total=total, description=what)
        self._bar.update(self._task, completed=done, total=total)


def check(*, as_json: bool) -> Exit:
    """Check the record. FAILED where something is wrong.

    Raises:
        Failure: there is no database yet.
        StorageError: it cannot be read, or is of another schema.
    """
    settings = load_settings()
    with open_record() as database, Bar() as bar:
        now = (database.server_clock() or system_clock)()
        found = check_record(database, now=now, lease_seconds=settings.lease_seconds, told=bar.show)
    if as_json:
        show_json(facts_of(found))
    else:
        show_soundness(found)
    return Exit.DONE if found.is_sound else Exit.FAILED


def back_up_to(file: Path, *, as_json: bool) -> Exit:
    """Copy the database, and check the copy. FAILED where something in it is wrong.

    Raises:
        InvalidInput, Conflict: the database is no file, or the copy has the name of one.
        StorageError: the copy could not be made.
    """
    settings = load_settings()
    with open_record() as database, Bar() as bar:
        made = back_up(database, file, now=system_clock, lease_seconds=settings.lease_seconds, told=bar.show)
    if as_json:
        show_json({"file": str(made.path), "bytes": made.size, **facts_of(made.soundness)})
    else:
        _show_backup(made)
    if settings.secret_key is None:
        key = f"{settings.sqlite_path}{KEY_FILE_SUFFIX}"
        remark(f"Keep {key} as well, in another place: without it the secrets of destinations cannot be read.")
    return Exit.DONE if made.soundness.is_sound else Exit.FAILED


def _show_backup(made: Backup) -> None:
    show(f"{one_line(str(made.path))}: {made.size / MEBIBYTE:,.1f} MiB.")
    show_soundness(made.soundness)


def show_soundness(found: Soundness) -> None:
    """What was looked at, and what is wrong, in words."""
    held = found.rules - len(found.broken)
    looked = ", ".join(f"{count:,} {what}" for what, count in found.counts.items())
    show(f"{looked}; {held} of {found.rules} promises hold.")
    for one in found.broken:
        show(f"BROKEN  {one.rule}: {one.count:,} times not")
        for place in one.places[:MOST_SHOWN]:
            show(f"        {one_line(place)}")
        if one.count > MOST_SHOWN:
            show(f"        and {one.count - MOST_SHOWN:,} more")


def facts_of(found: Soundness) -> dict[str, object]:
    """The same for programs."""
    return {"is_sound": found.is_sound, "rules": found.rules, "counts": found.counts, "broken": found.broken}
