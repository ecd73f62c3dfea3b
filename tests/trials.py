"""For all tests that try the input of strangers: what became of it, counted by class over all processes of the run."""

import hashlib
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import pytest

REFUSED = "refused: "
"""How the name of an answer begins that is a refusal; behind it stands its problem type, or our word for it."""
COUNTED = pytest.StashKey["Trials"]()
SENT = "trials"
"""Under this name a process of pytest-xdist hands over what it counted."""
MEBIBYTE = 1024**2
T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """What one class may need: processor seconds for one input, and bytes the process grows while it answers all."""

    seconds: float
    growth_bytes: int


@dataclass
class Trial:
    """What became of the inputs of one class."""

    most_seconds: float
    most_growth_bytes: int
    answers: Counter[str] = field(default_factory=Counter)
    crashed: int = 0
    longest_seconds: float = 0.0
    growth_bytes: int = 0

    @property
    def tried(self) -> int:
        """How many inputs there were."""
        return self.answers.total() + self.crashed

    @property
    def refusals(self) -> Counter[str]:
        """How many were refused, by problem type or our word for it."""
        told = {name.removeprefix(REFUSED): count for name, count in self.answers.items() if name.startswith(REFUSED)}
        return Counter(told)

    def add(self, other: "Trial") -> None:
        """Count what another process saw of the same class."""
        self.answers += other.answers
        self.crashed += other.crashed
        self.longest_seconds = max(self.longest_seconds, other.longest_seconds)
        self.growth_bytes = max(self.growth_bytes, other.growth_bytes)

    def row(self, name: str) -> str:
        """A line of the closing table."""
        refused = self.refusals
        told = ", ".join(f"{word} {count:,}" for word, count in refused.most_common())
        passed = self.answers.total() - refused.total()
        seconds = f"{self.longest_seconds:.2f} of {self.most_seconds:.0f} s"
        growth = f"{self.growth_bytes // MEBIBYTE} of {self.most_growth_bytes // MEBIBYTE} MiB"
        cells = (
            name,
            f"{self.tried:,}",
            f"{refused.total():,}",
            f"{passed:,}",
            str(self.crashed),
            seconds,
            growth,
            told,
        )
        return f"| {' | '.join(cells)} |"


class Trials:
    """All classes of one process, or of a whole run."""

    def __init__(self, grown_bytes: Counter[str] | None = None) -> None:
        self._found: dict[str, Trial] = {}
        self.grown_bytes = Counter[str]() if grown_bytes is None else grown_bytes
        """How much this process grew while it answered inputs of each class, in all parts of the run.

        What makes the inputs and judges the answers grows too (it keeps each document it was ever given), between them.
        """

    def attempt(self, name: str, limits: Limits, work: Callable[[], T], named: Callable[[T], str]) -> T:
        """Try one input of a class; ``named`` says what its answer is, with :data:`REFUSED` before a refusal.

        An answer that took longer than it may is a failure, and so is a process that swells.
        """
        trial = self._found.setdefault(name, Trial(limits.seconds, limits.growth_bytes))
        began_bytes = peak_memory()
        began = time.process_time()
        try:
            answer = work()
            word = named(answer)
        except Exception:
            trial.crashed += 1
            raise
        seconds = time.process_time() - began
        trial.answers[word] += 1
        trial.longest_seconds = max(trial.longest_seconds, seconds)
        self.grown_bytes[name] += peak_memory() - began_bytes
        trial.growth_bytes = self.grown_bytes[name]
        assert seconds < limits.seconds, f"{name}: one input took {seconds:.1f} seconds of the processor"
        assert trial.growth_bytes < limits.growth_bytes, f"{name}: the process grew by {trial.growth_bytes:,} bytes"
        return answer

    def add(self, other: Self) -> None:
        """Count what another process saw."""
        for name, trial in other._found.items():
            self._found.setdefault(name, Trial(trial.most_seconds, trial.most_growth_bytes)).add(trial)

    def as_plain(self) -> dict[str, dict[str, Any]]:
        """What may be sent from one process to another."""
        return {name: asdict(trial) | {"answers": dict(trial.answers)} for name, trial in self._found.items()}

    @classmethod
    def of_plain(cls, plain: Mapping[str, Mapping[str, Any]]) -> Self:
        """What was sent."""
        made = cls()
        made._found = {name: Trial(**{**told, "answers": Counter(told["answers"])}) for name, told in plain.items()}
        return made

    def lines(self) -> Iterable[str]:
        """The closing table, for people and documents; nothing where nothing was tried."""
        if not self._found:
            return
        heads = ("class", "tried", "refused", "taken as valid", "crashed", "longest", "growth", "refused as")
        yield f"| {' | '.join(heads)} |"
        yield f"|---|{'--:|' * 6}---|"
        yield from (trial.row(name) for name, trial in sorted(self._found.items()))
        trials = self._found.values()
        tried, crashed = sum(one.tried for one in trials), sum(one.crashed for one in trials)
        refused = sum(one.refusals.total() for one in trials)
        yield f"| all | {tried:,} | {refused:,} | {tried - refused - crashed:,} | {crashed} | | | |"


class Parts:
    """A long test in parts, each done once: where a folder keeps what they counted, a run that was stopped goes on."""

    def __init__(self, trials: Trials, test: str, folder: Path | None) -> None:
        self._trials = trials
        self._test = test
        self._folder = folder

    def do(self, name: str, work: Callable[[Trials], None]) -> None:
        """Do one part, or take what it counted when it was done before."""
        if self._folder is None:
            work(self._trials)
            return
        kept = self._folder / f"{hashlib.sha256(f'{self._test} {name}'.encode()).hexdigest()[:16]}.json"
        if not kept.exists():
            own = Trials(self._trials.grown_bytes)
            try:
                work(own)
            except Exception:
                self._trials.add(own)
                raise
            unfinished = kept.with_suffix(f".{os.getpid()}")
            unfinished.write_text(json.dumps(own.as_plain()))
            unfinished.replace(kept)
        self._trials.add(Trials.of_plain(json.loads(kept.read_text())))


def peak_memory() -> int:
    """The most bytes that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--parts", type=Path, help="keep here what each part of a long run counted, and do none twice")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of pytest-xdist hands its counts to the one that began it."""
    counted = session.config.stash.get(COUNTED, None)
    if counted is not None and hasattr(session.config, "workeroutput"):
        session.config.workeroutput[SENT] = counted.as_plain()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a process of pytest-xdist counted."""
    plain = getattr(node, "workeroutput", {}).get(SENT, {})
    node.config.stash.setdefault(COUNTED, Trials()).add(Trials.of_plain(plain))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What became of everything that was tried."""
    for line in config.stash.get(COUNTED, Trials()).lines():
        terminalreporter.write_line(line)


@pytest.fixture
def trials(request: pytest.FixtureRequest) -> Trials:
    """Counts what is tried, for the closing table."""
    return request.config.stash.setdefault(COUNTED, Trials())


@pytest.fixture
def parts(trials: Trials, request: pytest.FixtureRequest) -> Parts:
    """The parts of this test."""
    folder: Path | None = request.config.getoption("--parts")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return Parts(trials, request.node.nodeid, folder)
