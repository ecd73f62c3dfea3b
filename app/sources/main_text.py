"""The words of a web page that are its statement: where the watch's CSS selectors point, or else its main text.

Main text is found by trafilatura in its fast settings, which compare no second opinion and look nothing up; the menus,
the site's header and its footer are cut off first, because in short releases they would be taken for text. Selectors
are CSS, read by lexbor.
"""

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.domain.errors import InvalidSelector
from app.domain.observations import Outcome
from app.domain.watches import Selectors
from app.sources.contract import Unread
from app.sources.extraction import extracted
from app.sources.markup import text_of
from app.sources.normalise import normalise
from app.sources.selecting import NotUnderstood, TooCostly, select
from app.sources.unseen_marks import carried, put_back

_LARGEST = 4_000_000
"""Characters of markup. Main text costs about a quarter of a second for each million; selectors cost a fiftieth."""


def check_selectors(selectors: Selectors) -> None:
    """Nothing, where every selector can be read.

    Raises:
        InvalidSelector: one of them is not a CSS selector; the message says which, ``pointer`` where it stands.
    """
    probe = LexborHTMLParser("<p></p>")
    for name, several in (("include", selectors.include), ("exclude", selectors.exclude)):
        for index, selector in enumerate(several):
            try:
                select(probe, selector)
            except NotUnderstood as error:
                raise InvalidSelector(
                    f"“{selector[:100]}” is not a CSS selector: {error}.", pointer=f"/selectors/{name}/{index}"
                ) from error


def text_by_selectors(tree: LexborHTMLParser, selectors: Selectors) -> str | Unread:
    """The text under every included element in the order of the page, each once, without what is excluded.

    With nothing included, the whole body is.
    """
    excluded = _found(tree, selectors.exclude)
    included = _found(tree, selectors.include or ("body",))
    if isinstance(included, Unread):
        return included
    unwanted = frozenset() if isinstance(excluded, Unread) else frozenset(node.mem_id for node in excluded)
    wanted = _outermost(included, {node.mem_id for node in included})
    texts = (normalise(text_of(node, lambda inner: inner.mem_id in unwanted)) for node in wanted)
    return "\n".join(text for text in texts if text)


def too_large(html: str) -> Unread | None:
    """Refuses a page whose main text would take long to find."""
    if len(html) <= _LARGEST:
        return None
    return Unread(
        Outcome.TOO_LARGE, "the page is too large to look for its main text: name a CSS selector for the statement"
    )


def main_text(html: str) -> str:
    """The main text, a paragraph a line; empty where there is none."""
    carrying = carried(html)
    found = _found_in(carrying, cuts_menus_off=True) or _found_in(carrying, cuts_menus_off=False)
    return put_back(found, html)


def _found_in(html: str, *, cuts_menus_off: bool) -> str:
    try:
        return normalise(extracted(html, cuts_menus_off=cuts_menus_off))
    except RecursionError:
        return ""


def _found(tree: LexborHTMLParser, selectors: Iterable[str]) -> list[LexborNode] | Unread:
    found: dict[int, LexborNode] = {}
    for selector in selectors:
        try:
            matched = select(tree, selector)
        except NotUnderstood:
            return Unread(Outcome.UNREADABLE, f"“{selector[:100]}” is not a CSS selector that can be followed")
        except TooCostly:
            return Unread(Outcome.TOO_LARGE, f"on this page it would take too long to follow “{selector[:100]}”")
        found.update((node.mem_id, node) for node in matched)
    if not found:
        return Unread(Outcome.UNREADABLE, f"nothing on the page matches {_listed(selectors)}")
    return list(found.values())


def _outermost(nodes: list[LexborNode], ids: set[int]) -> list[LexborNode]:
    return [node for node in nodes if not any(above.mem_id in ids for above in _above(node))]


def _above(node: LexborNode) -> Iterable[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _listed(selectors: Iterable[str]) -> str:
    return " or ".join(f"“{selector[:100]}”" for selector in selectors)
