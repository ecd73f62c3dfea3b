"""From places where a quote was found to what is said of them: runs of versions, who removed it, how it reads now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import product

from app.domain.archives import in_time, provenance_of
from app.domain.edits import Edit
from app.domain.ids import ClaimId, EditId, StatementId
from app.domain.quotes import QuoteHit, QuoteMatch, Removal, SentenceAnswer, Sighting, Together
from app.domain.statements import StatementState
from app.storage import edits, quotes
from app.storage.database import Connection

Run = tuple[int, int]
"""The first and the last number of versions without a break."""
Place = tuple[QuoteMatch, float, Sighting]
"""How, how much, and where."""


@dataclass(slots=True)
class Found:
    """The places where one sentence was found, best matches first. ``is_cut``: there are more than were looked at."""

    is_near_searched: bool
    sightings: list[Place] = field(default_factory=list)
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the record says of the places besides: the edits that removed a wording, and withdrawals."""

    removals: Mapping[EditId, Edit]
    withdrawals: Mapping[StatementId, Edit]

    @classmethod
    def of(cls, conn: Connection, found: Iterable[Found]) -> "Known":
        """Read it for all these places at once."""
        return cls.of_places(conn, [one for each in found for _, _, one in each.sightings])

    @classmethod
    def of_places(cls, conn: Connection, places: Sequence[Sighting]) -> "Known":
        """The same for places that were found otherwise."""
        statements = {one.statement.id: one.statement for one in places}.values()
        withdrawn = [one.id for one in statements if one.state is StatementState.WITHDRAWN]
        removing = {one.removed_by for one in places if one.removed_by is not None}
        return cls(
            removals=edits.get_edits(conn, removing) if removing else {},
            withdrawals=quotes.find_withdrawals(conn, withdrawn) if withdrawn else {},
        )

    def removal_of(self, sighting: Sighting) -> Removal | None:
        """What removed it; None while it stands."""
        if sighting.removed_by is not None:
            edit = self.removals.get(sighting.removed_by)
        else:
            edit = self.withdrawals.get(sighting.statement.id)
        return Removal.of(edit) if edit else None


def sentence_answer(text: str, language: str, found: Found, known: Known, *, limit: int) -> SentenceAnswer:
    """The answer for one sentence; forms of one claim with the same words are one hit."""
    hits = [_hit(group, known) for group in _grouped(found).values()]
    hits.sort(key=lambda hit: (hit.match.rank, -hit.similarity, hit.first_seen_at, str(hit.claim_id)))
    return SentenceAnswer(
        text=text,
        language=language,
        match=hits[0].match if hits else QuoteMatch.NOT_FOUND,
        hits=tuple(hits[:limit]),
        more=found.is_cut or len(hits) > limit,
        is_near_searched=found.is_near_searched,
    )


def together(found: Sequence[Found], *, limit: int) -> tuple[Together, ...]:
    """The statements in which every sentence stood in the same versions, best and earliest first."""
    shared = set.intersection(*({one.statement.id for _, _, one in each.sightings} for each in found))
    stood = [one for statement_id in shared if (one := _together_in(statement_id, found)) is not None]
    stood.sort(key=lambda one: (one.match.rank, -one.similarity, one.statement.first_seen_at, str(one.statement.id)))
    return tuple(stood[:limit])


def best_match(answers: Sequence[SentenceAnswer], stood: Sequence[Together]) -> QuoteMatch:
    """What holds for the quote as a whole: of several sentences only where they stood together."""
    if len(answers) == 1:
        return answers[0].match
    return stood[0].match if stood else QuoteMatch.NOT_FOUND


def common_runs(one: Iterable[Run], other: Iterable[Run]) -> tuple[Run, ...]:
    """Where runs of both kinds overlap."""
    both = ((max(a[0], b[0]), min(a[1], b[1])) for a, b in product(one, other))
    return joined_runs(run for run in both if run[0] <= run[1])


def joined_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs in order, with those that touch or overlap made one."""
    joined: list[Run] = []
    for first, last in sorted(runs, key=lambda run: in_time(run[0])):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def _grouped(found: Found) -> dict[tuple[ClaimId, int], list[Place]]:
    groups: dict[tuple[ClaimId, int], list[Place]] = defaultdict(list)
    for match, similarity, one in found.sightings:
        groups[one.claim_id, one.key_hash].append((match, similarity, one))
    return groups


def _hit(group: Sequence[Place], known: Known) -> QuoteHit:
    match, similarity, _ = group[0]
    in_order = sorted((one for _, _, one in group), key=lambda one: in_time(one.first_version))
    latest = in_order[-1]
    gone = latest.statement.state is StatementState.WITHDRAWN
    return QuoteHit(
        match=match,
        similarity=similarity,
        publisher=latest.publisher,
        statement=latest.statement,
        claim_id=latest.claim_id,
        text=latest.text,
        spans=latest.spans,
        versions=joined_runs((one.first_version, one.last_version) for one in in_order),
        first_seen_at=in_order[0].first_seen_at,
        first_seen_by=provenance_of(in_order[0].first_version),
        last_seen_at=latest.last_seen_at,
        stands=latest.stands and not gone,
        removed_by=known.removal_of(latest),
        present_text=None if gone else latest.present_text,
    )


def _together_in(statement_id: StatementId, found: Sequence[Found]) -> Together | None:
    """Where all sentences overlap in one statement, by the best match that holds for all of them."""
    for worst in (QuoteMatch.EXACT, QuoteMatch.CONTAINED, QuoteMatch.NEAR):
        each = [
            [place for place in of.sightings if place[2].statement.id == statement_id and place[0].rank <= worst.rank]
            for of in found
        ]
        runs = _shared_runs(each)
        if runs:
            similarities = [max(place[1] for place in places) for places in each]
            return Together(
                statement=each[0][0][2].statement,
                publisher=each[0][0][2].publisher,
                match=worst,
                similarity=round(sum(similarities) / len(similarities), 3),
                versions=runs,
            )
    return None


def _shared_runs(each: Sequence[Sequence[Place]]) -> tuple[Run, ...]:
    """The runs of versions in which one place of every sentence stood."""
    runs = [joined_runs((one.first_version, one.last_version) for _, _, one in places) for places in each]
    return reduce(common_runs, runs)
