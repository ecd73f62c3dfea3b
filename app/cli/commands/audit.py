"""``walkback audit``: who changed what, as it is typed."""

from typing import Annotated

import typer

from app.cli.options import Json, Limit, example
from app.domain.audit import Act


def add_to(root: typer.Typer) -> None:
    """Add this command to the root."""
    root.command("audit", epilog=example("walkback audit --since 2025-01-07 --act watch.removed"))(list_audit)


def list_audit(
    *,
    act: Annotated[Act | None, typer.Option("--act", metavar="ACT", help="Only this act, like watch.removed.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Only then or later: 2025-01-07.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show who changed watches, pins, flags, destinations and keys, newest first."""
    from app.cli.acts import audit

    audit.show_list(act=act, since=since, limit=limit, as_json=as_json)
