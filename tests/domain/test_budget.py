"""Requests are spread so that budgets hold, and none is ever left with nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.budget import (
    NO_DEMAND,
    PLANNED_SHARE,
    UNLIMITED,
    Allowance,
    Demand,
    affordable_at,
    affordable_count,
    fit,
    paid_after,
)

NOW = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
rates = st.floats(0, 1e4)
demands = st.builds(Demand, rates, rates, rates)
budgets = st.floats(1e-4, 1e3)


@given(demand=demands, budget=budgets)
def test_what_can_be_planned_keeps_within_the_budget(demand, budget):
    kept = demand.within(fit(demand, budget))
    room = max(PLANNED_SHARE * budget - demand.pinned, 0.05 * PLANNED_SHARE * budget)
    assert kept.base + kept.eager <= room * (1 + 1e-9)


@given(demand=demands, small=budgets, large=budgets)
def test_a_larger_budget_never_gives_less(demand, small, large):
    small, large = sorted((small, large))
    narrow, wide = fit(demand, small), fit(demand, large)
    assert narrow.base_share <= wide.base_share * (1 + 1e-9)
    assert narrow.stretch >= wide.stretch * (1 - 1e-9)


@given(demand=demands, budget=budgets)
def test_nobody_is_left_with_nothing(demand, budget):
    allowance = fit(demand, budget)
    assert 0 < allowance.base_share <= 1 <= allowance.stretch < 1e15


def test_the_usual_interval_is_kept_while_half_of_the_budget_is_enough_for_it():
    assert fit(Demand(base=0.39, eager=100.0), 1.0).base_share == 1.0
    assert fit(Demand(base=0.90, eager=100.0), 1.0).base_share < 1.0


@pytest.mark.parametrize("demand", [NO_DEMAND, Demand(1, 2, 3)], ids=["nothing asked for", "no budget"])
def test_without_a_demand_or_a_budget_nothing_is_held_back(demand):
    assert fit(demand, 1.0 if demand is NO_DEMAND else None) == UNLIMITED


def test_small_changes_of_an_allowance_are_let_go():
    assert not Allowance(0.5, 2.01).differs_from(Allowance(0.5, 2.0))
    assert Allowance(0.5, 2.1).differs_from(Allowance(0.5, 2.0))
    assert UNLIMITED.differs_from(Allowance(1.0, 1.001))


@given(per_hour=st.integers(1, 5_000), eager=st.lists(st.floats(0, 900), max_size=400))
def test_no_hour_sees_more_requests_than_its_budget_and_one(per_hour, eager):
    """Requests are made as soon as they may be, after pauses of any length."""
    now, paid, made = NOW, NOW - timedelta(days=1), []
    for pause in eager:
        now = affordable_at(paid, per_hour, now + timedelta(seconds=pause * min(1.0, 30 / per_hour)))
        made.append(now)
        paid = paid_after(paid, per_hour, now)
    for first in made:
        assert sum(first <= one < first + timedelta(hours=1) for one in made) <= per_hour + 1


def test_a_budget_in_all_says_how_many_may_be_made_at_once():
    full = affordable_count(NOW - timedelta(days=1), 1_000, NOW)
    assert full == 90
    spent = paid_after(NOW - timedelta(days=1), 1_000, NOW, count=full)
    assert affordable_count(spent, 1_000, NOW) == 0
    assert affordable_count(spent, 1_000, NOW + timedelta(minutes=6)) == 90


def test_without_a_budget_requests_wait_for_nothing():
    assert affordable_at(NOW + timedelta(days=1), None, NOW) == NOW
    assert paid_after(NOW, None, NOW + timedelta(days=1)) == NOW
