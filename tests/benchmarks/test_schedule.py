"""The simulation of schedules: the best is the best, no edit is seen before it came, and bad folders are named."""

import gzip
import itertools
import json
import random
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import schedule
from benchmarks.schedule_chains import (
    DAY,
    HOUR,
    PageLife,
    best_even_mean,
    halves,
    page_lives,
    simulate,
    simulate_corpus,
)
from benchmarks.schedule_published import CALENDAR_DAYS, Delays, best_looks, published_rows

MONTH = 30 * DAY


def test_on_the_published_ages_ours_is_near_the_best_and_far_below_a_fixed_interval():
    delays = published_rows(CALENDAR_DAYS, MONTH, requests=240)
    assert delays["ours"] <= 0.25 * delays["every 3 h (changedetection.io)"]
    assert delays["ours"] <= 1.1 * delays["best possible"]
    assert delays["ours"] < delays["NewsDiffs' steps"]
    assert delays["ours, watched as a single page"] <= 0.25 * delays["every 3 h (changedetection.io)"]


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


def even_life(interval, *, days=400):
    edits = tuple(at * DAY + at * 7_919 % (12 * HOUR) for at in range(interval, days, interval))
    return PageLife(0.0, edits, days * DAY)


BURSTS = tuple(day * DAY + hours * HOUR + 777 for day in range(20, 400, 40) for hours in (0, 8, 16, 30))
CORPORA = {
    "edited in bursts": ([PageLife(0.0, BURSTS, 420 * DAY), even_life(1000)], 0.6),
    "some often, some never": ([even_life(9), *[even_life(1000)] * 3], 0.8),
    "all alike, at a constant rate": ([even_life(31), even_life(37)], 1.05),
}


@pytest.mark.parametrize(("lives", "most"), CORPORA.values(), ids=CORPORA)
def test_for_as_many_looks_edits_are_seen_sooner_where_there_is_something_to_gain(lives, most):
    results = simulate_corpus(lives, DAY)
    fixed, ours = results["fixed interval"], results["ours, learning as it goes"]
    assert ours.requests == pytest.approx(fixed.requests, rel=0.05)
    assert ours.mean <= most * fixed.mean


def test_no_even_intervals_are_better_than_the_best():
    lives = [even_life(9), even_life(61), even_life(1000)]
    requests = 3 * 1200
    best, chance = best_even_mean(lives, requests), random.Random(3)
    for _ in range(100):
        shares = [chance.random() for _ in lives]
        waits = [life.end / (requests * share / sum(shares)) for life, share in zip(lives, shares, strict=True)]
        delays = [wait / 2 for life, wait in zip(lives, waits, strict=True) for _ in life.edits]
        assert statistics.fmean(delays) >= best * (1 - 1e-9)


def test_each_page_is_in_one_half_only():
    lives = [even_life(interval) for interval in range(5, 40)]
    looked_at, held_out = halves(lives).values()
    assert sorted([*looked_at, *held_out], key=repr) == sorted(lives, key=repr)
    assert abs(len(looked_at) - len(held_out)) <= 1
    assert halves(lives[::-1]) == halves(lives)


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
