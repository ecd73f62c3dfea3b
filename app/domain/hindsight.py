"""What an archive's captures teach of when a statement is edited, as far as they can tell.

An archive looks seldom: that a page changed between two captures a month apart says little of when. Such an edit is
therefore not put at one age but spread over all ages that are possible, in proportion to how many edits are to be
expected at each; and each span counts as watched for as long as the edit had probably not come yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from app.domain.hazard import SPANS, Clock, Lesson, Phase, Prior, cell_of, first_cell, usual_hazards


@dataclass(frozen=True, slots=True)
class Stood:
    """One wording, and the first and the last time it was seen."""

    text_sha256: str
    first_seen_at: datetime
    last_seen_at: datetime


def lessons_of_past(stood: Sequence[Stood], *, published_at: datetime | None, prior: Prior) -> tuple[Lesson, ...]:
    """What a chain of wordings teaches, oldest first; neighbours that read the same are one wording."""
    chain = _joined(stood)
    if not chain:
        return ()
    first = chain[0].first_seen_at
    clock, since = Clock(min(published_at or first, first), Phase.PUBLISHED), first
    taught: list[Lesson] = []
    for before, after in pairwise(chain):
        taught += _until_edit(clock, since, before.last_seen_at, after.first_seen_at, prior)
        clock, since = Clock(after.first_seen_at, Phase.EDITED), after.first_seen_at
    taught += _quiet(clock, clock.age(since), clock.age(chain[-1].last_seen_at))
    return tuple(taught)


def taken_back(lessons: Iterable[Lesson]) -> tuple[Lesson, ...]:
    """The same lessons below 0: what they taught is forgotten."""
    return tuple(Lesson(one.cell, -one.edits, -one.seconds) for one in lessons)


def _joined(stood: Sequence[Stood]) -> list[Stood]:
    chain: list[Stood] = []
    for one in stood:
        if chain and chain[-1].text_sha256 == one.text_sha256:
            chain[-1] = Stood(one.text_sha256, chain[-1].first_seen_at, one.last_seen_at)
        else:
            chain.append(one)
    return chain


def _until_edit(
    clock: Clock, since: datetime, unchanged_at: datetime, changed_at: datetime, prior: Prior
) -> list[Lesson]:
    """Watching until an edit that came somewhere between two sights."""
    before, after = clock.age(unchanged_at), clock.age(changed_at)
    taught = _quiet(clock, clock.age(since), before)
    spans = _overlaps(clock, before, after)
    rates = usual_hazards(prior)
    whole = sum(rates[cell] * seconds for cell, seconds in spans)
    if whole <= 0.0:
        return [*taught, Lesson(cell_of(clock.phase, after), 1.0, 0.0)]
    still = 1.0
    for cell, seconds in spans:
        share = rates[cell] * seconds / whole
        taught.append(Lesson(cell, share, seconds * max(still - share / 2, 0.0)))
        still -= share
    return taught


def _quiet(clock: Clock, begin: float, end: float) -> list[Lesson]:
    return [Lesson(cell, 0.0, seconds) for cell, seconds in _overlaps(clock, begin, end)]


def _overlaps(clock: Clock, begin: float, end: float) -> list[tuple[int, float]]:
    """The cells that lie between two ages, and how many seconds of each do."""
    ends = (*SPANS[1:], max(end, SPANS[-1]))
    parts = ((i, min(end, until) - max(begin, start)) for i, (start, until) in enumerate(zip(SPANS, ends, strict=True)))
    return [(first_cell(clock.phase) + i, seconds) for i, seconds in parts if seconds > 0.0]
