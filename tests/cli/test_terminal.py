"""At a real terminal: colours, and a question before what cannot be undone; without one, neither."""

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(sys.executable).with_name("walkback")


def at_a_terminal(*words: str, answer: str = "") -> tuple[int, str]:
    """Type a command, and an answer, at a terminal; the exit code and all that stood on the screen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([PROGRAM, *words], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, answer.encode())
    seen = bytearray()
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the program has ended, and with it the terminal
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    return process.wait(30), seen.decode("utf-8", "replace")


@pytest.fixture
def texts(desk: Path) -> None:
    (desk / "old.txt").write_text("We have launched new offensive operations.", "utf-8")
    (desk / "new.txt").write_text("We conduct combat operations.", "utf-8")


def test_colours_are_for_terminals_and_not_with_no_color(
    run: Any, texts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    code, seen = at_a_terminal("compare", "old.txt", "new.txt")
    assert code == 0
    assert "\x1b[" in seen
    assert "[-" not in seen.replace("\x1b[", "")
    monkeypatch.setenv("NO_COLOR", "1")
    _, plain = at_a_terminal("compare", "old.txt", "new.txt")
    assert "\x1b[3" not in plain
    assert "[-" in plain
    assert "\x1b" not in run("compare", "old.txt", "new.txt").out


@pytest.mark.parametrize(("answer", "code", "left"), [("n\n", 1, 1), ("y\n", 0, 0)])
def test_forgetting_is_asked_about(run: Any, answer: str, code: int, left: int) -> None:
    watch = run("watch", "add", "https://t.me/generalstaff", "--no-preview", "--json").json["id"]
    ended, seen = at_a_terminal("watch", "remove", watch, "--forget-history", answer=answer)
    assert "cannot be undone" in seen
    assert ended == code
    assert len(run("watch", "list", "--json").json["items"]) == left
