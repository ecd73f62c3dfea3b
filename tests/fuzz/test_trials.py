"""Counts of what was tried: nothing is lost between processes, and a crash is not called a refusal."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.trials import COUNTED, MEBIBYTE, REFUSED, SENT, Limits, Parts, Trials, pytest_testnodedown

LIMITS = Limits(seconds=5, growth_bytes=2**40)


def counted(*answers: str) -> Trials:
    trials = Trials()
    for answer in answers:
        trials.attempt("a list", LIMITS, lambda: None, lambda _, said=answer: said)  # type: ignore[misc]
    return trials


def cells(trials: Trials, name: str) -> list[str]:
    (row,) = [line for line in trials.lines() if line.startswith(f"| {name} |")]
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_refusals_are_told_by_their_type_and_apart_from_what_was_taken() -> None:
    trials = counted("read", f"{REFUSED}invalid-input", f"{REFUSED}invalid-input", f"{REFUSED}invalid-address")
    found = cells(trials, "a list")
    assert found[1:5] == ["4", "3", "1", "0"]
    assert found[-1] == "invalid-input 2, invalid-address 1"
    assert cells(trials, "all")[1:5] == ["4", "3", "1", "0"]


def test_an_input_on_which_a_reader_fails_is_counted_as_a_crash_and_fails_the_test() -> None:
    trials = counted("read")
    with pytest.raises(ZeroDivisionError):
        trials.attempt("a list", LIMITS, lambda: 1 // 0, str)
    assert cells(trials, "a list")[1:5] == ["2", "0", "1", "1"]


@pytest.mark.parametrize("limits", [Limits(0, 2**40), Limits(5, 0)], ids=["time", "memory"])
def test_an_answer_beyond_a_limit_fails(limits: Limits) -> None:
    with pytest.raises(AssertionError, match="a list"):
        Trials().attempt("a list", limits, lambda: "read", str)


def test_memory_is_counted_that_answers_took_and_none_that_was_taken_between_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    peaks = iter([100, 103, 900, 902, 5_000, 5_000])  # before and after each of three answers
    monkeypatch.setattr("tests.trials.peak_memory", lambda: next(peaks) * MEBIBYTE)
    trials = Trials()
    for name in ("first", "second", "third"):
        Parts(trials, "test", tmp_path).do(
            name, lambda own: own.attempt("a list", LIMITS, lambda: None, lambda _: "read")
        )
    assert cells(trials, "a list")[6].startswith("5 of ")


def test_what_several_processes_counted_is_added_up() -> None:
    config = SimpleNamespace(stash=pytest.Stash())
    for answers in (["read"], ["read", f"{REFUSED}invalid-input"]):
        sent = json.loads(json.dumps(counted(*answers).as_plain()))
        pytest_testnodedown(SimpleNamespace(config=config, workeroutput={SENT: sent}))
    pytest_testnodedown(SimpleNamespace(config=config))  # one that was killed
    assert cells(config.stash[COUNTED], "a list")[1:5] == ["3", "1", "2", "0"]


def test_a_run_that_tried_nothing_shows_no_table() -> None:
    assert list(Trials().lines()) == []


def test_a_run_that_was_stopped_goes_on_and_counts_what_was_done_before(tmp_path: Path) -> None:
    def part(trials: Trials) -> None:
        trials.attempt("a list", LIMITS, lambda: None, lambda _: f"{REFUSED}invalid-input")

    def stopped(trials: Trials) -> None:
        part(trials)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Parts(Trials(), "test", tmp_path).do("second", stopped)
    Parts(Trials(), "test", tmp_path).do("first", part)
    done: list[Trials] = []
    trials = Trials()
    for name in ("first", "second"):
        Parts(trials, "test", tmp_path).do(name, lambda own: (done.append(own), part(own))[1])
    assert len(done) == 1
    assert cells(trials, "a list")[1:5] == ["2", "2", "0", "0"]


def test_a_part_that_failed_is_counted_and_done_again(tmp_path: Path) -> None:
    def crash(trials: Trials) -> None:
        trials.attempt("a list", LIMITS, lambda: 1 // 0, str)

    for _ in range(2):
        trials = Trials()
        with pytest.raises(ZeroDivisionError):
            Parts(trials, "test", tmp_path).do("first", crash)
        assert cells(trials, "a list")[1:5] == ["1", "0", "0", "1"]
