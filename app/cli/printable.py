"""Text of others made fit for a terminal, and JSON that holds none of its controls."""

import re

from app.domain.printable import SUSPECT, is_hidden, one_line, printable

__all__ = ["escaped_json", "one_line", "printable"]


def escaped_json(dumped: str) -> str:
    """JSON with the same meaning and no control in it: each is written as ``\\uXXXX``."""
    return SUSPECT.sub(_escaped, dumped)


def _escaped(match: re.Match[str]) -> str:
    letter = match[0]
    if letter == "\n" or not is_hidden(letter):
        return letter
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))
