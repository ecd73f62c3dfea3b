"""Searching for words in every wording: what stands and what is gone, one line for each sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text

from app.cli.options import instant_of
from app.cli.printable import one_line
from app.cli.record import open_record
from app.cli.screen import brief, remark, short, show_json, show_table
from app.domain.errors import InvalidInput
from app.domain.ids import WatchId
from app.domain.searching import NotSearched, SearchAnswer, SearchHit, SearchMark, SearchOrder, SearchWish, Standing
from app.pipeline.searching import search
from app.pipeline.watch_fields import language_of
from app.storage.database import Connection
from app.storage.short_ids import find_id

LONGEST = 300
AT_ONCE = 100
MOST_PAGES = 50
"""So many pages are asked for until there are enough hits; those of rare company are short."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for, as it was typed."""

    words: str
    is_gone: bool
    is_now: bool
    is_best: bool
    watch: str | None
    publisher: str | None
    tag: str | None
    language: str | None
    since: str | None
    until: str | None

    def wish(self, conn: Connection) -> SearchWish:
        """What is meant.

        Raises:
            InvalidInput: a language or an instant is none, or both standings are asked for.
            NotFound: there is no such watch.
        """
        if self.is_gone and self.is_now:
            raise InvalidInput("A wording stands or is gone: name --gone or --now, not both.")
        try:
            language = None if self.language is None else language_of(self.language)
        except ValueError as error:
            raise InvalidInput(f"{error}.") from error
        return SearchWish(
            self.words,
            standing=Standing.GONE if self.is_gone else Standing.NOW if self.is_now else Standing.ANY,
            order=SearchOrder.BEST if self.is_best else SearchOrder.NEWEST,
            watch_id=None if self.watch is None else WatchId(find_id(conn, "watch", self.watch)),
            publisher=self.publisher,
            tag=self.tag,
            language=language,
            since=instant_of(self.since),
            until=instant_of(self.until),
        )


def show_hits(wanted: Wanted, *, limit: int, as_json: bool) -> None:
    """The sentences that hold the words.

    Raises:
        InvalidInput: it is no search; NotFound: there is no such watch.
    """
    with open_record() as database, database.read() as conn:
        wish = wanted.wish(conn)
        hits: list[SearchHit] = []
        answer = None
        for answer in _pages(conn, wish, limit):
            hits += answer.hits
            if len(hits) >= limit:
                break
    assert answer is not None
    is_more = answer.next is not None or len(hits) > limit
    if as_json:
        names = ("ignored", "is_all_ranked", "searched", "not_searched")
        told = {name: getattr(answer, name) for name in names}
        show_json({"items": hits[:limit], "next": None, **told})
    else:
        columns = ("", "seen (UTC)", "statement", "publisher", "edit", "reads, or read")
        show_table(columns, map(_row, hits[:limit]), empty="No sentence holds these words.")
    _remark(answer, is_more=is_more)


def _pages(conn: Connection, wish: SearchWish, limit: int) -> Iterator[SearchAnswer]:
    after: SearchMark | None = None
    for _ in range(MOST_PAGES):
        answer = search(conn, wish, after=after, limit=min(limit, AT_ONCE))
        yield answer
        after = answer.next
        if after is None:
            return


def _row(hit: SearchHit) -> tuple[Text | str, ...]:
    return (
        Text("stands", style="green") if hit.stands else Text("gone", style="red"),
        f"{brief(hit.first_seen_at)} to {brief(hit.last_seen_at)}",
        short(hit.statement.id),
        one_line(hit.publisher, 40),
        short(hit.removed_by.edit_id) if hit.removed_by else "",
        _reads(hit),
    )


def _reads(hit: SearchHit) -> Text:
    """The sentence with the words set off, and how it reads now where that is something else."""
    reads, place = Text(), 0
    for mark in hit.marks:
        reads.append(_piece(hit.text[place : mark.start]))
        reads.append(_piece(hit.text[mark.start : mark.end]), style="bold")
        place = mark.end
    reads.append(_piece(hit.text[place:]))
    if hit.present_text is not None and not hit.stands:
        reads.append(f"\nnow: {one_line(hit.present_text, LONGEST)}", style="dim")
    return reads


def _piece(text: str) -> str:
    """A part of a line, apart from its neighbours where the text is."""
    before, behind = (" " if side.isspace() else "" for side in (text[:1], text[-1:]))
    line = one_line(text)
    return f"{before}{line}{behind}" if line else before


def _remark(answer: SearchAnswer, *, is_more: bool) -> None:
    if answer.ignored:
        remark(f"Not searched for, they are too short: {', '.join(answer.ignored)}.")
    if not answer.is_all_ranked:
        remark("Only the newest sentences were put in order.")
    if is_more:
        remark("There may be more; --limit shows more of them, --since and --until another time.")
    _remark_not_searched(answer.not_searched)


def _remark_not_searched(left_out: NotSearched) -> None:
    if left_out.wordings:
        remark(f"Not found yet: {left_out.wordings:,} wordings or more wait for the index; a worker puts them into it.")
    if left_out.versions:
        remark(f"Not searched: {left_out.versions:,} versions whose claims could not be compared yet.")
    if left_out.statements:
        remark(f"Not searched: {left_out.statements:,} statements still to be taken in with “walkback reanalyse”.")
