"""``walkback status``: how the service fares, once or as a picture that is drawn anew each second."""

import os
import select
import sys
import termios
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import RenderableType
from rich.live import Live
from rich.text import Text

from app.cli.acts.status_views import view_of
from app.cli.exits import Exit
from app.cli.printable import one_line
from app.cli.record import load_settings, open_record
from app.cli.screen import out, show_json
from app.domain.errors import StorageError
from app.domain.service import Service, ServiceState
from app.pipeline.newsroom import Clock
from app.pipeline.overview import take_stock
from app.storage.database import Database
from app.wiring.newsroom import system_clock

EVERY_SECONDS = 1.0
ENDS = frozenset({b"q", b"Q", b"\x04", b""})


def show_status(*, once: bool, as_json: bool) -> Exit:
    """Show how everything stands. FAILED where something is overdue or nobody works, and it was asked for once.

    Raises:
        Failure: there is no database yet.
        StorageError: it cannot be used, or is of another schema.
    """
    overdue_seconds = load_settings().overdue_seconds
    with open_record() as database:
        clock = database.server_clock() or system_clock
        if not (once or as_json) and sys.stdout.isatty():
            _show_live(database, clock, overdue_seconds)
            return Exit.DONE
        found = take_stock(database, clock, overdue_seconds)
    if as_json:
        show_json(found)
    else:
        out().print(view_of(found))
    return Exit.DONE if found.state is ServiceState.WORKING else Exit.FAILED


def _show_live(database: Database, clock: Clock, overdue_seconds: float) -> None:
    """Draw it again each second, until somebody presses q or Ctrl-C."""
    with _keys_at_once(), Live(console=out(), screen=True, auto_refresh=False) as live:
        try:
            while True:
                live.update(_view(database, clock, overdue_seconds), refresh=True)
                if _is_ended(EVERY_SECONDS):
                    break
        except KeyboardInterrupt:
            pass


def _view(database: Database, clock: Clock, overdue_seconds: float) -> RenderableType:
    """How everything stands; a database that is away for a while is waited for."""
    try:
        found: Service = take_stock(database, clock, overdue_seconds)
    except StorageError as error:
        return Text(
            f"The database cannot be read; it is asked again each second. {one_line(error.message)}", style="red"
        )
    return view_of(found)


@contextmanager
def _keys_at_once() -> Iterator[None]:
    """Let a key be heard without Enter, where somebody sits at a keyboard."""
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin, termios.TCSADRAIN)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _is_ended(seconds: float) -> bool:
    """Wait, and say whether somebody wants to end it."""
    if not sys.stdin.isatty():
        time.sleep(seconds)
        return False
    heard, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(heard) and os.read(sys.stdin.fileno(), 1) in ENDS
