"""What an edit did to pinned phrases, against a plain count of them in both texts."""

from hypothesis import given
from hypothesis import strategies as st

from app.claims.compare import compare
from app.claims.pins import PinMatch, PinSet, parse_variant
from app.domain.claims import PinEventKind, Span

PINS = PinSet.of(
    {
        "offensive": [parse_variant("en: new offensive"), parse_variant("uk: новий наступ")],
        "soldiers": [parse_variant("en: 500 soldiers")],
        "bridge": [parse_variant("en: bridge*"), parse_variant("uk: міст")],
    }
)
SENTENCES = (
    "The new offensive began on Monday.",
    "A new offensive is not planned.",
    "About 500 soldiers crossed the bridge.",
    "About 900 soldiers crossed the bridge.",
    "Both bridges stand.",
    "Новий наступ триває.",
    "Новий наступ не триває.",
    "Міст зруйновано.",
    "It rained all day.",
    "Nothing else is known.",
)
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8).map(" ".join)


def counted(pins: PinSet, text: str) -> dict[tuple[str, str], list[Span]]:
    found: dict[tuple[str, str], list[Span]] = {}
    for match in pins.find(text, "en"):
        found.setdefault((match.pin, match.variant.language), []).append(match.span)
    return found


@given(texts, texts)
def test_a_phrase_that_became_more_or_fewer_is_touched_with_all_its_places(before: str, after: str):
    """However little of the text an edit touched, no phrase that went or came is missed, and none counted short."""
    old, new = counted(PINS, before), counted(PINS, after)
    touched = {(one.pin, one.variant.language): one for one in compare(before, after, language="en", pins=PINS).pins}
    for name in old.keys() | new.keys():
        places = old.get(name, []), new.get(name, [])
        if len(places[0]) != len(places[1]):
            assert (list(touched[name].before), list(touched[name].after)) == places
        elif name in touched:
            assert touched[name].event is PinEventKind.CONTEXT_CHANGED
            assert (list(touched[name].before), list(touched[name].after)) == places


def test_the_count_of_a_phrase_includes_the_sentences_that_stayed():
    kept = "The new offensive began on Monday. It rained all day."
    (touch,) = compare(kept, f"{kept} A new offensive is not planned.", language="en", pins=PINS).pins
    assert touch.event is PinEventKind.COUNT_CHANGED
    assert (len(touch.before), len(touch.after)) == (1, 2)


def test_a_phrase_in_a_sentence_that_moved_is_not_touched():
    before = "The new offensive began on Monday. It rained all day. Nothing else is known."
    after = "It rained all day. Nothing else is known. The new offensive began on Monday."
    assert compare(before, after, language="en", pins=PINS).pins == ()


@given(texts, st.sets(st.sampled_from(sorted(PINS.by_pin))))
def test_some_of_the_pins_are_found_where_all_of_them_find_them(text: str, some: set[str]):
    everywhere: tuple[PinMatch, ...] = PINS.find(text, "en")
    assert PINS.only(some).find(text, "en") == tuple(match for match in everywhere if match.pin in some)
