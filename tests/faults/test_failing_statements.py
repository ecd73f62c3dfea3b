"""The n-th statement to the database fails, for every n of one check: it was done wholly, or not at all.

Each n has a page of its own in one database. A statement fails before it is carried out, or is carried out and
reported as failed; so does the commit. After that the record is as before the check or as after it, nothing between;
and once the database works again, everybody is told exactly once.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.demo.serving import serving
from app.domain.errors import StorageError
from app.domain.watches import WatchDraft
from app.pipeline.deliver import deliver_once
from app.pipeline.poll import poll_once
from app.pipeline.watchlist import add_watch, remove_watch
from app.storage.soundness import check_record
from app.storage.tables import alert, claim, delivery, edit, flag, observation, statement, version
from app.storage.tables import event as event_table
from app.wiring.newsroom import open_newsroom

pytestmark = pytest.mark.anyio

NUMBERS = "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital."
SECOND = "All 1,200 soldiers of the brigade were withdrawn from the northern border on 3 January 2025."


class When(Enum):
    BEFORE = "before it is carried out"
    AFTER = "carried out and reported as failed"


@dataclass
class Fault:
    """Counts statements, or commits, and lets one of them fail."""

    engine: sa.Engine
    of: str
    when: When = When.BEFORE
    at: int | None = None
    count: int = 0
    has_struck: bool = False

    def strikes(self) -> bool:
        self.count += 1
        self.has_struck = self.has_struck or self.count == self.at
        return self.count == self.at

    def error(self) -> Exception:
        if self.engine.dialect.name == "postgresql":
            return psycopg.OperationalError("the connection broke")
        failed = sqlite3.OperationalError("disk I/O error")
        failed.sqlite_errorname = "SQLITE_IOERR"
        return failed

    @contextmanager
    def watching(self) -> Iterator["Fault"]:
        with self._commits() if self.of == "commit" else self._statements():
            yield self

    @contextmanager
    def _statements(self) -> Iterator[None]:
        def execute(cursor: Any, written: str, parameters: Any, _context: Any) -> bool:
            if not self.strikes():
                return False
            if self.when is When.AFTER:
                cursor.execute(written, parameters)
            raise self.error()

        def execute_many(cursor: Any, written: str, parameters: Any, _context: Any) -> bool:
            if not self.strikes():
                return False
            if self.when is When.AFTER:
                cursor.executemany(written, parameters)
            raise self.error()

        hooks = {"do_execute": execute, "do_executemany": execute_many}
        for name, hook in hooks.items():
            event.listen(self.engine, name, hook)
        try:
            yield
        finally:
            for name, hook in hooks.items():
                event.remove(self.engine, name, hook)

    @contextmanager
    def _commits(self) -> Iterator[None]:
        dialect = self.engine.dialect
        commit = dialect.do_commit

        def failing(connection: Any) -> None:
            struck = self.strikes()
            if not struck or self.when is When.AFTER:
                commit(connection)
            if struck:
                raise self.error()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dialect, "do_commit", failing)
            yield


@dataclass
class Pages:
    """A site of which each path has a text of its own; None is gone."""

    texts: dict[str, str | None] = field(default_factory=dict)

    def application(self) -> Starlette:
        async def answer(request: Any) -> Response:
            text = self.texts.get(request.url.path)
            if text is None:
                return Response(status_code=404)
            own_bytes = f"<!-- {request.url.path} -->"
            return HTMLResponse(f"<html><body>{own_bytes}<main><article><p>{text}</p></article></main></body></html>")

        return Starlette(routes=[Route("/{path:path}", answer)])


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
async def pages():
    made = Pages()
    async with serving(made.application()) as url:
        made.url = url
        yield made


@pytest.fixture
async def newsroom(make_settings, add_destination, clock):
    async with open_newsroom(make_settings(), clock=clock) as made:
        for name in ("first", "second"):
            add_destination(made, name)
        yield made


def snapshot(newsroom, watch) -> dict[str, Any]:
    """Everything that a check writes of a statement, but times and ids."""
    with newsroom.database.read() as conn:
        ids = conn.execute(sa.select(statement.c.id).where(statement.c.watch_id == watch.id)).scalars().all()

        def rows(table: sa.Table, *names: str) -> list[tuple[Any, ...]]:
            columns = [table.c[name] for name in names]
            found = conn.execute(sa.select(*columns).where(table.c.statement_id.in_(ids)))
            return sorted(tuple(map(str, row)) for row in found)

        told = sa.select(event_table.c.id).where(event_table.c.statement_id.in_(ids))
        owed = conn.execute(sa.select(alert.c.type, alert.c.destination_id).where(alert.c.event_id.in_(told)))
        states = sa.select(statement.c.state, statement.c.version_count).where(statement.c.watch_id == watch.id)
        return {
            "statements": [tuple(row) for row in conn.execute(states)],
            "versions": rows(version, "number", "text"),
            "claims": rows(claim, "number", "text", "standing"),
            "edits": rows(edit, "kind", "from_version", "to_version", "confirmation", "analysis_state"),
            "flags": rows(flag, "action", "before", "after"),
            "events": rows(event_table, "type"),
            "alerts": len(list(owed)),
            "observations": rows(observation, "outcome"),
        }


async def live(newsroom, pages, clock, scenario: Scenario, name: str, fault: Fault | None):
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


@pytest.mark.parametrize("of", ["statement", "commit"])
@pytest.mark.parametrize("when", When, ids=lambda when: when.name.lower())
@pytest.mark.parametrize("name", SCENARIOS)
async def test_whatever_fails_a_check_is_done_wholly_or_not_at_all_and_told_once(
    newsroom, pages, clock, name, when, of, is_long, capsys
):
    if of == "statement" and name != "an edit that is told at once" and not is_long:
        pytest.skip("every statement of every scenario: make faults")
    scenario = SCENARIOS[name]
    engine = newsroom.database.engine
    counting = Fault(engine, of)
    before, after, at_last = await live(newsroom, pages, clock, scenario, "/whole", counting)
    assert before != after
    assert [row[0] for row in after["events"] if row[0] != "statement.first_seen"] == scenario.told
    assert after["alerts"] == 2 * len(scenario.told)
    assert lasting(at_last) == lasting(after)
    kept: dict[Callable[..., Any] | str, int] = {"as before": 0, "as after": 0}
    for number in range(1, counting.count + 1):
        fault = Fault(engine, of, when, at=number)
        was, then, finally_so = await live(newsroom, pages, clock, scenario, f"/{number}", fault)
        assert fault.has_struck
        assert was == before
        assert then in (before, after), f"{of} {number} of {counting.count} left something between"
        assert lasting(finally_so) == lasting(after), f"{of} {number} of {counting.count}"
        kept["as after" if then == after else "as before"] += 1
    with capsys.disabled():
        print(f"\n{name}, {of} {when.value}: {counting.count} faults, {kept}")


def delivered(newsroom) -> tuple[int, int]:
    """How many alerts have arrived as the record has it, and how many tries are noted."""
    with newsroom.database.read() as conn:
        arrived = sa.select(sa.func.count()).select_from(alert).where(alert.c.state == "delivered")
        return conn.execute(arrived).scalar_one(), conn.execute(
            sa.select(sa.func.count(delivery.c.number))
        ).scalar_one()


@pytest.mark.parametrize("of", ["statement", "commit"])
@pytest.mark.parametrize("when", When, ids=lambda when: when.name.lower())
async def test_whatever_fails_a_delivery_is_noted_wholly_or_not_at_all_and_arrives(
    make_settings, add_destination, receiver, pages, clock, when, of, tell_counts
):
    """One page and one alert for each fault; an alert whose try was not noted is sent again with the same id."""
    received, url = receiver
    received.clock = clock
    async with open_newsroom(make_settings(), clock=clock) as newsroom:
        add_destination(newsroom, "desk", url)
        number, count = 0, 1
        while number <= count:
            await live(newsroom, pages, clock, SCENARIOS["an edit that is told at once"], f"/{number}", None)
            was = delivered(newsroom)
            fault = Fault(newsroom.database.engine, of, when, at=number or None)
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
