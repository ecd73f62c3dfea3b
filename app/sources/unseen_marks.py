"""Carries marks that cannot be seen but change what is seen through an extractor that would drop them.

Joiners make one emoji of several and are spelling in Persian; direction marks order what is written from right to left.
trafilatura removes all of them, so they travel as characters of a script that no statement is written in.
"""

import re
from html import unescape

_JOINERS_AND_DIRECTIONS = "\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TAGS = "".join(map(chr, range(0xE0020, 0xE0080)))
"""They spell the flags of England, Scotland and Wales."""
_MARKS = _JOINERS_AND_DIRECTIONS + _TAGS
_CARRIERS = "".join(map(chr, range(0x1D800, 0x1D800 + len(_MARKS))))
"""Of the block Sutton SignWriting."""
_OUTWARD = str.maketrans(_MARKS, _CARRIERS)
_BACK = str.maketrans(_CARRIERS, _MARKS)
_ANY_MARK = re.compile("[\u200c-\u200f\u202a-\u202e\u2066-\u2069\U000e0020-\U000e007f]")
_ANY_CARRIER = re.compile("[\U0001d800-\U0001d86f]")
_ENTITY = re.compile(r"&(?:zwj|zwnj|lrm|rlm|#820[4-7]|#x200[c-f]);", re.IGNORECASE)


def carried(html: str) -> str:
    """``html`` with carriers in the place of the marks; as it is where it has none, or is itself in that script."""
    if "&" in html:
        html = _ENTITY.sub(lambda entity: unescape(entity[0]), html)
    if html.isascii() or _ANY_MARK.search(html) is None or _ANY_CARRIER.search(html):
        return html
    return html.translate(_OUTWARD)


def put_back(text: str, html: str) -> str:
    """``text``, extracted from ``carried(html)``, with its marks."""
    return text if text.isascii() or _ANY_CARRIER.search(html) else text.translate(_BACK)
