"""``walkback backfill``: importing the past out of web archives, as it is typed."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import Json, example


def add_to(root: typer.Typer) -> None:
    """Add this command to the root."""
    root.command("backfill", epilog=example("walkback backfill https://example.org/statement --from 2022-02-24"))(
        backfill
    )


def backfill(
    where: Annotated[
        str | None,
        typer.Argument(metavar="[URL|ID]", help="The address of a watch or of a statement in it, or a watch's id."),
    ] = None,
    *,
    warc: Annotated[
        list[Path] | None,
        typer.Option("--warc", metavar="FILE", help="Read this WARC file, not the archive; may be repeated."),
    ] = None,
    since: Annotated[str | None, typer.Option("--from", help="Only captures of then or later.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Only captures of then or before; of a day, all.")] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="At most so many captures, oldest first; 0: all.")
    ] = 1000,
    as_json: Json = False,
) -> None:
    """Read what a web archive kept of something watched, compare it, and alert nobody.

    Every capture that shows other words becomes a version with the archive's time. It can be stopped with Ctrl-C and
    goes on where it was when the same command is given again. Exit code 1 where the archive, or a record of a file,
    could not be read. Files without an address: whatever of them is watched.
    """
    from app.cli.acts import backfilling

    backfilling.bring(where, warc or [], since=since, until=until, limit=limit, as_json=as_json)
