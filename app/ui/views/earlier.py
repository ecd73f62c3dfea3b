"""An earlier wording as it was then: where each claim stood in it, and what had become of each by that time."""

from collections.abc import Mapping
from dataclasses import replace

from app.domain.archives import is_archived
from app.domain.claims import Span
from app.domain.ids import StatementId
from app.domain.quotes import KeptWording
from app.domain.statements import Version
from app.storage import claims, quotes
from app.storage.database import Connection
from app.ui.drawings.lives import ClaimsChart, Step


def spans_at(
    conn: Connection, statement_id: StatementId, version: Version, *, is_latest: bool
) -> Mapping[int, tuple[Span, ...]]:
    """Where each claim stands in a wording, by its number; nothing where the wording was not compared.

    Of the latest one the ledger knows it. Of an earlier one it is known which words each claim had, and where they
    stood when they came; in the versions behind that they are looked for, each behind the one before.
    """
    if is_latest:
        ledger = claims.load_ledger(conn, statement_id)
        return {one.number: one.spans for one in ledger.claims if one.standing} if ledger else {}
    text, taken = version.wording.text, list[Span]()
    found: dict[int, tuple[Span, ...]] = {}
    for one in quotes.list_wordings(conn, statement_id):
        if not _stood(one, version.number):
            continue
        spans = one.spans if one.first_version == version.number else _places_of(text, one.text, taken)
        taken += spans
        found[one.number] = spans
    return found


def as_of(chart: ClaimsChart, number: int) -> ClaimsChart:
    """The chart as it was when a wording was the latest; as it is where that wording is not in it."""
    last = max(
        (
            place
            for place, column in enumerate(chart.columns)
            if column.version == number and column.step in (Step.VERSION, Step.ARCHIVED)
        ),
        default=len(chart.columns) - 1,
    )
    lives = tuple(replace(life, cells=life.cells[: last + 1]) for life in chart.lives)
    return replace(chart, columns=chart.columns[: last + 1], lives=lives)


def _stood(wording: KeptWording, number: int) -> bool:
    """True where the words stood in the version of this number; archived versions are counted by themselves."""
    if is_archived(wording.first_version) != is_archived(number):
        return False
    return wording.first_version <= number and (wording.last_version is None or number <= wording.last_version)


def _places_of(text: str, words: str, taken: list[Span]) -> tuple[Span, ...]:
    """The first place of these words that no other claim has."""
    begin = text.find(words) if words else -1
    while begin >= 0:
        span = Span(begin, begin + len(words))
        if all(span.end <= other.start or other.end <= span.start for other in taken):
            return (span,)
        begin = text.find(words, begin + 1)
    return ()
