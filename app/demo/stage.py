"""What the demo shows while it happens: steps with the time they took, expectations, and two wordings side by side."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from app.messages.message import Mark, Marked, Message

STYLES = {Mark.GONE: "bold red strike", Mark.COME: "bold green", Mark.KEPT: "not dim"}


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

    def tell(self, message: Message) -> None:
        """What the webhook said, in words: each claim before and after, what was taken out struck, what came marked."""
        lines = [Text(message.headline, style="bold")]
        for claim in message.claims:
            lines += [_marked("before  ", claim.before), _marked("after   ", claim.after)]
            lines += [Text(f"        {point}", style="dim") for point in claim.points]
        lines += [Text(fact, style="dim") for fact in message.facts]
        self.console.print(Panel(Group(*lines), border_style="yellow"))


def _marked(name: str, words: Marked) -> Text:
    line = Text(name, "dim")
    for piece in words:
        line.append(piece.text, STYLES[piece.mark])
    return line
