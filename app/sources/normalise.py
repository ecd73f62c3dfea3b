"""The form in which two wordings are compared: what people see, without what nobody can see.

Kept, because people see it or the script needs it: letters, digits, punctuation, emoji with their joiners (U+200D,
U+200C) and variation selectors, and the marks of right-to-left writing.
Changed: Unicode's normal form C; every kind of space, the no-break ones too, is one plain space; every kind of line
end is ``\\n``; at most one empty line in a row; no space at the ends of lines.
Dropped: what takes no room and joins nothing (zero-width space, word joiner, byte order mark, soft hyphen) and
control characters. Content systems put these in and take them out by themselves.
"""

import re
import unicodedata

NORMALISER_VERSION = "text-1"

_LINE_ENDS = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b\u2060\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_EMPTY_LINES = re.compile("\n{3,}")


def normalise(text: str) -> str:
    """``text`` in the form in which texts are stored and compared; doing it twice changes nothing more."""
    if text.isascii() and not _needs_work(text):
        return text
    seen = _UNSEEN.sub("", _SURROGATES.sub("\ufffd", text))
    spaced = _SPACES.sub(" ", _LINE_ENDS.sub("\n", seen))
    lines = "\n".join(line.strip(" ") for line in spaced.split("\n"))
    return unicodedata.normalize("NFC", _EMPTY_LINES.sub("\n\n", lines).strip("\n"))


def one_line(text: str | None) -> str | None:
    """A short label (a name, a title) on one line, or None where nothing is left of it."""
    return (" ".join(normalise(text).split()) or None) if text else None


def _needs_work(text: str) -> bool:
    return not text.isprintable() or "  " in text or text != text.strip()
