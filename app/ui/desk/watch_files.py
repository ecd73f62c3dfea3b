"""Lists of addresses, in and out: many watches at once, each row with its own result; the watchlist as a file."""

from collections.abc import Callable, Mapping
from typing import Final, get_args

from starlette.responses import Response

from app.domain.errors import WalkbackError
from app.domain.keys import Scope
from app.messages.kept.telling import retold
from app.pipeline.watch_files import Media, parse_watch_file, write_watch_file
from app.pipeline.watchlist import ImportRow, import_watches
from app.storage import watches
from app.ui.visit import Page, Visit

AT_ONCE: Final = 200
"""So many rows are added by one press of the button, so that no page takes long; the next press goes on."""
SUFFIXES: Final[Mapping[str, tuple[Media, str]]] = {
    "json": ("json", "application/json"),
    "csv": ("csv", "text/csv; charset=utf-8"),
    "opml": ("opml", "text/x-opml; charset=utf-8"),
    "txt": ("text", "text/plain; charset=utf-8"),
}


def show_import(visit: Visit) -> Response:
    """The empty form."""
    return _page(visit)


def add_rows(visit: Visit) -> Response:
    """Add the next rows of the list, each for itself, and say what became of each."""
    media = visit.form.get("media", "text")
    text = visit.form.get("list", "")
    start, added, refused = (_count(visit.form.get(name)) for name in ("start", "added", "refused"))
    try:
        rows = parse_watch_file(text, media if media in get_args(Media) else "text")  # type: ignore[arg-type]  # one of them
    except WalkbackError as problem:
        return _page(visit, problem=problem)
    done = [_numbered(row, start) for row in import_watches(visit.newsroom, rows[start : start + AT_ONCE])]
    added += sum(row.watch is not None for row in done)
    refused += sum(row.watch is None for row in done)
    return _page(visit, done=done, total=len(rows), counts=(start + len(done), added, refused))


def _page(
    visit: Visit,
    *,
    done: list[ImportRow] | None = None,
    total: int = 0,
    counts: tuple[int, int, int] = (0, 0, 0),
    problem: WalkbackError | None = None,
) -> Response:
    reached, added, refused = counts
    return visit.page(
        "desk/watch_import.html",
        status=422 if problem else 200,
        text=visit.form.get("list", ""),
        media=visit.form.get("media", "text"),
        medias=[("text", visit.words.text("one address a line")), ("csv", "CSV"), ("json", "JSON"), ("opml", "OPML")],
        done=done,
        total=total,
        reached=reached,
        added=added,
        refused=refused,
        left=total - reached,
        following=min(AT_ONCE, total - reached),
        problem=retold(problem.message, visit.words) if problem else None,
    )


def _numbered(row: ImportRow, start: int) -> ImportRow:
    return ImportRow(row.line + start, row.url, row.watch, row.problem)


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 0


def _export(suffix: str) -> Callable[[Visit], Response]:
    media, content_type = SUFFIXES[suffix]

    def answer(visit: Visit) -> Response:
        with visit.newsroom.database.read() as conn:
            text = write_watch_file(watches.walk_watches(conn), media)
        named = {"Content-Disposition": f'attachment; filename="watchlist.{suffix}"'}
        return Response(text, headers={**named, "Content-Type": content_type})

    return answer


PAGES: Final = (
    Page("GET", "/watches/import", show_import, needs=Scope.WRITE),
    Page("POST", "/watches/import", add_rows, needs=Scope.WRITE),
    *(
        Page("GET", f"/watches/export.{suffix}", _export(suffix), needs=Scope.READ, is_public=True)
        for suffix in SUFFIXES
    ),
)
