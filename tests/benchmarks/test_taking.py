import re

import pytest

from benchmarks import taking
from benchmarks.due_work import SHAPES


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_every_shape_is_measured_with_few_and_with_many(kind, request, capsys):
    words = ["--watches", "1200", "--takes", "4"]
    if kind == "postgres":
        words += ["--postgres", request.getfixturevalue("postgres_template")()]
    assert taking.main(words) == 0
    said = capsys.readouterr().out
    for shape in SHAPES:
        row = next(line for line in said.splitlines() if shape in line)
        assert re.search(r"\d+\.\d\d ms +\d+\.\d\d ms +\d+\.\d\d× ", row), row
        few, many = (int(count) for count in re.search(r"(\d+) / (\d+)", row).groups())
        assert few == many > taking.AT_ONCE
