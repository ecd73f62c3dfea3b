"""Was this sentence ever there? Looked up among every form of every claim, with what the answer rests on.

    quote ─▶ sentences ─▶ same key? ─▶ shared pairs of words? ─▶ measured ─▶ where, since when, until when, removed by
A quote of several sentences is answered sentence by sentence, and then: in which statements did they stand together?
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log2

from app.claims.document import document_of
from app.claims.languages import detect_language
from app.claims.quoting import (
    FEWEST_WORDS,
    family_likeness,
    key_hash,
    likely_languages,
    stands_in,
    stem_likeness,
    telling_stems,
    text_key,
)
from app.domain.errors import InvalidInput
from app.domain.ids import StatementId, WatchId
from app.domain.quotes import Coverage, QuoteAnswer, QuoteMatch, Sighting
from app.domain.word_pairs import asked_terms
from app.pipeline.quote_answers import Found, Known, best_match, sentence_answer, together
from app.storage import coverage, quotes, watches
from app.storage.database import Connection
from app.storage.quotes import Example

LONGEST_QUOTE = 2000
MOST_NEAR = 40
"""So many sentences of a quote are looked up nearly too; further ones exactly only, which their answers say."""
MOST_OF_A_PAIR = 200
"""So many wordings are looked at for one pair of words; a pair that more of them have tells little."""
MOST_MEASURED = 48
"""So many wordings that share pairs with the quote are measured by stems, those with the most and the rarest first."""
MOST_JUDGED = 16
"""So many of them, the likest, are judged by word families."""
MOST_PLACES = 100
"""So many places are looked at for the wording most like the quote, and it is said that there may be more."""
MOST_FURTHER_PLACES = 20
"""So many for each of the other wordings, and no more than are told: a part of a sentence that stands everywhere would
cost a second else."""
MOST_KEYS = 20
"""So many wordings are told of, those most like the quote."""
ALLOWED_CONTROLS = "\n\t\r"


@dataclass(frozen=True, slots=True)
class Asked:
    """One sentence of a quote."""

    text: str
    key: str
    language: str


def look_up(
    conn: Connection,
    text: str,
    *,
    now: datetime,
    language: str | None = None,
    watch_id: WatchId | None = None,
    limit: int = 20,
) -> QuoteAnswer:
    """Everything that the record knows of a quote. ``language`` (ISO 639-1) is found out where it is not given.

    Raises:
        InvalidInput: the text is empty, longer than 2,000 characters, or holds control characters.
        NotFound: there is no such watch.
    """
    asked = _sentences(read_quote(text), language)
    if watch_id is not None:
        watches.get_watch(conn, watch_id)
    found = [_find(conn, one, language, watch_id, is_near=n < MOST_NEAR, limit=limit) for n, one in enumerate(asked)]
    known = Known.of(conn, found)
    answers = tuple(
        sentence_answer(one.text, one.language, hits, known, limit=limit)
        for one, hits in zip(asked, found, strict=True)
    )
    stood = together(found, limit=limit) if len(found) > 1 else ()
    of_hits = {hit.statement.id: hit.statement.watch_id for answer in answers for hit in answer.hits}
    return QuoteAnswer(
        text=text,
        match=best_match(answers, stood),
        sentences=answers,
        together=stood,
        coverage=_coverage(conn, watch_id, of_hits, now),
    )


def read_quote(text: str) -> str:
    """A quote as somebody wrote it, without the space around it.

    Raises:
        InvalidInput: it is empty, too long, or holds control characters or no word at all.
    """
    quote = text.strip()
    if len(quote) > LONGEST_QUOTE:
        raise InvalidInput(
            f"A quote may be {LONGEST_QUOTE:,} characters long; this has {len(quote):,}.", pointer="?text"
        )
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in ALLOWED_CONTROLS for letter in quote):
        raise InvalidInput("The quote holds control characters.", pointer="?text")
    if not any(letter.isalnum() for letter in quote):
        raise InvalidInput("The quote holds no word to look for.", pointer="?text")
    return quote


def _sentences(quote: str, language: str | None) -> tuple[Asked, ...]:
    document = document_of(quote, language or detect_language(quote))
    cut = [Asked(document.raw_text(n), one.key, one.language) for n, one in enumerate(document.sentences)]
    worded = [one for one in cut if any(letter.isalnum() for letter in one.key)]
    return tuple(worded) or (Asked(quote, text_key(quote), language or "und"),)


def _find(
    conn: Connection, asked: Asked, language: str | None, watch_id: WatchId | None, *, is_near: bool, limit: int
) -> Found:
    exact = key_hash(asked.key)
    near = _near(conn, asked, language) if is_near else {}
    ranked = sorted(
        (near | {exact: (QuoteMatch.EXACT, 1.0)}).items(), key=lambda item: (item[1][0].rank, -item[1][1], item[0])
    )
    found = Found(is_near and len(telling_stems(asked.text, asked.language)) >= FEWEST_WORDS)
    places: dict[int, list[Sighting]] = defaultdict(list)
    keys = [key for key, _ in ranked[:MOST_KEYS]]
    further = min(MOST_FURTHER_PLACES, limit)
    for some, most in ((keys[:1], MOST_PLACES), (keys[1:], further)):
        for one in quotes.list_sightings(conn, some, watch_id=watch_id, most=most) if some else ():
            places[one.key_hash].append(one)
    for key, (match, similarity) in ranked[:MOST_KEYS]:
        for one in places[key]:
            if match is not QuoteMatch.EXACT or text_key(one.text) == asked.key:
                found.sightings.append((match, similarity, one))
    found.is_cut = len(ranked) > MOST_KEYS or any(
        len(places[key]) >= (further if place else MOST_PLACES) for place, key in enumerate(keys)
    )
    return found


def _near(conn: Connection, asked: Asked, language: str | None) -> dict[int, tuple[QuoteMatch, float]]:
    """Key hashes of the wordings that are near the quote, or hold it word for word → how near."""
    languages = dict.fromkeys((asked.language, *likely_languages(asked.text, language)))
    stems = {one: telling_stems(asked.text, one) for one in languages}
    terms = sorted({term for one in stems.values() for term in asked_terms(one)})
    candidates = _candidates(quotes.find_keys(conn, terms, most=MOST_OF_A_PAIR))
    near: dict[int, tuple[QuoteMatch, float]] = {}
    like: list[tuple[float, Example]] = []
    for one in quotes.find_examples(conn, candidates):
        own = stems.get(one.language) or telling_stems(asked.text, one.language)
        alike = stem_likeness(own, one.words)
        if (alike.is_near or len(own) < FEWEST_WORDS) and stands_in(asked.key, text_key(one.text)):
            near[one.key_hash] = (QuoteMatch.CONTAINED, 1.0)
        elif alike.is_near:
            like.append((alike.similarity, one))
    for _, one in sorted(like, key=lambda found: (-found[0], found[1].key_hash))[:MOST_JUDGED]:
        alike = family_likeness(asked.text, one.text, one.language)
        if alike.is_near:
            near[one.key_hash] = (QuoteMatch.NEAR, round(alike.similarity, 3))
    return near


def _candidates(found: Iterable[tuple[int, int]]) -> Sequence[int]:
    """The key hashes that share the most and the rarest pairs with the quote, best first."""
    by_term: dict[int, list[int]] = defaultdict(list)
    for term, key in found:
        by_term[term].append(key)
    weights: dict[int, float] = defaultdict(float)
    for keys in by_term.values():
        weight = log2(4 * MOST_OF_A_PAIR / len(keys))
        for key in keys:
            weights[key] += weight
    return sorted(weights, key=lambda key: (-weights[key], key))[:MOST_MEASURED]


def _coverage(
    conn: Connection, watch_id: WatchId | None, of_hits: Mapping[StatementId, WatchId], now: datetime
) -> Coverage:
    reach = coverage.load_reach(conn, watch_id)
    asked = {watch_id} if watch_id is not None else set()
    return Coverage(
        asked_at=now,
        searched=reach.searched,
        not_compared=reach.not_compared,
        not_indexed=reach.not_indexed,
        open_gaps=reach.open_gaps,
        watches=coverage.list_coverage(conn, asked | set(of_hits.values()), statement_ids=of_hits),
    )
