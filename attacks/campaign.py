"""Driving the corpus at the entrances, and counting by class what was tried and what got through."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from attacks.addresses import RESOLVED, Numbers, written
from attacks.answers import ANSWERS
from attacks.entrances import ENTRANCES, NOT_REFUSED, Entrance, Verdict
from attacks.stage import SITE, Door, Stage, open_stage

HANGS_AFTER_SECONDS = 60.0
GOLDEN = 0.618
"""By this share of a stretch each entrance begins later than the one before: so they never fall into step."""
REBINDING = ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fe80::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1")


@dataclass(frozen=True)
class Case:
    """One attack: its class, what it is, and the address to bring in. Driven ``times`` times; the last one counts."""

    kind: str
    what: str
    url: str
    times: int = 1
    has_to_be_refused: bool = True


@dataclass
class Tally:
    """What was tried, by class and by entrance, and every case that got through."""

    by_class: Counter[str] = field(default_factory=Counter)
    by_entrance: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    unseen: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    longest_seconds: Counter[str] = field(default_factory=Counter)
    through: list[str] = field(default_factory=list)

    def count(self, kind: str, entrance: str, verdict: Verdict, seconds: float) -> None:
        """Count one case of a class at an entrance, driven for so many seconds."""
        for name, counts in ((kind, self.by_class), (entrance, self.by_entrance)):
            counts[name] += 1
            self.refused[name] += bool(verdict)
            self.unseen[name] += verdict is None
            self.longest_seconds[name] = max(self.longest_seconds[name], math.ceil(seconds))
        if verdict:
            self.refusals[verdict] += 1

    def lines(self) -> Iterable[str]:
        """The counts, for people. What is neither refused nor unseen was asked for where it did no harm."""
        for title, counts in (("class", self.by_class), ("entrance", self.by_entrance)):
            yield f"{title:34}{'tried':>8}{'refused':>9}{'unseen':>8}{'harmless':>10}{'seconds':>9}"
            for name, count in counts.items():
                rest = count - self.refused[name] - self.unseen[name]
                told = f"{self.refused[name]:9}{self.unseen[name]:8}{rest:10}{self.longest_seconds[name]:9}"
                yield f"  {name:32}{count:8}{told}"
        yield f"{'refused as':34}{'times':>8}"
        yield from (f"  {name:32}{count:8}" for name, count in self.refusals.most_common())
        yield f"{'hangs after, seconds':34}{HANGS_AFTER_SECONDS:8.0f}"
        yield f"{'got through':34}{len(self.through):8}"
        yield from (f"  {one}" for one in self.through)


async def attack(
    folder: Path,
    doors: Sequence[Door] = tuple(Door),
    *,
    every: int = 1,
    say: Callable[[str], None] = lambda _: None,
) -> Tally:
    """Drive every ``every``-th case at every entrance, for each setting of the way out, in ``folder``.

    ``say`` is told how far it is, after each entrance.
    """
    counted = Tally()
    for door in doors:
        place = folder / door.name.lower()
        place.mkdir()
        async with open_stage(place, door) as stage:
            for number, entrance in enumerate(ENTRANCES):
                if entrance.needs_site and door is Door.STRICT:
                    continue
                for case in cases_for(stage, entrance, every, share=number * GOLDEN % 1):
                    await drive(stage, entrance, case, counted)
                tried, through = counted.by_class.total(), len(counted.through)
                say(f"attacks: {tried:,} tried, {through} through; done at {entrance.name}, {door}")
    return counted


async def drive(stage: Stage, entrance: Entrance, case: Case, tally: Tally) -> None:
    """Try one case at one entrance, and count it."""
    verdict: Verdict = None
    wrong: list[str] = []
    began = time.monotonic()
    try:
        async with asyncio.timeout(HANGS_AFTER_SECONDS):
            for _ in range(case.times):
                verdict = await entrance.go(stage, case.url)
    except (AssertionError, TimeoutError) as error:
        wrong.append(f"{type(error).__name__} {error}")
    tally.count(case.kind, entrance.name, verdict, time.monotonic() - began)
    wrong += stage.escapes()
    if verdict == NOT_REFUSED and case.has_to_be_refused:
        wrong.append("it was not refused")
    if wrong:
        tally.through.append(
            f"{entrance.name}, {stage.door}: {case.kind}, {case.what}: {case.url!r}: {'; '.join(wrong)}"
        )


def cases_for(stage: Stage, entrance: Entrance, every: int, *, share: float) -> Iterator[Case]:
    """Every ``every``-th case; each entrance begins with another one, so that together they leave out little."""
    forms = [Case(kind, what, url) for kind, found in written(stage.inner_port).items() for what, url in found]
    yield from some(forms, every, share)
    if entrance.fetches and stage.door is not Door.PROXY_BY_NAME:  # there the proxy judges what a name leads to
        yield from some(_resolved(stage), every // 5, share)
    if entrance.fetches and stage.door is Door.ALLOWED:
        yield from some(_rebinding(stage), every // 50, share)
        yield from some(_answers(stage), every // 50, share)


def some(cases: Sequence[Case], every: int, share: float) -> Sequence[Case]:
    """Every ``every``-th of them, beginning at ``share`` of the first stretch; one at least."""
    step = min(max(every, 1), len(cases))
    return cases[int(share * step) :: step]


def _resolved(stage: Stage) -> list[Case]:
    return [
        Case(kind, what, f"http://{_named(stage, numbers)}:{stage.inner_port}/inner")
        for kind, found in RESOLVED.items()
        for what, numbers in found
    ]


def _rebinding(stage: Stage) -> list[Case]:
    """A name that leads to an honest site when it is first asked, and inside the next time."""
    path = stage.fresh()
    stage.shows(path, "<p>" + "A page that is read the first time. " * 20)
    port = stage.site.rpartition(":")[2]
    return [
        Case("rebinding", inner, f"http://{_named(stage, [[SITE], [inner]])}:{port}{path}", times=2)
        for inner in REBINDING
    ]


def _answers(stage: Stage) -> list[Case]:
    cases = []
    for kind, answers in ANSWERS.items():
        for what, answer in answers.items():
            path = stage.fresh()
            stage.pages[path] = answer
            cases.append(Case(kind, what, stage.site + path, has_to_be_refused=False))
    return cases


def _named(stage: Stage, numbers: Numbers) -> str:
    name = f"name-{stage.fresh().removeprefix('/')}.attack.test"
    stage.names.numbers[name] = numbers
    return name
