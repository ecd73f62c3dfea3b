"""No forbidden address is dialled, however it is written, whoever answers, wherever it comes in, however the way out is
set. This is the short form; “python -m attacks” drives all of it."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from attacks.addresses import RESOLVED, written
from attacks.answers import ANSWERS
from attacks.campaign import Case, Tally, attack, cases_for, drive
from attacks.entrances import ENTRANCES
from attacks.stage import Door, open_stage

ROOT = Path(__file__).parent.parent.parent
CLASSES = written(80).keys() | RESOLVED.keys() | ANSWERS.keys() | {"rebinding"}
GOES_OUT = {
    "app/pipeline/looking.py": {"preview", "check", "redirect of a page", "redirect at a preview", "item of a feed"},
    "app/pipeline/archive_asking.py": {"index of an archive", "redirect of an index", "redirect of a capture"},
    "app/delivery/posting.py": {"deliver", "deliver to a chat", "redirect of a receiver"},
    "app/fetching/polite.py": {"redirect of robots.txt"},
}
"""Every module that asks the guarded client for something, and the entrances that drive it."""
NOT_FOLLOWED = {"redirect of a receiver", "original of a capture", "make by Apprise"}
"""Where nothing is asked for at the address in any case: a receiver's redirect, what an index calls an original, and
what would go around the guard, unless an operator allows a scheme."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize("door", list(Door))
async def test_nothing_gets_through(door: Door, tmp_path: Path) -> None:
    tally = await attack(tmp_path, [door], every=500 if door is Door.ALLOWED else 2_000)
    assert tally.through == []
    expected = {one.name for one in ENTRANCES if not (one.needs_site and door is Door.STRICT)}
    assert tally.by_entrance.keys() == expected
    if door is Door.ALLOWED:
        assert len(tally.by_class) > len(CLASSES) / 2


@pytest.mark.anyio
async def test_a_hole_in_the_guard_would_be_noticed(tmp_path: Path) -> None:
    """With loopback allowed by mistake, the attacks are seen to get through wherever something is asked for at once."""
    async with open_stage(tmp_path, Door.ALLOWED, hole=["127.0.0.0/8"]) as stage:
        for number, entrance in enumerate(ENTRANCES):
            tally = Tally()
            inner = f"http://127.0.0.1:{stage.inner_port}/inner-{number}"
            await drive(stage, entrance, Case("numbers", "loopback", inner), tally)
            assert len(tally.through) == (entrance.name not in NOT_FOLLOWED), entrance.name


def test_every_module_that_goes_out_is_driven() -> None:
    found = set()
    for path in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=holder, attr="fetch" | "post")):
                    if ast.unparse(holder).endswith(("polite", "web", "_client")):
                        found.add(path.relative_to(ROOT).as_posix())
    found -= {"app/demo/client.py"}  # it plays somebody who uses the interface
    assert found == GOES_OUT.keys()
    assert {name for names in GOES_OUT.values() for name in names} <= {one.name for one in ENTRANCES}


@pytest.mark.anyio
async def test_the_whole_corpus_is_large_and_no_case_is_there_twice(tmp_path: Path) -> None:
    async with open_stage(tmp_path, Door.ALLOWED) as stage:
        (check,) = [one for one in ENTRANCES if one.name == "check"]
        cases = list(cases_for(stage, check, 1, share=0))
    counts = Counter(case.kind for case in cases)
    assert counts.keys() == CLASSES
    assert sum(counts.values()) > 1_300
    assert len({(case.kind, case.what, case.url) for case in cases}) == len(cases)


def test_the_counts_are_told() -> None:
    tally = Tally(through=["add, nothing allowed: numbers"])
    for verdict in ("invalid-address", "invalid-address", "", None):
        tally.count("numbers", "add", verdict, 1.2)
    head = ["tried", "refused", "unseen", "harmless", "seconds"]
    assert [line.split() for line in tally.lines()] == [
        ["class", *head],
        ["numbers", "4", "2", "1", "1", "2"],
        ["entrance", *head],
        ["add", "4", "2", "1", "1", "2"],
        ["refused", "as", "times"],
        ["invalid-address", "2"],
        ["hangs", "after,", "seconds", "60"],
        ["got", "through", "1"],
        ["add,", "nothing", "allowed:", "numbers"],
    ]
