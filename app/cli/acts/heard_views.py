"""An alert that came in, as people see it in a terminal, and as one line of JSON for programs."""

import json
import sys
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from app.cli.printable import escaped_json, one_line
from app.cli.screen import show
from app.delivery.signature import Doubtful, Genuine
from app.domain.words import Words
from app.messages.message import lines_of
from app.messages.reading import message_of

LONGEST_LINE = 2_000


@dataclass(frozen=True, slots=True)
class Heard:
    """One alert: its id, whether its signature is right (None: nobody can say), its body, and what was answered."""

    id: str
    verdict: Genuine | Doubtful | None
    body: bytes
    answered: int
    seen_before: bool


def show_heard(heard: Heard, words: Words, *, as_json: bool) -> None:
    """Print it. Nothing that stands in it can act on the terminal."""
    found = _read(heard.body)
    if as_json:
        told = {
            "id": heard.id,
            "verified": None if heard.verdict is None else isinstance(heard.verdict, Genuine),
            "flaw": heard.verdict.flaw if isinstance(heard.verdict, Doubtful) else None,
            "seen_before": heard.seen_before,
            "answered": heard.answered,
            "body": found,
        }
        sys.stdout.write(escaped_json(json.dumps(told, ensure_ascii=False)) + "\n")
    else:
        show(Text.assemble(("── ", "dim"), one_line(heard.id or "without an id", 80), ": ", *_marks(heard)))
        show(*(Text(one_line(line, LONGEST_LINE)) for line in _lines(found, words)), "")
    sys.stdout.flush()


def _marks(heard: Heard) -> list[tuple[str, str]]:
    again = [(", seen before", "yellow")] if heard.seen_before else []
    return [_verdict(heard.verdict), *again, (f", answered {heard.answered}", "")]


def _verdict(verdict: Genuine | Doubtful | None) -> tuple[str, str]:
    match verdict:
        case Genuine():
            return "genuine", "green"
        case Doubtful():
            return f"NOT GENUINE ({verdict.flaw})", "bold red"
        case None:
            return "not verified", "yellow"


def _lines(found: Any, words: Words) -> list[str]:
    return list(lines_of(message_of(found, words))) if isinstance(found, dict) else [str(found)]


def _read(body: bytes) -> Any:
    """The body as JSON has it; as text where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")
