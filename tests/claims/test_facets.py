"""In which ways two wordings of one claim differ: named cases in English, Ukrainian and Russian."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.facets.classify import classify
from app.claims.facets.pair import Finding
from app.claims.facts.reading import read


class Case(NamedTuple):
    language: str
    before: str
    after: str
    kinds: str
    """The facets expected, sorted, separated by spaces."""


CASES = {
    # surface
    "comma": Case("uk", "На жаль міст зруйновано.", "На жаль, міст зруйновано.", "format"),
    "capitals": Case("en", "breaking: bridge hit", "BREAKING: Bridge hit", "format"),
    "typing mistake": Case("uk", "Міст зруйновоно вночі.", "Міст зруйновано вночі.", "spelling"),
    "typing mistake en": Case("en", "The goverment agreed.", "The government agreed.", "spelling"),
    "words joined": Case("ru", "Мост не был ктобы там ни был.", "Мост не был кто бы там ни был.", "spelling"),
    "negation joined": Case("uk", "Загрози не має.", "Загрози немає.", "spelling"),
    "inflection": Case("uk", "Удар по місту Суми.", "Удар по містах Суми.", "inflection"),
    "euphony": Case("uk", "Усі дрони збито у Києві.", "Всі дрони збито в Києві.", "inflection"),
    "one name in two cases": Case("uk", "Підтвердив Гнатюк.", "Підтвердив Гнатюку.", "inflection"),
    "written by ear": Case("ru", "Патамушта он ушел.", "Потому что он ушел.", "spelling"),
    "letter twice": Case("ru", "Нне поняла его слов.", "Не поняла его слов.", "spelling"),
    "word of chat": Case("ru", "Он ваще не пришел.", "Он вообще не пришел.", "spelling"),
    "word of chat that negates": Case("ru", "Там ничо не видно.", "Там ничего не видно.", "spelling"),
    "misspelt quantifier": Case("ru", "Там многа людей.", "Там много людей.", "spelling"),
    "negation run together": Case(
        "ru", "Работатьне хочется, хочу учиться.", "Работать не хочется, хочу учиться.", "spelling"
    ),
    "foreign name by ear": Case("uk", "Приїхав Браян Кокс.", "Приїхав Брайан Кокс.", "spelling"),
    "short foreign name": Case("uk", "Вона бачила Сю вчора.", "Вона бачила Сью вчора.", "spelling"),
    "unit misspelt": Case("uk", "Ціна 50 гривнів.", "Ціна 50 гривень.", "notation spelling"),
    "other form of each": Case("uk", "Кожний знає це.", "Кожен знає це.", "inflection"),
    "title of a book": Case("uk", "Він читав «Майстер і Маргарита».", "Він читав Майстер і Маргарита.", "format"),
    # notation: the same value, other writing
    "initial": Case("uk", "Генерал Б. Хмельницький прибув.", "Генерал Богдан Хмельницький прибув.", "notation"),
    "hour as ordinal": Case(
        "uk", "Вибух о 5-й годині вечора чули всі.", "Вибух о п'ятій годині вечора чули всі.", "notation"
    ),
    "day as ordinal": Case("uk", "Першого вересня школи відкриють.", "1 вересня школи відкриють.", "notation"),
    "day as ordinal en": Case("en", "It began on the first of May.", "It began on 1 May.", "notation"),
    "year as ordinal": Case("uk", "У 2010-му році почалась війна.", "У 2010 році почалась війна.", "notation"),
    "thousands": Case("uk", "Знищено 1500 дронів.", "Знищено 1,5 тис. дронів.", "notation"),
    "thousands en": Case("en", "It lost 2,500 men.", "It lost 2.5 thousand men.", "notation"),
    "number word": Case("en", "Five tanks were lost.", "5 tanks were lost.", "notation"),
    "number words uk": Case("uk", "Збито двадцять п'ять дронів.", "Збито 25 дронів.", "notation"),
    "per cent": Case("ru", "Рост на 5 процентов.", "Рост на 5%.", "notation"),
    "currency": Case("en", "It costs $5 million.", "It costs 5 million dollars.", "notation"),
    "date": Case("uk", "Станом на 7 січня тихо.", "Станом на 07.01 тихо.", "notation"),
    "date en": Case("en", "It began on 7 January 2025.", "It began on January 7, 2025.", "notation"),
    "iso date": Case("en", "It began on 7 January 2025.", "It began on 2025-01-07.", "notation"),
    "clock": Case("en", "It began at 2:30 p.m. sharp.", "It began at 14:30 sharp.", "notation"),
    "half past nine": Case("uk", "Тривога почалась о пів на десяту вечора.", "Тривога почалась о 21:30.", "notation"),
    "ordinal": Case("uk", "Це 3-й удар.", "Це третій удар.", "notation"),
    "unit written out": Case("uk", "Пройшли 5 км.", "Пройшли 5 кілометрів.", "notation"),
    "short form": Case("en", "The Armed Forces moved.", "The AF moved.", "notation"),
    "name turned round": Case("uk", "Заявив Олександр Сирський.", "Заявив Сирський Олександр.", "notation"),
    # values
    "five hundred": Case("uk", "Загинули 5 солдатів.", "Загинули 500 солдатів.", "quantity"),
    "word to number": Case("en", "Two villages fell.", "3 villages fell.", "quantity"),
    "million": Case("ru", "Потрачено 3 млн рублей.", "Потрачено 3 млрд рублей.", "quantity"),
    "unit": Case("en", "They moved 5 km west.", "They moved 5 miles west.", "quantity"),
    "sign": Case("uk", "Буде -5 градусів.", "Буде 5 градусів.", "quantity"),
    "rank": Case("en", "It came third.", "It came fourth.", "quantity"),
    "numbers exchanged": Case("uk", "Знищено 5 танків і 7 гармат.", "Знищено 7 танків і 5 гармат.", "quantity"),
    "day": Case("uk", "Удар стався 7 січня.", "Удар стався 8 січня.", "time"),
    "hour": Case("ru", "Взрыв в 14:30 слышали все.", "Взрыв в 15:30 слышали все.", "time"),
    "weekday": Case("en", "The talks begin on Monday.", "The talks begin on Tuesday.", "time"),
    "month to day": Case("en", "He died in August 2013.", "He died on 14 August 2013.", "time"),
    "morning for evening": Case(
        "uk", "Вибух о 5-й годині вечора чули всі.", "Вибух о 5-й годині ранку чули всі.", "time"
    ),
    "another day as ordinal": Case("uk", "Першого вересня відкриють.", "Другого вересня відкриють.", "time"),
    "end of years": Case("uk", "У 2005–2007 роках йшла війна.", "У 2005–2008 роках йшла війна.", "time"),
    "another initial": Case(
        "uk", "Генерал Б. Хмельницький прибув.", "Генерал Андрій Хмельницький прибув.", "entity"
    ),
    "link": Case("en", "See https://a.org/1 now.", "See https://a.org/2 now.", "link"),
    "weapon": Case("uk", "Збито С-300 під Сумами.", "Збито С-400 під Сумами.", "entity"),
    "town": Case("uk", "Удар по Сумах вночі.", "Удар по Харкову вночі.", "entity"),
    "names exchanged": Case("en", "Yesterday Russia attacked Ukraine.", "Yesterday Ukraine attacked Russia.", "entity"),
    # stance
    "negation added": Case("uk", "Міст зруйновано.", "Міст не зруйновано.", "polarity"),
    "negation removed": Case("en", "The bridge was not hit.", "The bridge was hit.", "polarity"),
    "contraction": Case("en", "They did agree.", "They didn't agree.", "polarity"),
    "negative prefix": Case("ru", "Законный запуск подтвержден.", "Незаконный запуск подтвержден.", "polarity"),
    "there is none": Case("uk", "Загрози немає.", "Загроза є.", "polarity"),
    "there is none ru": Case("ru", "Угрозы нет, сказал мэр.", "Угроза есть, сказал мэр.", "polarity"),
    "nobody gone": Case("uk", "Ніхто не втрачає житло.", "Люди втрачають житло.", "polarity wording"),
    "nobody with its not": Case("uk", "Ніхто бачив це.", "Ніхто не бачив це.", "wording"),
    "nothing with its not": Case("uk", "Я знайшов там нічого.", "Я не знайшов там нічого.", "wording"),
    "neither of the same sense": Case("uk", "Нема ні води, ні світла.", "Нема ані води, ані світла.", "wording"),
    "opposites": Case("en", "Sales will increase.", "Sales will decrease.", "polarity"),
    "opposites uk": Case("uk", "Ціни зросли вдвічі.", "Ціни знизилися вдвічі.", "polarity"),
    "deleting a clause with a not": Case(
        "en", "The bridge stands, and the road was not hit.", "The bridge stands.", "detail_removed"
    ),
    "without something else": Case(
        "en", "We model texts without weakening the decoder.", "We model texts with another decoder.", "wording"
    ),
    "doubt added": Case("en", "The strike killed five men.", "The strike reportedly killed five men.", "certainty"),
    "doubt removed": Case("uk", "Ймовірно, ворог відступив.", "Ворог відступив.", "certainty"),
    "about": Case("uk", "Знищено 50 танків.", "Знищено близько 50 танків.", "scope"),
    "more than a number": Case("uk", "Знищено 50 танків.", "Знищено більше 50 танків.", "scope"),
    "more in a comparison": Case("uk", "Це більш важливий крок.", "Це важливий крок.", "wording"),
    "another about": Case("uk", "Чекали біля двох годин.", "Чекали близько двох годин.", "wording"),
    "all to most": Case("en", "All soldiers returned home.", "Most soldiers returned home.", "scope"),
    "only": Case("ru", "Работает один мост, сказал мэр.", "Работает только один мост, сказал мэр.", "scope"),
    # attribution
    "according to": Case("en", "The bridge fell.", "According to officials, the bridge fell.", "attribution"),
    "according to uk": Case("uk", "За даними Генштабу, міст упав.", "Міст упав.", "attribution"),
    "another source": Case(
        "en", "Kyiv fell silent, Maria Lopez said.", "Kyiv fell silent, Peter Brown said.", "attribution"
    ),
    "appositive": Case(
        "en",
        "The bridge will open, its head, Maria Lopez, said.",
        "The bridge will open.",
        "attribution",
    ),
    "two like names": Case(
        "ru", "Сообщила вчера Алена Иванова.", "Сообщила вчера Олена Иванова.", "attribution"
    ),
    "colon for a verb of saying": Case(
        "uk", "Мер Олег Коваль: міст упав.", "Мер Олег Коваль зазначив, що міст упав.", "wording"
    ),
    "another speaker than before the colon": Case(
        "uk", "Мер Олег Коваль: міст упав.", "Губернатор Іван Лис зазначив, що міст упав.", "attribution detail_removed"
    ),
    "another verb of saying": Case("en", "The mayor said it fell.", "The mayor stated it fell.", "wording"),
    # details and wording
    "detail removed": Case("uk", "Ворог відступив від міста.", "Ворог відступив.", "detail_removed"),
    "detail added": Case("en", "The bridge fell.", "The bridge fell into the river.", "detail_added"),
    "word twice": Case("en", "The bridge fell on the road road.", "The bridge fell on the road.", "wording"),
    "connective": Case("en", "However, the bridge stands.", "The bridge stands.", "wording"),
    "nouns of one sound": Case("ru", "Компания началась летом.", "Кампания началась летом.", "wording"),
    "kursk": Case("uk", "Розпочали нові наступальні дії.", "Розпочали бойові дії.", "wording"),
    "own words": Case(
        "en", 'He called it "a great and glorious victory" there.', "He called it a great and glorious victory there.",
        "quotation",
    ),
    "name in quotation marks": Case("uk", "Корабель «Москва» затонув.", "Корабель Москва затонув.", "format"),
}  # fmt: skip


def findings(case: Case) -> list[Finding]:
    return classify(read(case.before, case.language), read(case.after, case.language), frozenset())


@pytest.mark.parametrize("name", CASES)
def test_the_facets_of(name: str):
    case = CASES[name]
    assert sorted(finding.kind.value for finding in findings(case)) == case.kinds.split()


def the(name: str, kind: str) -> Finding:
    return next(finding for finding in findings(CASES[name]) if finding.kind.value == kind)


def test_a_quantity_says_by_how_much_and_where():
    found = the("five hundred", "quantity")
    assert dict(found.data) == {"before": ["5"], "after": ["500"], "ratio": [100.0], "direction": ["up"]}
    assert [CASES["five hundred"].after[slice(*span)] for span in found.after] == ["500"]


def test_certainty_says_which_way():
    assert the("doubt added", "certainty").data["direction"] == "lowered"
    assert the("doubt removed", "certainty").data["direction"] == "raised"


def test_attribution_names_the_source():
    assert the("according to", "attribution").data == {"change": "added", "source": "officials"}
    assert the("appositive", "attribution").data["change"] == "removed"
    assert the("another source", "attribution").data["change"] == "changed"


def test_a_date_made_finer_says_so():
    assert the("month to day", "time").data["precision"] == "finer"


VOCABULARY = """
    Міст не стоїть 5 500 тис. 7 січня 2025 року о 14:30 , . « » " можливо всі близько за даними Генштабу сказав Марія
    Лопес The bridge fell reportedly not didn't 3rd May according to С-400 № 45 https://a.org @x % $ -5 пів на десяту
    перший ранок \u0130 ё
"""
WORDS = st.lists(st.sampled_from(sorted(set(VOCABULARY.split()))), max_size=14).map(" ".join)


@given(
    WORDS | st.text(max_size=60),
    WORDS | st.text(max_size=60),
    st.sampled_from(["en", "uk", "ru", "de", "pl", "ar", "und"]),
)
def test_any_two_claims_have_facets_with_spans_inside_them(before: str, after: str, language: str):
    found = classify(read(before, language), read(after, language), frozenset())
    assert found
    assert len({finding.kind for finding in found}) == len(found)
    for finding in found:
        assert all(0 <= start < end <= len(before) for start, end in finding.before)
        assert all(0 <= start < end <= len(after) for start, end in finding.after)
