"""``walkback listen``: what is genuine is shown in words, what is not is refused, and nothing acts on the terminal."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from app.delivery.signature import new_secret, new_signing_key, public_key_of, sign
from app.wiring.newsroom import system_clock

SECRET = new_secret()


def now() -> float:
    return system_clock().timestamp()


BODY: dict[str, Any] = {
    "type": "statement.edited",
    "id": "0194407e-0f2c-7000-8000-000000000001",
    "headline": "General Staff removed “new offensive” from a post",
    "gist": {"did": "removed", "who": "General Staff", "kind": "telegram_channel", "old": "new offensive"},
    "claims": [{"action": "edited", "level": "major", "before": "a new offensive", "after": "combat"}],
}


@dataclass
class Listening:
    """The command as a process of its own."""

    process: subprocess.Popen[str]
    url: str

    def send(self, body: bytes, *keys: str, message_id: str = "m1", age: float = 0) -> int:
        headers = sign(message_id, int(now() - age), body, keys) if keys else {}
        return httpx2.post(self.url, content=body, headers=headers, trust_env=False).status_code

    def end(self) -> str:
        """Stop it with Ctrl-C, or see that it has ended; what it said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=60)
        return out


@contextmanager
def listening(*words: str) -> Iterator[Listening]:
    command = [sys.executable, "-m", "app", "listen", "--port", "0", *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        assert process.stderr is not None
        said = ""
        while not (found := re.search(r"Listening for alerts at (\S+/)", said)):
            line = process.stderr.readline()
            assert line, said
            said += line
        yield Listening(process, found[1])
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def text_of(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def test_what_is_genuine_is_shown_in_words_and_what_is_not_is_refused() -> None:
    key = new_signing_key()
    with listening("--secret", SECRET, "--secret", public_key_of(key), "--language", "uk") as ear:
        body = text_of(BODY)
        assert ear.send(body, SECRET) == 204
        assert ear.send(body, SECRET) == 204
        assert ear.send(body, key, message_id="m2") == 204
        assert ear.send(body, new_secret(), message_id="m3") == 401
        assert ear.send(body, SECRET, message_id="m4", age=600) == 401
        assert ear.send(body, message_id="m5") == 401
        said = ear.end()
        assert ear.process.returncode == 0
    assert "── m1: genuine, answered 204" in said
    assert "── m1: genuine, seen before, answered 204" in said
    assert "── m2: genuine, answered 204" in said
    assert "NOT GENUINE (no_match), answered 401" in said
    assert "NOT GENUINE (too_old), answered 401" in said
    assert "without an id: NOT GENUINE (header_missing), answered 401" in said
    assert "General Staff, допис: прибрано «new offensive»" in said
    assert "[-a new offensive-]{+combat+}" in said


def test_it_answers_what_it_is_told_and_ends_after_so_many_and_speaks_to_programs() -> None:
    with listening("--secret", SECRET, "--answer", "500", "--count", "1", "--json") as ear:
        assert ear.send(text_of(BODY), SECRET) == 500
        [line] = ear.end().splitlines()
        assert ear.process.returncode == 0
    assert json.loads(line) == {
        "id": "m1", "verified": True, "flaw": None, "seen_before": False, "answered": 500, "body": BODY,
    }  # fmt: skip


HOSTILE = "\x1b[2J\x1b]0;owned\x07 \u202egnp.exe\u0085 [red]markup[/red]"


@pytest.mark.parametrize("form", [["--json"], []], ids=["json", "words"])
def test_nothing_in_an_alert_acts_on_the_terminal(form: list[str]) -> None:
    hostile = {
        "headline": HOSTILE,
        "claims": [{"before": HOSTILE, "after": "x"}],
        "links": {"source": f"https://x/{HOSTILE}"},
    }
    with listening(*form) as ear:
        ear.send(text_of(hostile), SECRET, message_id="x")
        ear.send(b"\x1b[31mnot JSON \xff\x9b", SECRET, message_id="y")
        ear.send(b"[" * 20_000, SECRET, message_id="z")
        said = ear.end()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", said)
    assert "owned" in said
    assert form or "not verified" in said


def test_a_body_longer_than_any_alert_is_not_kept() -> None:
    with listening() as ear:
        assert ear.send(b"x" * (1024 * 1024 + 1)) == 413


@pytest.mark.parametrize(
    "words",
    [["--secret", "nonsense"], ["--language", "tlh"], ["--secret", SECRET, "--register"], ["--answer", "99"]],
    ids=["a secret", "a language", "both", "an answer"],
)
def test_what_cannot_be_is_refused_before_it_listens(run: Any, words: list[str]) -> None:
    assert run("listen", *words).code == 2


def test_a_registered_destination_is_told_here_and_gone_afterwards(run: Any) -> None:
    run("watch", "list")
    with listening("--register", "--count", "1") as ear:
        [made] = run("destination", "list", "--json").json["items"]
        assert made["url"] == ear.url
        assert run("destination", "test", made["id"], "--here").code == 0
        said = ear.end()
    assert "genuine, answered 204" in said
    assert "alerts arrive here" in said
    assert run("destination", "list", "--json").json["items"] == []
