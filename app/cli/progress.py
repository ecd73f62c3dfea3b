"""How far some long work is: a bar for whoever sits at a terminal, some lines for a file."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.screen import err, remark
from app.storage.step_progress import HowFar, Listener

LINES_A_TABLE = 10
LINES_A_PART = 10


@contextmanager
def migration_shown() -> Iterator[Listener]:
    """Whom to tell how far a migration is. Shown on standard error; nothing is for what is done at once."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err(), transient=True) as bar:
        task = bar.add_task("Changing the database", total=None)

        def shown(far: HowFar) -> None:
            where = f"{far.revision}: table {far.place} of {far.tables}, {far.table}"
            bar.update(task, description=where, completed=far.done, total=far.rows)

        yield shown


class Lines:
    """At most so many lines for a table: at its beginning, as it goes on, and at its end."""

    def __init__(self) -> None:
        self._last: tuple[str, str, int] | None = None

    def __call__(self, far: HowFar) -> None:
        """One report."""
        now = (far.revision, far.table, LINES_A_TABLE * far.done // max(far.rows, 1))
        if now != self._last:
            remark(str(far))
            self._last = now


class PartLines:
    """Where nobody sits at a terminal: at most so many lines for each part of some work that has ``fewest`` pieces."""

    def __init__(self, fewest: int) -> None:
        self._fewest = fewest
        self._last: tuple[str, int] | None = None

    def __call__(self, part: str, done: int, total: int) -> None:
        """So many pieces of this part are done."""
        now = (part, LINES_A_PART * done // max(total, 1))
        if total >= self._fewest and now != self._last and not sys.stderr.isatty():
            remark(f"{part}: {done:,} of {total:,}")
            self._last = now
