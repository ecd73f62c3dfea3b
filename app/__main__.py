"""``walkback``: the program, started from a command line."""

import asyncio
import io
import sys
from typing import Annotated

import typer

from app import __version__
from app.cli.commands import (
    audit,
    backfill,
    destination,
    flag,
    key,
    pin,
    quote,
    safety,
    service,
    share,
    statement,
    watch,
)
from app.cli.options import example
from app.cli.program import Program

app = typer.Typer(
    name="walkback",
    cls=Program,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Settings are read from the environment, as WALKBACK_…; docs/cli.md has an example of every command.",
)
service.add_to(app)
safety.add_to(app)


@app.command("demo", epilog=example("walkback demo --once"))
def demo(
    once: Annotated[bool, typer.Option("--once", help="End by itself; exit code 1 if anything failed.")] = False,
) -> None:
    """Show the main job on this machine alone: watch, publish, edit, flag, alert, verify."""
    from rich.console import Console

    from app.cli.logs import configure_logs
    from app.cli.record import load_settings
    from app.demo.story import run_demo

    settings = load_settings()
    configure_logs(settings, quiet=True)
    raise typer.Exit(asyncio.run(run_demo(settings, Console(highlight=False), once=once)))


app.add_typer(watch.app, name="watch")
app.add_typer(pin.app, name="pin")
flag.add_to(app)
statement.add_to(app)
quote.add_to(app)
backfill.add_to(app)
app.add_typer(destination.app, name="destination")
app.add_typer(destination.alerts_app, name="alerts")
app.add_typer(share.app, name="share")
app.add_typer(key.app, name="key")
audit.add_to(app)


def say_version(is_wanted: bool) -> None:
    """Say which version this is, and end."""
    if is_wanted:
        typer.echo(f"walkback {__version__}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool, typer.Option("--version", callback=say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Watches official statements, keeps every wording, and says which claims were removed or changed."""


def main() -> None:
    """The console script ``walkback``. Letters that the terminal cannot show are escaped, never an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()


if __name__ == "__main__":
    main()
