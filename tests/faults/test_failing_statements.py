"""The n-th statement to the database fails, for every n of one check: it was done wholly, or not at all.

Each n has a page of its own in one database. A statement fails before it is carried out, or is carried out and
reported as failed; so does the commit. After that the record is as before the check or as after it, nothing between;
and once the database works again, everybody is told exactly once.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.errors import StorageError
from app.domain.watches import WatchDraft
from app.pipeline.deliver import deliver_once
from app.pipeline.poll import poll_once
from app.pipeline.watchlist import add_watch, remove_watch
from app.storage.identity import new_id
from app.storage.soundness import check_record
from app.storage.tables import alert, delivery
from app.wiring.newsroom import open_newsroom

pytestmark = pytest.mark.anyio

NUMBERS = "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital."
SECOND = "All 1,200 soldiers of the brigade were withdrawn from the northern border on 3 January 2025."


@dataclass(frozen=True)
class Scenario:
    """What the page said at first, at the looks before, and at the one that meets the fault."""

    texts: tuple[str | None, ...]
    waits: tuple[float, ...]
    told: list[str]


SCENARIOS = {
    "first sight": Scenario((NUMBERS.format(500),), (1,), []),
    "an edit that is told at once": Scenario((NUMBERS.format(500), NUMBERS.format(50)), (1, 301), ["statement.edited"]),
    "a second look that confirms": Scenario(
        (f"{NUMBERS.format(500)} {SECOND}", NUMBERS.format(500), NUMBERS.format(500)), (1, 301, 6), ["statement.edited"]
    ),
    "a withdrawal": Scenario((NUMBERS.format(500), None, None), (1, 301, 61), ["statement.withdrawn"]),
}


@pytest.fixture
async def newsroom(make_settings, add_destination, clock):
    async with open_newsroom(make_settings(), clock=clock) as made:
        for name in ("first", "second"):
            add_destination(made, name)
        yield made


async def live(newsroom, pages, clock, snapshot, scenario: Scenario, name: str, fault: Any):
    """Let a page have its story; the last look of it meets the fault. Gives the record before, then, and at last."""
    for step, (text, wait) in enumerate(zip(scenario.texts, scenario.waits, strict=True)):
        pages.texts[name] = text
        if step == 0:
            watch = add_watch(newsroom, WatchDraft(f"{pages.url}{name}"))
        clock.move(wait)
        if step < len(scenario.texts) - 1:
            while await poll_once(newsroom):
                clock.move(0.001)
    before = snapshot(newsroom, watch)
    if fault is None:
        await poll_once(newsroom)
    else:
        with fault.watching(), suppress(StorageError):
            await poll_once(newsroom)
    then = snapshot(newsroom, watch)
    clock.move(newsroom.rules.lease_seconds + 1)
    while await poll_once(newsroom):
        clock.move(0.001)
    at_last = snapshot(newsroom, watch)
    remove_watch(newsroom, watch.id, forget_history=False)
    return before, then, at_last


def lasting(state: dict[str, Any]) -> dict[str, Any]:
    """Without the number of looks: one more is no harm."""
    return {name: value for name, value in state.items() if name != "observations"}


def chosen(count: int, of: str, when: str, newsroom, is_long: bool) -> range:
    """Which of so many fail: each; in the short form of statements every other, the odd ones in one of both ways."""
    if is_long or of == "commit":
        return range(1, count + 1)
    return range(1 + ((when == "before") ^ newsroom.database.is_sqlite), count + 1, 2)


@pytest.mark.parametrize("of", ["statement", "commit"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", SCENARIOS)
async def test_whatever_fails_a_check_is_done_wholly_or_not_at_all_and_told_once(
    newsroom, pages, clock, snapshot, make_fault, name, when, of, is_long, capsys
):
    if of == "statement" and name != "an edit that is told at once" and not is_long:
        pytest.skip("every statement of every scenario: make faults")
    scenario = SCENARIOS[name]
    engine = newsroom.database.engine
    await live(newsroom, pages, clock, snapshot, scenario, "/before", None)  # the first look at a host asks a bit more
    counting = make_fault(engine, of)
    before, after, at_last = await live(newsroom, pages, clock, snapshot, scenario, "/whole", counting)
    assert before != after
    assert [row[0] for row in after["events"] if row[0] != "statement.first_seen"] == scenario.told
    assert after["alerts"] == 2 * len(scenario.told)
    assert lasting(at_last) == lasting(after)
    kept: dict[Callable[..., Any] | str, int] = {"as before": 0, "as after": 0}
    for number in chosen(counting.count, of, when, newsroom, is_long):
        for _ in range(9):  # the clock of the server is asked now and then: a statement more or less
            fault = make_fault(engine, of, when, at=number)
            was, then, finally_so = await live(newsroom, pages, clock, snapshot, scenario, f"/{new_id()}", fault)
            if fault.has_struck:
                break
        assert fault.has_struck
        assert was == before
        assert then in (before, after), f"{of} {number} of {counting.count} left something between"
        assert lasting(finally_so) == lasting(after), f"{of} {number} of {counting.count}"
        kept["as after" if then == after else "as before"] += 1
    with capsys.disabled():
        print(f"\n{name}, {of} {when}: {sum(kept.values())} faults at {counting.count} places, {kept}")


def delivered(newsroom) -> tuple[int, int]:
    """How many alerts have arrived as the record has it, and how many tries are noted."""
    with newsroom.database.read() as conn:
        arrived = sa.select(sa.func.count()).select_from(alert).where(alert.c.state == "delivered")
        return conn.execute(arrived).scalar_one(), conn.execute(
            sa.select(sa.func.count(delivery.c.number))
        ).scalar_one()


@pytest.mark.parametrize("of", ["statement", "commit"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_whatever_fails_a_delivery_is_noted_wholly_or_not_at_all_and_arrives(
    make_settings, add_destination, receiver, pages, clock, snapshot, make_fault, when, of, tell_counts
):
    """One page and one alert for each fault; an alert whose try was not noted is sent again with the same id."""
    received, url = receiver
    received.clock = clock
    async with open_newsroom(make_settings(), clock=clock) as newsroom:
        add_destination(newsroom, "desk", url)
        number, count = 0, 1
        while number <= count:
            await live(newsroom, pages, clock, snapshot, SCENARIOS["an edit that is told at once"], f"/{number}", None)
            was = delivered(newsroom)
            fault = make_fault(newsroom.database.engine, of, when, at=number or None)
            with fault.watching(), suppress(StorageError):
                await deliver_once(newsroom)
            count = max(count, fault.count)
            then = delivered(newsroom)
            assert then in (was, (was[0] + 1, was[1] + 1))
            clock.move(newsroom.rules.lease_seconds + 1)
            await deliver_once(newsroom)
            assert delivered(newsroom) == (was[0] + 1, was[1] + 1)
            number += 1
        sound = check_record(newsroom.database, now=clock(), lease_seconds=120, settling_seconds=0)
    assert sound.broken == ()
    ids = [one.id for one in received.received]
    assert len(set(ids)) == number
    tell_counts(
        faults=number - 1, alerts=number, arrived=len(ids), **{"duplicates (same id)": len(ids) - len(set(ids))}
    )
