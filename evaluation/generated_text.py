"""Long official-looking texts of our own making, and edited copies of them, for measuring time and memory."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Sentence patterns, and by the name of a gap in them what may stand there.

    ``{number}`` and ``{hour}`` are filled with figures.
    """

    patterns: Sequence[str]
    gaps: Mapping[str, Sequence[str]]


def cut(text: str) -> list[str]:
    """Phrases separated by semicolons, line ends in between as spaces."""
    return " ".join(text.split()).split("; ")


VOCABULARIES: Mapping[str, Vocabulary] = {
    "en": Vocabulary(
        (
            "{opening} {who} {did} {thing} {where}, {number} {units} in all.",
            "{who} {did} {thing} {where} at {hour}.",
            "{opening} {number} {units} were left {where} after {cause}.",
            "{cause} kept {who} from where {number} {units} waited, {source}.",
            "{source}, {who} never {did} {thing}.",
        ),
        {
            "opening": cut(
                """
                Overnight; Since Monday; Despite the frost; By order of the council; For the first time; Late last
                week; Without warning; As planned
                """
            ),
            "who": cut(
                """
                mayor Anna Pell; the fire service; Colonel Briggs; repair crews; minister Okoro; the border guard;
                two engineers; volunteers; the district court; a grain trader
                """
            ),
            "did": cut(
                """
                opened; closed; inspected; rebuilt; guarded; lost; handed over; counted; repaired; abandoned;
                announced; searched
                """
            ),
            "thing": cut(
                """
                the northern bridge; a pumping station; three shelters; the old depot; an aid corridor; the rail
                yard; a field hospital; the ferry line; a school roof; the power line; several checkpoints; the tax
                register
                """
            ),
            "where": cut(
                """
                near Northfield; in Greyhaven; outside Oldbridge; on Marrow Hill; in the Stonewick valley; at
                Larkspur; along the Westmere road; in Dunmoor
                """
            ),
            "units": cut("families; lorries; tonnes of grain; patients; litres of fuel; pupils; claims"),
            "cause": cut("Shelling; A flood; The strike; Heavy snow; A court ruling; The ceasefire; Fire"),
            "source": cut(
                """
                according to the governor; the ministry said; witnesses told reporters; as the report puts it
                """
            ),
        },
    ),
    "uk": Vocabulary(
        (
            "{opening} {who} {did} {thing} {where}, загалом {number} {units}.",
            "{who} {did} {thing} {where} о {hour}.",
            "{opening} {where} лишилося {number} {units}: причина — {cause}.",
            "{cause} не дає працювати там, де {who} {did} {thing}, {source}.",
            "{source}, {who} не {did} {thing}.",
        ),
        {
            "opening": cut(
                """
                Уночі; З понеділка; Попри мороз; За рішенням ради; Уперше за рік; Минулого тижня; Без попередження;
                Як і планували
                """
            ),
            "who": cut(
                """
                мер Гордій Лис; рятувальний загін; полковник Бойчук; ремонтник; міністр Дорош; прикордонник; інженер
                станції; волонтер; районний суд; ген. Савенко
                """
            ),
            "did": cut(
                """
                відкрив; закрив; оглянув; відбудував; охороняв; утратив; передав; порахував; полагодив; покинув;
                оголосив; обшукав
                """
            ),
            "thing": cut(
                """
                північний міст; насосну станцію; три укриття; старий склад; гуманітарний коридор; залізничний вузол;
                польовий шпиталь; поромну лінію; дах школи; лінію 110 кВ; кілька блокпостів; податковий реєстр
                """
            ),
            "where": cut(
                """
                біля с. Вербове; у м. Кленове; за Сухим Яром; на горі Новосад; у долині Тихопілля; поблизу н. п.
                Озерне; уздовж траси на Старий Млин; у Кам’яному
                """
            ),
            "units": cut("родин; вантажівок; тис. т зерна; хворих; літрів пального; учнів; скарг"),
            "cause": cut("Обстріл; Повінь; Страйк; Сильний сніг; Вирок суду; Перемир’я; Пожежа"),
            "source": cut("за словами губернатора; повідомили в міністерстві; кажуть очевидці; ідеться у звіті"),
        },
    ),
    "ru": Vocabulary(
        (
            "{opening} {who} {did} {thing} {where}, всего {number} {units}.",
            "{who} {did} {thing} {where} в {hour}.",
            "{opening} {where} осталось {number} {units}: причина — {cause}.",
            "{cause} не даёт работать там, где {who} {did} {thing}, {source}.",
            "{source}, {who} не {did} {thing}.",
        ),
        {
            "opening": cut(
                """
                Ночью; С понедельника; Несмотря на мороз; По решению совета; Впервые за год; На прошлой неделе; Без
                предупреждения; Как и планировали
                """
            ),
            "who": cut(
                """
                мэр Игнат Лисов; отряд спасателей; полковник Дятлов; ремонтник; министр Речкин; пограничник; инженер
                станции; доброволец; районный суд; ген. Соболь
                """
            ),
            "did": cut(
                """
                открыл; закрыл; осмотрел; восстановил; охранял; потерял; передал; пересчитал; починил; покинул;
                объявил; обыскал
                """
            ),
            "thing": cut(
                """
                северный мост; насосную станцию; три укрытия; старый склад; гуманитарный коридор; железнодорожный
                узел; полевой госпиталь; паромную линию; крышу школы; линию 110 кВ; несколько блокпостов; налоговый
                реестр
                """
            ),
            "where": cut(
                """
                у с. Вязово; в г. Тихом; за Сухим Логом; на горе Новосад; в долине Озёрного; у пос. Дальний; вдоль
                трассы на Старую Мельницу; в Каменке
                """
            ),
            "units": cut("семей; грузовиков; тыс. т зерна; больных; литров топлива; учеников; жалоб"),
            "cause": cut("Обстрел; Паводок; Забастовка; Сильный снег; Приговор суда; Перемирие; Пожар"),
            "source": cut("по словам губернатора; сообщили в министерстве; говорят очевидцы; говорится в отчёте"),
        },
    ),
}
SENTENCES_IN_PARAGRAPH = 4


def official_sentences(language: str, characters: int, *, seed: int = 7) -> list[str]:
    """Sentences in one language, together at least so many characters long."""
    dice = random.Random(seed)
    vocabulary = VOCABULARIES[language]
    sentences: list[str] = []
    length = 0
    while length < characters:
        sentences.append(_sentence(vocabulary, dice))
        length += len(sentences[-1]) + 1
    return sentences


def edited_copy(sentences: Sequence[str], language: str, *, share: float = 0.05, seed: int = 8) -> list[str]:
    """The same sentences with about this share of them altered: a number, a removal, an addition, a move, a rewrite."""
    return [one for some in edited_paragraphs([sentences], language, share=share, seed=seed) for one in some]


def edited_paragraphs(
    groups: Sequence[Sequence[str]], language: str, *, share: float = 0.05, seed: int = 8
) -> list[list[str]]:
    """The same paragraphs, their sentences altered as in :func:`edited_copy`; what moved is the last paragraph."""
    dice = random.Random(seed)
    vocabulary = VOCABULARIES[language]
    edited: list[list[str]] = []
    moved: list[str] = []
    for group in groups:
        edited.append([])
        for sentence in group:
            if dice.random() >= share:
                edited[-1].append(sentence)
                continue
            match dice.randrange(5):
                case 0:
                    edited[-1].append(sentence.translate(str.maketrans("123456789", "234567891")))
                case 1:
                    pass
                case 2:
                    edited[-1] += [sentence, _sentence(vocabulary, dice)]
                case 3:
                    moved.append(sentence)
                case _:
                    edited[-1].append(_sentence(vocabulary, dice))
    return [*edited, moved]


def in_paragraphs(sentences: Sequence[str]) -> list[Sequence[str]]:
    """Paragraphs of four sentences."""
    starts = range(0, len(sentences), SENTENCES_IN_PARAGRAPH)
    return [sentences[start : start + SENTENCES_IN_PARAGRAPH] for start in starts]


def written(groups: Sequence[Sequence[str]]) -> str:
    """Paragraphs as a text, one a line; an empty one is left out."""
    return "\n".join(" ".join(some) for some in groups if some)


def as_text(sentences: Sequence[str]) -> str:
    """Paragraphs of four sentences, one a line."""
    return written(in_paragraphs(sentences))


def edited_pair(language: str, characters: int, *, share: float = 0.05) -> tuple[str, str]:
    """A text of about so many characters, and its edited copy, whose other paragraphs are as they were."""
    groups = in_paragraphs(official_sentences(language, characters))
    return written(groups), written(edited_paragraphs(groups, language, share=share))


def _sentence(vocabulary: Vocabulary, dice: random.Random) -> str:
    sentence = dice.choice(vocabulary.patterns).format(
        **{name: dice.choice(words) for name, words in vocabulary.gaps.items()},
        number=dice.randrange(2, 9_000),
        hour=f"{dice.randrange(24):02d}:{dice.randrange(60):02d}",
    )
    return sentence[0].upper() + sentence[1:]
