"""Text of others made fit to be shown: what would turn the reading direction or hide itself is shown as a number.

A publisher's text may hold escape sequences or bidirectional controls ("Trojan Source", CVE-2021-42574), by which a
line on a screen, in a chat or in a mail would say something else than the record does.
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


def is_hidden(letter: str) -> bool:
    """True for a character that shows nothing by itself, and is not needed to write."""
    return letter not in JOINERS and unicodedata.category(letter) in HIDDEN


def _shown_in_lines(match: re.Match[str]) -> str:
    return match[0] if match[0] in "\n\t" else _shown(match)


def _shown(match: re.Match[str]) -> str:
    letter = match[0]
    return f"⟨U+{ord(letter):04X}⟩" if is_hidden(letter) else letter
