"""The service as an operator starts and stops it: first key, addresses, a port that is taken, a door that is closed."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    """The program in a process of its own, in this folder; killed at the end if it still runs."""
    program = [sys.executable, "-m", "app"]
    process = subprocess.Popen([*program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with process:
        try:
            yield process
        finally:
            process.kill()


def said_by(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The JSON object that the service says once it listens."""
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line.startswith("}"):
            return dict(json.loads(text))
    assert process.stderr is not None
    pytest.fail(process.stderr.read())


def ask(url: str, key: str) -> Any:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_the_service_starts_answers_and_stops_cleanly() -> None:
    with started("serve", "--port", "0", "--json") as process:
        said = said_by(process)
        key = said["admin_key"]
        assert ask(f"{said['api']}/keys", key)["items"][0]["name"] == "first administrator"
        with urllib.request.urlopen(said["docs"], timeout=20) as page:
            assert page.status == 200
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "worker.stopped" in err
        assert key not in err
    with started("serve", "--port", "0", "--json", "--api-only") as process:
        again = said_by(process)
        assert again["admin_key"] is None
        assert ask(f"{again['api']}/watches", key)["items"] == []
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "worker.started" not in err


def test_a_worker_starts_and_stops_cleanly(run: Any) -> None:
    run("migrate")
    with started("work", "--concurrency", "2") as process:
        assert process.stderr is not None
        said = ""
        while "worker.started" not in said:
            said = process.stderr.readline()
            assert said, "it ended early"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "worker.stopped" in err


NEVER_TO_WORK = {"alembic", "fastapi", "jinja2", "mako", "starlette", "uvicorn"}
NOT_BEFORE_IT_IS_NEEDED = {
    "charset_normalizer",
    "courlan",
    "cryptography",
    "feedparser",
    "htmldate",
    "psycopg",
    "urllib3",
}
"""A secret or a signing key loads the third, a database of PostgreSQL the last but one."""
TELLS_WHAT_IT_LOADED = """
import atexit, sys
from app.__main__ import main
is_there = lambda name: type(sys.modules[name]).__name__ != "_StandIn"
atexit.register(lambda: print(*sorted({name.partition(".")[0] for name in sys.modules if is_there(name)})))
main()
"""


def test_a_process_that_only_works_does_not_load_what_answers_or_migrates(run: Any) -> None:
    run("migrate")
    command = [sys.executable, "-c", TELLS_WHAT_IT_LOADED, "work", "--concurrency", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        while "worker.started" not in said:
            said = process.stderr.readline()
            assert said, "it ended early"
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
    loaded = set(out.split())
    assert {"app", "sqlalchemy"} <= loaded
    assert loaded & (NEVER_TO_WORK | NOT_BEFORE_IT_IS_NEEDED) == set()


def test_a_worker_shows_its_numbers_where_it_is_told_to(run: Any) -> None:
    run("migrate")
    with started("work", "--metrics-port", "0") as process:
        assert process.stderr is not None
        said = ""
        while "http" not in said:
            said = process.stderr.readline()
            assert said, "it ended early"
        with urllib.request.urlopen(said.split()[-1], timeout=20) as answer:
            assert "walkback_checks_in_hand 0.0" in answer.read().decode()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_worker_shows_its_numbers_to_others_only_where_there_is_a_key(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("migrate")
    monkeypatch.setenv("WALKBACK_METRICS_HOST", "0.0.0.0")
    done = run("work", "--metrics-port", "0")
    assert done.code == 4
    assert "walkback key create" in done.err


def test_a_second_signal_ends_it_at_once_and_without_a_traceback() -> None:
    with started("serve", "--port", "0", "--json") as process:
        said_by(process)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode in (0, 130)
    assert "Traceback" not in err


def test_a_port_that_is_taken_is_said_so(run: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port))
    assert done.code == 1
    assert done.err.splitlines()[-1] == (
        f"walkback: Port {port} of 127.0.0.1 is in use by another program; choose one with --port."
    )


def test_an_address_of_another_machine_cannot_be_listened_on(run: Any) -> None:
    run("key", "create", "x")
    done = run("serve", "--host", "192.0.2.1", "--port", "0")
    assert done.code == 1
    assert "cannot listen on 192.0.2.1" in done.err


def test_without_a_valid_key_nobody_else_gets_in(run: Any) -> None:
    run("key", "create", "x")
    run("key", "revoke", run("key", "list", "--json").json["items"][0]["id"])
    done = run("serve", "--host", "0.0.0.0", "--port", "0")
    assert done.code == 4
    assert "walkback key create" in done.err


def test_migrating_twice_does_it_once(run: Any) -> None:
    first, second = run("migrate", "--json").json, run("migrate", "--json").json
    assert first["before"] is None
    assert second == {"before": first["after"], "after": first["after"], "partitions": 0}
    assert "already" in run("migrate").out


BAD_DATABASES = {
    "no address": ("oracle", "not one of sqlite:///FILE"),
    "no folder": ("sqlite:////none/at/all.db", "cannot be used"),
    "no server": ("postgresql+psycopg://nobody@127.0.0.1:9/none", "cannot be reached"),
}


@pytest.mark.parametrize(("url", "message"), BAD_DATABASES.values(), ids=BAD_DATABASES.keys())
@pytest.mark.parametrize("words", [["serve"], ["migrate"], ["key", "create", "x"]], ids=lambda words: words[0])
def test_a_database_that_cannot_be_used_is_said_so(
    run: Any, monkeypatch: pytest.MonkeyPatch, url: str, message: str, words: list[str]
) -> None:
    monkeypatch.setenv("WALKBACK_DATABASE_URL", url)
    done = run(*words)
    assert done.code == 5
    assert message in done.err
    assert "Traceback" not in done.err


def test_a_command_that_reads_makes_no_database(run: Any, desk: Any) -> None:
    done = run("watch", "list")
    assert done.code == 5
    assert "walkback serve" in done.err
    assert list(desk.iterdir()) == []


def test_a_database_of_another_program_is_left_alone(run: Any, desk: Any) -> None:
    (desk / "walkback.db").write_bytes(b"this is no database, but a letter to the editor " * 100)
    for words in (["serve"], ["watch", "list"], ["pin", "add", "en: new offensive"]):
        done = run(*words)
        assert done.code == 5
        assert "walkback.db cannot be used" in done.err


def test_postgresql_is_only_looked_at(run: Any, postgres_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALKBACK_DATABASE_URL", re.sub(r"/[^/?]*(?=\?|$)", "/template1", postgres_server, count=1))
    done = run("serve")
    assert done.code == 5
    assert "walkback migrate" in done.err


SETTINGS = {
    "a port": ("WALKBACK_PORT", "99999"),
    "a network": ("WALKBACK_ALLOW_NETWORKS", "everything"),
    "a number": ("WALKBACK_FETCH_TIMEOUT_SECONDS", "long"),
    "a level": ("WALKBACK_LOG_LEVEL", "LOUD"),
}


@pytest.mark.parametrize(("name", "value"), SETTINGS.values(), ids=SETTINGS.keys())
def test_a_setting_that_cannot_be_is_named(run: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    done = run("watch", "list")
    assert done.code == 2
    assert name in done.err
