"""Pages with the times of their versions, and a simulation of looking at them: which edit is seen when."""

import hashlib
import itertools
import math
import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from app.domain.budget import Allowance
from app.domain.hazard import DAY, HOUR, NOTHING_SEEN, Clock, Habit, Phase, learned, lessons_of
from app.domain.schedule import Outlook, ScheduleRules, next_statement_look
from app.domain.watches import SourceKind
from evaluation.corpora import read_rows

CORPORA = ("github_site_policy_chains", "govuk_covid_chains", "fcdo_status_chains", "ota_chains")
BY_TOOLS = frozenset({"refilter", "tool_upgrade"})
"""Kinds of versions that the collector's own tools made."""
EAGEREST = 100.0
RUNS = 3
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
RULES = ScheduleRules(least_seconds=1.0, usual_seconds=300.0, greatest_seconds=7 * DAY)
"""As eager as the number of requests pays for. A look a day at least would take half of two a day."""
FIRST_STEPS = ((3 * HOUR, 900.0), (DAY, 1800.0), (7 * DAY, 7200.0), (30 * DAY, DAY))
"""NewsDiffs: up to this time since the last update, so many seconds between two looks; after that a week."""


@dataclass(frozen=True, slots=True)
class PageLife:
    """When a page was first there, when each edit came, and until when it was watched: seconds since 2000."""

    born: float
    edits: tuple[float, ...]
    end: float


@dataclass(frozen=True, slots=True)
class Simulated:
    """How many looks there were, how long each edit waited for one, and how many were not hidden by a later one."""

    pages: int
    edits: int
    requests: int
    delays: tuple[float, ...]
    seen_apart: int

    @property
    def mean(self) -> float:
        """Seconds."""
        return statistics.fmean(self.delays)

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.delays)


@dataclass
class Page:
    """What a schedule knows of a page while it is being watched."""

    life: PageLife
    last_seen: float
    edited_at: float | None = None
    habit: Habit = NOTHING_SEEN
    seen_edits: int = 0

    def clock(self) -> Clock:
        """What its age is counted from, as far as was seen."""
        if self.edited_at is None:
            return Clock(_at(self.life.born), Phase.PUBLISHED)
        return Clock(_at(self.edited_at), Phase.EDITED)

    def learn(self, now: float, *, was_edited: bool) -> None:
        """As the program does after each look."""
        since = self.life.born if self.edited_at is None else self.edited_at
        taught = lessons_of(
            self.clock(),
            watched_from=_at(since),
            last_seen_at=_at(self.last_seen),
            now=_at(now),
            was_edited=was_edited,
        )
        self.habit = learned(self.habit, taught) if taught else self.habit


Wait = Callable[[Page, float], float]


class Half(StrEnum):
    """The pages that the rules were found on, and those that only tell how they fare elsewhere."""

    LOOKED_AT = "looked at"
    HELD_OUT = "held out"


def page_lives(folder: Path, name: str) -> tuple[PageLife, ...]:
    """The pages of one corpus. Changes that the collector's own tools made are no edits of the publisher."""
    times: dict[str, list[tuple[float, bool]]] = {}
    for row in read_rows(folder, name):
        at = (datetime.fromisoformat(row["timestamp"]).astimezone(UTC) - EPOCH).total_seconds()
        times.setdefault(f"{row['source']}/{row['doc_id']}", []).append((at, row.get("kind") in BY_TOOLS))
    end = max(at for one in times.values() for at, _ in one) + DAY
    return tuple(
        PageLife(min(one)[0], tuple(at for at, by_tools in sorted(one)[1:] if not by_tools), end)
        for one in times.values()
    )


def halves(lives: Sequence[PageLife]) -> dict[Half, tuple[PageLife, ...]]:
    """The pages in two halves, parted by a digest of their times."""
    mixed = sorted(lives, key=lambda life: hashlib.sha256(repr((life.born, life.edits)).encode()).digest())
    return {Half.LOOKED_AT: tuple(mixed[::2]), Half.HELD_OUT: tuple(mixed[1::2])}


def best_even_mean(lives: Sequence[PageLife], requests: int) -> float:
    """Mean delay, in seconds, of the best even interval for each page, if its number of edits were known in advance.

    With rates in proportion to the square root of the edits a second; pages that will have no edit get no look.
    """
    roots = sum(math.sqrt(len(life.edits) * (life.end - life.born)) for life in lives)
    return roots**2 / (2 * requests * sum(len(life.edits) for life in lives))


def simulate_corpus(lives: Sequence[PageLife], interval: float) -> dict[str, Simulated]:
    """Every schedule with as many looks as the fixed interval makes, within one look in a hundred.

    Ours is the mean of several runs, of which each spreads its looks by other chances.
    """
    fixed = simulate(lives, lambda *_: interval)
    scale = _scale_for(fixed.requests, lambda scale: simulate(lives, _ours(scale)))
    steps = _scale_for(fixed.requests, lambda scale: simulate(lives, _newsdiffs(scale)))
    return {
        "fixed interval": fixed,
        "NewsDiffs' steps": simulate(lives, _newsdiffs(steps)),
        "ours, learning as it goes": _together([simulate(lives, _ours(scale, seed)) for seed in range(1, RUNS + 1)]),
    }


def _together(runs: Sequence[Simulated]) -> Simulated:
    requests = round(statistics.fmean(one.requests for one in runs))
    delays = tuple(itertools.chain.from_iterable(one.delays for one in runs))
    seen_apart = round(statistics.fmean(one.seen_apart for one in runs))
    return Simulated(runs[0].pages, runs[0].edits, requests, delays, seen_apart)


def simulate(lives: Sequence[PageLife], wait: Wait) -> Simulated:
    """Look at all pages until their ends; each page learns from what was seen of it before."""
    requests, seen_apart, delays = 0, 0, list[float]()
    for life in lives:
        page = Page(life, life.born)
        while page.last_seen < life.end:
            now = min(page.last_seen + wait(page, page.last_seen), life.end)
            edits = life.edits[page.seen_edits :]
            new = edits[: bisect_right(edits, now)]
            requests += 1
            delays += [now - at for at in new]
            seen_apart += bool(new)
            page.learn(now, was_edited=bool(new))
            page.last_seen, page.seen_edits = now, page.seen_edits + len(new)
            page.edited_at = now if new else page.edited_at
    return Simulated(len(lives), len(delays), requests, tuple(delays), seen_apart)


def _ours(scale: float, seed: int = 1) -> Wait:
    """The program's rule, with the same allowance for all pages at all times, as on a host of very many pages."""
    chance, allowance = random.Random(seed), Allowance(1.0, EAGEREST * scale)

    def wait(page: Page, now: float) -> float:
        outlook = Outlook([page.clock()], page.habit, SourceKind.WEB_PAGE, allowance, chance.random())
        look = next_statement_look(now=_at(now), interval_seconds=None, outlook=outlook, rules=RULES)
        return (look.due_at - _at(now)).total_seconds()

    return wait


def _newsdiffs(scale: float) -> Wait:
    def wait(page: Page, now: float) -> float:
        since = now - (page.life.born if page.edited_at is None else page.edited_at)
        return scale * next((seconds for until, seconds in FIRST_STEPS if since < until), 7 * DAY)

    return wait


def _scale_for(requests: int, run: Callable[[float], Simulated]) -> float:
    """The scale at which a rule makes as many requests; a larger scale makes fewer."""
    low, high, scale = 0.02, 50.0, 1.0
    for _ in range(12):
        found = run(scale).requests
        if abs(found - requests) <= requests / 100:
            break
        low, high = (scale, high) if found > requests else (low, scale)
        guess = scale * found / requests
        scale = guess if low < guess < high else (low * high) ** 0.5
    return scale


def _at(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=seconds)
