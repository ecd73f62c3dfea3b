"""Finding what a CSS selector points at, in time that grows with the page and not with its powers. Pure.

An engine that goes back over its own steps tries every chain of ancestors for ``b div div div``: on four hundred nested
elements that takes longer than anybody waits. So a selector is parted at its combinators, lexbor finds what matches
each part alone, and the parts are joined here, one join after the other, within so many steps.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

MOST_STEPS: Final = 2_000_000
MOST_PAIRS_OF_SIBLINGS: Final = 20_000_000
MOST_PARTS: Final = 32
TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<escaped>\\(?:[0-9a-fA-F]{1,6}\s?|.))|(?P<open>[(\[])|(?P<close>[)\]])"""
    r"""|(?P<comma>\s*,\s*)|(?P<join>\s*[>+~]\s*|\s+)|(?P<plain>.)""",
    re.DOTALL,
)
COUNTS_SIBLINGS = re.compile(r":(?:nth-|first-of|last-of|only-of)", re.IGNORECASE)
LOOKS_INSIDE = re.compile(r":(?:has|is|where|not|matches|any)\(", re.IGNORECASE)


class TooCostly(Exception):
    """The page is of a shape on which this selector would take too long."""


class NotUnderstood(ValueError):
    """It is no selector, or one that cannot be followed in bounded time."""


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a selector: what the element itself must be, and how it stands to the step before (``' > + ~'``)."""

    alone: str
    join: str


def select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements that a selector points at, in the order of the page.

    Raises:
        NotUnderstood: it is no selector, or has combinators inside of parentheses.
        TooCostly: the page is of a shape on which it would take too long.
    """
    found: dict[int, LexborNode] = {}
    chains = parts_of(selector)
    for chain in chains:
        found.update((node.mem_id, node) for node in _follow(tree, chain))
    if len(chains) == 1:
        return list(found.values())
    return [node for node in tree.css("*") if node.mem_id in found]


@lru_cache(maxsize=1_000)
def parts_of(selector: str) -> tuple[tuple[Part, ...], ...]:
    """Each selector of a list as its parts.

    Raises:
        NotUnderstood: a part is missing, there are too many of them, or combinators stand inside of parentheses.
    """
    chains: list[list[Part]] = [[]]
    text, join, depth = "", " ", 0
    for token in TOKEN.finditer(selector.strip()):
        kind, piece = str(token.lastgroup), token.group()
        depth += (kind == "open") - (kind == "close")
        if depth or kind not in ("comma", "join"):
            text += piece
            continue
        chains[-1].append(_part(text, join))
        text, join = "", piece.strip() or " "
        if kind == "comma":
            chains.append([])
            join = " "
    chains[-1].append(_part(text, join))
    if depth or sum(map(len, chains)) > MOST_PARTS:
        raise NotUnderstood(f"a selector has {MOST_PARTS} parts at most, and as many brackets open as close")
    return tuple(map(tuple, chains))


def _part(text: str, join: str) -> Part:
    if not text:
        raise NotUnderstood("a part of the selector is missing")
    if LOOKS_INSIDE.search(text) and any(one.lastgroup == "join" for one in TOKEN.finditer(_inside(text))):
        raise NotUnderstood("inside of :is(), :not() and :has() there may be no spaces, >, + and ~")
    if len(re.findall(r":has\(", text, re.IGNORECASE)) > 1:
        raise NotUnderstood(":has() may stand only once in a part")
    return Part(text, join)


def _inside(text: str) -> str:
    """What stands in parentheses, without quoted texts, and without spaces that mean nothing."""
    bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]", "", text)
    inner = bare[bare.find("(") :]
    inner = re.sub(r":nth-[a-z-]+\([^()]*\)", "", inner, flags=re.IGNORECASE)
    return re.sub(r"\s*([(),])\s*", r"\1", inner)


def _follow(tree: LexborHTMLParser, chain: tuple[Part, ...]) -> list[LexborNode]:
    steps = _Steps()
    kept = _alone(tree, chain[0].alone)
    for part in chain[1:]:
        if not kept:
            break
        above = {node.mem_id for node in kept}
        kept = [node for node in _alone(tree, part.alone) if _stands(node, part.join, above, steps)]
    return kept


def _alone(tree: LexborHTMLParser, alone: str) -> list[LexborNode]:
    if COUNTS_SIBLINGS.search(alone) and _pairs_of_siblings(tree) > MOST_PAIRS_OF_SIBLINGS:
        raise TooCostly
    if ":has(" in alone.lower() and _depths(tree) > MOST_STEPS:
        raise TooCostly
    try:
        return tree.css(alone)
    except (SelectolaxError, ValueError) as error:
        raise NotUnderstood(f"“{alone[:100]}” cannot be read") from error


class _Steps:
    """How many steps were taken for one selector."""

    def __init__(self) -> None:
        self.taken = 0

    def walk(self, node: LexborNode, towards: Callable[[LexborNode], LexborNode | None]) -> Iterator[LexborNode]:
        """Everything that lies that way, nearest first."""
        at = towards(node)
        while at is not None:
            self.taken += 1
            if self.taken > MOST_STEPS:
                raise TooCostly
            yield at
            at = towards(at)


def _stands(node: LexborNode, join: str, matched: set[int], steps: _Steps) -> bool:
    """Whether an element stands to one of those that matched the part before as the join says."""
    match join:
        case ">":
            return next((one.mem_id in matched for one in steps.walk(node, _parent)), False)
        case "+":
            return next((one.mem_id in matched for one in steps.walk(node, _before)), False)
        case "~":
            return any(one.mem_id in matched for one in steps.walk(node, _before))
        case _:
            return any(one.mem_id in matched for one in steps.walk(node, _parent))


def _parent(node: LexborNode) -> LexborNode | None:
    return node.parent


def _before(node: LexborNode) -> LexborNode | None:
    at = node.prev
    while at is not None and not at.is_element_node:
        at = at.prev
    return at


def _pairs_of_siblings(tree: LexborHTMLParser) -> int:
    """How many pairs of siblings a page has: so often an engine counts that begins anew for each."""
    return sum(n * n for n in _children(tree).values())


def _depths(tree: LexborHTMLParser) -> int:
    """The sum of the depths of all elements: so often an engine looks that looks at everything below each."""
    total, depth_of = 0, {0: 0}
    for node in tree.css("*"):
        parent = node.parent
        depth = depth_of.get(parent.mem_id if parent is not None else 0, 0) + 1
        depth_of[node.mem_id] = depth
        total += depth
    return total


def _children(tree: LexborHTMLParser) -> dict[int, int]:
    counts: dict[int, int] = {}
    for node in tree.css("*"):
        parent = node.parent
        if parent is not None:
            counts[parent.mem_id] = counts.get(parent.mem_id, 0) + 1
    return counts
