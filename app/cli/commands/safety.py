"""``walkback backup`` and ``check-record``: keeping the record safe, as it is typed."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import Json, example


def add_to(root: typer.Typer) -> None:
    """Add these commands to the root."""
    root.command("backup", epilog=example("walkback backup copies/2025-01-07.db"))(backup)
    root.command("check-record", epilog=example("walkback check-record"))(check_record)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes; no file may be there yet.")],
    as_json: Json = False,
) -> None:
    """Copy the SQLite database into a new file while the service runs, and check the copy.

    The file has its name only when it is whole. On PostgreSQL use pg_dump. Exit code 1 where something is wrong in it.
    """
    from app.cli.acts import safety

    raise typer.Exit(safety.back_up_to(file, as_json=as_json))


def check_record(as_json: Json = False) -> None:
    """Check that the record is whole: nothing missing, nothing altered, nobody forgotten. Good after a restore.

    It only reads, and may run beside the service. Exit code 1 where something is wrong, which is named.
    """
    from app.cli.acts import safety

    raise typer.Exit(safety.check(as_json=as_json))
