"""The simulation of schedules: the best is the best, no edit is seen before it came, and bad folders are named."""

import gzip
import itertools
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import schedule
from benchmarks.schedule_chains import DAY, HOUR, PageLife, page_lives, simulate, simulate_corpus
from benchmarks.schedule_published import CALENDAR_DAYS, Delays, best_looks, published_rows

MONTH = 30 * DAY


def test_on_the_published_ages_ours_is_near_the_best_and_far_below_a_fixed_interval():
    delays = published_rows(CALENDAR_DAYS, MONTH, requests=240)
    assert delays["ours"] <= 0.25 * delays["every 3 h (changedetection.io)"]
    assert delays["ours"] <= 1.1 * delays["best possible"]
    assert delays["ours"] < delays["NewsDiffs' steps"]


def test_no_shift_of_a_look_makes_the_best_better():
    delays, looks = Delays(CALENDAR_DAYS, MONTH), best_looks(CALENDAR_DAYS, MONTH, 60)
    assert len(looks) == 60
    best, chance = delays.mean(looks), random.Random(7)
    for _ in range(50):
        place = chance.randrange(1, 59)
        low, high = looks[place - 1], looks[place + 1]
        moved = [*looks[:place], chance.uniform(low, high), *looks[place + 1 :]]
        assert delays.mean(moved) >= best * (1 - 1e-6)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 90 * DAY), max_size=20), st.floats(600, 10 * DAY))
def test_an_edit_is_seen_at_the_first_look_after_it(edits, interval):
    life = PageLife(0.0, tuple(sorted(edits)), 100 * DAY)
    seen = simulate([life], lambda *_: interval)
    assert seen.edits == len(edits)
    assert all(0 <= delay <= interval + 1e-6 for delay in seen.delays)
    assert seen.requests == pytest.approx(100 * DAY / interval, abs=1.01)


def test_pages_that_are_edited_in_bursts_are_seen_sooner_for_as_many_looks():
    bursts = tuple(day * DAY + hours * HOUR for day in range(20, 400, 40) for hours in (0, 1, 2, 4))
    quiet = [PageLife(0.0, (), 420 * DAY)] * 3
    results = simulate_corpus([PageLife(0.0, bursts, 420 * DAY), *quiet], 12 * HOUR)
    fixed, ours = results["fixed interval"], results["ours, learning as it goes"]
    assert ours.requests == pytest.approx(fixed.requests, rel=0.05)
    assert ours.mean < fixed.mean


def test_changes_made_by_the_collectors_own_tools_are_no_edits(tmp_path):
    kinds = ["first_record", "publisher_change", "tool_upgrade", "publisher_change"]
    rows = [
        {"source": "s", "doc_id": "d", "version": i, "timestamp": f"2024-01-0{i + 1}T00:00:00+00:00", "kind": kind}
        for i, kind in enumerate(kinds)
    ]
    with gzip.open(tmp_path / "ota_chains.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    (life,) = page_lives(tmp_path, "ota_chains")
    assert [at - life.born for at in life.edits] == [DAY, 3 * DAY]
    assert all(sooner < later for sooner, later in itertools.pairwise((life.born, *life.edits, life.end)))


@pytest.mark.parametrize(("name", "words"), [("", "holds none"), ("nowhere", "is no folder")])
def test_a_folder_without_chains_is_named(tmp_path, capsys, name, words):
    assert schedule.main([str(tmp_path / name)]) == 1
    assert words in capsys.readouterr().err
