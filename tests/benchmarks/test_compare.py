import json

import pytest

from benchmarks import compare


@pytest.mark.parametrize("tool", list(compare.TOOLS))
def test_every_tool_can_be_measured_on_a_small_text(tool, capsys):
    compare.main(["--one", tool, "--sizes", "600", "--language", "uk"])
    cost = json.loads(capsys.readouterr().out)
    assert cost["milliseconds"] > 0
    assert cost["mebibytes"] >= 0


def test_ratios_and_growth_are_written_beside_the_times():
    ours, other = compare.Cost(2.0, 1.0), compare.Cost(8.0, 3.0)
    assert compare.cell(other, ours, 60) == "8.0 ms (4×), 3 MiB"
    assert compare.cell(ours, ours, 60) == "2.0 ms, 1 MiB"
    assert compare.cell(None, ours, 60) == "over 60 s"
    assert compare.growth({1_000: ours, 10_000: compare.Cost(40.0, 1.0), 100_000: None}) == "2× a character to 10,000"
