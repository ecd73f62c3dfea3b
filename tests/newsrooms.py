"""A newsroom with a record to ask for: one page that was edited, pins, a flag, an alert; for every interface."""

import ipaddress
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from app.delivery.sealing import SecretSeal
from app.domain.destinations import Delivery
from app.domain.ids import WatchId
from app.domain.keys import Scope
from app.domain.observations import Outcome
from app.domain.pages import Page
from app.domain.statements import Wording
from app.domain.watches import WatchDraft
from app.fetching.address import EgressPolicy
from app.fetching.client import WebClient
from app.fetching.exchange import FetchLimits
from app.fetching.pace import PaceRules
from app.fetching.polite import PoliteClient
from app.fetching.politeness import HostKeeper
from app.fetching.robots import RobotsKeeper
from app.pipeline.analysts import Analysts
from app.pipeline.deliver import take_alerts
from app.pipeline.destinations import DestinationDraft, create_destination
from app.pipeline.keeper import Verdict, write_group
from app.pipeline.keeping import prepare
from app.pipeline.keys import create_key
from app.pipeline.looking import Look, request_of, target_of
from app.pipeline.newsroom import Newsroom, Rules
from app.pipeline.pins import PinDraft, create_pin
from app.pipeline.poll import take_duties
from app.pipeline.sessions import sign_in
from app.pipeline.shares import share_statement
from app.pipeline.watchlist import add_watch, check_now
from app.sources.contract import FoundStatement, Gone, Reading, Statements, Unread
from app.sources.registry import sources
from app.storage import alerts, edits, events, flags, outbox, statements
from app.storage.database import Database
from tests.recalling import Recalled, rows_of, without, write_rows

URL = "https://www.example.org/statement"
FIRST = "Our forces began new offensive operations in the Kursk region. Five villages are under control."
SECOND = "Our forces began combat operations in the Kursk region. Five villages are under control."


@pytest.fixture
def newsroom(database: Database, clock: Any) -> Iterator[Newsroom]:
    """The parts of the program on a real database; nothing of it is on the network until it is asked to fetch."""
    policy = EgressPolicy((ipaddress.ip_network("127.0.0.0/8"),))
    web = WebClient(FetchLimits(), policy, user_agent="tests")
    analysts = Analysts(deadline_seconds=5)
    yield Newsroom(
        database=database,
        web=web,
        policy=policy,
        polite=PoliteClient(web, HostKeeper(PaceRules(gap_seconds=0)), RobotsKeeper()),
        sources=sources("https://t.me"),
        analysts=analysts,
        seal=SecretSeal("a key for tests"),
        rules=Rules(second_look_seconds=5),
        clock=clock,
        random=random.Random(7).random,
    )
    analysts.close()


@dataclass
class Press:
    """A page that says what a test has it say, looked at by the real steps of the pipeline."""

    newsroom: Newsroom
    clock: Any
    watch_id: WatchId
    url: str = URL

    def says(self, text: str, *, after_seconds: float = 300) -> None:
        """Time passes, and the page reads so."""
        self.clock.move(after_seconds)
        wording = Wording(text, title="On the operation", published_at=self.clock.now.replace(hour=9, minute=0))
        self._look(Statements(found=(FoundStatement(self.url, self.url, wording),)), text.encode())

    def cannot_be_read(self, *, after_seconds: float = 300) -> None:
        """Time passes, and a wall stands before the page."""
        self.clock.move(after_seconds)
        self._look(Unread(Outcome.BLOCKED, "a captcha stands in front of the page"), b"captcha")

    def is_gone(self, *, after_seconds: float = 300) -> None:
        """Time passes, and the page says that there is nothing any more."""
        self.clock.move(after_seconds)
        self._look(Gone("not found"), b"")

    def _look(self, reading: Reading, body: bytes) -> None:
        check_now(self.newsroom, self.watch_id)
        (duty, *_) = [duty for duty in take_duties(self.newsroom, limit=8) if duty.watch.id == self.watch_id]
        target = target_of(duty.watch)
        request = request_of(duty.check, self.newsroom.sources[duty.watch.kind], target, now=self.clock())
        page = Page(self.url, self.url, 200, {"content-type": "text/html"}, body, (), self.clock.now)
        seen = Look(duty.check, duty.watch, target, request, page, reading)
        assert write_group(self.newsroom, [prepare(self.newsroom, seen)]) == [Verdict.KEPT]
        self.clock.move(3600)  # the host rests no longer


@dataclass(frozen=True)
class Story:
    """The ids of everything in the record of the story."""

    watch_id: str
    statement_id: str
    edit_id: str
    claim_id: str
    pin_id: str
    flag_id: str
    event_id: str
    destination_id: str
    alert_id: str
    key_id: str
    share_id: str
    session_id: str
    token: str


@pytest.fixture
def press(newsroom: Newsroom, clock: Any) -> Press:
    watch = add_watch(newsroom, WatchDraft(URL, publisher="General Staff", tags=("military",), language="en"))
    return Press(newsroom, clock, watch.id)


@pytest.fixture
def press_at(newsroom: Newsroom, clock: Any) -> Any:
    """A page at another address."""

    def at(url: str, **asked: Any) -> Press:
        return Press(newsroom, clock, add_watch(newsroom, WatchDraft(url, **asked)).id, url)

    return at


@pytest.fixture(scope="session")
def told() -> dict[str, Recalled]:
    """The story as it was told first, by kind of database."""
    return {}


@pytest.fixture
def story(newsroom: Newsroom, press: Press, clock: Any, told: dict[str, Recalled]) -> Story:
    """A pinned phrase vanishes from a page; the removal is confirmed, flagged and owed to a destination.

    It happens once; for every further test the rows that it left are written as they were.
    """
    kind = newsroom.database.engine.dialect.name
    if kind not in told:
        keys_before = rows_of(newsroom.database)["api_key"]
        found = tell_story(newsroom, press, clock)
        told[kind] = Recalled(found, press.watch_id, clock.now, without(keys_before, rows_of(newsroom.database)))
        return found
    recalled = told[kind]
    write_rows(newsroom.database, recalled.rows)
    press.watch_id, clock.now = recalled.watch_id, recalled.now
    return recalled.story


def tell_story(newsroom: Newsroom, press: Press, clock: Any) -> Story:
    pin = create_pin(newsroom, PinDraft(("en: new offensive",)))
    destination = create_destination(newsroom, DestinationDraft("https://hooks.example.org/x", "desk")).destination
    press.says(FIRST)
    press.says(SECOND)
    press.says(SECOND)
    press.cannot_be_read()
    press.says(SECOND)
    made = create_key(newsroom, name="old desk", scope=Scope.READ)
    key, signed_in = made.key, sign_in(newsroom, made.secret, lasts=timedelta(days=7))
    with newsroom.database.read() as conn:
        (statement,) = statements.list_statements(conn).items
        (edit,) = edits.list_edits(conn).items
        (flag,) = flags.list_flags(conn).items
        owed = alerts.list_alerts(conn, destination_id=destination.id).items
        told = events.list_events(conn, after=0)
    assert owed
    shared = share_statement(newsroom, statement.id, lasts=timedelta(days=7))
    (taken, *_) = take_alerts(newsroom, limit=1)
    tried = Delivery(taken.alert.id, 1, clock.now, 500, "oops", None, 0.2)
    with newsroom.database.write() as conn:
        outbox.finish_tries(conn, [outbox.Finished(taken, tried, taken.alert.state, clock.now)])
    return Story(
        watch_id=str(press.watch_id),
        statement_id=str(statement.id),
        edit_id=str(edit.id),
        claim_id=str(flag.claim_id),
        pin_id=str(pin.pin.id),
        flag_id=str(flag.id),
        event_id=str(told[-1].id),
        destination_id=str(destination.id),
        alert_id=str(taken.alert.id),
        key_id=str(key.id),
        share_id=str(shared.share.id),
        session_id=str(signed_in.session.id),
        token=shared.token,
    )
