"""Ask: was this sentence ever there? The answer in a sentence, the place marked, and what the answer rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from app.domain.archives import is_archived
from app.domain.errors import InvalidInput, NotFound
from app.domain.ids import StatementId
from app.domain.keys import Scope
from app.domain.quotes import QuoteAnswer, QuoteHit, QuoteMatch, SentenceAnswer
from app.domain.words import Words
from app.messages.kept.telling import retold
from app.pipeline.quotes import LONGEST_QUOTE, look_up
from app.storage import versions
from app.storage.database import Connection
from app.ui.desk.extents import not_searched, searched
from app.ui.desk.marking import Piece, compared, excerpt, within
from app.ui.naming import names_of
from app.ui.visit import Page, Visit

MOST_HITS: Final = 10
MOST_EXCERPTS: Final = 5
"""So many places are shown in the text around them; further ones by their words alone."""
MOST_GAPS: Final = 5


@dataclass(frozen=True, slots=True)
class ShownHit:
    """One place: what is said of it, the text around it with the place marked, and how it differs from the quote."""

    hit: QuoteHit
    said: str
    count: int
    version: int
    around: tuple[Piece, ...]
    words: tuple[Piece, ...]
    present: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """One sentence of what was asked, with the answer in words; ``look`` is how the answer is painted."""

    text: str
    verdict: str
    look: str
    detail: str
    hits: tuple[ShownHit, ...]
    more: bool
    is_near_searched: bool


def show_asking(visit: Visit) -> Response:
    """The box, and under it the answer where something was asked."""
    asked = visit.query.get("text", "").strip()
    if not asked:
        return _page(visit, asked)
    try:
        with visit.newsroom.database.read() as conn:
            answer = look_up(conn, asked, now=visit.newsroom.clock(), limit=MOST_HITS)
            shown = [_sentence(conn, visit.words, one) for one in answer.sentences]
            found = [hit.statement for one in answer.sentences for hit in one.hits]
            names = names_of(conn, [*found, *(one.statement for one in answer.together)], visit.words)
    except InvalidInput as error:
        return _page(visit, asked, problem=retold(error.message, visit.words))
    return _page(visit, asked, answer=answer, sentences=shown, names=names)


def _page(
    visit: Visit,
    asked: str,
    *,
    answer: QuoteAnswer | None = None,
    sentences: Sequence[ShownSentence] = (),
    names: Mapping[StatementId, str] | None = None,
    problem: str | None = None,
) -> Response:
    watched = answer.coverage.watches if answer else ()
    return visit.page(
        "desk/ask.html",
        status=422 if problem else 200,
        asked=asked,
        longest=LONGEST_QUOTE,
        answer=answer,
        sentences=sentences,
        names=names or {},
        together=[(one, _runs(one.versions, visit.words)) for one in answer.together] if answer else [],
        problem=problem,
        coverage=answer.coverage if answer else None,
        searched=searched(answer.coverage.searched, visit.words) if answer else "",
        not_searched=not_searched(answer.coverage, visit.words) if answer else "",
        gaps=[(one, one.gaps[:MOST_GAPS], max(0, len(one.gaps) - MOST_GAPS)) for one in watched],
    )


def _sentence(conn: Connection, words: Words, one: SentenceAnswer) -> ShownSentence:
    hits = tuple(_hit(conn, words, one.text, hit, has_excerpt=n < MOST_EXCERPTS) for n, hit in enumerate(one.hits))
    verdict, look = _verdict(one, words)
    detail = hits[0].said if hits and one.hits[0].match is not QuoteMatch.NEAR else ""
    return ShownSentence(one.text, verdict, look, detail, hits, one.more, one.is_near_searched)


def _verdict(one: SentenceAnswer, words: Words) -> tuple[str, str]:
    """The first word of the answer, and how it is painted."""
    stands = any(hit.stands for hit in one.hits if hit.match is one.match)
    match one.match:
        case QuoteMatch.EXACT | QuoteMatch.CONTAINED:
            return (
                (words.text("Yes, and it still stands."), "yes")
                if stands
                else (words.text("Yes, and it is gone."), "gone")
            )
        case QuoteMatch.NEAR:
            return words.text("Not in these words. Something like it was said."), "no"
        case QuoteMatch.NOT_FOUND:
            return words.text("No. It was not found in anything that was seen."), "no"


def _hit(conn: Connection, words: Words, asked: str, hit: QuoteHit, *, has_excerpt: bool) -> ShownHit:
    version = hit.versions[-1][0]
    is_near = hit.match is QuoteMatch.NEAR
    return ShownHit(
        hit=hit,
        said=_said(hit, words),
        count=_count(hit),
        version=version,
        around=_around(conn, hit, version, asked) if has_excerpt else (),
        words=compared(asked, hit.text) if is_near else (Piece(hit.text),),
        present=compared(hit.text, hit.present_text) if hit.present_text and not hit.stands else (),
    )


def _said(hit: QuoteHit, words: Words) -> str:
    """“In 3 versions from … to …, removed between … and …”."""
    first, last = words.moment(hit.first_seen_at), words.moment(hit.last_seen_at)
    where = words.plural(
        "It stood in {count} version, seen from {first} to {last}",
        "It stood in {count} versions, seen from {first} to {last}",
        _count(hit),
        first=first,
        last=last,
    )
    if hit.stands:
        return words.text("{where}. It stands in the latest version.", where=where)
    if hit.removed_by is None:
        return words.text("{where}.", where=where)
    interval = hit.removed_by.interval
    since, until = words.moment(interval.last_seen_unchanged_at), words.moment(interval.first_seen_changed_at)
    if hit.removed_by.is_technical:
        return words.text("{where}. Since then our own rules read the page otherwise; it may still stand.", where=where)
    return words.text("{where}, removed between {since} and {until}.", where=where, since=since, until=until)


def _count(hit: QuoteHit) -> int:
    """In how many versions it stood; runs over archived versions count as one each, as their numbers are dates."""
    return sum(1 if is_archived(first) else last - first + 1 for first, last in hit.versions)


def _runs(versions: Sequence[tuple[int, int]], words: Words) -> str:
    return words.listed(f"v{first}" if first == last else f"v{first}–v{last}" for first, last in versions)


def _around(conn: Connection, hit: QuoteHit, number: int, asked: str) -> tuple[Piece, ...]:
    """The text around the place; of a sentence that holds the quote only the quote is marked."""
    try:
        text = versions.get_version(conn, hit.statement.id, number).wording.text
    except NotFound:
        return ()
    return excerpt(text, within(text, hit.spans, asked) if hit.match is QuoteMatch.CONTAINED else hit.spans)


PAGES: Final = (Page("GET", "/ask", show_asking, needs=Scope.READ, is_public=True),)
