"""What a reader of a page sees: the text of a piece of HTML, its lines where the page breaks them, without the markup.

Parsing is selectolax (lexbor), which follows the HTML standard and never fails on bad markup. Nothing here recurses, so
deep nesting costs no stack.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.domain.observations import Outcome
from app.sources.contract import Unread


def _names(tags: str) -> frozenset[str]:
    return frozenset(tags.split())


_BLOCKS = _names(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr legend li main nav ol p pre section summary table tbody tfoot thead tr ul"
)
UNSEEN = _names("head iframe noscript object script style svg template textarea title")
"""Elements of which a reader sees nothing, or nothing that is the page's own."""
_BREAK = "\x1e"
"""Stands where a block begins or ends until the lines are made: one line end, however many blocks meet there."""
_BREAKS = re.compile("[\n\x1e][ \n\x1e]*")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_NO_DEPTH = _names(
    "area base body br col colgroup dd dt embed head hr html img input li link meta optgroup option p param path rp rt "
    "source tbody td tfoot th thead tr track wbr"
)
_DEEPEST = 2_000
"""Elements within one another. Browsers stop at 512; the time of parsing grows with the square of the depth."""


class _Step(NamedTuple):
    """A place in the walk: the next node (None past the last one), and what to write when its parent ends."""

    node: LexborNode | None
    preformatted: bool
    at_end: str | None


def parse(html: str) -> LexborHTMLParser | Unread:
    """The tree of ``html``; Unread where it is nested so deeply that parsing it would take minutes."""
    if html.count("<") > 2 * _DEEPEST and _depth_of(html) > _DEEPEST:
        return Unread(Outcome.UNREADABLE, f"the page nests more than {_DEEPEST} elements within one another")
    return LexborHTMLParser(html)


def has_class(node: LexborNode, name: str) -> bool:
    """True where ``name`` is one of the node's classes."""
    return name in (node.attributes.get("class") or "").split()


def text_of(node: LexborNode, leave_out: Callable[[LexborNode], bool] | None = None) -> str:
    """The text under ``node`` as it is seen, not yet normalised: a line per block and per ``<br>``.

    ``leave_out`` names elements that are skipped with everything inside them.
    """
    parts: list[str] = []
    pending = [_Step(node.child, node.tag == "pre", None)]
    while pending:
        step = pending.pop()
        if step.node is None:
            parts.append(step.at_end or "")
            continue
        pending.append(step._replace(node=step.node.next))
        if step.node.is_text_node:
            parts.append(_words_of(step.node.text_content or "", preformatted=step.preformatted))
        elif step.node.is_element_node and not (leave_out is not None and leave_out(step.node)):
            pending.extend(_opened(step.node, step.preformatted, parts))
    return _BREAKS.sub(_line_end, "".join(parts))


def _opened(node: LexborNode, preformatted: bool, parts: list[str]) -> list["_Step"]:
    tag = node.tag or ""
    if tag in UNSEEN:
        return []
    if tag == "br":
        parts.append("\n")
        return []
    if tag == "img":
        parts.append((node.attributes.get("alt") or "") if has_class(node, "emoji") else "")
        return []
    before = _BREAK if tag in _BLOCKS else " " if tag in {"td", "th"} else ""
    parts.append(before)
    return [_Step(node.child, preformatted or tag == "pre", before)]


def _words_of(content: str, *, preformatted: bool) -> str:
    """Text as it is laid out: a line end in the markup is a space, but for preformatted text."""
    words = content.replace(_BREAK, " ").replace("\f", " ")
    return words if preformatted else words.replace("\r", " ").replace("\n", " ")


def _line_end(match: re.Match[str]) -> str:
    return match[0].replace(" ", "").replace(_BREAK, "") or "\n"


def _depth_of(html: str) -> int:
    depth = deepest = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _NO_DEPTH:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest
