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

_LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
_SPACES = "\t\xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_CONTROLS = "".join(map(chr, (*range(9), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0))))
_UNSEEN = _CONTROLS + "\xad\u180e\u200b\u2060\ufeff"
_TRANSLATED = str.maketrans(dict.fromkeys(_LINE_ENDS, "\n") | dict.fromkeys(_SPACES, " ") | dict.fromkeys(_UNSEEN, ""))
_ODD = frozenset(_LINE_ENDS + _SPACES + _UNSEEN)
_SURROGATES = re.compile("[\ud800-\udfff]")
_MANY_SPACES = re.compile(" {2,}")
_EMPTY_LINES = re.compile("\n{3,}")


def normalise(text: str) -> str:
    """``text`` in the form in which texts are stored and compared; doing it twice changes nothing more."""
    plain = text if _is_plain(text) else text.replace("\r\n", "\n").translate(_TRANSLATED)
    spaced = _MANY_SPACES.sub(" ", plain) if "  " in plain else plain
    lines = "\n".join(line.strip(" ") for line in spaced.split("\n"))
    return unicodedata.normalize("NFC", _storable(_EMPTY_LINES.sub("\n\n", lines).strip("\n")))


def _is_plain(text: str) -> bool:
    """True where nothing odd is in a text: nothing odd can be printed, which is told much faster."""
    return text.replace("\n", "").isprintable() or _ODD.isdisjoint(text)


def one_line(text: str | None) -> str | None:
    """A short label (a name, a title) on one line, or None where nothing is left of it."""
    return (" ".join(normalise(text).split()) or None) if text else None


def _storable(text: str) -> str:
    """Without halves of surrogate pairs, which no database and no hash can take."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text
