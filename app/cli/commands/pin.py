"""``walkback pin``: phrases to follow, as they are typed."""

from typing import Annotated

import typer

from app.cli.options import Json, Limit, example

app = typer.Typer(no_args_is_help=True, help="Pins: phrases whose coming and going is always flagged.")

PHRASES = "A phrase with its language, like “en: new offensive”; one pin may have several."


@app.command("add", epilog=example('walkback pin add "uk: нов* наступ*" "en: new offensive"'))
def add(
    variants: Annotated[list[str], typer.Argument(metavar="PHRASE...", help=PHRASES)],
    name: Annotated[str | None, typer.Option("--name", help="What it is called; else its first phrase.")] = None,
    watch: Annotated[
        list[str] | None, typer.Option("--watch", metavar="ID", help="Follow it there only; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Follow a phrase from now on, and warn where it would find too much."""
    from app.cli.acts import pins

    pins.add(variants, name=name, watches=watch or [], as_json=as_json)


@app.command("list", epilog=example("walkback pin list"))
def list_pins(limit: Limit = 50, as_json: Json = False) -> None:
    """Show the pins, newest first."""
    from app.cli.acts import pins

    pins.show_list(limit=limit, as_json=as_json)


@app.command("remove", epilog=example("walkback pin remove 77d0a1b2"))
def remove(
    pin: Annotated[str, typer.Argument(metavar="ID", help="The id of a pin, or its last characters.")],
    as_json: Json = False,
) -> None:
    """Follow a phrase no longer; what was found stays."""
    from app.cli.acts import pins

    pins.remove(pin, as_json=as_json)
