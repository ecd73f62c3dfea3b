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
from app.sources.answer_tokens import answer_of
from app.sources.contract import Other
from app.sources.normalise import NORMALISER_VERSION
from app.sources.page_places import DIGITS, Lines, element_at, place_of, squeezed
from app.sources.selecting import NotUnderstood, TooCostly, select
from app.sources.spoken_times import RUNNING_TEXT

LONG_ENOUGH = 1_000
"""Characters. In shorter texts the extractor weighs what it found against the rest of the page."""

_NOTHING = "-"
_STRICT = "script,style,link,meta,input,img,svg"
_LOOSE = (
    "script,style,link,meta,input,img,svg,picture,video,audio,canvas,iframe,object,embed,map,noscript,aside,footer,nav,"
    "time,button,select,textarea,datalist,dialog,progress,output"
)
"""Elements that the extractor takes away before it looks for the main text, with all that is in them."""
_EMPTY = frozenset({"link", "meta", "input", "img"})
"""Of these inside of a drawing or a formula the parser makes elements that may hold words."""
_UNESCAPED = "xmp,plaintext,noembed,noframes,frameset"
_RAW = re.compile("<(?:iframe|script|style|xmp|plaintext|noembed|noframes)")
_FACTS = "script[type='application/ld+json']"
"""What a page says of itself to programs. The extractor reads the text there where it finds none in the body."""
_HOLDS_TEXT = re.compile(r"articleBody|reviewBody|recipeInstructions|acceptedAnswer|HowTo|Product|VideoObject")
"""Names under which it looks there."""
_KEPT = (
    "class|id|role|itemprop|style|hidden|aria-hidden|data-component|data-lp-replacement-content|data-testid|rel|type"
    "|data-preloaded|alttext|display|lang|colspan|rowspan"
)
"""Attributes that the extractor looks at. In those of the second line it finds words, or how they are laid out."""
_OTHER_ATTRIBUTES = re.compile(rf'(<!--.*?-->[^<]*|>[^<]*| (?:{_KEPT})="[^"]*")| =?[^\t\n\f\r />=]*="[^"]*"', re.DOTALL)
"""Whatever a value or a comment holds, it is taken whole: an attribute that begins inside of one would end in words."""


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

    def stands_in(self, tree: LexborHTMLParser, selectors: Selectors) -> "Stands | Other | None":
        """The mark to go on with where a page shows what it did; none where it may not. Takes the tree apart."""
        if self.whole == _NOTHING:
            return None
        if _is_chosen(selectors):
            return Stands(self, None) if self.whole == _of_chosen(tree, selectors) else None
        bare = _stripped(tree, _LOOSE if self.is_loose else _STRICT)
        if bare is None:
            return None
        compared = bare.compared
        whole = _digest(compared)
        if whole == self.whole:
            return Stands(self, compared)
        parts = _parts(bare, self.place)
        if parts is not None and parts.digests == (self.holder, self.around):
            return Stands(replace(self, whole=whole), compared)
        return Other(self.place, whole, *parts) if parts is not None and self.is_loose else None


class Stands(NamedTuple):
    """A page shows what it did: the mark to go on with, and what was compared; None where selectors chose it."""

    mark: Mark
    compared: str | None


@dataclass(frozen=True, slots=True)
class Markup:
    """A page as it was parsed to be read. What leaves a mark takes the tree apart."""

    html: str
    tree: LexborHTMLParser


def leave_mark(
    page: Page,
    markup: Markup | None,
    text: str,
    selectors: Selectors,
    *,
    version: str,
    now: datetime,
    other: Other | None = None,
) -> Mark:
    """What to remember of a page that was read; without markup only its bytes.

    ``text`` is what was read; ``version`` names the rules of reading; ``other`` is what a glance made of the page.
    """
    bare = Mark(
        rules=rules_of(selectors, version),
        proved_at=int(now.timestamp()),
        glances=0,
        text_sha256=sha256_hex(text.encode()),
        length=len(text),
        is_loose=False,
        place=(),
        answer=answer_of(page),
    )
    if markup is None:
        return bare
    if _is_chosen(selectors):
        return replace(bare, whole=_of_chosen(markup.tree, selectors) or _NOTHING)
    if _has_raw_text(markup.tree):
        return bare
    known = other and _by_glance(bare, other, text)
    return known or _loose(bare, markup.tree, text) or _strict(bare, LexborHTMLParser(markup.html))


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
    return _digest(f"marks-2 {version} {NORMALISER_VERSION} {_KEPT} {_STRICT} {_LOOSE}\n{written}")


def _by_glance(bare: Mark, other: Other, text: str) -> Mark | None:
    """The mark where the element that held the text before holds what was read now."""
    lines = Lines.of(text)
    is_there = lines.are_in(squeezed(other.inside)) and not lines.have_figures_in(squeezed(other.outside))
    if len(text) < LONG_ENOUGH or not is_there:
        return None
    whole, holder, around = other.whole, other.holder, other.around
    return replace(bare, is_loose=True, place=other.place, whole=whole, holder=holder, around=around)


def _loose(mark: Mark, tree: LexborHTMLParser, text: str) -> Mark | None:
    """The mark of a page on which it is sure where a long text stands."""
    bare = _stripped(tree, _LOOSE) if len(text) >= LONG_ENOUGH else None
    place = place_of(bare.body, text) if bare is not None else None
    if bare is None or place is None:
        return None
    return _with(replace(mark, is_loose=True, place=place), bare)


def _strict(mark: Mark, tree: LexborHTMLParser) -> Mark:
    bare = _stripped(tree, _STRICT)
    return _with(mark, bare) if bare is not None else mark


def _with(mark: Mark, bare: "_Bare") -> Mark:
    whole = _digest(bare.compared)
    parts = _parts(bare, mark.place)
    holder, around = parts.digests if parts else (_NOTHING, _NOTHING)
    return replace(mark, whole=whole, holder=holder, around=around)


def _has_raw_text(tree: LexborHTMLParser) -> bool:
    """True where words of the page are not written as others are, so that a tag among them may be none."""
    if tree.css_first(_UNESCAPED) is not None or any(node.text() for node in tree.css("iframe")):
        return True
    return any(_RAW.search(node.html or "") for node in tree.css("template"))


def _is_chosen(selectors: Selectors) -> bool:
    return bool(selectors.include or selectors.exclude)


def _of_chosen(tree: LexborHTMLParser, selectors: Selectors) -> str | None:
    """A hash of what the selectors point to; None where one cannot be read, or is inside what is left out.

    Without what is left out some selectors point elsewhere (``p:nth-child(2)``): of these nothing can be said either.
    """
    include = selectors.include or ("body",)
    try:
        before = [node.mem_id for selector in include for node in select(tree, selector)]
        for selector in selectors.exclude:
            for node in select(tree, selector):
                node.decompose()
        found = [node for selector in include for node in select(tree, selector)]
    except (NotUnderstood, TooCostly):
        return None
    is_same_place = [node.mem_id for node in found] == before
    return _digest("\0".join(node.html or "" for node in found)) if found and is_same_place else None


class _Bare(NamedTuple):
    """A body without what no reading takes words from, and the text that the page holds for programs."""

    body: LexborNode
    facts: str

    @property
    def compared(self) -> str:
        """All that may hold words."""
        return f"{self.body.html or ''}\0{self.facts}"


def _stripped(tree: LexborHTMLParser, unwanted: str) -> _Bare | None:
    facts = [fact for node in tree.css(_FACTS) if _HOLDS_TEXT.search(fact := node.text())]
    for node in tree.css(unwanted):
        if node.tag == "time" and _is_in_running_text(node):
            continue
        if node.tag not in _EMPTY or node.child is None:
            node.decompose()
    return _Bare(tree.body, "\0".join(facts)) if tree.body is not None else None


def _is_in_running_text(node: LexborNode) -> bool:
    """True of a time that a sentence may speak of: the reading may take it for words."""
    above = node.parent
    while above is not None:
        if above.tag in RUNNING_TEXT:
            return True
        above = above.parent
    return False


class _Parts(NamedTuple):
    """Hashes of an element and of all around it, there without digits; and the words in both."""

    holder: str
    around: str
    inside: str
    outside: str

    @property
    def digests(self) -> tuple[str, str]:
        return self.holder, self.around


def _parts(bare: _Bare, place: tuple[int, ...]) -> _Parts | None:
    """The element at a place, with the text for programs, and all around it. Takes the body apart."""
    holder = element_at(bare.body, place)
    if holder is None:
        return None
    digest, inside = _digest(f"{_plain(holder.html or '')}\0{bare.facts}"), holder.text()
    if not place:
        return _Parts(digest, _NOTHING, inside, "")
    holder.decompose()
    return _Parts(digest, _digest(DIGITS.sub("0", _plain(bare.body.html or ""))), inside, bare.body.text())


def _plain(html: str) -> str:
    """Markup as the parser writes it, with those attributes alone that the extractor looks at."""
    return "".join(filter(None, _OTHER_ATTRIBUTES.split(html)))


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
