"""Importing the past from the command line, with a bar that shows how far it is and an account at the end."""

import sys

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from app.cli.acts.flags import level_of
from app.cli.exits import Exit, Failure
from app.cli.options import instant_of
from app.cli.printable import one_line
from app.cli.rooms import in_newsroom
from app.cli.screen import err, remark, short, show, show_json
from app.domain.archives import BackfillState, CaptureOutcome, Range
from app.domain.ids import WatchId
from app.pipeline import backfill
from app.pipeline.backfill import Place
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


def bring(where: str, *, since: str | None, until: str | None, limit: int, as_json: bool) -> None:
    """Import what an archive kept of a place, and say what came of it.

    Raises:
        InvalidInput, NotFound: nothing is watched there, or the range cannot be.
        Failure: the archive could not be read to the end.
    """
    wanted = Range(instant_of(since), instant_of(until), limit)

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
        message = f"The archive could not be read to the end: {done.backfill.detail} The same command goes on there."
        raise Failure(message, Exit.FAILED)


class Bar:
    """A bar on a terminal; in a file or a pipe nothing."""

    def __init__(self) -> None:
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
        waits = f" (waiting: {one_line(job.detail, 60)})" if job.detail and job.is_open else ""
        self._bar.update(
            self._task,
            description=DOES[job.state] + waits,
            completed=progress.read,
            total=progress.listed or None,
        )


def show_account(done: backfill.Progress) -> None:
    """What an import brought, in words."""
    job = done.backfill
    refused = sum(count for outcome, count in done.outcomes.items() if outcome is not CaptureOutcome.READ)
    show(
        f"{done.read:,} of {done.listed:,} captures of {one_line(job.archive)} read: "
        f"{done.versions:,} new versions, {done.repeated:,} readings with the same words as before, "
        f"{refused:,} captures that show none; {job.edits:,} new steps between wordings."
    )
    for outcome, count in sorted(done.outcomes.items()):
        if outcome is not CaptureOutcome.READ:
            show(f"  {count:,} captures {WORDS[outcome]}")
    for capture in done.rejected[:MOST_SHOWN]:
        remark(f"{capture.capture}: {capture.detail}")
    for reason, count in sorted(job.refused.items()):
        show(f"  {count:,} lines of the index {reason}" if " " in reason else f"  {count:,} lines: {reason}")
    if job.is_cut:
        show("There are more captures than --limit; name a higher one, or go on with --from.")
    if done.heaviest:
        show("", Text("The weightiest steps:", style="bold"))
    for heavy in done.heaviest:
        show(Text.assemble(level_of(heavy.edit.level), f"  {short(heavy.edit.id)}  ", one_line(heavy.headline)))


def _place(conn: Connection, newsroom: Newsroom, where: str) -> Place:
    """What is meant: a watch by its id, or whatever is watched at an address."""
    if DIGITS.fullmatch(where.strip().lower().replace("-", "")):
        return Place(watches.get_watch(conn, WatchId(find_id(conn, "watch", where))))
    return backfill.find_place(conn, newsroom, where)
