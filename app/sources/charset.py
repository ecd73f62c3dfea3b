"""From bytes to letters: which character set a page is written in, by what it says and by what its bytes can be.

The order is that of browsers (byte order mark, HTTP header, the page's own declaration), with two corrections for
pages that say one thing and are another: bytes that are whole UTF-8 with letters beyond ASCII are UTF-8 whatever a
single-byte declaration says, and a declaration under which the bytes do not decode is not believed.
"""

import codecs
import re

from charset_normalizer import from_bytes

from app.domain.pages import Page

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_DECLARED_WITHIN = 4_096
_SNIFFED = 32_768
_ALIASES = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
"""As the WHATWG encoding standard reads these labels; keys are Python's names of them."""
_READ = frozenset(
    {f"cp{number}" for number in (866, 874, 932, 949, 950, *range(1250, 1259))}
    | {f"iso8859-{number}" for number in range(2, 17)}
    | {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "mac-cyrillic", "mac-roman"}
    | {"big5", "big5hkscs", "euc_jp", "euc_kr", "gb18030", "iso2022_jp", "shift_jis"}
)


def decode(page: Page) -> str:
    """The page's body as text. Never fails: what does not decode becomes U+FFFD."""
    return decode_bytes(page.body, page.headers.get("content-type", ""))


def decode_bytes(body: bytes, content_type: str = "") -> str:
    """``body`` as text, by the character set that it most likely is in."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, errors="replace")
    if body.isascii() and b"\x1b" not in body:
        return body.decode("ascii")
    declared = _declared(body, content_type)
    for name in ("utf-8", *declared) if _utf8_comes_first(declared) else declared:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    if body.isascii() or not declared:
        return _sniffed(body)
    return _sniffed(body) if _mostly_undecodable(body, declared[0]) else body.decode(declared[0], errors="replace")


def _utf8_comes_first(declared: tuple[str, ...]) -> bool:
    return not any(name.startswith("utf-16") for name in declared)


def _declared(body: bytes, content_type: str) -> tuple[str, ...]:
    head = body[:_DECLARED_WITHIN]
    labels = [match[1] for match in (_HEADER.search(content_type),) if match]
    labels += [match[1].decode("ascii", "replace") for match in (_META.search(head), _XML.search(head)) if match]
    names = (_python_name(label) for label in labels)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _python_name(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _ALIASES.get(name, name)
    return name if name in _READ else None


def _mostly_undecodable(body: bytes, name: str) -> bool:
    """More than one letter in a hundred would be lost: the declaration is wrong, not the page damaged."""
    sample = body[:_SNIFFED].decode(name, errors="replace")
    return sample.count("\ufffd") * 100 > len(sample)


def _sniffed(body: bytes) -> str:
    sample = body[:_SNIFFED]
    best = from_bytes(sample).best()
    name = _python_name(best.encoding) if best is not None else None
    return body.decode(name or "utf-8", errors="replace")
