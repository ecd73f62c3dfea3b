"""What the demo shows while it happens: steps with the time they took, expectations, and two wordings side by side."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from app.claims.diff import OperationKind, diff_words

STYLES = {OperationKind.DELETE: "bold red strike", OperationKind.INSERT: "bold green", OperationKind.EQUAL: "not dim"}


@dataclass(slots=True)
class Stage:
    """A console, and whether everything that was expected did happen."""

    console: Console
    started: float = field(default_factory=time.monotonic)
    failures: list[str] = field(default_factory=list)

    def act(self, title: str) -> None:
        """Begin a part of the story."""
        self.console.print()
        self.console.rule(Text(title, style="bold"), align="left", style="dim")

    def say(self, text: str) -> None:
        """One line, with the time since the start."""
        clock = f"{time.monotonic() - self.started:5.1f} s "
        self.console.print(Text.assemble((clock, "dim"), text))

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Show what is being waited for, until the block ends."""
        with self.console.status(Text(text, style="dim")):
            yield

    def expect(self, text: str, is_met: bool) -> None:
        """Note whether something expected happened; the demo fails at the end where one did not."""
        mark, style = ("✓", "green") if is_met else ("✗", "bold red")
        clock = f"{time.monotonic() - self.started:5.1f} s "
        self.console.print(Text.assemble((clock, "dim"), (f"{mark} ", style), text))
        if not is_met:
            self.failures.append(text)

    def change(self, headline: str, before: str, after: str) -> None:
        """A claim before and after, what was taken out struck, what was put in marked."""
        old, new = Text("before  ", "dim"), Text("after   ", "dim")
        for operation in diff_words(before, after).operations:
            if operation.kind is not OperationKind.INSERT:
                old.append(operation.text, STYLES[operation.kind])
            if operation.kind is not OperationKind.DELETE:
                new.append(operation.text, STYLES[operation.kind])
        self.console.print(Panel(Group(Text(headline, style="bold"), old, new), border_style="yellow"))
