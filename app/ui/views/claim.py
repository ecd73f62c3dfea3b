"""One claim as its page shows it: its whole life over the versions, each wording of it, and how to cite one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from markupsafe import Markup

from app.domain.archives import in_time
from app.domain.edits import Claim, Edit, KeptChange
from app.domain.headlines import shorten
from app.domain.ids import ClaimId
from app.domain.words import Words, msgid
from app.messages.message import Marked
from app.storage import claims, versions
from app.storage.statement_history import list_comings_and_goings, list_turns
from app.ui.asking import number_in
from app.ui.citing import Citation, as_bibtex, as_claim_review, as_csl_json, as_markdown, as_text
from app.ui.desk.paging import place_of, place_to_text
from app.ui.drawings.lives import ClaimsChart, Column, Step
from app.ui.drawings.ribbon import draw_claim_ribbon
from app.ui.drawings.tracing import trace
from app.ui.marking import marked_words
from app.ui.views.history import History, chart_of, history_of
from app.ui.views.statement import name_of_version, title_of
from app.ui.visit import Visit


@dataclass(frozen=True, slots=True)
class Saying:
    """One wording of the claim: in which version it came, and between which two looks it went (None: it stands)."""

    text: str
    version: int
    seen_from: datetime
    seen_until: datetime
    gone: tuple[datetime, datetime] | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happened to the claim."""

    edit: Edit
    change: KeptChange
    words: Marked
    old_name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class CitationShown:
    """A citation in one form, to copy."""

    code: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SayingShown:
    """One wording with the link that cites it."""

    saying: Saying
    version_name: str
    address: str
    is_cited: bool


@dataclass(frozen=True, slots=True)
class ClaimView:
    """Everything that the page shows."""

    history: History
    title: str
    claim: Claim
    first_name: str
    removed_name: str | None
    ribbon: Markup
    older: str | None
    newest: str | None
    turns: tuple[Turn, ...]
    sayings: tuple[SayingShown, ...]
    citations: tuple[CitationShown, ...]


MOST_TURNS: Final = 40
"""So many of the things that happened to a claim are told at once."""
FORMS: Final[Mapping[str, tuple[str, Callable[[Citation, Words], str]]]] = {
    "text": (msgid("Text"), as_text),
    "markdown": (msgid("Markdown"), as_markdown),
    "bibtex": (msgid("BibTeX"), as_bibtex),
    "csl": (msgid("CSL-JSON"), as_csl_json),
    "claimreview": (msgid("ClaimReview (to be completed)"), lambda cited, _: as_claim_review(cited)),
}


def claim_view(visit: Visit, key: ClaimId) -> ClaimView:
    """The page of a claim, with its latest wording to cite or the one that is asked for.

    Raises:
        NotFound: there is no such claim; InvalidInput: that is no number.
    """
    before = place_of(visit.query.get("before"))
    with visit.newsroom.database.read() as conn:
        claim = claims.get_claim(conn, key)
        history = history_of(conn, claim.statement_id)
        part = list_turns(conn, claim.statement_id, claim.number, before=before, limit=MOST_TURNS)
        whole = list_comings_and_goings(conn, claim.statement_id, limit=MOST_TURNS)
        title = title_of(history, versions.find_latest(conn, history.statement))
    found = part.turns
    mine = (
        life_of(history, claim)
        if history.is_whole
        else turns_of(history, claim, found, whole, is_beginning=part.older is None)
    )
    sayings = sayings_of(claim, found)
    asked = number_in(visit.query, "wording")
    cited = sayings[asked - 1] if asked and asked <= len(sayings) else sayings[-1]
    words = visit.words
    return ClaimView(
        history=history,
        title=title,
        claim=claim,
        first_name=name_of_version(claim.first_version, words),
        removed_name=name_of_version(claim.removed_in, words) if claim.removed_in and not claim.standing else None,
        ribbon=Markup(draw_claim_ribbon(mine, words)),  # noqa: S704  # escaped by app.ui.drawings
        older=visit.here(before=place_to_text(part.older), wording=None) if part.older else None,
        newest=None if before is None else visit.here(before=None, wording=None),
        turns=tuple(_turn(edit, change, words) for edit, change in found),
        sayings=tuple(_shown(visit, sayings, cited)),
        citations=tuple(_citations(visit, history, title, claim, cited)),
    )


def life_of(history: History, claim: Claim) -> ClaimsChart:
    """The life of a claim over every version of its statement."""
    chart = chart_of(history)
    return replace(chart, lives=tuple(life for life in chart.lives if life.number == claim.number))


def turns_of(
    history: History,
    claim: Claim,
    turns: Sequence[tuple[Edit, KeptChange]],
    whole: Sequence[Edit],
    *,
    is_beginning: bool,
) -> ClaimsChart:
    """The life of a claim of a long history: only the versions in which something happened to it.

    ``is_beginning`` where nothing happened to it before these turns: then it begins with where it was first seen.
    """
    since = turns[0][0].first_seen_changed_at if turns else claim.first_seen_at
    until = max((edit.first_seen_changed_at for edit, _ in turns), default=history.statement.last_checked_at)
    others = (edit for edit in whole if since < edit.first_seen_changed_at <= max(until, claim.last_seen_at))
    steps = sorted((*(edit for edit, _ in turns), *others), key=lambda one: one.first_seen_changed_at)
    changes = {edit.id: [kept.change] for edit, kept in turns}
    first = steps[0].from_version if steps else claim.first_version
    at = steps[0].last_seen_unchanged_at if steps else claim.first_seen_at
    if is_beginning and in_time(claim.first_version) <= in_time(first):
        first, at = claim.first_version, claim.first_seen_at
    chart = trace(Column(Step.VERSION, first, at), steps, changes, [claim], history.gaps)
    return replace(chart, lives=tuple(life for life in chart.lives if life.number == claim.number))


def sayings_of(claim: Claim, changes: Sequence[tuple[Edit, KeptChange]]) -> tuple[Saying, ...]:
    """Every wording that a claim had, oldest first; a wording that came back is told again."""
    found: list[Saying] = []
    first = changes[0][1].change.before if changes and changes[0][1].change.before else None
    if first or not changes:
        text = first or claim.text
        found.append(Saying(text, claim.first_version, claim.first_seen_at, claim.last_seen_at, None))
    for edit, kept in changes:
        change = kept.change
        if change.before == change.after:
            continue
        if found and found[-1].gone is None:
            gone = (edit.last_seen_unchanged_at, edit.first_seen_changed_at)
            found[-1] = replace(found[-1], seen_until=gone[0], gone=gone)
        if change.after:
            at = edit.first_seen_changed_at
            found.append(Saying(change.after, edit.to_version, at, max(at, claim.last_seen_at), None))
    return tuple(found) or (Saying(claim.text, claim.first_version, claim.first_seen_at, claim.last_seen_at, None),)


def _turn(edit: Edit, kept: KeptChange, words: Words) -> Turn:
    change = kept.change
    return Turn(
        edit=edit,
        change=kept,
        words=marked_words(change.before, change.after),
        old_name=name_of_version(edit.from_version, words),
        new_name=name_of_version(edit.to_version, words),
    )


def _shown(visit: Visit, sayings: Sequence[Saying], cited: Saying) -> Iterator[SayingShown]:
    for place, saying in enumerate(sayings, start=1):
        name = name_of_version(saying.version, visit.words)
        yield SayingShown(saying, name, visit.here(wording=str(place)) + "#cite", saying is cited)


def _citations(visit: Visit, history: History, title: str, claim: Claim, cited: Saying) -> Iterator[CitationShown]:
    base = visit.newsroom.rules.public_url
    citation = Citation(
        key=f"walkback-{str(claim.id)[:8]}-{cited.version}",
        quote=cited.text,
        publisher=history.watch.publisher,
        title=history.statement.title or shorten(title),
        url=history.statement.url,
        record_url=f"{base}/claims/{claim.id}" if base else "",
        published_at=history.statement.published_at,
        first_seen_at=cited.seen_from,
        last_seen_at=cited.seen_until,
        gone=cited.gone,
        accessed_at=visit.newsroom.clock(),
        language=history.statement.language,
    )
    for code, (name, write) in FORMS.items():
        yield CitationShown(code, visit.words.text(name), write(citation, visit.words))
