"""One statement as its page shows it: the wording with its life, each claim with where it stands in the margin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from markupsafe import Markup

from app.domain.archives import is_archived
from app.domain.claims import Span
from app.domain.edits import Edit
from app.domain.headlines import shorten
from app.domain.ids import ClaimId, StatementId, claim_id
from app.domain.statements import Version
from app.domain.words import Words, msgid
from app.pipeline.outlook import NextCheck, find_next_check
from app.storage import versions
from app.storage.statement_history import VersionMark
from app.ui.asking import number_in
from app.ui.drawings.claims_chart import draw_claims_chart
from app.ui.drawings.lives import Act, ClaimsChart, Column, Lane, Life, Step
from app.ui.drawings.sheet import PHONE
from app.ui.drawings.strip import draw_version_strip
from app.ui.views.earlier import as_of, spans_at
from app.ui.views.history import History, chart_of, history_of, strip_of
from app.ui.visit import Visit

LANES: Final[Mapping[Lane, str]] = {
    Lane.NONE: msgid("not compared"),
    Lane.AS_SAID: msgid("as first said"),
    Lane.ALTERED: msgid("altered"),
    Lane.GONE: msgid("gone"),
}
SIGNS: Final[Mapping[Lane, str]] = {Lane.NONE: "?", Lane.AS_SAID: "=", Lane.ALTERED: "≠", Lane.GONE: "×"}
AGAIN: Final = msgid("as first said again")
TURNS: Final[Mapping[Lane, frozenset[Act]]] = {
    Lane.NONE: frozenset(),
    Lane.AS_SAID: frozenset({Act.FIRST_SEEN, Act.RESTORED}),
    Lane.ALTERED: frozenset({Act.EDITED, Act.RESTORED}),
    Lane.GONE: frozenset({Act.REMOVED}),
}
"""By which acts a claim comes to stand where it does."""
LONGEST_TITLE: Final = 90
MOST_GONE: Final = 12
"""So many of the claims that are gone are told below the wording, those that were seen first last."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One wording in the list of versions, with the edit that led to it."""

    mark: VersionMark
    name: str
    edit: Edit | None
    restores: str | None
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the wording: one claim with where it stands, or text between claims."""

    text: str
    number: int | None = None
    claim_id: ClaimId | None = None
    lane: Lane = Lane.NONE
    sign: str = ""
    state: str = ""
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a long history is shown, in words, and where the older and the newest part are."""

    told: str
    older: str | None
    newest: str | None


@dataclass(frozen=True, slots=True)
class StatementView:
    """Everything that the page shows."""

    history: History
    next_check: NextCheck | None
    title: str
    version: Version
    version_name: str
    is_latest: bool
    passages: tuple[Passage, ...]
    gone: tuple[Passage, ...]
    rows: tuple[VersionRow, ...]
    strip: Markup
    chart: Markup
    part: Part
    gone_left_out: int


def part_of(visit: Visit, history: History) -> Part:
    """What is said of the part that is shown; nothing where it is all."""
    base = f"/statements/{history.statement.id}"
    if history.older is None and history.is_newest:
        return Part("", None, None)
    first, last = (name_of_version(mark.number, visit.words) for mark in (history.marks[0], history.marks[-1]))
    return Part(
        told=visit.words.text("Shown is a part of the history: {first} to {last}.", first=first, last=last),
        older=None if history.older is None else f"{base}?until={history.older}",
        newest=None if history.is_newest else base,
    )


def name_of_version(number: int, words: Words) -> str:
    """``version 2``, or the day of a wording that an archive saw."""
    if is_archived(number):
        return words.text("archived {day}", day=words.date(_day_of(number)))
    return words.text("version {number}", number=number)


def statement_view(visit: Visit, statement_id: StatementId) -> StatementView:
    """The page of a statement, with its latest wording or the one that is asked for.

    Raises:
        NotFound: there is no such statement or version; InvalidInput: that is no number.
    """
    asked, until = number_in(visit.query, "version"), number_in(visit.query, "until")
    with visit.newsroom.database.read() as conn:
        history = history_of(conn, statement_id, until=until, showing=asked)
        latest = versions.find_latest(conn, history.statement)
        number = until if asked is None and not history.is_newest else asked
        shown = latest if number is None else versions.get_version(conn, statement_id, number)
        spans = spans_at(conn, statement_id, shown, is_latest=shown == latest)
        following = find_next_check(conn, history.statement)
    chart = chart_of(history)
    then = chart if shown == latest else as_of(chart, shown.number)
    passages = tuple(_passages(shown.wording.text, spans, then, history, visit.words))
    standing = {passage.number for passage in passages}
    gone = tuple(one for one in _gone(then, history, visit.words) if one.number not in standing)
    return StatementView(
        history=history,
        next_check=following,
        title=title_of(history, latest),
        version=shown,
        version_name=name_of_version(shown.number, visit.words),
        is_latest=shown.number == latest.number,
        passages=passages,
        gone=gone[-MOST_GONE:],
        rows=rows_of(history, shown.number, visit.words),
        strip=strip_drawn(history, visit.words, until=history.statement.last_checked_at),
        chart=chart_drawn(chart, visit.words),
        part=part_of(visit, history),
        gone_left_out=max(0, len(gone) - MOST_GONE),
    )


def title_of(history: History, latest: Version) -> str:
    """What a statement is called: its title, or its first words."""
    first = next((line for line in latest.wording.text.splitlines() if line.strip()), "")
    return history.statement.title or shorten(first, LONGEST_TITLE)


def chart_drawn(chart: ClaimsChart, words: Words) -> Markup:
    """What became of each claim, drawn twice: the style shows the narrow one on a phone."""
    wide, slim = draw_claims_chart(chart, words), draw_claims_chart(chart, words, extent=PHONE)
    drawn = f'<div class="wide">{wide}</div><div class="slim">{slim}</div>'
    return Markup(drawn)  # noqa: S704  # escaped by app.ui.drawings


def strip_drawn(history: History, words: Words, *, until: datetime) -> Markup:
    """The wordings in time, drawn."""
    names = {mark.number: _short_name(mark.number, words) for mark in history.marks}
    drawn = draw_version_strip(strip_of(history, names, until=until), words)
    return Markup(drawn)  # noqa: S704  # escaped by app.ui.drawings


def _short_name(number: int, words: Words) -> str:
    if is_archived(number):
        return words.short_date(_day_of(number), names_year=True)
    return words.text("v{number}", number=number)


def _day_of(number: int) -> datetime:
    """The day of a wording that an archive saw, which its number begins with."""
    return datetime.strptime(str(number)[:8], "%Y%m%d").replace(tzinfo=UTC)


def rows_of(history: History, shown: int, words: Words) -> tuple[VersionRow, ...]:
    """The wordings as a list, the newest first."""
    return tuple(
        VersionRow(
            mark=mark,
            name=name_of_version(mark.number, words),
            edit=history.edit_to(mark.number),
            restores=name_of_version(mark.restores, words) if mark.restores else None,
            is_shown=mark.number == shown,
        )
        for mark in reversed(history.marks)
    )


def _passages(
    text: str, spans: Mapping[int, tuple[Span, ...]], chart: ClaimsChart, history: History, words: Words
) -> Iterator[Passage]:
    """The whole wording, cut at its claims; what stands between them is handed on as it is."""
    lives = {life.number: life for life in chart.lives}
    placed = sorted((span, number) for number, several in spans.items() for span in several)
    end = 0
    for span, number in placed:
        if span.start < end:
            continue
        if text[end : span.start]:
            yield Passage(text[end : span.start])
        yield _passage(text[span.start : span.end], number, lives.get(number), chart, history, words=words)
        end = span.end
    if text[end:]:
        yield Passage(text[end:])


def _gone(chart: ClaimsChart, history: History, words: Words) -> Iterator[Passage]:
    """The claims that stand no more, with their last words before they went."""
    last = {claim.number: claim.text for claim in history.claims}
    for life in chart.lives:
        if life.lane is Lane.GONE and life.number in last:
            went = next((cell.before for cell in reversed(life.cells) if cell.act is Act.REMOVED and cell.before), "")
            yield _passage(went or last[life.number], life.number, life, chart, history, words=words)


def _passage(
    text: str, number: int, life: Life | None, chart: ClaimsChart, history: History, *, words: Words
) -> Passage:
    """A claim with where it stands, and since which version it stands there."""
    lane = life.lane if life else Lane.NONE
    turns = [(cell.act, column) for cell, column in zip(life.cells, chart.columns, strict=True)] if life else []
    act, since = next(((act, column) for act, column in reversed(turns) if act in TURNS[lane]), (None, None))
    state = AGAIN if act is Act.RESTORED and lane is Lane.AS_SAID else LANES[lane]
    return Passage(
        text=text,
        number=number,
        claim_id=claim_id(history.statement.id, number),
        lane=lane,
        sign=SIGNS[lane],
        state=words.text(state),
        since=_name_of_turn(since, words) if since else None,
    )


def _name_of_turn(column: Column, words: Words) -> str:
    """The wording in which something happened; the day where the statement as a whole came or went."""
    is_wording = column.step in (Step.VERSION, Step.ARCHIVED)
    return name_of_version(column.version, words) if is_wording else words.date(column.at)
