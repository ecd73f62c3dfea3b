"""Changing the watchlist from the command line: adding, looking before, checking at once, pausing, removing."""

from dataclasses import replace
from typing import TypeVar

import typer

from app.cli.acts.look_views import FAILED_OUTCOMES, show_check, show_preview
from app.cli.acts.watch_views import show_watch
from app.cli.exits import Exit, Failure
from app.cli.rooms import in_newsroom, with_newsroom
from app.cli.screen import is_asking_possible, remark, short, show, show_json
from app.cli.wire import told
from app.domain.errors import EgressError, PreviewFailed
from app.domain.ids import PinId, WatchId
from app.domain.watches import Selectors, Watch, WatchDraft
from app.pipeline import watchlist
from app.pipeline.check_here import Checked, check_here
from app.pipeline.newsroom import Newsroom
from app.pipeline.preview import Preview, preview
from app.pipeline.watch_fields import draft_of
from app.pipeline.watchlist import UNSET, Unset, WatchChange
from app.storage import watches
from app.storage.short_ids import find_id

T = TypeVar("T")

UNCHANGED_URL = "https://unchanged.invalid/"
"""An address cannot be changed; a draft needs one."""


def add(
    fields: dict[str, object], *, pins: list[str], older_pages: int, look_first: bool, is_sure: bool, as_json: bool
) -> None:
    """Look at an address, and watch it from now on.

    Raises:
        WalkbackError: it cannot be watched so, or (looking first) not be read; then nothing was added.
    """

    async def act(newsroom: Newsroom) -> Watch | None:
        wanted = replace(draft, pins=tuple(PinId(key) for key in _keys(newsroom, "pin", pins)))
        if look_first:
            found = await _look(newsroom, wanted)
            wanted = replace(wanted, kind=found.kind)
            if not as_json:
                show_preview(found)
                if not is_sure and is_asking_possible() and not typer.confirm("Watch it?", default=True):
                    return None
        return watchlist.add_watch(newsroom, wanted)

    draft = replace(draft_of(fields), older_pages=older_pages)
    watch = in_newsroom(act)
    if watch is None:
        raise Failure("Nothing was added.")
    _show(watch, as_json=as_json)


def show_what_would_be_read(fields: dict[str, object], *, as_json: bool) -> None:
    """Fetch an address once, and store nothing.

    Raises:
        WalkbackError: it cannot be read, or holds nothing to watch.
    """
    draft = draft_of(fields)

    async def act(newsroom: Newsroom) -> Preview:
        return await preview(newsroom, draft)

    found = in_newsroom(act)
    if as_json:
        show_json(found)
    else:
        show_preview(found)


def change(written: str, fields: dict[str, object], *, forget: frozenset[str], as_json: bool) -> None:
    """Change what is known of a watch: the fields that are given, and those whose value is to be forgotten.

    Raises:
        NotFound, InvalidInput: there is no such watch, it was removed, or a value cannot be.
    """
    wanted = draft_of({"url": UNCHANGED_URL, **fields})
    given = {name for name, value in fields.items() if value not in (None, [])}

    def of(name: str, value: T, nothing: T) -> T | Unset:
        return value if name in given else nothing if name in forget else UNSET

    def act(newsroom: Newsroom) -> Watch:
        key = _watch(newsroom, written)
        with newsroom.database.read() as conn:
            old = watches.get_watch(conn, key).selectors
        asked = Selectors(
            wanted.selectors.include if "include" in given else () if "include" in forget else old.include,
            wanted.selectors.exclude if "exclude" in given else () if "exclude" in forget else old.exclude,
        )
        change = WatchChange(
            name=UNSET if wanted.name is None else wanted.name,
            publisher=UNSET if wanted.publisher is None else wanted.publisher,
            language=of("language", wanted.language, None),
            tags=of("tags", wanted.tags, ()),
            interval_seconds=of("interval_seconds", wanted.interval_seconds, None),
            selectors=UNSET if asked == old else asked,
            respect_robots=of("respect_robots", wanted.respect_robots, True),
            visibility=wanted.visibility if "visibility" in given else UNSET,
        )
        return watchlist.change_watch(newsroom, key, change, revision=None)

    _show(with_newsroom(act), as_json=as_json)


def check(written: str, *, here: bool, as_json: bool) -> None:
    """Make the next check of a watch due now, or make it in this process and show what it brought.

    Raises:
        NotFound, InvalidInput: there is no such watch, or it is paused or removed.
        Failure: it could not be read, or somebody else was reading it.
    """
    if not here:
        watch = with_newsroom(lambda newsroom: watchlist.check_now(newsroom, _watch(newsroom, written)))
        _show(watch, as_json=as_json)
        return

    async def act(newsroom: Newsroom) -> Checked | None:
        return await check_here(newsroom, _watch(newsroom, written))

    checked = in_newsroom(act)
    if checked is None:
        raise Failure("Another worker is making this check, or its host asked for a pause; look again in a moment.")
    if as_json:
        visit = {name: value for name, value in told(checked.visit).items() if name != "watch_id"}
        show_json({"watch": checked.watch, "visit": visit, "events": checked.events, "flags": checked.flags})
    else:
        show_check(checked)
    if checked.visit.outcome in FAILED_OUTCOMES:
        raise typer.Exit(Exit.FAILED)


def pause(written: str, *, as_json: bool) -> None:
    """Check a watch no more until it is resumed."""
    _show(with_newsroom(lambda newsroom: watchlist.pause_watch(newsroom, _watch(newsroom, written))), as_json=as_json)


def resume(written: str, *, as_json: bool) -> None:
    """Check a watch again, at once."""
    _show(with_newsroom(lambda newsroom: watchlist.resume_watch(newsroom, _watch(newsroom, written))), as_json=as_json)


def remove(written: str, *, forget_history: bool, is_sure: bool, as_json: bool) -> None:
    """Take a watch off the list, with its whole history only where that is said twice.

    Raises:
        Failure: the history would be forgotten and nobody said that they are sure.
    """

    def act(newsroom: Newsroom) -> Watch:
        key = _watch(newsroom, written)
        with newsroom.database.read() as conn:
            watch = watches.get_watch(conn, key)
        if forget_history and not is_sure:
            _ask(f"Forget every statement and version of {watch.name}? That cannot be undone.")
        watchlist.remove_watch(newsroom, key, forget_history=forget_history)
        with newsroom.database.read() as conn:
            return watches.get_watch(conn, key)

    watch = with_newsroom(act)
    if as_json:
        show_json(watch)
    else:
        kept = "its history is forgotten" if forget_history else "its history stays"
        show(f"{short(watch.id)} is not watched any more; {kept}.")


async def _look(newsroom: Newsroom, draft: WatchDraft) -> Preview:
    try:
        return await preview(newsroom, draft)
    except (PreviewFailed, EgressError):
        remark("Nothing was added. With --no-preview it is added as it is, and looked at when its check is due.")
        raise


def _watch(newsroom: Newsroom, written: str) -> WatchId:
    with newsroom.database.read() as conn:
        return WatchId(find_id(conn, "watch", written))


def _keys(newsroom: Newsroom, kind: str, written: list[str]) -> list[PinId]:
    with newsroom.database.read() as conn:
        return [PinId(find_id(conn, kind, one)) for one in written]


def _ask(question: str) -> None:
    if not is_asking_possible():
        raise Failure(f"{question} Say --yes to do it.", Exit.USAGE)
    if not typer.confirm(question, default=False):
        raise Failure("Nothing was removed.")


def _show(watch: Watch, *, as_json: bool) -> None:
    if as_json:
        show_json(watch)
    else:
        show_watch(watch)
