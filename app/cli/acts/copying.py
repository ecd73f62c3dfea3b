"""Moving the record into another database: a bar while it goes on, and at the end what both databases say."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.exits import Exit, Failure
from app.cli.progress import PartLines
from app.cli.record import load_settings, open_record
from app.cli.screen import err, remark, show, show_json, show_table
from app.settings import Settings
from app.storage.copying import TableCheck, compare, copy_rows, count_held, count_rows, finish, prepare
from app.storage.database import Database
from app.storage.partitions import count_parts
from app.wiring.newsroom import KEY_FILE_SUFFIX, system_clock

FEWEST_ROWS = 10_000
"""So many rows are copied before there is anything to say of it."""


def copy(to: str, *, live: bool, as_json: bool) -> None:
    """Copy everything to the database at this address, and say whether both are the same.

    Raises:
        Failure: workers are at work, or the two differ.
        Conflict: the target holds something else; StorageError: one of the two cannot be used.
    """
    with open_record() as source, Database(to) as target:
        if not live:
            _refuse_while_working(source)
        if prepare(source, target):
            remark("The target holds half a copy of this database: going on with it.")
        total = sum(count_rows(source).values())
        with _bar("Copying", total) as progress:
            said = copy_rows(source, target, progress=progress)
        with _bar("Comparing", total) as progress:
            checks = compare(target, said, progress=progress)
        differing = [one.name for one in checks if not one.is_same]
        if not differing:
            finish(target)
        with target.read() as conn:
            parts = count_parts(conn)
    _tell(checks, parts=parts, as_json=as_json)
    if differing:
        message = f"The two databases differ in {', '.join(differing)}. Run the same command again."
        raise Failure(message, Exit.FAILED)
    if not as_json:
        remark(_about_key(load_settings()))


def _refuse_while_working(source: Database) -> None:
    clock = source.server_clock() or system_clock
    held = count_held(source, now=clock())
    if held:
        message = (
            f"Workers have {held} pieces of work in hand. Stop them first, and the API, so that nothing is written "
            "that the copy does not have; or copy what stands there now, with --live."
        )
        raise Failure(message, Exit.REFUSED)


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[str, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    done, say = Counter[str](), PartLines(FEWEST_ROWS)
    with Progress(*columns, console=err(), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(what, total=total)

        def advance(table: str, rows: int) -> None:
            done[table] += rows
            progress.update(task, advance=rows, description=f"{what} {table}")
            say(what, done.total(), total)

        yield advance


def _tell(checks: tuple[TableCheck, ...], *, parts: int, as_json: bool) -> None:
    rows = sum(one.rows for one in checks)
    if as_json:
        show_json({"rows": rows, "partitions": parts, "same": all(one.is_same for one in checks), "tables": checks})
        return
    show_table(
        ("table", "rows", "rows there", "hash", "hash there", ""),
        [
            (one.name, f"{one.rows:,}", f"{one.rows_there:,}", one.sha256[:16], one.sha256_there[:16], _word(one))
            for one in checks
        ],
        empty="",
    )
    if all(one.is_same for one in checks):
        show(f"{rows:,} rows in {len(checks)} tables; both databases say the same.")


def _word(one: TableCheck) -> str:
    return "same" if one.is_same else "DIFFERENT"


def _about_key(settings: Settings) -> str:
    sealed = "The secrets of destinations stay sealed: give the processes on the new database"
    if settings.secret_key is not None:
        return f"{sealed} the key of WALKBACK_SECRET_KEY."
    file = None if settings.sqlite_path is None else Path(f"{settings.sqlite_path}{KEY_FILE_SUFFIX}")
    if file is not None and file.exists():
        return f"{sealed} the key in {file}, as WALKBACK_SECRET_KEY."
    return f"{sealed} the WALKBACK_SECRET_KEY that those on the old one had, if they had one."
