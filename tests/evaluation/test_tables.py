import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from evaluation import page, tables
from evaluation.corpora import Part
from evaluation.floors import FLOORS, TIME_TARGETS_MS, Bound
from evaluation.metrics import Estimate
from evaluation.report import CorpusReport, Failure, Measure, Unit


def measure(value, *, low=None, high=None, key="vitaminc.substantive"):
    estimate = Estimate(value, value if low is None else low, value if high is None else high, 1200)
    return Measure(key, "substantive or more", estimate, rivals={"word edit distance": Estimate(0.3, 0.2, 0.4, 1200)})


def report(*measures):
    return CorpusReport("A corpus", 3, 1200, 1.5, measures, (Failure("d", "quiet", "old", "new"),), ("A remark.",))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.975, Unit.SHARE, "97.5 %"),
        (0.883, Unit.AREA, ".883"),
        (1.0, Unit.AREA, "1.000"),
        (2.314, Unit.MILLISECONDS, "2.31 ms"),
        (240.4, Unit.MILLISECONDS, "240 ms"),
    ],
)
def test_figures_are_written_as_people_read_them(value, unit, text):
    assert tables.written(value, unit) == text


def test_a_table_stands_beside_its_floor_target_and_rivals():
    ours, same = report(measure(0.8, low=0.7, high=0.9)), report(measure(0.5))
    text = page.markdown_table("vitaminc", {Part.HELD_OUT: ours, Part.LOOKED_AT: same})
    assert "| 80.0 % [70.0–90.0] | 1,200 | 50.0 % [50.0–50.0] | 1,200 | ≥ 77.9 % | ≥ 88.0 % | 30.0 % |" in text
    assert "A remark" in text
    assert "published" in text


def test_the_terminal_shows_the_same_table():
    console = Console(width=180)
    with console.capture() as shown:
        console.print(tables.as_rich("vitaminc", report(measure(0.8))))
    assert "77.9 %" in shown.get()


def test_a_sample_is_judged_by_its_interval_so_that_chance_does_not_stop_a_build():
    below = measure(0.75, low=0.70, high=0.80)
    bound = FLOORS["vitaminc.substantive"]
    assert tables.falls_below(below, bound, by_interval=False)
    assert not tables.falls_below(below, bound, by_interval=True)
    assert tables.falls_below(measure(0.5, low=0.45, high=0.55), bound, by_interval=True)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_ceiling_is_the_mirror_of_a_floor(limit, value):
    assert Bound(limit).holds(value) == (value >= limit)
    assert Bound(limit, at_least=False).holds(value) == (value <= limit)


def test_every_target_is_no_easier_than_its_floor():
    for key, bound in FLOORS.items():
        assert bound.target is None or bound.holds(bound.target), key


def test_time_has_targets_and_no_floors():
    assert not set(TIME_TARGETS_MS) & set(FLOORS)


def test_programs_get_the_figures_without_any_text_of_the_corpora():
    figures = tables.as_json({"vitaminc": report(measure(0.8))}, version="1", part="all", sampled=False)
    assert figures["corpora"]["vitaminc"]["failures"] == 1
    assert "old" not in json.dumps(figures["corpora"])
