"""The frame around every command: what goes wrong becomes one clear line and an exit code, never a traceback."""

from typing import Any

import typer
from typer.core import TyperGroup

from app.cli.exits import Exit, Failure, exit_of
from app.cli.screen import complain
from app.domain.errors import DatabaseGone, WalkbackError


class Program(TyperGroup):
    """The root of all commands."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command.

        Raises:
            typer.Exit: it failed; what was wrong has been said.
        """
        try:
            return super().invoke(ctx)
        except WalkbackError as error:
            complain(error.message + _what_the_driver_said(error))
            raise typer.Exit(exit_of(error)) from error
        except Failure as failure:
            complain(failure.message)
            raise typer.Exit(failure.code) from failure
        except KeyboardInterrupt as interrupt:
            complain("interrupted")
            raise typer.Exit(Exit.INTERRUPTED) from interrupt


def _what_the_driver_said(error: WalkbackError) -> str:
    """Why a server could not be reached, as it says itself: for those at the machine only, since it names users."""
    said = str(getattr(error.__cause__, "orig", "")) if isinstance(error, DatabaseGone) else ""
    reason = said.rpartition(" failed: ")[2].partition("\n")[0] if " failed: " in said else ""
    return f" It was said: {' '.join(reason.removeprefix('FATAL:').split())}." if reason else ""
