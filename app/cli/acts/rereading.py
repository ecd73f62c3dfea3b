"""Reading kept pages again by newer rules, with a bar that shows how far it is."""

import sys
from dataclasses import asdict

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.rooms import with_newsroom
from app.cli.screen import err, remark, show, show_json
from app.domain.ids import WatchId
from app.pipeline.newsroom import Newsroom
from app.pipeline.reread_all import Reread, count_read_otherwise, reread_all
from app.storage.short_ids import find_id


def run(*, watch: str | None, as_json: bool) -> None:
    """Read again what other rules had read, and say what came of it.

    Raises:
        NotFound: there is no such watch.
    """

    def act(newsroom: Newsroom) -> Reread:
        with newsroom.database.read() as conn:
            watch_id = None if watch is None else WatchId(find_id(conn, "watch", watch))
        return _with_bar(newsroom, watch_id)

    summary = with_newsroom(act)
    if as_json:
        show_json(asdict(summary))
        return
    show(
        f"{summary.same + summary.different:,} statements read again: {summary.same:,} read as before, "
        f"{summary.different:,} got a technical version."
    )
    if summary.unclear:
        remark(f"{summary.unclear:,} statements cannot be read by today's rules; they keep their words.")
    if summary.left:
        remark(f"{summary.left:,} statements were changed meanwhile; run this again for them.")


def _with_bar(newsroom: Newsroom, watch_id: WatchId | None) -> Reread:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err(), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Statements", total=count_read_otherwise(newsroom, watch_id))
        return reread_all(newsroom, watch_id, done_one=lambda: progress.advance(task))
