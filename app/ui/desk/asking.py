"""Ask: was this ever said? A sentence is looked up as a quote, a few words are searched for; one box for both."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from app.claims.quoting import FEWEST_WORDS
from app.claims.search_words import CLOSING, OPENING, read_search
from app.domain.errors import InvalidInput, NotFound
from app.domain.ids import StatementId
from app.domain.keys import Scope
from app.domain.quotes import QuoteAnswer, QuoteHit, QuoteMatch, SentenceAnswer
from app.domain.words import Words
from app.messages.kept.telling import retold
from app.pipeline.quotes import LONGEST_QUOTE, look_up
from app.storage import versions
from app.storage.database import Connection
from app.ui.desk.choices import wanted
from app.ui.desk.extents import not_searched, searched
from app.ui.desk.fates import count_versions, fate
from app.ui.desk.marking import Piece, compared, excerpt, within
from app.ui.desk.searching import EXAMPLES, Found, filters_of, find
from app.ui.naming import names_of
from app.ui.visit import Page, Visit

ONE_QUOTE: Final = re.compile(rf"[{OPENING}]([^{OPENING}{CLOSING}]+)[{CLOSING}][.…!?]?")
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


class Manner(StrEnum):
    """How what was asked is looked for: as a quote, or as words that stand in one sentence."""

    QUOTE = "quote"
    WORDS = "words"


def manner_of(asked: str) -> Manner:
    """How it is looked for where nobody says: a few words, phrases in marks and -unwanted words are a search.

    A sentence that stands in marks as a whole, as it was copied, is a quote.
    """
    if len(asked.split()) < FEWEST_WORDS:
        return Manner.WORDS
    inside = ONE_QUOTE.fullmatch(asked)
    signs = any(one.startswith(("-", *OPENING)) for one in asked.split())
    return Manner.WORDS if signs and inside is None else Manner.QUOTE


def show_asking(visit: Visit) -> Response:
    """The box, and under it the answer where something was asked."""
    asked = visit.query.get("text", "").strip()
    if not asked:
        return _page(visit, asked)
    manner = wanted(Manner, visit.query.get("as")) or manner_of(asked)
    try:
        return _by_words(visit, asked) if manner is Manner.WORDS else _as_quote(visit, asked)
    except InvalidInput as error:
        return _page(visit, asked, manner=manner, problem=retold(error.message, visit.words))


def _by_words(visit: Visit, asked: str) -> Response:
    return _page(visit, asked, manner=Manner.WORDS, found=find(visit, asked))


def _as_quote(visit: Visit, asked: str) -> Response:
    copied = ONE_QUOTE.fullmatch(asked)
    with visit.newsroom.database.read() as conn:
        answer = look_up(conn, copied[1] if copied else asked, now=visit.newsroom.clock(), limit=MOST_HITS)
        shown = [_sentence(conn, visit.words, one) for one in answer.sentences]
        hits = [hit.statement for one in answer.sentences for hit in one.hits]
        names = names_of(conn, [*hits, *(one.statement for one in answer.together)], visit.words)
    return _page(visit, asked, manner=Manner.QUOTE, answer=answer, sentences=shown, names=names)


def _page(
    visit: Visit,
    asked: str,
    *,
    manner: Manner | None = None,
    answer: QuoteAnswer | None = None,
    sentences: Sequence[ShownSentence] = (),
    names: Mapping[StatementId, str] | None = None,
    found: Found | None = None,
    problem: str | None = None,
) -> Response:
    watched = answer.coverage.watches if answer else ()
    return visit.page(
        "desk/ask.html",
        status=422 if problem else 200,
        asked=asked,
        longest=LONGEST_QUOTE,
        chosen=wanted(Manner, visit.query.get("as")),
        other=_other(visit, manner) if _is_both_ways(asked) else None,
        examples=_examples(visit.words),
        found=found,
        filters=filters_of(visit) if found else {},
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


def _examples(words: Words) -> list[tuple[str, str]]:
    """Searches in the reader's language, with their addresses."""
    return [(one, f"/ask?{urlencode({'text': one})}") for one in map(words.text, EXAMPLES)]


def _is_both_ways(asked: str) -> bool:
    """Whether it can be looked for as words too; every search can be looked up as a quote."""
    try:
        read_search(asked)
    except InvalidInput:
        return False
    return True


def _other(visit: Visit, manner: Manner | None) -> str | None:
    """The address that looks for the same in the other manner."""
    if manner is None:
        return None
    other = Manner.QUOTE if manner is Manner.WORDS else Manner.WORDS
    return visit.here(**{"as": other.value, "after": None})


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
        count=count_versions(hit.versions),
        version=version,
        around=_around(conn, hit, version, asked) if has_excerpt else (),
        words=compared(asked, hit.text) if is_near else (Piece(hit.text),),
        present=compared(hit.text, hit.present_text) if hit.present_text and not hit.stands else (),
    )


def _said(hit: QuoteHit, words: Words) -> str:
    seen = (hit.first_seen_at, hit.last_seen_at)
    return fate(hit.versions, seen, words, stands=hit.stands, removed_by=hit.removed_by)


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
