"""``walkback key``: API keys, as they are typed."""

from typing import Annotated

import typer

from app.cli.options import Json, example
from app.domain.keys import Scope

app = typer.Typer(no_args_is_help=True, help="API keys: who may do what.")


@app.command("create", epilog=example("walkback key create newsroom --scope write --expires 90d"))
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is.")],
    scope: Annotated[
        Scope, typer.Option("--scope", help="What it may do; each includes the ones before it.")
    ] = Scope.READ,
    expires: Annotated[
        str | None, typer.Option("--expires", help="How long it is good: 12h, 90d. Else for good.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a key and show it: once, on standard output."""
    from app.cli.acts import keys

    keys.create(name, scope, expires_in=expires, as_json=as_json)


@app.command("list", epilog=example("walkback key list"))
def list_keys(as_json: Json = False) -> None:
    """Show all keys by their first characters, newest first."""
    from app.cli.acts import keys

    keys.show_list(as_json=as_json)


@app.command("rotate", epilog=example("walkback key rotate 31f0c8aa --overlap 24h"))
def rotate(
    key: Annotated[str, typer.Argument(metavar="ID", help="The id of a key, or its last characters.")],
    overlap: Annotated[
        str, typer.Option("--overlap", help="How long the old key still opens what it did: 24h, 0s.")
    ] = "1d",
    as_json: Json = False,
) -> None:
    """Make a new key in the place of an old one, and show it once; the old one ends a little later."""
    from app.cli.acts import keys

    keys.rotate(key, overlap=overlap, as_json=as_json)


@app.command("revoke", epilog=example("walkback key revoke 31f0c8aa"))
def revoke(
    key: Annotated[str, typer.Argument(metavar="ID", help="The id of a key, or its last characters.")],
    as_json: Json = False,
) -> None:
    """Let a key open nothing any more."""
    from app.cli.acts import keys

    keys.revoke(key, as_json=as_json)
