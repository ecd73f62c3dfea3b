"""From the record to a chart: what each edit did to each claim, and how each stands behind it."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.claims import Action, Level
from app.domain.edits import EditKind
from app.domain.observations import Lapse, LapseOf
from app.ui.drawings.lives import Act, Column, Lane, Step
from app.ui.drawings.tracing import trace
from tests.ui.drawings.kept import CHANGE, CLAIM, EDIT

T = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
FIRST = Column(Step.VERSION, 1, T)
OLD, NEW = "They launched new offensive operations.", "They launched combat operations."


def edit(number: int, **others: Any) -> Any:
    at = T + timedelta(hours=number)
    place = {"from_version": number - 1, "to_version": number}
    seen = {"last_seen_unchanged_at": at - timedelta(minutes=5), "first_seen_changed_at": at}
    return replace(EDIT, id=uuid.UUID(int=number), **{**place, **seen, **others})


def change(number: int, action: Action, before: str = "", after: str = "", **others: Any) -> Any:
    return replace(CHANGE, number=number, action=action, before=before, after=after, **others)


def claim(number: int, text: str, **others: Any) -> Any:
    return replace(CLAIM, number=number, text=text, **others)


def acts(steps: Sequence[Any]) -> list[Act]:
    return [cell.act for cell in steps]


def test_an_altered_claim_shows_the_words_that_went_and_those_that_came() -> None:
    step = edit(2)
    chart = trace(
        FIRST, [step], {step.id: [change(1, Action.EDITED, OLD, NEW, level=Level.MAJOR)]}, [claim(1, NEW)], []
    )
    (life,) = chart.lives
    assert acts(life.cells) == [Act.FIRST_SEEN, Act.EDITED]
    assert life.lane is Lane.ALTERED
    assert [tuple(run) for run in life.words] == [
        ("They launched", "text"),
        ("new offensive", "text-out"),
        ("combat", "text-in"),
        ("operations.", "text"),
    ]


def test_a_claim_that_came_back_stands_as_said() -> None:
    first, second = edit(2), edit(3)
    done = {first.id: [change(1, Action.REMOVED, OLD)], second.id: [change(1, Action.RESTORED, "", OLD, removed_in=2)]}
    (life,) = trace(FIRST, [first, second], done, [claim(1, OLD)], []).lives
    assert [(cell.act, cell.lane) for cell in life.cells] == [
        (Act.FIRST_SEEN, Lane.AS_SAID),
        (Act.REMOVED, Lane.GONE),
        (Act.RESTORED, Lane.AS_SAID),
    ]


def test_cosmetic_edits_leave_a_claim_as_said() -> None:
    step = edit(2)
    done = {step.id: [change(1, Action.EDITED, "A  b.", "A b!", level=Level.COSMETIC)]}
    assert trace(FIRST, [step], done, [claim(1, "A b!")], []).lives[0].lane is Lane.AS_SAID


def test_a_claim_that_came_later_is_absent_before() -> None:
    step = edit(2)
    chart = trace(
        FIRST,
        [step],
        {step.id: [change(2, Action.ADDED, "", NEW)]},
        [claim(1, OLD), claim(2, NEW, first_version=2)],
        [],
    )
    assert acts(chart.lives[1].cells) == [Act.ABSENT, Act.FIRST_SEEN]
    assert acts(chart.lives[0].cells) == [Act.FIRST_SEEN, Act.UNCHANGED]


def test_a_statement_that_is_not_seen_takes_its_claims_along_and_brings_them_back() -> None:
    gone, back = edit(1, kind=EditKind.WITHDRAWN), edit(3, kind=EditKind.REPUBLISHED)
    chart = trace(FIRST, [gone, back], {}, [claim(1, OLD)], [])
    assert [one.step for one in chart.columns] == [Step.VERSION, Step.WITHDRAWN, Step.REPUBLISHED]
    assert acts(chart.lives[0].cells) == [Act.FIRST_SEEN, Act.REMOVED, Act.RESTORED]
    assert chart.lives[0].lane is Lane.AS_SAID


def test_merged_and_split_claims_are_neither_removed_nor_new() -> None:
    merged, split = edit(2), edit(3)
    done = {
        merged.id: [change(1, Action.MERGED, "A. B.", "A and B.", other_numbers=(2,))],
        split.id: [change(1, Action.SPLIT, "A and B.", "A. B.", other_numbers=(3,))],
    }
    claims = [claim(1, "A."), claim(2, "B.", standing=False), claim(3, "B.", first_version=3)]
    lives = trace(FIRST, [merged, split], done, claims, []).lives
    assert [acts(life.cells) for life in lives] == [
        [Act.FIRST_SEEN, Act.REGROUPED, Act.REGROUPED],
        [Act.FIRST_SEEN, Act.REGROUPED, Act.ABSENT],
        [Act.ABSENT, Act.ABSENT, Act.REGROUPED],
    ]


def test_a_change_of_our_own_rules_is_no_edit_of_theirs() -> None:
    step = edit(2, is_technical=True)
    chart = trace(FIRST, [step], {step.id: [change(1, Action.EDITED, OLD, NEW)]}, [claim(1, NEW)], [])
    assert acts(chart.lives[0].cells) == [Act.FIRST_SEEN, Act.REGROUPED]


def test_a_gap_in_the_interval_of_an_edit_is_before_its_column() -> None:
    first, second = edit(2), edit(3)
    gap = Lapse(LapseOf.WATCH, T + timedelta(hours=2, minutes=56), T + timedelta(hours=2, minutes=58), None, None)
    chart = trace(FIRST, [first, second], {}, [claim(1, OLD)], [gap])
    assert [one.gap_before for one in chart.columns] == [False, False, True]
