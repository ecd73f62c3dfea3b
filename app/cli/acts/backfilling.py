"""Importing the past from the command line, with a bar that shows how far it is and an account at the end."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from app.cli.acts.flags import level_of
from app.cli.exits import Exit, Failure
from app.cli.options import instant_of, last_instant_of
from app.cli.printable import one_line
from app.cli.progress import PartLines
from app.cli.record import load_settings
from app.cli.rooms import in_newsroom
from app.cli.screen import err, remark, short, show, show_json
from app.domain.archives import BackfillState, CaptureOutcome, Range
from app.domain.ids import WatchId
from app.pipeline import backfill
from app.pipeline.backfill import Place
from app.pipeline.backfill_files import FilesRead, read_files
from app.pipeline.newsroom import Newsroom
from app.storage import watches
from app.storage.database import Connection
from app.storage.short_ids import DIGITS, find_id

DOES = {
    BackfillState.LISTING: "Reading the index",
    BackfillState.READING: "Reading captures",
    BackfillState.COMPARING: "Comparing",
    BackfillState.DONE: "Done",
    BackfillState.FAILED: "Stopped",
}
WORDS = {
    CaptureOutcome.ABSENT: "without the statement",
    CaptureOutcome.BLOCKED: "of block pages",
    CaptureOutcome.REDIRECT: "of redirects",
    CaptureOutcome.UNREADABLE: "unreadable",
    CaptureOutcome.TRUNCATED: "cut short",
    CaptureOutcome.TOO_LARGE: "too large",
    CaptureOutcome.SERVER_ERROR: "of server errors",
    CaptureOutcome.ELSEWHERE: "of another moment or address than asked for",
    CaptureOutcome.NOT_KEPT: "that the archive does not have",
    CaptureOutcome.DAMAGED: "damaged",
}
MOST_SHOWN = 5
FEWEST_CAPTURES = 20
"""So many captures are read before there is anything to say of it."""


def bring(
    where: str | None, files: Sequence[Path], *, since: str | None, until: str | None, limit: int, as_json: bool
) -> None:
    """Import what an archive, or files, kept of a place, and say what came of it.

    Raises:
        InvalidInput, NotFound: nothing is watched there, or the range cannot be.
        Failure: the archive could not be read to the end, or a file has records that cannot be read.
    """
    wanted = Range(instant_of(since), last_instant_of(until), limit)
    if where is None and not files:
        raise Failure("Name an address or the id of a watch, or WARC files with --warc.", Exit.USAGE)
    if files:
        _bring_files(where, files, wanted, as_json=as_json)
    else:
        _bring_index(where or "", wanted, as_json=as_json)


def _bring_index(where: str, wanted: Range, *, as_json: bool) -> None:
    async def act(newsroom: Newsroom) -> backfill.Progress:
        with newsroom.database.read() as conn:
            place = _place(conn, newsroom, where)
        job = backfill.begin_backfill(newsroom, place, wanted)
        with Bar() as bar:
            return await backfill.work_off(newsroom, job, told=bar.show)

    done = in_newsroom(act)
    if as_json:
        show_json(done.facts)
    else:
        show_account(done)
    if done.backfill.state is BackfillState.FAILED:
        why = (done.backfill.detail or "nobody knows why").rstrip(".")
        message = f"The archive could not be read to the end: {why}. The same command goes on there."
        raise Failure(message, Exit.FAILED)


def _bring_files(where: str | None, files: Sequence[Path], wanted: Range, *, as_json: bool) -> None:
    async def act(newsroom: Newsroom) -> tuple[FilesRead, list[backfill.Progress]]:
        with newsroom.database.read() as conn:
            place = None if where is None else _place(conn, newsroom, where)
        with Bar() as bar:
            most_bytes = load_settings().fetch_max_body_bytes
            account = await asyncio.to_thread(read_files, newsroom, opened, place, wanted, most_bytes=most_bytes)
            return account, [await backfill.work_off(newsroom, job, told=bar.show) for job in account.jobs]

    with ExitStack() as stack:
        opened = [(path.name, stack.enter_context(_open(path))) for path in files]
        account, told = in_newsroom(act)
    broken = [
        {"file": name, "offset": one.offset, "outcome": one.outcome, "detail": one.detail}
        for name, one in account.broken
    ]
    if as_json:
        show_json({"backfills": [done.facts for done in told], "refused": account.refused, "broken": broken})
    else:
        for done in told:
            show_account(done)
        if not told:
            show("The files hold no capture of anything that is watched.")
        for reason, count in sorted(account.refused.items()):
            show(f"{reason}: {count:,}")
    if broken:
        first = account.broken[0]
        message = (
            f"Records that could not be read: {len(broken):,}; the first in {first[0]} at byte {first[1].offset}: "
        )
        raise Failure(message + f"{first[1].detail}.", Exit.FAILED)


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise Failure(f"There is no file {path}.", Exit.NOT_FOUND) from error
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}.") from error


class Bar:
    """A bar on a terminal; in a file or a pipe a line now and then."""

    def __init__(self) -> None:
        self._say = PartLines(FEWEST_CAPTURES)
        self._waits_until: datetime | None = None
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=err(), transient=True, disable=not sys.stderr.isatty())
        self._task = self._bar.add_task(DOES[BackfillState.LISTING], total=None)

    def __enter__(self) -> "Bar":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, progress: backfill.Progress) -> None:
        """How far it is now."""
        job = progress.backfill
        self._bar.update(
            self._task,
            description=DOES[job.state] + _why_waiting(progress),
            completed=progress.read,
            total=progress.listed or None,
        )
        if job.state is not BackfillState.LISTING:
            self._say(DOES[job.state], progress.read, progress.listed)
        if progress.waits_until is not None and progress.waits_until != self._waits_until:
            self._waits_until = progress.waits_until
            if not sys.stderr.isatty():
                remark(f"{DOES[job.state]}{_why_waiting(progress)}")


def _why_waiting(progress: backfill.Progress) -> str:
    """When an import goes on that is left alone for now, and why."""
    if progress.waits_until is None:
        return ""
    why = progress.backfill.detail or "the archive is to be left alone"
    return f" (waiting until {progress.waits_until:%H:%M:%S} UTC: {one_line(why, 60)})"


def show_account(done: backfill.Progress) -> None:
    """What an import brought, in words."""
    job = done.backfill
    if not done.listed and job.state is BackfillState.DONE:
        show(f"{one_line(job.archive)}: no capture that was not read before.")
        _show_refused(done)
        return
    refused = sum(count for outcome, count in done.outcomes.items() if outcome is not CaptureOutcome.READ)
    show(
        f"{done.read:,} of {done.listed:,} captures of {one_line(job.archive)} read: "
        f"{done.versions:,} new versions, {done.repeated:,} readings with the same words as before, "
        f"{refused:,} captures that show none; {job.edits:,} new steps between wordings."
    )
    for outcome, count in sorted(done.outcomes.items()):
        if outcome is not CaptureOutcome.READ:
            show(f"  captures {WORDS[outcome]}: {count:,}")
    for capture in done.rejected[:MOST_SHOWN]:
        remark(f"{capture.capture}: {capture.detail}")
    _show_refused(done)
    if done.heaviest:
        show("", Text("The weightiest steps:", style="bold"))
    for heavy in done.heaviest:
        show(Text.assemble(level_of(heavy.edit.level), f"  {short(heavy.edit.id)}  ", one_line(heavy.headline)))


def _show_refused(done: backfill.Progress) -> None:
    for reason, count in sorted(done.backfill.refused.items()):
        show(f"  lines of the index, {reason}: {count:,}")
    if done.backfill.is_cut:
        show("There are more captures than --limit; name a higher one, or go on with --from.")


def _place(conn: Connection, newsroom: Newsroom, where: str) -> Place:
    """What is meant: a watch by its id, or whatever is watched at an address."""
    if DIGITS.fullmatch(where.strip().lower().replace("-", "")):
        return Place(watches.get_watch(conn, WatchId(find_id(conn, "watch", where))))
    return backfill.find_place(conn, newsroom, where)
