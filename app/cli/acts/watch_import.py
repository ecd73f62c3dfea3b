"""A list of addresses brought along in a file: every row added for itself, and told of."""

import sys
from collections.abc import Iterable
from pathlib import Path

import typer
from rich.progress import Progress

from app.cli.acts.reading import read_text
from app.cli.exits import Exit
from app.cli.printable import one_line
from app.cli.rooms import with_newsroom
from app.cli.screen import err, short, show, show_json, show_table
from app.cli.wire import problem_of
from app.domain.errors import InvalidInput
from app.pipeline.newsroom import Newsroom
from app.pipeline.watch_files import Media, parse_watch_file
from app.pipeline.watchlist import ImportRow, import_watches

ENDINGS: dict[str, Media] = {
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".opml": "opml",
    ".xml": "opml",
    ".txt": "text",
}


def bring(file: str, media: Media | None, *, as_json: bool) -> None:
    """Add every row of a file, each for itself, and say what became of each.

    Raises:
        InvalidInput: the file as a whole cannot be read.
        typer.Exit: a row could not be added.
    """
    rows = parse_watch_file(read_text(file), media or _media_of(file))

    def act(newsroom: Newsroom) -> tuple[ImportRow, ...]:
        with Progress(console=err(), transient=True, disable=not sys.stderr.isatty()) as progress:
            return import_watches(newsroom, progress.track(rows, description="Adding"))

    done = with_newsroom(act)
    failed = sum(row.problem is not None for row in done)
    if as_json:
        show_json({"added": len(done) - failed, "refused": failed, "rows": [_row(row) for row in done]})
    else:
        _show_rows(done)
        show(f"{len(done) - failed} added, {failed} not.")
    if failed:
        raise typer.Exit(Exit.FAILED)


def _media_of(file: str) -> Media:
    media = ENDINGS.get(Path(file).suffix.lower())
    if media is None:
        raise InvalidInput(f"The name “{file}” does not say what the file is; add --format json, csv, opml or text.")
    return media


def _row(row: ImportRow) -> dict[str, object]:
    problem = None if row.problem is None else problem_of(row.problem)
    return {"line": row.line, "url": row.url, "watch_id": row.watch.id if row.watch else None, "problem": problem}


def _show_rows(done: Iterable[ImportRow]) -> None:
    show_table(
        ("row", "id", "result", "address"),
        [
            (
                str(row.line),
                short(row.watch.id) if row.watch else "",
                "added" if row.watch else one_line(row.problem.message if row.problem else ""),
                one_line(row.url),
            )
            for row in done
        ],
        empty="The file has no rows.",
    )
