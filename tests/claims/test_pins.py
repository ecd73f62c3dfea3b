"""Pins: phrases found in any inflection, told apart from what only looks like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.pins import PinSet, parse_variant, warnings_of
from app.domain.claims import PinVariant
from app.domain.errors import InvalidPin

FOUND = {
    "en plain": ("en: new offensive", "en", "Ukraine launched new offensive operations.", "new offensive"),
    "en plural": ("en: new offensive", "en", "New offensives began.", "New offensives"),
    "en word between": ("en: new offensive", "en", "A new big offensive is under way.", "new big offensive"),
    "en article between": ("en: end of war", "en", "It is the end of the war.", "end of the war"),
    "uk nominative": ("uk: новий наступ", "uk", "Розпочато новий наступ на Курщині.", "новий наступ"),
    "uk genitive": ("uk: новий наступ", "uk", "Про початок нового наступу не йдеться.", "нового наступу"),
    "uk plural": ("uk: новий наступ", "uk", "нових наступів не буде", "нових наступів"),
    "uk instrumental": ("uk: новий наступ", "uk", "новим наступом", "новим наступом"),
    "uk word between": ("uk: новий наступ", "uk", "Після нового їх наступу", "нового їх наступу"),
    "uk vowel closed": ("uk: круглий стіл", "uk", "Спір за круглим столом.", "круглим столом"),
    "uk vowel closed, soft": ("uk: білий кінь", "uk", "Не дивуйтеся білим коням.", "білим коням"),
    "uk vowel opened": ("uk: порожнє село", "uk", "Список порожніх сіл.", "порожніх сіл"),
    "uk consonant softened": ("uk: права рука", "uk", "Тримає в правій руці.", "правій руці"),
    "uk vowel before й": ("uk: нічний бій", "uk", "Після нічного бою тихо.", "нічного бою"),
    "uk adjective in -ові": ("uk: степова дорога", "uk", "Розмило степові дороги.", "степові дороги"),
    "uk derivation": ("uk: нов* наступ*", "uk", "Сили почали нові наступальні дії.", "нові наступальні"),
    "ru inflected": ("ru: новое наступление", "ru", "в ходе нового наступления", "нового наступления"),
    "ru derivation": ("ru: нов* наступ*", "ru", "начали новые наступательные действия", "новые наступательные"),
    "exact": ("en: =Kursk", "en", "In Kursk it is quiet.", "Kursk"),
    "either": ("uk: удар/атака", "uk", "Відбито дві атаки.", "атаки"),
    "english in ukrainian": ("en: new offensive", "uk", "Новини.\nNew offensive actions began.", "New offensive"),
    "russian in a ukrainian channel": ("ru: новое наступление", "uk", "Начато новое наступление.", "новое наступление"),
    "ukrainian taken for russian": ("uk: новий наступ", "ru", "Почався новий наступ.", "новий наступ"),
    "a number": ("en: 500 soldiers", "en", "About 500 soldiers left.", "500 soldiers"),
    "invisible characters": ("uk: замок", "uk", "Старий за\u0301мок стоїть.", "за\u0301мок"),
}  # fmt: skip
NOT_FOUND = {
    "en other order": ("en: new offensive", "en", "The offensive was new."),
    "en too far": ("en: new offensive", "en", "The new law on this is offensive."),
    "uk sentence end": ("uk: новий наступ", "uk", "Настав новий день. Наступ триває."),
    "uk line end": ("uk: новий наступ", "uk", "Новий\nНаступ"),
    "uk homograph prefix": ("uk: новий наступ", "uk", "Новий рік наступного тижня"),
    "uk preposition is no noun": ("uk: вода", "uk", "Лист від ради."),
    "uk neuter without alternation": ("uk: тіло", "uk", "Мале теля спить."),
    "exact is exact": ("uk: =наступ", "uk", "Початок наступу."),
    "another script": ("en: war", "uk", "Вар'ят"),
    "another latin language": ("en: war", "de", "Das war am Montag, und es war nicht die Zeit für ein Wort."),
}


def pinned(*written: str) -> PinSet:
    return PinSet.of({"pin": [parse_variant(one) for one in written]})


@pytest.mark.parametrize("name", FOUND)
def test_a_pin_finds(name: str):
    written, language, text, expected = FOUND[name]
    (match,) = pinned(written).find(text, language)
    assert text[match.span.start : match.span.end] == expected
    assert (match.pin, str(match.variant)) == ("pin", written)


@pytest.mark.parametrize("name", NOT_FOUND)
def test_a_pin_does_not_find(name: str):
    written, language, text = NOT_FOUND[name]
    assert pinned(written).find(text, language) == ()


def test_of_two_variants_in_one_place_the_one_in_the_language_of_the_text_is_given():
    pins = pinned("ru: нов* наступ*", "uk: нов* наступ*")
    (match,) = pins.find("Розпочато нові наступальні дії.", "uk")
    assert match.variant.language == "uk"


def test_every_place_of_a_phrase_is_found():
    assert len(pinned("uk: наступ").find("Наступ. Ще один наступ! І наступу немає.", "uk")) == 3


WRONG = {
    "no language": ("новий наступ", "language before it"),
    "language in words": ("ukrainian: наступ", "language before it"),
    "empty": ("uk:   ", "no word"),
    "only an article": ("en: the", "no word"),
    "bare star": ("uk: *", "missing"),
    "one letter": ("uk: н*", "at least 2"),
    "star inside": ("uk: на*ступ", "end of a word"),
    "exact beginning": ("uk: =наступ*", "both"),
    "nothing behind the stroke": ("uk: удар/", "missing"),
    "too long": ("uk: " + "слово " * 50, "at most"),
    "too many words": ("uk: " + "аб вг " * 10, "at most"),
    "surrogate": ("uk: a\ud800", "surrogate"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_phrase_that_cannot_be_read_is_refused_in_words(name: str):
    written, message = WRONG[name]
    with pytest.raises(InvalidPin, match=message):
        parse_variant(written)


def test_a_language_may_stand_beside_the_phrase():
    assert parse_variant("новий  наступ", "uk") == PinVariant("uk", "новий наступ")
    with pytest.raises(InvalidPin, match="two letters"):
        parse_variant("наступ", "ukrainian")


@pytest.mark.parametrize(
    ("written", "warned"),
    [
        ("en: new offensive", False),
        ("uk: новий наступ", False),
        ("uk: нов* наступ*", True),
        ("en: war", True),
        ("en: =Kursk", False),
        ("en: on and of", True),
    ],
)
def test_phrases_that_find_too_much_are_warned_of(written: str, warned: bool):
    assert bool(warnings_of(parse_variant(written))) is warned


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_phrase_is_read_or_refused_and_then_searched_for(written: str):
    try:
        variant = parse_variant(written, "uk")
    except InvalidPin:
        return
    warnings_of(variant)
    pins = PinSet.of({"pin": [variant]})
    for match in pins.find(written, "uk"):
        assert 0 <= match.span.start < match.span.end <= len(written)
