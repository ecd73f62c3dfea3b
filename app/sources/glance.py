"""A glance at a page: that its statement stands as it did at the last reading, told at a tenth of the cost of reading.

Whatever a reading refuses (walls, errors, cut answers) is no matter for a glance: it says nothing, and the page is
read. Once a day, and once in some hundred looks, a page is read all the same, as a proof.
"""

from dataclasses import replace
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from app.domain.pages import Page
from app.domain.watches import Selectors
from app.sources.answer_tokens import answer_of, has_sketch, is_answer, placed, sketched
from app.sources.charset import decode
from app.sources.contract import Other, Same, Unread
from app.sources.feed_shape import feed_shape
from app.sources.judging import is_cut_short, judge
from app.sources.main_text import too_large
from app.sources.markup import parse
from app.sources.page_marks import Mark, Stands, read_mark, rules_of
from app.sources.walls import wall_of

PROVED_FOR_SECONDS = 24 * 3600
MOST_GLANCES = 500
SEEN_OF_READ = 0.9
"""A reading adds marks of its own to what is seen: dashes before items, bars between cells."""


def glance(
    page: Page, external_id: str, selectors: Selectors, written: str, *, version: str, now: datetime
) -> Same | Other | None:
    """That a page shows the statement as it stood when the mark was left; Other or None where that cannot be said."""
    known = read_mark(written)
    if known is None or known.rules != rules_of(selectors, version) or page.redirects or judge(page) is not None:
        return None
    standing = known if is_answer(page, known.answer) else _standing(known, page, selectors)
    if not isinstance(standing, Mark):
        return standing
    is_proof_due = _is_old(known, now) or known.glances >= MOST_GLANCES
    mark = replace(standing, glances=known.glances + 1)
    return Same(external_id, known.text_sha256, mark.written(), is_proof_due=is_proof_due)


def is_proof_owed(written: str | None, now: datetime) -> bool:
    """True where a page was last read so long ago that it has to be read again, whatever its server says."""
    known = read_mark(written) if written is not None else None
    return known is not None and _is_old(known, now)


def _is_old(known: Mark, now: datetime) -> bool:
    return not 0 <= int(now.timestamp()) - known.proved_at < PROVED_FOR_SECONDS


def _standing(known: Mark, page: Page, selectors: Selectors) -> Mark | Other | None:
    html = decode(page)
    if page.content_type == "text/plain" or "<" not in html or feed_shape(html) is not None:
        return None
    if too_large(html) is not None or is_cut_short(page, html):
        return None
    tree = parse(html)
    if isinstance(tree, Unread):
        return None
    if wall_of(page, tree, html, seen_at_least=int(known.length * SEEN_OF_READ)) is not None:
        return None
    headings = _headings(tree) if has_sketch(known.answer) else ""
    stands = known.stands_in(tree, selectors)
    if isinstance(stands, Stands):
        return replace(stands.mark, answer=_answer(known, page, html, stands.compared, headings))
    return stands


def _answer(known: Mark, page: Page, html: str, compared: str | None, headings: str) -> str:
    """What to remember of the answer: after the first look, and ever more rarely after it, also which tokens change."""
    if compared is None:
        return answer_of(page)
    if has_sketch(known.answer):
        return placed(page, html, known.answer, compared=f"{headings} {compared}")
    return answer_of(page) if known.glances & (known.glances + 1) else sketched(page)


def _headings(tree: LexborHTMLParser) -> str:
    """Where walls are told by the headings, whatever else is compared."""
    return " ".join(node.text() for node in tree.css("title,h1"))
