"""What would have been told of a public record of terms of service: of turns back and forth, and of our own tools."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import process_time

from app.domain.claims import Level
from app.domain.flagging import FLAGGED_FROM
from app.domain.flapping import (
    LOOKS_IN_WINDOW,
    BeginsToFlap,
    Flapping,
    Flips,
    Return,
    Returned,
    is_over,
    what_a_return_means,
)
from app.domain.ids import StatementId
from evaluation.corpora import Chain, Pair
from evaluation.metrics import share
from evaluation.report import CorpusReport, Engine, Measure

BETWEEN_LOOKS = timedelta(days=1)
"""The record was looked at once or twice a day; so the window of three looks is three days."""
WINDOW = timedelta(days=1)
LONGER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Turn:
    """One change: whether it returns to an earlier text, whether it is told by itself, and whether as flapping."""

    is_return: bool
    is_told: bool
    begins_flapping: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a chain, as the rule looks at it."""

    from_version: int
    to_version: int
    last_seen_unchanged_at: datetime
    first_seen_changed_at: datetime


NOTHING_YET = Flapping(
    statement_id=StatementId(uuid.UUID(int=0)),
    began_at=datetime.min.replace(tzinfo=UTC),
    ended_at=None,
    last_flip_at=datetime.min.replace(tzinfo=UTC),
    flips=2,
    wordings=(),
    window_seconds=0.0,
    level=Level.MAJOR,
    pin_ids=(),
    is_worth_telling=True,
)


def told_once(chains: Sequence[Chain]) -> CorpusReport:
    """How many of the changes of a public record would have been told one by one, and how many are."""
    everything = [turn for chain in chains for turn in turns_of(chain, WINDOW)]
    longer = [turn for chain in chains for turn in turns_of(chain, LONGER)]
    returns, returns_longer = ([turn for turn in each if turn.is_return] for each in (everything, longer))
    plain = {"every change told": share(True for _ in everything)}
    all_returns = {"every change told": share(True for _ in returns)}
    measures = (
        Measure("flapping.told", "changes that lead to a message", share(map(_is_message, everything)), rivals=plain),
        Measure(
            "flapping.returns_told",
            "exact returns with a message",
            share(map(_is_message, returns)),
            rivals=all_returns,
        ),
        Measure(
            "flapping.returns_told_week",
            "the same, with a window of a week",
            share(map(_is_message, returns_longer)),
            rivals=all_returns,
        ),
    )
    begun = sum(turn.begins_flapping for turn in everything)
    remarks = (
        f"{len(returns)} of {len(everything)} changes are exact returns; {begun} messages say that a page flaps",
        "the record was looked at once or twice a day, so the window is three days; turns in between are not in it",
    )
    return CorpusReport(
        "Back and forth in Open Terms Archive", len(chains), len(everything), 0.0, measures, (), remarks
    )


def turns_of(chain: Chain, window: timedelta) -> Iterator[Turn]:
    """The changes of a chain in order, each with what the rule makes of it.

    The record says nothing of looks that found no change: a wording is taken as last seen a day before it was left.
    """
    stood = {chain.texts[0]: 1}
    last: Change | None = None
    flapping: Flapping | None = None
    changes = zip(pairwise(chain.texts), chain.seen_at[1:], strict=True)
    for number, ((before, after), at) in enumerate(changes, start=2):
        if before == after:
            continue
        if flapping is not None and is_over(flapping, at):
            flapping = None
        meaning = _meaning(stood.get(after), number, at, window=window, last=last, flapping=flapping)
        yield Turn(after in stood, isinstance(meaning, Returned), isinstance(meaning, BeginsToFlap))
        if after in stood:
            last = Change(number - 1, number, at, at)
        if isinstance(meaning, BeginsToFlap | Flips):
            flapping = replace(
                NOTHING_YET,
                last_flip_at=at,
                window_seconds=max(window, LOOKS_IN_WINDOW * BETWEEN_LOOKS).total_seconds(),
            )
        stood[after] = number


def _meaning(
    stood: int | None, number: int, at: datetime, *, window: timedelta, last: Change | None, flapping: Flapping | None
) -> Return:
    if stood is None:
        return Returned()
    return what_a_return_means(
        stood,
        latest=number - 1,
        now=at,
        last_seen_at=at - BETWEEN_LOOKS,
        window_seconds=window.total_seconds(),
        earlier_return=last,
        flapping=flapping,
        awaited=(),
    )


def by_own_tools(pairs: Sequence[Pair], engine: Engine) -> CorpusReport:
    """Which changes by the collector's own tools would have alerted, were they taken for the publisher's."""
    started = process_time()
    flagged = {
        pair: engine.judge(pair.before, pair.after, pair.language).level.rank >= FLAGGED_FROM.rank for pair in pairs
    }
    seconds = process_time() - started
    tools = [pair for pair in pairs if pair.label == "tool_caused"]
    publishers = [pair for pair in pairs if pair.label != "tool_caused"]
    same = [pair for pair in tools if pair.before.split() == pair.after.split()]
    measures = (
        Measure(
            "tools.would_alert", "changes by tools that would alert if believed", share(flagged[one] for one in tools)
        ),
        Measure(
            "tools.publisher_alerts", "changes by publishers that alert", share(flagged[one] for one in publishers)
        ),
    )
    remarks = (
        f"{len(same)} of {len(tools)} changes by tools differ in spaces only",
        "where kept pages are read again by the new rules, none of them alerts: the new text is kept as technical",
        "the pages are not in this corpus, so that step is shown by tests and not by this table",
    )
    title = "Open Terms Archive: changes made by the collector's own tools"
    return CorpusReport(title, len({pair.document for pair in pairs}), len(pairs), seconds, measures, (), remarks)


def _is_message(turn: Turn) -> bool:
    return turn.is_told or turn.begins_flapping
