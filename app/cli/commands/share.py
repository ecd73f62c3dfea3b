"""``walkback share``: links that show one statement or edit to whoever has them, as they are typed."""

from typing import Annotated

import typer

from app.cli.options import Json, Limit, example

app = typer.Typer(no_args_is_help=True, help="Share links: one statement or edit for somebody without a key.")


@app.command("make", epilog=example("walkback share make 5b1f9c02 --for 30d"))
def make(
    statement: Annotated[
        str | None, typer.Argument(metavar="ID", help="The id of a statement, or its last characters.")
    ] = None,
    edit: Annotated[
        str | None, typer.Option("--edit", metavar="ID", help="Show this edit, and nothing else of its statement.")
    ] = None,
    lasts: Annotated[str, typer.Option("--for", help="How long it opens something: 12h, 30d; a year at most.")] = "7d",
    as_json: Json = False,
) -> None:
    """Make a link and show it: once, on standard output."""
    from app.cli.acts import shares

    shares.make(statement, edit=edit, lasts=lasts, as_json=as_json)


@app.command("list", epilog=example("walkback share list"))
def list_shares(limit: Limit = 50, as_json: Json = False) -> None:
    """Show the links that were made, newest first; never their addresses."""
    from app.cli.acts import shares

    shares.show_list(limit=limit, as_json=as_json)


@app.command("close", epilog=example("walkback share close 0d2f7b61"))
def close(
    share: Annotated[str, typer.Argument(metavar="ID", help="The id of a link, or its last characters.")],
    as_json: Json = False,
) -> None:
    """Let a link open nothing any more, before its time."""
    from app.cli.acts import shares

    shares.close(share, as_json=as_json)
