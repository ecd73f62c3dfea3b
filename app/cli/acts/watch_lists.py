"""The watchlist and one watch of it shown, and the list taken away in a file."""

from pathlib import Path

from app.cli.acts.paging import gather, show_page, tell_of_more
from app.cli.acts.reading import write_text
from app.cli.acts.watch_views import show_watch, show_watches
from app.cli.record import open_record
from app.cli.screen import show_json
from app.domain.ids import WatchId
from app.domain.watches import SourceKind, Visibility, WatchState
from app.pipeline.watch_files import Media, write_watch_file
from app.storage import watches
from app.storage.short_ids import find_id


def show_list(
    *,
    tag: str | None,
    state: WatchState | None,
    kind: SourceKind | None,
    visibility: Visibility | None,
    limit: int,
    as_json: bool,
) -> None:
    """The watchlist, newest first."""
    with open_record() as database, database.read() as conn:
        found, is_more = gather(
            lambda after, most: watches.list_watches(
                conn, tag=tag, state=state, kind=kind, visibility=visibility, after=after, limit=most
            ),
            limit,
        )
    if as_json:
        show_page(found, is_more=is_more)
    else:
        show_watches(found)
        tell_of_more(is_more=is_more)


def show_one(written: str, *, as_json: bool) -> None:
    """One watch with all that is known of it."""
    with open_record() as database, database.read() as conn:
        watch = watches.get_watch(conn, WatchId(find_id(conn, "watch", written)))
    if as_json:
        show_json(watch)
    else:
        show_watch(watch)


def take_away(media: Media, output: Path | None, *, tag: str | None, state: WatchState | None) -> None:
    """Write the watchlist to a file or to standard output."""
    with open_record() as database, database.read() as conn:
        found, _ = gather(
            lambda after, most: watches.list_watches(conn, tag=tag, state=state, after=after, limit=most), 0
        )
    write_text(write_watch_file(reversed(found), media), output)
