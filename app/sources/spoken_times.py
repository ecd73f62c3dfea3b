"""Times that a sentence speaks of, marked as ``<time>``: “Curfew from 22:00 to 05:00.” They are words of the statement.

The extractor takes every ``<time>`` away, since most stand in lines about the page: “Published 3 minutes ago”. Those
that stand in a sentence are let through to it, as if they were not marked.
"""

import re

from lxml.html import HtmlElement

RUNNING_TEXT = frozenset({"p", "li", "td", "dd", "blockquote"})
"""Elements in which sentences stand. A time outside of them is no part of one."""
_SENTENCE = re.compile(r"""\w.*[.!?…][\s"'”’»)\]]*$""", re.DOTALL)
_ABOUT_THE_PAGE = re.compile(
    r"""^\W*(?:(?:last|first)\s)?(?:
        updated|published|posted|modified|created|date
        |опубліковано|оновлено|дата|опубликовано|обновлено
        |aktualisiert|veröffentlicht|stand\b|publié|mis\sà\sjour|publicado|actualizado|opublikowano|zaktualizowano|نشر|تحديث
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_SINCE = re.compile(
    r"\b(?:ago|now|тому|назад|щойно|только что|temu|vor|il y a|hace|منذ)\b",
    re.IGNORECASE,
)
"""Said of the moment at which the page was asked for: such words change by themselves."""


def let_spoken_times_through(tree: HtmlElement) -> None:
    """Unmark the times that stand in sentences. Changes the tree."""
    for element in list(tree.iter("time")):
        block = next(element.iterancestors(RUNNING_TEXT), None)
        if block is not None and _is_spoken_in(block, element):
            element.drop_tag()


def _is_spoken_in(block: HtmlElement, element: HtmlElement) -> bool:
    text = "".join(block.itertext()).strip()
    is_sentence = _SENTENCE.search(text) is not None and _ABOUT_THE_PAGE.match(text) is None
    return is_sentence and _SINCE.search("".join(element.itertext())) is None
