"""Starts the program again and again, as an operator would type it, forked off a process where all is read already.

It reads one JSON object a line: ``words`` (the command), ``settings`` (its environment) and ``log`` (where it writes).
At each it writes ``started PID``, and ``ended PID CODE`` when that has ended; the code of one that was killed is
negative. It ends with its input; what still runs then is killed.
"""

import json
import os
import signal
import sys
from types import FrameType
from typing import Any

import app.cli.acts.safety
import app.cli.acts.serving
import app.cli.commands.safety
import app.wiring.interface
from app.__main__ import main as program
from app.claims.compare import compare
from app.pipeline.analysts import FIRST_WORDS

WARM = (app.cli.acts.safety, app.cli.acts.serving, app.cli.commands.safety, app.wiring.interface)
running: set[int] = set()


def tell(*words: object) -> None:
    """One line, written at once: a signal may come between."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def reap(_number: int, _frame: FrameType | None) -> None:
    """Say which have ended."""
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        running.discard(pid)
        tell("ended", pid, os.waitstatus_to_exitcode(status))


def be_the_program(words: list[str], settings: dict[str, str], log: str) -> None:
    """The life of the forked process; it never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(settings)  # noqa: TID251  # the environment is how an operator sets the program
    sys.argv = ["walkback", *words]
    status = 1
    try:
        program()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)


def start(asked: dict[str, Any]) -> None:
    """Fork one; that it has ended is not told before that it was started."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    child = os.fork()
    if child == 0:
        be_the_program(asked["words"], asked["settings"], asked["log"])
    running.add(child)
    tell("started", child)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def main() -> None:
    compare(*FIRST_WORDS["en"], language="en")  # reads the dictionaries, once for all that are forked
    signal.signal(signal.SIGCHLD, reap)
    for line in sys.stdin:
        start(json.loads(line))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for child in running:
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
