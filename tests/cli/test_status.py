"""How the service fares, in a terminal, in a pipe and for cron; told from rows, so that it works beside the service."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from app.api.status import EXAMPLE, ServiceTold
from app.cli.acts.status_views import amount, view_of
from app.domain.ids import WatchId
from app.domain.observations import Outcome
from app.domain.service import (
    Amount,
    Overdue,
    Precision,
    Queue,
    Resting,
    Service,
    ServiceState,
    Trouble,
    Work,
    Worker,
    judge,
)
from app.domain.watches import WatchHealth
from app.storage import workers
from app.storage.database import Database
from app.storage.identity import new_id

NOW = datetime(2025, 1, 7, 10, 5, tzinfo=UTC)
A_WORKER = Worker("a1b2c3", "newsroom-1", 4711, "0.1.0", NOW, NOW, 8, 3, 110)


@pytest.fixture
def work_begins() -> Callable[..., None]:
    """A worker says that it lives."""

    def begin(url: str, seen_at: datetime) -> None:
        with Database(url) as database, database.write() as conn:
            workers.mark_worker(conn, replace(A_WORKER, seen_at=seen_at))

    return begin


@pytest.fixture
def quiet() -> Service:
    """Nothing waits."""
    none = Amount(0)
    return Service(
        at=NOW,
        state=ServiceState.WORKING,
        overdue=(),
        workers=(A_WORKER,),
        checks=Queue(none, None),
        lag_seconds=0.0,
        checks_in_hand=3,
        checks_per_minute=110,
        analyses=Queue(none, None),
        alerts=none,
        destinations=(),
        watches={WatchHealth.HEALTHY: Amount(1_000_000, Precision.ABOUT)},
        troubles=(),
        open_gaps=none,
        resting=(),
        hosts_resting=none,
        edits_last_hour=Amount(10_000, Precision.AT_LEAST),
        edits_last_day=none,
        last_edit=None,
    )


def as_text(found: Service, *, width: int = 200) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        console.print(view_of(found))
    return captured.get()


def test_an_empty_record_is_working_and_waits_for_nothing(on_each: Any) -> None:
    on_each("migrate")
    done = on_each("status", "--once")
    assert done.code == 0
    assert "working" in done.out
    assert "nothing" in done.out


def test_the_answer_for_programs_is_that_of_the_interface(on_each: Any, has_shape: Any) -> None:
    on_each("migrate")
    on_each("watch", "add", "https://t.me/generalstaff", "--no-preview")
    done = on_each("status", "--json")
    has_shape(ServiceTold, done.json)
    assert done.json["watches"]["unknown"] == {"count": 1, "precision": "exact"}
    assert done.json["checks"]["waiting"]["count"] == 1
    assert EXAMPLE.keys() == done.json.keys()


def test_checks_that_nobody_makes_are_told_to_cron(
    on_each: Any, database_url: str, work_begins: Callable[..., None]
) -> None:
    on_each("migrate")
    on_each("watch", "add", "https://t.me/generalstaff", "--no-preview")
    stalled = on_each("status", "--once")
    assert stalled.code == 1
    assert "stalled" in stalled.out
    now = datetime.now(UTC)  # noqa: TID251  # the command looks at the clock of this machine
    work_begins(database_url, now)
    working = on_each("status", "--once")
    assert (working.code, "newsroom-1" in working.out) == (0, True)
    work_begins(database_url, now - timedelta(minutes=5))
    gone = on_each("status", "--json")
    assert (gone.code, gone.json["workers"][0]["state"], gone.json["state"]) == (1, "gone", "stalled")


def test_without_a_database_it_says_so(run: Any) -> None:
    assert run("status", "--once").code == 5


@pytest.mark.parametrize("ending", ["q", "ctrl-c"])
def test_on_a_terminal_it_is_drawn_until_somebody_ends_it(run: Any, ending: str) -> None:
    run("migrate")
    ours, theirs = pty.openpty()
    asked_before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores ctrl-c
    try:
        process = subprocess.Popen([sys.executable, "-m", "app", "status"], stdin=theirs, stdout=theirs, stderr=theirs)
    finally:
        signal.signal(signal.SIGINT, asked_before)
    os.close(theirs)
    seen = bytearray()
    while b"working" not in seen:
        seen += os.read(ours, 4096)
    if ending == "q":
        os.write(ours, b"q")
    else:
        process.send_signal(signal.SIGINT)
    with suppress(OSError):  # the program has ended, and with it the terminal
        while os.read(ours, 4096):
            pass
    os.close(ours)
    assert process.wait(30) == 0


COUNTS = {
    "12": Amount(12),
    "10,000+": Amount(10_000, Precision.AT_LEAST),
    "about 20,000": Amount(20_000, Precision.ABOUT),
}


@pytest.mark.parametrize(("words", "count"), COUNTS.items(), ids=COUNTS.keys())
def test_a_count_says_how_exact_it_is(words: str, count: Amount) -> None:
    assert amount(count) == words


def test_the_picture_says_what_is_late_and_who_works(quiet: Service) -> None:
    text = as_text(quiet)
    for words in (
        "1 alive · 3 checks in hand · 110 checks a minute",
        "about 1,000,000 healthy",
        "10,000+ in the last hour",
    ):
        assert words in text
    late = replace(
        quiet, state=ServiceState.OVERDUE, overdue=(Overdue(Work.ALERTS, Amount(3), NOW - timedelta(hours=1)),)
    )
    assert "3 alerts since 2025-01-07 09:05:00" in as_text(late)


@pytest.mark.parametrize("width", [80, 60])
def test_a_narrow_terminal_shows_the_reason_whole_and_cuts_names_visibly(quiet: Service, width: int) -> None:
    name, detail = "https://www.example.org/statements/2025/january/7", "the server says we ask too often (429)"
    trouble = Trouble(WatchId(new_id()), name, NOW, Outcome.BLOCKED, detail)
    resting = Resting("www.a-long-name-of-a-ministry.example.org", NOW, 0, 3)
    seen = as_text(replace(quiet, troubles=(trouble,), resting=(resting,)), width=width)
    assert all(len(line) <= width for line in seen.splitlines())
    for word in ("blocked:", *detail.split(), "does", "not", "row)", "alive"):
        assert word in seen
    assert "…" in seen


def test_text_of_others_cannot_act_on_the_terminal(quiet: Service) -> None:
    named = replace(quiet, workers=(replace(A_WORKER, host_name="a\x1b[2Jb"),))
    assert "\x1b[2J" not in as_text(named)


LATE = (Overdue(Work.CHECKS, Amount(1), NOW),)
CASES = {
    "nothing is owed and nobody works": ((), (), False, "working"),
    "checks are owed and nobody works": ((), (), True, "stalled"),
    "somebody works and something is late": (LATE, (A_WORKER,), True, "overdue"),
    "alerts are late where no checks are owed": (LATE, (), False, "overdue"),
    "somebody works": ((), (A_WORKER,), True, "working"),
}


@pytest.mark.parametrize(("late", "alive", "owes", "state"), CASES.values(), ids=CASES.keys())
def test_the_state_of_the_service(late: Any, alive: Any, owes: bool, state: str) -> None:
    assert judge(late, alive, owes_checks=owes) == state
