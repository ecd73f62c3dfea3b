"""Checks that are due: which request is owed to which watch, when, and why then."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.budget import NO_DEMAND, UNLIMITED, Allowance, Demand
from app.domain.ids import CheckId, StatementId, WatchId
from app.domain.statements import Wording


class Purpose(StrEnum):
    """Why a request is made."""

    LIST = "list"
    """The newest statements of a watch, or its one statement."""
    OLDER = "older"
    """One more page of a list, back to what is already known."""
    STATEMENT = "statement"
    """One statement again, where the list does not show it any more."""
    SECOND_LOOK = "second_look"
    """One statement again soon, on the same kind of page, to be sure of a removal."""
    OWN_PLACE = "own_place"
    """One statement at its own place, to be sure that it is gone."""


@dataclass(frozen=True, slots=True)
class Check:
    """One request that is owed. ``lease`` is the token of the worker that holds it.

    ``external_id`` and ``url`` name the one statement asked for; ``before`` the place in a list from which to look
    back, ``until`` the newest statement known then; ``fallback`` what a feed said of an item not yet read. ``mark`` is
    what the source remembers of the last answer, so that the next look may be a glance. ``demand`` is what it asks for
    in the long run, ``allowance`` how much of that it may have, and ``paid_until`` how far the budget of its host is
    spent, ``silences`` how often in a row that host did not answer; the last three are known of checks that were taken.
    """

    id: CheckId
    watch_id: WatchId
    statement_id: StatementId | None
    purpose: Purpose
    host: str
    url: str | None
    external_id: str | None
    before: str | None
    until: str | None
    fallback: Wording | None
    due_at: datetime
    reason: str
    failures: int
    etag: str | None
    last_modified: str | None
    lease: str | None
    mark: str | None = None
    demand: Demand = NO_DEMAND
    allowance: Allowance = UNLIMITED
    paid_until: datetime | None = None
    silences: int = 0
