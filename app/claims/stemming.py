"""The unchanging part of a word, so that "наступ" and "наступу" are one word to the comparison.

Snowball knows many languages and not Ukrainian; for that there is a small stemmer here. It cuts more than a careful
one would: its result is only ever a second key beside the dictionary's, never shown to anybody.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

import snowballstemmer

SNOWBALL = {
    "ar": "arabic", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian", "lt": "lithuanian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip

FOLDED = str.maketrans({"ґ": "г", "є": "е", "'": None, "ʼ": None, "’": None, "`": None})
ENDING = re.compile(
    r"(?:ові|еві|єві|ами|ями|ах|ях|ам|ям|ом|ем|єм|ою|ею|єю|ів|їв|ей|ій|их|іх|їх|ими|іми|їми|им|ім|їм|ого|ього|его"
    r"|ому|ьому|ої|ьої|їй|ий|ую|юю|ться|тись|тися|вся|всь|лася|лась|лося|лось|лися|лись|[ауеюяиії]ть|[аяиіїу]в"
    r"|[аяиіїу]ла|[аяиіїу]ло|[аяиіїу]ли|ємо|емо|ете|єте|ите|иш|еш|єш|а|я|у|ю|и|і|ї|е|є|о|ь|й)$"
)
EUPHONY = (
    (re.compile("^у(?=[бвгджзклмнпрстфхцчшщ])"), "в"),
    (re.compile("^й(?=[бвгджзклмнпрстфхцчшщ])"), "і"),
)
"""Beginnings that change with the sound before them: "усі", "всі"; "йти", "іти"."""
DATIVE_OR_ADJECTIVE = re.compile(r"[оеє]ві$")
SOFTENED = {"ці": "к", "зі": "г", "сі": "х"}
OPEN_SYLLABLE = re.compile(
    r"(?P<before>[бвгджзклмнпрстфхцчшщ])[ое](?P<behind>[бвгджзклмнпрстфхцчшщ]{1,2})(?:(?P<hard>ом)|ем|ям|ями|ях)$"
)
VOWEL = re.compile("[аеєиіїоуюя]")
CLOSED_SYLLABLE = re.compile(r"і([бвгджзклмнпрстфхцчшщ]+)$")
FLEETING_VOWEL = re.compile(r"[оеі]([кцнлрв])$")
DOUBLED = re.compile(r"(.)\1$")


def ukrainian_stem(word: str) -> str:
    """A lower-case Ukrainian word without its ending; alternating vowels (ніч, ночі; сіл, село) are folded."""
    for beginning, instead in EUPHONY:
        word = beginning.sub(instead, word)
    word = word.translate(FOLDED)
    if len(word) < 5:
        return word
    ending = ENDING.search(word)
    if ending and ending.start() >= 3 and VOWEL.search(word, 0, ending.start()):
        word = word[: ending.start()]
    return _folded(word)


def adjective_stem(word: str) -> str | None:
    """The stem of a Ukrainian word in "-ові" as an adjective ("штурмові": "штурмовий"); as a noun it has another."""
    return _folded(word[:-1].translate(FOLDED)) if len(word) > 5 and DATIVE_OR_ADJECTIVE.search(word) else None


def closed_form(word: str) -> str | None:
    """How a Ukrainian noun may read where its syllable is closed: "роком", "рік"; "коням", "кінь"."""
    found = OPEN_SYLLABLE.search(word)
    if found is None:
        return None
    soft = "" if found["hard"] else "ь"
    return f"{word[: found.start()]}{found['before']}і{found['behind']}{soft}"


def nominatives(word: str, lemma: str) -> Iterator[str]:
    """What a dictionary may have missed whose form for a Ukrainian word looks wrong: "село", "рука", "бій".

    "сіл" from "сіло" (the vowel opens), "руці" from "руця" (the consonant softens before "-і"), "бою" from "бой".
    """
    closed = CLOSED_SYLLABLE.search(word)
    if closed and lemma == word + "о":
        yield from (f"{word[: closed.start()]}{vowel}{closed[1]}о" for vowel in "ео")
    if word[-2:] in SOFTENED and lemma.endswith("я"):
        yield word[:-2] + SOFTENED[word[-2:]] + "а"
    if lemma.endswith("ой"):
        yield lemma[:-2] + "ій"


def _folded(word: str) -> str:
    if len(word) > 4:
        word = CLOSED_SYLLABLE.sub(r"о\1", word)
        word = FLEETING_VOWEL.sub(r"\1", word)
        word = DOUBLED.sub(r"\1", word)
    return word.rstrip("ь")


def _unchanged(word: str) -> str:
    return word


@lru_cache(16_384)
def _snowball_stem(name: str, word: str) -> str:
    """By a stemmer of its own: it holds the word that it works on, and wordings are compared in several threads."""
    stemmed: str = snowballstemmer.stemmer(name).stemWord(word)
    return stemmed


STEMMERS: dict[str, Callable[[str], str]] = {
    **{language: partial(_snowball_stem, name) for language, name in SNOWBALL.items()},
    "uk": ukrainian_stem,
}


def stem(word: str, language: str) -> str:
    """The stem of a lower-case word; the word itself where the language has no stemmer."""
    return STEMMERS.get(language, _unchanged)(word)
