"""What a person sees: answers on standard output, remarks and errors on standard error, JSON where it is asked for."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.cli.printable import one_line
from app.cli.wire import as_json

WIDTH_OF_FILES = 200
"""Columns where nobody has a terminal: lines of a file or a pipe are not folded at 80."""
SHORT_ID = 8
Cell = Text | str | None


def out() -> Console:
    """Standard output. Colours only on a terminal, and not with NO_COLOR."""
    return _console(sys.stdout.isatty(), stderr=False)


def err() -> Console:
    """Standard error."""
    return _console(sys.stderr.isatty(), stderr=True)


def show(*lines: Text | str) -> None:
    """Lines of an answer. A plain ``str`` is ours; text of others comes through :mod:`app.cli.printable`."""
    for line in lines:
        out().print(line, soft_wrap=True)


def remark(text: str) -> None:
    """Something beside the answer, on standard error."""
    err().print(Text(one_line(text), style="dim"), soft_wrap=True)


def complain(text: str) -> None:
    """What went wrong: one line on standard error."""
    err().print(Text.assemble(("walkback: ", "bold red"), one_line(text)), soft_wrap=True)


def show_json(value: object) -> None:
    """An answer for programs."""
    sys.stdout.write(as_json(value) + "\n")


def show_facts(facts: Iterable[tuple[str, Cell]]) -> None:
    """Names and values below each other; what has no value is left out."""
    told = [(name, _cell(value)) for name, value in facts if value not in (None, "")]
    width = max((len(name) for name, _ in told), default=0)
    for name, value in told:
        first, *further = value.split("\n", allow_blank=True)
        show(Text.assemble((name.ljust(width), "dim"), "  ", first))
        show(*(Text(" " * (width + 2)) + line for line in further))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, empty: str) -> None:
    """A table, or in its place a sentence where there is nothing to show. Only the last column is folded."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=place < len(columns) - 1)
    for row in rows:
        table.add_row(*map(_cell, row))
    if table.row_count:
        out().print(table)
    else:
        remark(empty)


def short(key: UUID | None) -> str:
    """An id as people read and type it: its end, since ids of one day begin alike."""
    return "" if key is None else key.hex[-SHORT_ID:]


def moment(at: datetime | None) -> str:
    """An instant for people, in UTC."""
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def brief(at: datetime | None) -> str:
    """The same for tables, to the minute."""
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def both(first: str, second: str) -> Text:
    """Two things in one cell: below each other on a terminal, on one line where programs read by lines."""
    return Text.assemble(first, "\n" if sys.stdout.isatty() else "  ", (second, "dim"))


def is_asking_possible() -> bool:
    """True where somebody sits at a terminal who could answer a question."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _console(is_terminal: bool, *, stderr: bool) -> Console:
    width = None if is_terminal else WIDTH_OF_FILES
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


def _cell(value: Cell) -> Text:
    return value if isinstance(value, Text) else Text(value or "")
