"""What is remembered of a page whose statement was read, so that the next look can tell by a glance that it stands.

Finding the main text of a page costs ten times what parsing it does. So a reading leaves a mark: hashes of the part of
the page that holds the statement and of all around it. While these are the same, the reading would be. What may differ
is what no reading takes words from: scripts, hidden fields, addresses of links and pictures; and, where the text is
long enough for its place to be sure, menus, asides, buttons, and the digits of counters and dates outside the element
that holds the text. Nothing else: a sentence that is put above the text is not in its element, and must be seen.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.domain.pages import Page
from app.domain.records import sha256_hex
from app.domain.watches import Selectors
from app.sources.normalise import NORMALISER_VERSION
from app.sources.selecting import NotUnderstood, TooCostly, select

LONG_ENOUGH = 1_000
"""Characters. In shorter texts the extractor weighs what it found against the rest of the page."""

_NOTHING = "-"
_STRICT = "script:not([type='application/ld+json']),style,link,meta,input,img,svg"
_LOOSE = (
    "script,style,link,meta,input,img,svg,picture,video,audio,canvas,iframe,object,embed,map,noscript,aside,footer,nav,"
    "time,button,select,textarea,datalist,dialog,progress,output"
)
"""Elements that the extractor takes away before it looks for the main text, with all that is in them."""
_UNESCAPED = "xmp,plaintext,noembed,noframes"
_KEPT = (
    "class|id|role|itemprop|style|hidden|aria-hidden|data-component|data-lp-replacement-content|data-testid|rel|type"
)
"""Attributes that the extractor looks at."""
_OTHER_ATTRIBUTES = re.compile(rf'(>[^<]*)| (?!(?:{_KEPT})=)[^\s=">]+="[^"]*"')
_DIGITS = re.compile(r"\d+")
_NOT_A_WORD = re.compile(r"[\W_]+")
_ASCII_NOT_A_WORD = {place: None for place in range(128) if _NOT_A_WORD.match(chr(place))}


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reading leaves: of its answer, and of the page as a whole and in two parts.

    ``place`` are the numbers of the children that lead from the body to the element which holds the statement;
    ``proved_at`` is in seconds since 1970; ``glances`` counts the looks since then.
    """

    rules: str
    proved_at: int
    glances: int
    text_sha256: str
    length: int
    is_loose: bool
    place: tuple[int, ...]
    answer: str
    whole: str = _NOTHING
    holder: str = _NOTHING
    around: str = _NOTHING

    def written(self) -> str:
        """One line, for :func:`read_mark`."""
        place = ".".join(map(str, self.place)) or _NOTHING
        numbers = (self.proved_at, self.glances, self.text_sha256, self.length, int(self.is_loose))
        return " ".join(map(str, (self.rules, *numbers, place, self.answer, self.whole, self.holder, self.around)))

    def stands_in(self, tree: LexborHTMLParser, selectors: Selectors) -> "Mark | None":
        """The mark to go on with where a page shows what it did; None where it may not. Takes the tree apart."""
        if self.whole == _NOTHING:
            return None
        if _is_chosen(selectors):
            return self if self.whole == _of_chosen(tree, selectors) else None
        body = _stripped(tree, _LOOSE if self.is_loose else _STRICT)
        if body is None:
            return None
        whole = _digest(body.html or "")
        if whole == self.whole:
            return self
        return replace(self, whole=whole) if _parts(body, self.place) == (self.holder, self.around) else None


@dataclass(frozen=True, slots=True)
class Markup:
    """A page as it was parsed to be read. What leaves a mark takes the tree apart."""

    html: str
    tree: LexborHTMLParser


def leave_mark(
    page: Page, markup: Markup | None, text: str, selectors: Selectors, *, version: str, now: datetime
) -> Mark:
    """What to remember of a page that was read; without markup only its bytes.

    ``text`` is what was read; ``version`` names the rules of reading.
    """
    bare = Mark(
        rules=rules_of(selectors, version),
        proved_at=int(now.timestamp()),
        glances=0,
        text_sha256=sha256_hex(text.encode()),
        length=len(text),
        is_loose=False,
        place=(),
        answer=digest_of_answer(page),
    )
    if markup is None:
        return bare
    if _is_chosen(selectors):
        return replace(bare, whole=_of_chosen(markup.tree, selectors) or _NOTHING)
    if markup.tree.css_first(_UNESCAPED) is not None:
        return bare
    return _loose(bare, markup.tree, text) or _strict(bare, LexborHTMLParser(markup.html))


def read_mark(written: str) -> Mark | None:
    """Back from :meth:`Mark.written`; None for what was written by other rules than these."""
    fields = written.split(" ")
    if len(fields) != 11:
        return None
    rules, proved_at, glances, text_sha256, length, is_loose, place, *digests = fields
    numbers = tuple(int(number) for number in place.split(".")) if place != _NOTHING else ()
    return Mark(rules, int(proved_at), int(glances), text_sha256, int(length), is_loose == "1", numbers, *digests)


@lru_cache(maxsize=1_000)
def rules_of(selectors: Selectors, version: str) -> str:
    """The rules by which a mark is left and a page is read: a mark by others says nothing."""
    written = "\n".join((*selectors.include, "", *selectors.exclude))
    return _digest(f"marks-1 {version} {NORMALISER_VERSION} {_KEPT} {_STRICT} {_LOOSE}\n{written}")


def digest_of_answer(page: Page) -> str:
    """Of the bytes, and of what the server says that they are."""
    kind = page.headers.get("content-type", "").encode("utf-8", "replace")
    return blake2b(page.body, digest_size=16, key=blake2b(kind, digest_size=16).digest()).hexdigest()


def _loose(bare: Mark, tree: LexborHTMLParser, text: str) -> Mark | None:
    """The mark of a page on which it is sure where a long text stands."""
    body = _stripped(tree, _LOOSE) if len(text) >= LONG_ENOUGH else None
    place = _place_of(body, text) if body is not None else None
    if body is None or place is None:
        return None
    whole = _digest(body.html or "")
    holder, around = _parts(body, place) or (_NOTHING, _NOTHING)
    return replace(bare, is_loose=True, place=place, whole=whole, holder=holder, around=around)


def _strict(bare: Mark, tree: LexborHTMLParser) -> Mark:
    body = _stripped(tree, _STRICT)
    if body is None:
        return bare
    whole = _digest(body.html or "")
    holder, around = _parts(body, ()) or (_NOTHING, _NOTHING)
    return replace(bare, whole=whole, holder=holder, around=around)


def _is_chosen(selectors: Selectors) -> bool:
    return bool(selectors.include or selectors.exclude)


def _of_chosen(tree: LexborHTMLParser, selectors: Selectors) -> str | None:
    """A hash of what the selectors point to; None where one cannot be read, or is inside what is left out."""
    include = selectors.include or ("body",)
    try:
        count = sum(len(select(tree, selector)) for selector in include)
        for selector in selectors.exclude:
            for node in select(tree, selector):
                node.decompose()
        found = [node.html or "" for selector in include for node in select(tree, selector)]
    except (NotUnderstood, TooCostly):
        return None
    return _digest("\0".join(found)) if found and len(found) == count else None


def _stripped(tree: LexborHTMLParser, unwanted: str) -> LexborNode | None:
    for node in tree.css(unwanted):
        node.decompose()
    return tree.body


def _parts(body: LexborNode, place: tuple[int, ...]) -> tuple[str, str] | None:
    """Hashes of the element at a place and of all around it, there without digits. Takes the body apart."""
    holder = _element_at(body, place)
    if holder is None:
        return None
    inside = _digest(_plain(holder.html or ""))
    if not place:
        return inside, _NOTHING
    holder.decompose()
    return inside, _digest(_DIGITS.sub("0", _plain(body.html or "")))


def _plain(html: str) -> str:
    """Markup as the parser writes it, with those attributes alone that the extractor looks at."""
    return "".join(filter(None, _OTHER_ATTRIBUTES.split(html)))


def _element_at(body: LexborNode, place: tuple[int, ...]) -> LexborNode | None:
    node = body
    for number in place:
        child = next((one for index, one in enumerate(node.iter()) if index == number), None)
        if child is None:
            return None
        node = child
    return node


class _Lines(NamedTuple):
    """The lines of a text, squeezed; all of them in a row; and how long the longest is."""

    each: list[str]
    in_a_row: str
    longest: int

    @classmethod
    def of(cls, text: str) -> "_Lines":
        each = [squeezed for line in text.split("\n") if (squeezed := _squeezed(line))]
        return cls(each, "".join(each), max(map(len, each), default=0))

    def are_in(self, node: LexborNode) -> bool:
        text = node.text()
        if len(text) < self.longest:
            return False
        squeezed = _squeezed(text)
        return self.in_a_row in squeezed or all(line in squeezed for line in self.each)


def _place_of(body: LexborNode, text: str) -> tuple[int, ...] | None:
    """The way to the smallest element that holds every line of a text; None where there is not one such place."""
    lines = _Lines.of(text)
    if not lines.are_in(body):
        return None
    place: list[int] = []
    node = body
    while True:
        holding = [(number, child) for number, child in enumerate(node.iter()) if lines.are_in(child)]
        if len(holding) != 1:
            break
        place.append(holding[0][0])
        node = holding[0][1]
    return tuple(place) if _is_only_there(body, node, lines) else None


def _squeezed(text: str) -> str:
    """A text without anything but letters and figures; one of ASCII alone many times faster."""
    return text.translate(_ASCII_NOT_A_WORD) if text.isascii() else _NOT_A_WORD.sub("", text)


def _is_only_there(body: LexborNode, holder: LexborNode, lines: _Lines) -> bool:
    """True where no line with a figure stands outside the element too: digits out there are not looked at."""
    around = _squeezed(body.text()).replace(_squeezed(holder.text()), "_", 1)
    return not any(line in around for line in lines.each if _DIGITS.search(line))


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
