"""Its benchmark measures what it says, in small, and counts what arrives."""

import re

import pytest

from benchmarks import delivery


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_taking_is_measured_with_few_and_with_many(kind, request, capsys):
    words = ["taking", "--alerts", "1500", "--takes", "4"]
    if kind == "postgres":
        words += ["--postgres", request.getfixturevalue("postgres_template")()]
    assert delivery.main(words) == 0
    said = capsys.readouterr().out
    for step in ("take", "finish"):
        assert re.search(rf"{step} +\d+\.\d\d ms +\d+\.\d\d ms +\d+\.\d\d×", said), said


def test_the_rate_is_measured_beside_the_client_alone(capsys):
    assert delivery.main(["rate", "--alerts", "60", "--destinations", "2"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"the client alone, no database +[\d,]+ +\d", said)
    assert re.search(r"arrived more than once +0", said)
