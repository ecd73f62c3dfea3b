"""What a step takes is told without the steps inside of it."""

import time
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import steps
from benchmarks.polling_runs import Work
from benchmarks.steps import AtOnce, Tally


def busy(seconds: float) -> None:
    """Use the processor for so long."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_step_within_another_is_taken_out_of_it() -> None:
    analysts = AtOnce()
    analysts.tally = tally = Tally(checks=2)
    with tally.step("what is known"):
        busy(0.01)
        assert analysts.attempt(lambda: busy(0.02), characters=1) is None
    assert set(tally.seconds) == {"what is known", "comparing"}
    assert tally.milliseconds("comparing") >= 10
    assert tally.milliseconds("what is known") >= 5
    assert analysts.attempt(lambda: 7, characters=1) == 7
    analysts.close()


def test_the_table_has_a_row_for_each_step_and_a_column_for_each_pass(tmp_path: Path) -> None:
    work = Work(tmp_path, 3, 1, 1, 1, [0, 0.5, 1], noise=True, etag=False)
    console = Console(width=140, record=True)
    console.print(steps.table(work, [Tally(checks=3) for _ in range(4)]))
    told = console.export_text()
    for name in (*steps.STEPS, "first sight", "unchanged", "50% changed", "100% changed", "in all"):
        assert name in told


def test_a_folder_without_the_site_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        steps.main([str(tmp_path)])
    assert f"there is no site_server.py in {tmp_path.resolve()}" in capsys.readouterr().err
