"""When to look again, and why then.

The mean delay until an edit is seen is least, at a given number of requests, when the rate of looks follows the square
root of the edit hazard (see app.domain.hazard). A request that shows many statements has the sum of their hazards. On
top of a base rate, which is one look in the longest interval, a check is therefore made ``sqrt(hazard) / c`` times a
second; ``c`` is such that a page of twenty statements published this moment is looked at in the least interval. Where a
budget does not suffice, both are thinned out (see app.domain.budget).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain.budget import NO_DEMAND, UNLIMITED, Allowance, Demand
from app.domain.hazard import (
    ARTICLE,
    DAY,
    HOUR,
    NOTHING_SEEN,
    PAGE,
    PUBLISHED_HAZARD,
    Clock,
    Habit,
    Phase,
    Prior,
    age_of_share,
    ages_of,
    cell_of,
    hazard_of,
    hazards,
    soon_for_most,
)
from app.domain.watches import SourceKind

LONGEST_BACK_OFF_SECONDS = 6 * HOUR
LONGEST_SECONDS = 30 * DAY
FRESH_PAGE = 20
EARLIEST_SHARE, EARLIEST_FIRST_SHARE = 0.9, 0.5
NOUNS = {
    SourceKind.TELEGRAM_CHANNEL: "channel",
    SourceKind.TELEGRAM_POST: "post",
    SourceKind.WEB_PAGE: "page",
    SourceKind.FEED: "feed",
}


def prior_of(kind: SourceKind) -> Prior:
    """What is expected of a source of which nothing is known: a page stands for years, what lists bring is news."""
    return PAGE if kind is SourceKind.WEB_PAGE else ARTICLE


@dataclass(frozen=True, slots=True)
class ScheduleRules:
    """Seconds between two looks of one check, where no budget holds it back and nobody pinned an interval.

    ``usual_seconds`` is the most for the list or page of a watch, ``greatest_seconds`` for a statement that its list
    does not show any more.
    """

    least_seconds: float = 60.0
    usual_seconds: float = 300.0
    greatest_seconds: float = DAY

    @property
    def eagerness(self) -> float:
        """What the square root of a hazard is divided by to have requests a second."""
        least = min(self.least_seconds, self.usual_seconds)
        return least * math.sqrt(FRESH_PAGE * PUBLISHED_HAZARD[0])


@dataclass(frozen=True, slots=True)
class NextLook:
    """When to look again, the reason in words for people, and the requests a second that this asks for."""

    due_at: datetime
    reason: str
    demand: Demand = NO_DEMAND


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one request shows, and what is known of who speaks there.

    ``statements`` holds the clock of each statement shown. ``jitter`` in [0, 1) spreads looks, so that what was added
    together does not stay together: each comes up to a tenth early, the first one up to a half.
    """

    statements: Sequence[Clock]
    habit: Habit
    kind: SourceKind
    allowance: Allowance = UNLIMITED
    jitter: float = 0.0
    is_first: bool = False


def next_list_look(*, now: datetime, interval_seconds: int | None, outlook: Outlook, rules: ScheduleRules) -> NextLook:
    """The next look at the newest statements of a watch: the interval that was pinned, or as edits are likely."""
    if interval_seconds is not None:
        reason = f"every {in_words(interval_seconds)}, as asked"
        return NextLook(now + timedelta(seconds=interval_seconds), reason, Demand(pinned=1.0 / interval_seconds))
    return _adaptive(now, outlook, rules, most_seconds=rules.usual_seconds)


def next_statement_look(
    *, now: datetime, interval_seconds: int | None, outlook: Outlook, rules: ScheduleRules
) -> NextLook:
    """The next look at statements that their list does not show any more; never oftener than a pinned interval.

    The request shows all statements of ``outlook``, each of which has a check of its own: the demand is that of one.
    """
    most = max(rules.greatest_seconds, rules.usual_seconds)
    look = _adaptive(now, outlook, rules, most_seconds=max(most, interval_seconds or 0), least=interval_seconds)
    count = max(len(outlook.statements), 1)
    demand = Demand(base=look.demand.base / count, eager=look.demand.eager / count)
    return NextLook(look.due_at, look.reason, demand)


def _adaptive(
    now: datetime, outlook: Outlook, rules: ScheduleRules, *, most_seconds: float, least: float | None = None
) -> NextLook:
    ages, table = ages_of(outlook.statements, now), hazards(outlook.habit, prior_of(outlook.kind))
    demand = _demand(hazard_of(ages, table), rules, most_seconds)
    seconds = _interval(demand, outlook.allowance, rules, least)
    midway = hazard_of(ages, table, later_seconds=seconds / 2)
    seconds = _interval(_demand(midway, rules, most_seconds), outlook.allowance, rules, least)
    earliest = EARLIEST_FIRST_SHARE if outlook.is_first else EARLIEST_SHARE
    wait = seconds * (earliest + (1.0 - earliest) * (1.0 - outlook.jitter))
    return NextLook(now + timedelta(seconds=wait), _why(now, outlook, seconds), demand)


def _demand(hazard: float, rules: ScheduleRules, most_seconds: float) -> Demand:
    return Demand(base=1.0 / most_seconds, eager=math.sqrt(hazard) / rules.eagerness)


def _interval(demand: Demand, allowance: Allowance, rules: ScheduleRules, least: float | None) -> float:
    """Seconds between two looks. No budget makes it longer than thirty days."""
    seconds = min(1.0 / max(demand.within(allowance).total, 1e-12), max(LONGEST_SECONDS, 1.0 / demand.base))
    return max(seconds, least or min(rules.least_seconds, rules.usual_seconds))


def _why(now: datetime, outlook: Outlook, seconds: float) -> str:
    every = f"every {in_words(seconds)}"
    if outlook.allowance.is_tight:
        every += ", as the budget of requests allows"
    elif not outlook.statements:
        every += ", the usual interval"
    if not outlook.statements:
        return every
    table = hazards(outlook.habit, prior_of(outlook.kind))
    liveliest = max(outlook.statements, key=lambda clock: table[cell_of(clock.phase, clock.age(now))])
    count = len(outlook.statements)
    which = "" if count == 1 else f"{count} statements, one of them "
    return f"{which}{why_now(now, liveliest, outlook.habit, outlook.kind)}: {every}"


def why_now(now: datetime, clock: Clock, habit: Habit, kind: SourceKind) -> str:
    """Where a statement stands in its life, and when edits come there.

    ``edited 12 min ago; this channel edits within 2 h in 80 % of cases (9 seen)``. With fewer than five edits seen in
    the same phase, the published figures are told.
    """
    stood = f"{'first seen' if clock.is_first_sight else clock.phase} {in_words(clock.age(now))} ago"
    again = " again" if clock.phase is Phase.EDITED else ""
    known = soon_for_most(habit, clock.phase, prior_of(kind))
    if known is None:
        elsewhere = age_of_share(PUBLISHED_HAZARD, clock.phase)
        return f"{stood}; elsewhere edits come{again} within {in_words(elsewhere)} in 80 % of cases"
    age, seen = known
    return f"{stood}; this {NOUNS[kind]} edits{again} within {in_words(age)} in 80 % of cases ({seen} seen)"


def told_late(look: NextLook, *, now: datetime, late_seconds: float) -> NextLook:
    """The same look, with a word in its reason where the one before it came so late that one was missed."""
    if late_seconds < (look.due_at - now).total_seconds():
        return look
    return replace(look, reason=f"{look.reason}; this look came {in_words(late_seconds)} late")


def look_after_failure(
    *, now: datetime, failures: int, usual_seconds: float, jitter: float, retry_after_seconds: float | None
) -> NextLook:
    """The next look after ``failures`` failed ones in a row: doubling, up to six hours, spread by ``jitter`` in [0, 1).

    Never before the publisher's own Retry-After.
    """
    doubled = min(usual_seconds * 2.0 ** min(failures - 1, 16), max(LONGEST_BACK_OFF_SECONDS, usual_seconds))
    seconds = max(doubled * (0.8 + 0.4 * jitter), retry_after_seconds or 0.0)
    times = "once" if failures == 1 else f"{failures} times in a row"
    return NextLook(now + timedelta(seconds=seconds), f"failed {times}: again in {in_words(seconds)}")


def in_words(seconds: float) -> str:
    """A length of time for people: ``45 s``, ``5 min``, ``3 h``, ``2 days``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / HOUR:.0f} h" if seconds < 36 * HOUR else f"{seconds / (24 * HOUR):.0f} days"


def nothing_known(kind: SourceKind, *, allowance: Allowance = UNLIMITED) -> Outlook:
    """The outlook where a request showed no statement that is known."""
    return Outlook((), NOTHING_SEEN, kind, allowance)
