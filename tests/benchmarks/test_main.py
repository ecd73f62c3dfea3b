import subprocess
import sys

import pytest

from benchmarks.__main__ import main
from benchmarks.catalogue import BENCHMARKS, what_it_measures


@pytest.mark.parametrize("given", [[], ["--help"]], ids=["no words", "help"])
def test_without_a_name_every_benchmark_is_listed_with_an_example(given, capsys):
    assert main(given) == 0
    shown = capsys.readouterr().out
    for name, benchmark in BENCHMARKS.items():
        assert name in shown
        assert benchmark.EXAMPLE in shown
        assert what_it_measures(benchmark) in shown


@pytest.mark.parametrize("name", list(BENCHMARKS))
def test_every_benchmark_explains_its_options_with_an_example(name, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"example: {BENCHMARKS[name].EXAMPLE}" in shown
    assert BENCHMARKS[name].EXAMPLE.startswith(f"python -m benchmarks {name}")


def test_the_words_behind_the_name_are_its_options(capsys):
    assert main(["compare", "--one", "difflib, lines", "--sizes", "600"]) == 0
    assert "milliseconds" in capsys.readouterr().out


def test_an_unknown_name_is_answered_with_those_that_there_are():
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nonsense"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 2
    assert "nonsense" in answer.stderr
    assert all(name in answer.stderr for name in BENCHMARKS)
