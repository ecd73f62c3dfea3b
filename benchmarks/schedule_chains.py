"""Pages with the times of their versions, and a simulation of looking at them: which edit is seen when."""

import itertools
import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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


def simulate_corpus(lives: Sequence[PageLife], interval: float) -> dict[str, Simulated]:
    """Every schedule with as many looks as the fixed interval makes, within one look in a hundred."""
    fixed = simulate(lives, lambda *_: interval)
    habits = _habits_in_the_end(lives)
    return {
        "fixed interval": fixed,
        "NewsDiffs' steps": _as_many(fixed.requests, lambda scale: simulate(lives, _newsdiffs(scale))),
        "ours, learning as it goes": _as_many(fixed.requests, lambda scale: simulate(lives, _ours(scale))),
        "ours, told all habits in advance": _as_many(
            fixed.requests, lambda scale: simulate(lives, _ours(scale), habits=habits)
        ),
    }


def simulate(lives: Sequence[PageLife], wait: Wait, *, habits: Sequence[Habit] | None = None) -> Simulated:
    """Look at all pages until their ends. With ``habits`` each page has one from the beginning, and learns nothing."""
    requests, seen_apart, delays = 0, 0, list[float]()
    for number, life in enumerate(lives):
        page = Page(life, life.born, habit=NOTHING_SEEN if habits is None else habits[number])
        while page.last_seen < life.end:
            now = min(page.last_seen + wait(page, page.last_seen), life.end)
            edits = life.edits[page.seen_edits :]
            new = edits[: bisect_right(edits, now)]
            requests += 1
            delays += [now - at for at in new]
            seen_apart += bool(new)
            if habits is None:
                page.learn(now, was_edited=bool(new))
            page.last_seen, page.seen_edits = now, page.seen_edits + len(new)
            page.edited_at = now if new else page.edited_at
    return Simulated(len(lives), len(delays), requests, tuple(delays), seen_apart)


def _ours(scale: float) -> Wait:
    """The program's rule, with the same allowance for all pages at all times, as on a host of very many pages."""
    chance, allowance = random.Random(1), Allowance(1.0, EAGEREST * scale)

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


def _habits_in_the_end(lives: Sequence[PageLife]) -> list[Habit]:
    """What would have been learned of each page by looking at it all the time."""
    habits = []
    for life in lives:
        page = Page(life, life.born)
        for before, at in itertools.pairwise((life.born, *life.edits)):
            page.last_seen = before
            page.learn(at, was_edited=False)
            page.last_seen = at
            page.learn(at, was_edited=True)
            page.edited_at = at
        page.last_seen = page.edited_at or life.born
        page.learn(life.end, was_edited=False)
        habits.append(page.habit)
    return habits


def _as_many(requests: int, run: Callable[[float], Simulated]) -> Simulated:
    """The run at that scale at which there are as many requests; a larger scale makes fewer."""
    low, high, found = 0.02, 50.0, run(1.0)
    scale = 1.0
    for _ in range(12):
        if abs(found.requests - requests) <= requests / 100:
            break
        low, high = (scale, high) if found.requests > requests else (low, scale)
        guess = scale * found.requests / requests
        scale = guess if low < guess < high else (low * high) ** 0.5
        found = run(scale)
    return found


def _at(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=seconds)
