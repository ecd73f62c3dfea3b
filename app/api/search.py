"""Search over HTTP: where do these words stand, or stood? Every wording, present and past, with what became of it."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from app.api import examples
from app.api.access import READ_RECORD, Program
from app.api.paging import NO_ID, List, Mark, Pages
from app.api.quote_examples import SEARCH_ANSWER
from app.api.quotes import CONTROLS, ExtentTold, RemovalTold, RunTold
from app.api.shapes import (
    ONE_LINE,
    Id,
    IdQuery,
    Instant,
    InstantQuery,
    Language,
    PageTold,
    SpanTold,
    TagQuery,
    Told,
    problems,
)
from app.api.statements import StatementTold
from app.claims.search_words import FULL_SCORE, LONGEST_SEARCH
from app.domain.archives import Provenance
from app.domain.errors import InvalidInput
from app.domain.ids import WatchId
from app.domain.search_terms import LAST_PLACE
from app.domain.searching import SearchMark, SearchOrder, SearchWish, Standing
from app.pipeline.searching import search

router = APIRouter(prefix="/v1/search", tags=["search"])
LIST = List("sea")

SearchText = Annotated[
    str,
    Query(
        min_length=1,
        max_length=LONGEST_SEARCH,
        pattern=rf"^[^{CONTROLS}]*[^\W_][^{CONTROLS}]*$",
        description="Words that stand in one sentence, in any form; “a phrase” in quotation marks; -unwanted.",
        examples=[examples.SEARCH],
    ),
]
Publisher = Annotated[str, Field(pattern=ONE_LINE, max_length=200)]


class SearchHitTold(Told):
    """One wording of one claim that holds the words, over one unbroken run of ``versions``.

    ``marks`` are the places of the words in ``text``, ``spans`` those of the text in the first version of the run.
    ``removed_by`` is null while it stands; ``present_text`` is how its claim reads now, null where the claim is gone,
    and ``still_holds`` whether the words are in that.
    """

    publisher: str
    statement: StatementTold
    claim_id: Id
    text: str
    language: str
    marks: list[SpanTold]
    spans: list[SpanTold]
    versions: RunTold
    first_seen_at: Instant
    first_seen_by: Provenance
    last_seen_at: Instant
    stands: bool
    removed_by: RemovalTold | None
    present_text: str | None
    still_holds: bool


class NotSearchedTold(Told):
    """What cannot be found yet: ``wordings`` (counted up to 1,000) wait for the index, which takes seconds.

    ``versions`` could not be compared yet, ``statements`` are still to be taken in with “walkback reanalyse”.
    """

    wordings: int
    versions: int
    statements: int


class SearchTold(PageTold[SearchHitTold]):
    """A page of hits; it may be short, or empty, and have a next one. ``ignored`` words were not searched for.

    ``is_all_ranked`` is false where only the 300 newest hits were put in order.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [SEARCH_ANSWER]})

    ignored: list[str]
    is_all_ranked: bool
    searched: ExtentTold
    not_searched: NotSearchedTold


@router.get("", response_model=SearchTold, dependencies=[READ_RECORD], responses=problems(400))
def search_words(
    newsroom: Program,
    pages: Annotated[Pages, LIST.pages()],
    *,
    q: SearchText,
    standing: Annotated[Standing, Query(description="Only wordings that stand now, or only such as are gone.")] = (
        Standing.ANY
    ),
    order: Annotated[SearchOrder, Query(description="The newest first, or where the words are closest together.")] = (
        SearchOrder.NEWEST
    ),
    watch_id: Annotated[IdQuery, Query(description="Only of this watch.")] = None,
    publisher: Annotated[Publisher | SkipJsonSchema[None], Query(description="Only of this publisher.")] = None,
    tag: Annotated[TagQuery, Query(description="Only of watches with this tag.")] = None,
    language: Annotated[
        Language | SkipJsonSchema[None], Query(description="ISO 639: only sentences in this language.")
    ] = None,
    since: Annotated[InstantQuery, Query(description="Only first seen then or later.")] = None,
    until: Annotated[InstantQuery, Query(description="Only first seen before then.")] = None,
) -> Any:
    """Where words stand, or stood, in all wordings, present and past: each with who took it away, and when."""
    wish = SearchWish(
        q, standing, order, WatchId(watch_id) if watch_id else None, publisher, tag, language, since, until
    )
    after = _mark_of(pages.mark, order)
    with newsroom.database.read() as conn:
        answer = search(conn, wish, after=after, limit=pages.limit)
    return {
        **pages.ended(answer.hits, _cursor_of(answer.next, order)),
        "ignored": answer.ignored,
        "is_all_ranked": answer.is_all_ranked,
        "searched": answer.searched,
        "not_searched": answer.not_searched,
    }


def _cursor_of(mark: SearchMark | None, order: SearchOrder) -> Mark | None:
    """A place alone, or where the best come first a score and a place."""
    if mark is None:
        return None
    return Mark(mark.score, uuid.UUID(int=mark.place)) if order is SearchOrder.BEST else Mark(mark.place, NO_ID)


def _mark_of(cursor: Mark | None, order: SearchOrder) -> SearchMark | None:
    """Where a page begins.

    Raises:
        InvalidInput: it is one of the other order, though it has the form of a cursor.
    """
    if cursor is None:
        return None
    if order is SearchOrder.BEST and cursor.number <= FULL_SCORE and cursor.id.int <= LAST_PLACE:
        return SearchMark(cursor.id.int, cursor.number)
    if order is SearchOrder.NEWEST and cursor.number <= LAST_PLACE and cursor.id == NO_ID:
        return SearchMark(cursor.number)
    raise InvalidInput("This cursor is of another order. Start again from the first page.", pointer="?cursor")
