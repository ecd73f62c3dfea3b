"""Short ways to fill a database: a watch, checks, a destination, events and alerts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from app.domain.checks import Check, Purpose
from app.domain.destinations import Alert, AlertFilter, AlertState, Destination, DestinationKind, DestinationState
from app.domain.events import EventType
from app.domain.ids import AlertId, CheckId, DestinationId, EventId, WatchId
from app.domain.watches import Selectors, SourceKind, Watch, WatchHealth, WatchState
from app.storage import alerts, checks, destinations, events, watches
from app.storage.database import Database
from app.storage.events import NewEvent
from app.storage.identity import new_id


@pytest.fixture
def a_watch(clock: Any) -> Callable[..., Watch]:
    """A watch, stored nowhere yet."""

    def make(url: str = "https://example.org/release", **changes: Any) -> Watch:
        now: datetime = clock()
        watch = Watch(
            id=WatchId(new_id()),
            kind=SourceKind.WEB_PAGE,
            url=url,
            target=url,
            name=url,
            publisher=url,
            language=None,
            tags=(),
            state=WatchState.ACTIVE,
            interval_seconds=None,
            selectors=Selectors(),
            respect_robots=True,
            identity=None,
            health=WatchHealth.UNKNOWN,
            last_checked_at=None,
            last_outcome=None,
            next_check_at=None,
            next_check_reason=None,
            created_at=now,
            updated_at=now,
            revision=1,
        )
        return replace(watch, **changes)

    return make


@pytest.fixture
def add_watch(database: Database, a_watch: Callable[..., Watch]) -> Callable[..., Watch]:
    def add(url: str = "https://example.org/release", **changes: Any) -> Watch:
        new = a_watch(url, **changes)
        with database.write() as conn:
            watches.add_watch(conn, new)
        return new

    return add


@pytest.fixture
def a_check(clock: Any) -> Callable[..., Check]:
    """A check of a watch, stored nowhere yet."""

    def make(watch: Watch, host: str = "example.org", **changes: Any) -> Check:
        check = Check(
            id=CheckId(new_id()),
            watch_id=watch.id,
            statement_id=None,
            purpose=Purpose.LIST,
            host=host,
            url=None,
            external_id=None,
            before=None,
            until=None,
            fallback=None,
            due_at=clock(),
            reason="new",
            failures=0,
            etag=None,
            last_modified=None,
            lease=None,
        )
        return replace(check, **changes)

    return make


@pytest.fixture
def owe(database: Database, a_check: Callable[..., Check]) -> Callable[..., Check]:
    """Owe a check to a watch."""

    def add(watch: Watch, host: str = "example.org", **changes: Any) -> Check:
        new = a_check(watch, host, **changes)
        with database.write() as conn:
            checks.add_checks(conn, [new])
        return new

    return add


@pytest.fixture
def take(database: Database, clock: Any) -> Callable[..., tuple[Check, ...]]:
    """Take due checks as a worker with this token."""

    def now(lease: str = "one", *, limit: int = 10, lease_seconds: float = 60.0) -> tuple[Check, ...]:
        with database.write() as conn:
            return checks.take_checks(conn, now=clock(), limit=limit, lease=lease, lease_seconds=lease_seconds)

    return now


@pytest.fixture
def add_destination(database: Database, clock: Any) -> Callable[..., Destination]:
    def add(name: str = "desk", **changes: Any) -> Destination:
        new = Destination(
            id=DestinationId(new_id()),
            kind=DestinationKind.WEBHOOK,
            name=name,
            url="https://desk.example.org/alerts",
            wish=AlertFilter(),
            state=DestinationState.ACTIVE,
            state_reason=None,
            failing_since=None,
            created_at=clock(),
            revision=1,
        )
        new = replace(new, **changes)
        with database.write() as conn:
            destinations.add_destination(conn, new, secrets=["sealed"])
        return new

    return add


@pytest.fixture
def add_alerts(database: Database, clock: Any) -> Callable[..., tuple[Alert, ...]]:
    """Owe a destination a number of alerts, each of an event of its own."""

    def add(destination: Destination, count: int = 1) -> tuple[Alert, ...]:
        now = clock()
        told = [NewEvent(EventId(new_id()), EventType.TEST, now, {"type": "test"}) for _ in range(count)]
        owed = tuple(
            Alert(
                id=AlertId(new_id()),
                event_id=event.id,
                destination_id=destination.id,
                type=event.type,
                state=AlertState.PENDING,
                tries=0,
                next_try_at=now,
                created_at=now,
                delivered_at=None,
            )
            for event in told
        )
        with database.write() as conn:
            alerts.add_alerts(conn, owed, edit_id=None)
            events.add_events(conn, told)
        return owed

    return add
