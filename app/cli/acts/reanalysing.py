"""Running newer rules over what is kept, with a bar that shows how far it is."""

import sys

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.acts.flags import level_of
from app.cli.options import instant_of
from app.cli.rooms import with_newsroom
from app.cli.screen import err, remark, show, show_json, show_table
from app.domain.ids import WatchId
from app.pipeline.indexing import make_searchable
from app.pipeline.newsroom import Newsroom
from app.pipeline.reanalyse import Summary, Wish, count_older, reanalyse
from app.storage.short_ids import find_id


def run(*, since: str | None, watch: str | None, dry_run: bool, as_json: bool) -> None:
    """Find claims again where older rules found them, and say what came of it.

    Raises:
        InvalidInput: that is no instant; NotFound: there is no such watch.
    """
    instant = instant_of(since)

    def act(newsroom: Newsroom) -> Summary:
        with newsroom.database.read() as conn:
            watch_id = None if watch is None else WatchId(find_id(conn, "watch", watch))
        found = _with_bar(newsroom, Wish(watch_id, instant, dry_run))
        if not dry_run:
            make_searchable(newsroom)
        return found

    summary = with_newsroom(act)
    if as_json:
        show_json({**_counts(summary), "dry_run": dry_run})
    else:
        _show(summary, dry_run=dry_run)


def _with_bar(newsroom: Newsroom, wish: Wish) -> Summary:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err(), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Statements", total=count_older(newsroom, wish))
        return reanalyse(newsroom, wish, done_one=lambda: progress.advance(task))


def _show(summary: Summary, *, dry_run: bool) -> None:
    would = " would be" if dry_run else ""
    show(
        f"{summary.statements:,} statements with {summary.edits:,} edits{would} analysed again; "
        f"{summary.levels_changed:,} edits have another level."
    )
    if summary.levels:
        rows = sorted(summary.levels.items(), key=lambda item: (item[0][0].rank, item[0][1].rank))
        show_table(
            ("level before", "level now", "edits"),
            [(level_of(old), level_of(new), f"{count:,}") for (old, new), count in rows],
            empty="",
        )
    if summary.waiting:
        remark(f"{summary.waiting:,} statements wait for an edit to be compared for the first time.")
    if summary.failed:
        remark(f"{summary.failed:,} statements could not be compared; they keep what was found before.")
    if summary.left:
        remark(f"{summary.left:,} statements were changed meanwhile; run this again for them.")


def _counts(summary: Summary) -> dict[str, object]:
    return {
        "statements": summary.statements,
        "edits": summary.edits,
        "levels_changed": summary.levels_changed,
        "levels": [
            {"before": old, "after": new, "edits": count} for (old, new), count in sorted(summary.levels.items())
        ],
        "waiting": summary.waiting,
        "failed": summary.failed,
        "left": summary.left,
    }
