"""The steps by which the main text of a page is found, without those that would do nothing on it.

They are trafilatura's own, in its order and with its numbers: what comes out is what ``trafilatura.bare_extraction``
gives in its fast settings, letter for letter, at two thirds of its cost. Left out are copies that nobody needs, and
searches for names that do not stand in the page. A test compares both; a new trafilatura is taken in with this file.
One thing is otherwise: times that a sentence speaks of are read (app/sources/spoken_times.py).
"""

from contextlib import suppress
from copy import copy

from lxml.etree import XPath, _Element
from lxml.html import HtmlElement
from trafilatura.baseline import baseline, html2txt
from trafilatura.core import (
    ESCALATION_ACCEPT_RATIO,
    ESCALATION_MAX_LENGTH,
    ESCALATION_PAGE_SHARE,
    _forum_thread_page,
)
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Extractor
from trafilatura.utils import load_html
from trafilatura.xml import delete_element, xmltotxt
from trafilatura.xpaths import RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH

from app.sources.spoken_times import let_spoken_times_through

_SETTINGS = Extractor(output_format="python", fast=True, comments=False, tables=True)
"""Made once: the extractor would read its file of settings anew for each page. No step changes them."""
_EAGER = copy(_SETTINGS)
_EAGER.focus = "recall"
_AROUND_ARTICLES = ("header", "footer")
_ARTICLES = ("article", "main")
_BY_ROLE = XPath('//@role[.="navigation" or .="banner" or .="contentinfo"]/..')
_NAMED = ("div", "section", "aside", "details", "list", "ol", "ul")
_FOLLOW_UPS = ("mvp-post-add-", "infinite", "elementor-share-buttons")
"""One of them stands in the name of each element that RAW_TREE_PRUNE_XPATH takes away."""
_COMMENTS = ("omment", "comol", "disqus_thread")
"""The same of REMOVE_COMMENTS_AND_LISTS_XPATH."""
_FAILURES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""Whatever goes wrong in the eager look, what was found before it stands."""


def extracted(html: str, *, cuts_menus_off: bool) -> str:
    """The main text of a page as the extractor writes it; empty where there is none.

    ``cuts_menus_off`` takes away menus, and the header and footer of the site, before anything is looked for.

    Raises:
        RecursionError: the page nests too deeply for the extractor.
    """
    try:
        tree = load_html(html, _SETTINGS.max_file_size)
        if tree is None:
            return ""
        let_spoken_times_through(tree)
        if cuts_menus_off:
            _cut_menus_off(tree)
        _prune(tree)
        return str(xmltotxt(_main_part(tree), _SETTINGS.formatting))
    except (TypeError, ValueError):
        return ""


def _cut_menus_off(tree: HtmlElement) -> None:
    menus = [
        element
        for element in tree.iter("nav", *_AROUND_ARTICLES)
        if element.tag not in _AROUND_ARTICLES or next(element.iterancestors(_ARTICLES), None) is None
    ]
    for element in menus:
        delete_element(element)
    for element in _BY_ROLE(tree):
        delete_element(element)


def _prune(tree: HtmlElement) -> None:
    """Take away what follows the article: other articles, and what readers say."""
    names = "\n".join([f"{one.get('class', '')}\n{one.get('id', '')}" for one in tree.iter(_NAMED)])
    has_comments = any(word in names for word in _COMMENTS) and not _forum_thread_page(tree)
    if any(word in names for word in _FOLLOW_UPS):
        prune_unwanted_nodes(tree, RAW_TREE_PRUNE_XPATH)
    if has_comments:
        prune_unwanted_nodes(tree, REMOVE_COMMENTS_AND_LISTS_XPATH)


def _main_part(tree: HtmlElement) -> _Element:
    """What the extractor takes for the text; a second look, and a third, where that is little of the page."""
    body, text = _found(tree, _SETTINGS)
    if len(text) < _SETTINGS.min_extracted_size:
        rescued, rescued_text, length = baseline(tree)
        if length > len(text):
            body, text = rescued, rescued_text
    if 0 < len(text) < ESCALATION_MAX_LENGTH and len(text) < ESCALATION_PAGE_SHARE * len(html2txt(tree)):
        with suppress(*_FAILURES):
            more, more_text = _found(tree, _EAGER)
            if len(more_text) >= _SETTINGS.min_extracted_size and len(more_text) > ESCALATION_ACCEPT_RATIO * len(text):
                return more
    if not text:
        raise ValueError("no text")
    return body


def _found(tree: HtmlElement, settings: Extractor) -> tuple[_Element, str]:
    return extract_content(convert_tags(tree_cleaning(copy(tree), settings), settings), settings)
