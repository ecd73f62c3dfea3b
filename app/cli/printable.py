"""Text of others made fit for a terminal: what would move the cursor or turn the reading direction is shown instead.

A publisher's text may hold escape sequences or bidirectional controls ("Trojan Source", CVE-2021-42574), by which a
line on the screen would say something else than the record does.
"""

import re
import unicodedata

JOINERS = "\u200c\u200d"
"""Invisible, and needed to write Persian and to put emoji together."""
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
SUSPECT = re.compile("[^ -~\u00a1-\u00ac\u00ae-\u02ff\u0388-\u0482\u048a-\u052f]")
"""What has to be looked at: all but the plain letters of Latin, Greek and Cyrillic."""


def printable(text: str) -> str:
    """Several lines as they are, each control as its number: ``⟨U+202E⟩``."""
    return SUSPECT.sub(_shown_in_lines, text)


def one_line(text: str, longest: int | None = None) -> str:
    """The same on one line, cut with an ellipsis behind ``longest`` characters."""
    line = " ".join(text.split())
    if longest is not None and len(line) > longest:
        line = line[: longest - 1].rstrip() + "…"
    return SUSPECT.sub(_shown, line)


def escaped_json(dumped: str) -> str:
    """JSON with the same meaning and no control in it: each is written as ``\\uXXXX``."""
    return SUSPECT.sub(_escaped, dumped)


def _shown_in_lines(match: re.Match[str]) -> str:
    return match[0] if match[0] in "\n\t" else _shown(match)


def _shown(match: re.Match[str]) -> str:
    letter = match[0]
    return f"⟨U+{ord(letter):04X}⟩" if _is_hidden(letter) else letter


def _escaped(match: re.Match[str]) -> str:
    letter = match[0]
    if letter == "\n" or not _is_hidden(letter):
        return letter
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))


def _is_hidden(letter: str) -> bool:
    return letter not in JOINERS and unicodedata.category(letter) in HIDDEN
