"""The whole comparison: what happened to each claim, on real-looking posts and on any text at all."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.claims.compare import ANALYZER_VERSION, compare, first_ledger
from app.claims.pins import PinSet, parse_variant
from app.domain.claims import (
    Action,
    Analysis,
    ClaimChange,
    FacetKind,
    Ledger,
    Level,
    PinEventKind,
    StatementAction,
)
from app.domain.errors import InvalidInput

POST = """7 січня Сили оборони України розпочали нові наступальні дії в Курській області РФ.
Знищено 5 танків. Втрати уточнюються.

Ukraine's Defence Forces launched new offensive operations in the Kursk region."""
EDITED = POST.replace("нові наступальні", "бойові").replace("new offensive", "combat")
PINS = PinSet.of(
    {
        "offensive": [
            parse_variant("en: new offensive"),
            parse_variant("uk: нов* наступ*"),
            parse_variant("ru: нов* наступ*"),
        ]
    }
)


def only(analysis: Analysis, action: Action) -> ClaimChange:
    (change,) = [change for change in analysis.changes if change.action is action]
    return change


def kinds(change: ClaimChange) -> set[str]:
    return {facet.kind.value for facet in change.facets}


def chain(*texts: str, language: str = "uk", pins: PinSet | None = None) -> list[Analysis]:
    """The analyses of all steps of one statement, each with the ledger of the step before."""
    ledger: Ledger | None = first_ledger(texts[0], language=language)
    steps = []
    for version, (before, after) in enumerate(pairwise(texts), start=2):
        step = compare(before, after, language=language, ledger=ledger, version=version, pins=pins)
        ledger = step.ledger
        steps.append(step)
    return steps


def test_the_general_staff_post_is_caught_in_both_languages():
    analysis = compare(POST, EDITED, language="uk", pins=PINS)
    edited = [change for change in analysis.changes if change.action is Action.EDITED]
    assert [change.level for change in edited] == [Level.MAJOR, Level.MAJOR]
    assert {(str(touch.variant), touch.event) for touch in analysis.pins} == {
        ("uk: нов* наступ*", PinEventKind.REMOVED),
        ("en: new offensive", PinEventKind.REMOVED),
    }
    uk, en = analysis.pins
    assert POST[slice(*uk.before[0])] == "нові наступальні"
    assert POST[slice(*en.before[0])] == "new offensive"
    assert uk.claim_numbers == (edited[0].number,)
    (wording,) = edited[0].facets
    assert [POST[slice(*span)] for span in wording.before] == ["нові наступальні"]
    assert [EDITED[slice(*span)] for span in wording.after] == ["бойові"]


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("uk", "Сили оборони розпочали нові наступальні дії.", "Сили оборони розпочали бойові дії."),
        ("en", "Ukraine launched new offensive operations.", "Ukraine launched combat operations."),
        ("ru", "Силы обороны начали новые наступательные действия.", "Силы обороны начали боевые действия."),
    ],
)
def test_without_any_pin_the_edit_is_substantive(language: str, before: str, after: str):
    analysis = compare(before, after, language=language)
    assert only(analysis, Action.EDITED).level.rank >= Level.SUBSTANTIVE.rank


def test_claims_that_came_and_went_are_told_with_the_ones_that_stayed():
    analysis = compare("Міст стоїть. Дощ іде.", "Міст стоїть. Ворог відступив.", language="uk")
    assert [change.action for change in analysis.changes] == [Action.UNCHANGED, Action.REMOVED, Action.ADDED]
    assert only(analysis, Action.REMOVED).before == "Дощ іде."
    assert only(analysis, Action.ADDED).after == "Ворог відступив."


def test_a_claim_that_only_moved_is_moved():
    before = "Перша новина про міст у Києві. Друга новина про дощ. Третя новина про вибори в країні."
    after = "Друга новина про дощ. Третя новина про вибори в країні. Перша новина про міст у Києві."
    change = only(compare(before, after, language="uk"), Action.MOVED)
    assert change.before.startswith("Перша")
    assert change.level is Level.COSMETIC


def test_a_sentence_cut_in_two_is_split_and_back_again_merged():
    whole = "The bridge over the river was closed on Monday and the trains were sent through the northern tunnel."
    parts = "The bridge over the river was closed on Monday. The trains were sent through the northern tunnel."
    split, merged = chain(whole, parts, whole, language="en")
    assert only(split, Action.SPLIT).number == 1
    assert len(only(split, Action.SPLIT).after_spans) == 2
    assert only(split, Action.SPLIT).other_numbers == (2,)
    assert only(merged, Action.MERGED).number == 1
    assert only(merged, Action.MERGED).other_numbers == (2,)
    assert [claim.standing for claim in merged.ledger.claims] == [True, False]


def test_a_part_that_is_split_off_again_gets_its_number_back():
    whole = "The bridge over the river was closed on Monday and the trains were sent through the northern tunnel."
    parts = "The bridge over the river was closed on Monday. The trains were sent through the northern tunnel."
    last = chain(whole, parts, whole, parts, language="en")[-1]
    assert only(last, Action.SPLIT).other_numbers == (2,)


def test_a_removed_claim_that_comes_back_is_restored_under_its_number():
    first, _, third = chain(
        "Міст стоїть. Ворог відступив.", "Міст стоїть.", "Міст стоїть. Новий дощ.", "Новий дощ. Ворог відступив!"
    )
    assert only(first, Action.REMOVED).number == 2
    restored = only(third, Action.RESTORED)
    assert (restored.number, restored.removed_in) == (2, 2)
    assert restored.before == ""


def test_a_claim_that_comes_back_reworded_is_a_near_return_with_its_facets():
    claim = "Сили оборони знищили 5 ворожих танків у Курській області."
    _, back = chain(f"Новини дня. {claim}", "Новини дня.", "Новини дня. " + claim.replace("5", "50"))
    restored = only(back, Action.RESTORED)
    assert (restored.number, restored.removed_in) == (2, 2)
    assert 0.7 < restored.similarity < 1
    assert "quantity" in kinds(restored)


def test_an_edit_that_is_taken_back_is_restored():
    back = chain(POST, EDITED, POST, pins=PINS)[-1]
    restored = [change for change in back.changes if change.action is Action.RESTORED]
    assert [(change.number, change.removed_in) for change in restored] == [(1, 2), (4, 2)]
    assert {touch.event for touch in back.pins} == {PinEventKind.RESTORED}


def test_a_claim_keeps_its_number_through_a_long_chain():
    steps = chain(
        "Міст у Києві закрито для руху. Дощ.",
        "Дощ. Міст у Києві закрито для руху.",
        "Дощ. Міст у Києві закрито для руху вантажівок.",
        "Сніг іде. Міст у Києві закрито для руху вантажівок до вечора.",
        "Міст у Києві відкрито для руху вантажівок до вечора.",
    )
    last = steps[-1].ledger
    bridge = next(claim for claim in last.claims if claim.standing)
    assert bridge.number == 1
    assert bridge.first_version == 1
    assert bridge.last_version == 5
    assert len(bridge.earlier_keys) == 3


def test_the_whole_statement_gone_and_back():
    gone, back = chain(POST, "", POST)
    assert gone.statement_action is StatementAction.WITHDRAWN
    assert gone.level is Level.MAJOR
    assert back.statement_action is StatementAction.REPUBLISHED
    assert {change.action for change in back.changes} == {Action.RESTORED}


def test_another_text_in_the_same_place_replaces_the_statement():
    analysis = compare("Дощ іде третій день. Міст закрито.", "Вибори відбудуться восени цього року.", language="uk")
    assert analysis.statement_action is StatementAction.REPLACED


@pytest.mark.parametrize(
    ("before", "after", "disclosed"),
    [
        ("Міст стоїть.", "UPD: Міст не стоїть.", True),
        ("Міст стоїть.", "Міст не стоїть. (Оновлено о 12:30)", True),
        ("Мост стоит.", "Исправлено. Мост не стоит.", True),
        ("It stands.", "It fell. Editor's note: the first version was wrong.", True),
        ("The market stands.", "The market correction came.", False),
        ("UPD: Міст стоїть.", "UPD: Міст не стоїть.", False),
    ],
)
def test_a_note_of_correction_is_noticed(before: str, after: str, disclosed: bool):
    assert compare(before, after, language="uk").disclosed is disclosed


def test_pins_tell_what_was_done_to_a_phrase():
    text = "Новий наступ триває. Дощ іде."
    pins = PinSet.of({"p": [parse_variant("uk: новий наступ")]})

    def event(before: str, after: str) -> tuple[PinEventKind, ...]:
        return tuple(touch.event for touch in compare(before, after, language="uk", pins=pins).pins)

    assert event("Дощ іде.", text) == (PinEventKind.ADDED,)
    assert event(text, text + " Це новий наступ.") == (PinEventKind.COUNT_CHANGED,)
    assert event(text, text.replace("триває", "не триває")) == (PinEventKind.CONTEXT_CHANGED,)
    assert event(text, text.replace("Дощ", "Сніг")) == ()
    assert event(text, text.upper()) == ()


def test_the_same_edit_of_two_statements_has_one_hash():
    one = compare("Вступ. Міст стоїть.", "Вступ. Міст не стоїть.", language="uk")
    other = compare("Інше слово. Міст стоїть!", "Інше слово. Міст не стоїть!", language="uk")
    different = compare("Вступ. Міст стоїть.", "Вступ. Міст давно не стоїть.", language="uk")
    assert one.change_hash == other.change_hash != different.change_hash


def test_languages_without_lists_say_which_facets_they_have():
    with_lists, without = compare("a", "b", language="uk"), compare("a", "b", language="eo")
    assert FacetKind.POLARITY in with_lists.facets_supported
    assert FacetKind.POLARITY not in without.facets_supported
    assert FacetKind.QUANTITY in without.facets_supported


def test_every_result_names_the_analyzer():
    assert compare("a", "b", language="en").analyzer_version == ANALYZER_VERSION


def test_running_out_of_time_gives_a_coarse_result_and_says_so():
    analysis = compare(POST, EDITED, language="uk", out_of_time=lambda: True)
    assert analysis.truncated
    assert_accounted(POST, EDITED, analysis)


def test_a_text_that_is_no_unicode_is_refused():
    with pytest.raises(InvalidInput):
        compare("a", "\udc80", language="en")


def assert_accounted(before: str, after: str, analysis: Analysis) -> None:
    """Every claim of both sides once, and every span quotes what it should."""
    for text, spans in (
        (before, [span for change in analysis.changes for span in change.before_spans]),
        (after, [span for change in analysis.changes for span in change.after_spans]),
    ):
        position = 0
        for start, end in sorted(spans):
            assert position <= start < end <= len(text)
            position = end
    for change in analysis.changes:
        assert change.before == " ".join(before[slice(*span)] for span in change.before_spans)
        assert change.after == " ".join(after[slice(*span)] for span in change.after_spans)
        assert change.level is Level.of(change.score)
        for facet in change.facets:
            assert all(0 <= start < end <= len(before) for start, end in facet.before)
            assert all(0 <= start < end <= len(after) for start, end in facet.after)
    standing = [claim for claim in analysis.ledger.claims if claim.standing]
    assert sorted(span for claim in standing for span in claim.spans) == sorted(
        span for change in analysis.changes for span in change.after_spans
    )
    assert all(after[slice(*claim.spans[0])] == claim.text for claim in standing)
    numbers = [claim.number for claim in analysis.ledger.claims]
    assert numbers == sorted(set(numbers))


UNICODE = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
SENTENCES = [
    "Міст стоїть.",
    "Міст не стоїть.",
    "Ворог відступив о 14:30.",
    "Знищено 5 танків.",
    "Знищено 500 танків.",
    "❗️Увага!",
    "За\u0301мок зруйновано,",
    "The bridge stands.",
    "The bridge may stand, officials said.",
    "وصلت القوات.",
    "\n",
    "\n\n",
    "🔹 Покровськ: 7 січня",
    "https://t.me/x/1",
    "На жаль, за даними Генштабу, міст, можливо, не стоїть.",
    "\x00",
    "e\u0301",
    "Сили оборони розпочали нові наступальні дії в Курській області РФ та знищили 5 танків.",
]
POSTS = st.lists(st.sampled_from(SENTENCES), max_size=8).map(" ".join)


@settings(max_examples=150)
@given(UNICODE | POSTS, UNICODE | POSTS, st.sampled_from(["uk", "en", "ru", "de", "ar", "und"]))
def test_every_claim_of_any_two_texts_is_accounted_for_once(before: str, after: str, language: str):
    analysis = compare(before, after, language=language, pins=PINS)
    assert_accounted(before, after, analysis)
    assert compare(before, after, language=language, pins=PINS) == analysis


@given(UNICODE | POSTS)
def test_a_text_compared_with_itself_has_only_unchanged_claims(text: str):
    analysis = compare(text, text, language="uk")
    assert {change.action for change in analysis.changes} <= {Action.UNCHANGED}
    assert analysis.score == 0


@settings(max_examples=150)
@given(POSTS | UNICODE, POSTS | UNICODE)
def test_swapping_the_texts_swaps_added_and_removed(before: str, after: str):
    there, back = compare(before, after, language="uk"), compare(after, before, language="uk")
    assert sorted(c.after for c in there.changes if c.action is Action.ADDED) == sorted(
        c.before for c in back.changes if c.action is Action.REMOVED
    )
    assert sorted(c.before for c in there.changes if c.action is Action.REMOVED) == sorted(
        c.after for c in back.changes if c.action is Action.ADDED
    )


@settings(max_examples=60)
@given(st.lists(POSTS, min_size=2, max_size=6))
def test_ledgers_of_any_chain_keep_every_claim_ever_seen(texts: list[str]):
    known: set[int] = set()
    for before, after, step in zip(texts, texts[1:], chain(*texts), strict=False):
        assert_accounted(before, after, step)
        numbers = {claim.number for claim in step.ledger.claims}
        assert known <= numbers
        known = numbers


SLOW = {
    "dots": ("." * 50_000, "!" * 50_000),
    "spaces": (" " * 50_000 + "a", "\n" * 50_000 + "b"),
    "one word": ("а" * 50_000, "б" * 50_000),
    "quotation marks": ('"«' * 10_000, "»x" * 10_000),
    "numbers": ("-1," * 5_000, "1.-" * 5_000),
    "accents": ("e\u0301" * 10_000, "e\u0300\u0301" * 10_000),
    "the same sentence": ("Міст стоїть. " * 500, "Міст не стоїть. " * 500),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", SLOW)
def test_texts_made_to_be_slow_are_compared_all_the_same(name: str):
    before, after = SLOW[name]
    assert_accounted(before, after, compare(before, after, language="uk"))
