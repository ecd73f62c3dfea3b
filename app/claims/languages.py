"""Which language a text is written in: a small, pure guess by script, telling letters and everyday words.

Detection is made once per statement and only where the watch does not name its language. Method: the script decides
first; inside a script each language scores by its function words and by letters that only it (or few) have.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

UNKNOWN = "und"
SAMPLE = 5000
"""Characters looked at; more does not change the answer."""

LETTERS = re.compile(r"[^\W\d_]+")
LATIN_LETTERS, CYRILLIC_LETTERS = re.compile("[A-Za-z\u00c0-\u024f]+"), re.compile("[\u0400-\u052f]+")
ANOTHER_SCRIPT = re.compile("[^\\W\\d_\u0000-\u024f\u0400-\u052f]")
NOT_OF_SCRIPT = {"LATIN": re.compile("[^\\W\\d_\u0000-\u024f]"), "CYRILLIC": re.compile("[^\\W\\d_\u0400-\u052f]")}
"""A letter of another script."""
_NO_EUROPEAN_LETTERS = "\u0530-\u1fff\u2070-\u209f\u20d0-\u218f\u2460-\u24ff\u2776-\u2793\u2c00-\U0010ffff"
MAY_BE_OF_ANOTHER_SCRIPT = {
    "LATIN": re.compile(f"[\u0250-\u052f{_NO_EUROPEAN_LETTERS}]"),
    "CYRILLIC": re.compile(f"[A-Za-z\u00aa-\u03ff{_NO_EUROPEAN_LETTERS}]"),
}
"""All of those letters and some marks, as a few ranges: looked for several times faster."""
SCRIPT_SAMPLE = 400
NOT_PROSE = re.compile(r"(?:https?://|www\.|t\.me/)\S+|[@#]\w+")

WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(written.split())
    for language, written in {
        "en": "the of and to in is was for that with on as at by from has have are were be this it not which their",
        "de": "der die das und ist nicht mit von den zu auf für ein eine im dem des sich auch wird wurde bei nach ich",
        "fr": "le la les des et est une dans pour que qui sur pas du au avec ce son ont été par plus nous aux être",
        "es": "el la los las de y que en un una por con para del se no es su al lo como más fue han sobre está",
        "it": "il di che e la un per non con del si sono della le una alla dei nel anche è gli più stato questo dal",
        "pt": "o de que e do da em um para não com uma os no se na por mais as dos ao foi pelo são está também às",
        "pl": "w i na z do nie się że jest to o po przez dla od jak za oraz który która było są został ich tym",
        "nl": "de het een en van in is dat op te zijn met voor niet aan door er ook naar bij wordt werd deze",
        "cs": "a v na se je že s z o do pro jsou by byl jako ale po za tak jeho které podle při být také",
        "ro": "și de în la a cu pe nu că din un o este sunt pentru care mai au fost prin după al lui",
        "tr": "ve bir bu için ile da de olarak olan daha çok var gibi sonra kadar en değil ise tarafından",
        "sv": "och i att det som en på är av för med den till inte har de ett om var från eller ska",
        "uk": "і й та в у на не що з до за це як по від для про або але також його під час є було буде які яка",
        "ru": "и в не на что с по как это из от за для к но его был была были также при или мы они об который",
        "be": "і у ў не на што з да як па гэта ад за для або але яго быў была былі пры таксама",
        "bg": "на и да се е от за не в с че са като по или това към който беше са ще при до",
        "sr": "и у је да на се за од са су не који као из то би није али или по при",
    }.items()
}
TELLING: Mapping[str, str] = {
    "uk": "іїєґ", "ru": "ыэъё", "be": "ўі", "bg": "ъ", "sr": "ђјљњћџ",
    "de": "ßäöü", "fr": "çèêàùîôœë", "es": "ñ¿¡áíóú", "it": "òàèìù", "pt": "ãõçâê", "pl": "łąęśżźćń",
    "cs": "řůěščžý", "ro": "șțăâî", "tr": "ığşç", "sv": "åäö", "nl": "", "en": "",
}  # fmt: skip
NEVER_IN: Mapping[str, str] = {"uk": "ыэъё", "ru": "іїєґў", "be": "иїщъ", "bg": "ыэёіїєґ", "sr": "ыэёіїєґйщьяю"}
CYRILLIC = ("uk", "ru", "be", "bg", "sr")
LATIN = tuple(language for language in WORDS if language not in CYRILLIC)
ONE_LANGUAGE = {
    "GREEK": "el", "HEBREW": "he", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "THAI": "th",
    "ARMENIAN": "hy", "GEORGIAN": "ka", "CJK": "zh", "DEVANAGARI": "hi", "BENGALI": "bn",
}  # fmt: skip
PERSIAN = re.compile("[پچژگ]|ی")


def detect_language(text: str) -> str:
    """The language of ``text`` as ISO 639-1, or "und" where there is nothing to go by."""
    sample = NOT_PROSE.sub(" ", text[:SAMPLE])
    script = script_of(sample)
    if script == "CYRILLIC":
        return _best(sample, CYRILLIC, "uk" if re.search("[іїєґ]", sample.lower()) else "ru")
    if script == "LATIN":
        return _best(sample, LATIN, UNKNOWN)
    if script == "ARABIC":
        return "fa" if len(PERSIAN.findall(sample)) * 25 > len(sample) else "ar"
    if script == "CJK" and re.search("[\u3040-\u30ff]", sample):
        return "ja"
    return ONE_LANGUAGE.get(script, UNKNOWN)


def paragraph_language(paragraph: str, statement_language: str) -> str:
    """The language of one paragraph: the statement's own, unless the paragraph is written in another script.

    One post may hold the same news in Ukrainian and in English. Between languages of one script the paragraph is too
    short to overrule the statement.
    """
    own_script = script_of_language(statement_language)
    if own_script in NOT_OF_SCRIPT and not NOT_OF_SCRIPT[own_script].search(paragraph, 0, SCRIPT_SAMPLE):
        return statement_language  # what is true of nearly every paragraph, and found with one look
    script = script_of(paragraph)
    if not script or script == own_script:
        return statement_language
    found = detect_language(paragraph)
    if found != UNKNOWN:
        return found
    return "en" if script == "LATIN" else statement_language


def is_all_in_script_of(language: str, text: str) -> bool:
    """Whether surely no letter of a text is of another script than the language: each part is of this language."""
    script = script_of_language(language)
    other = MAY_BE_OF_ANOTHER_SCRIPT.get(script)
    return other is not None and ((script == "LATIN" and text.isascii()) or not other.search(text))


@lru_cache(64)
def script_of_language(language: str) -> str:
    """The script (first word of the Unicode names of its letters) in which a language is written; "" if unsure."""
    if language in CYRILLIC or language in {"kk", "ky", "mk", "mn", "tg"}:
        return "CYRILLIC"
    if language in {"ar", "fa", "ur", "ps"}:
        return "ARABIC"
    for script, only in ONE_LANGUAGE.items():
        if only == language:
            return script
    return "" if language == UNKNOWN else "LATIN"


def script_of(text: str) -> str:
    """The script of most letters of a text, as Unicode names it (LATIN, CYRILLIC …); "" for a text without letters."""
    sample = text[:SCRIPT_SAMPLE]
    if not ANOTHER_SCRIPT.search(sample):
        has_latin, has_cyrillic = LATIN_LETTERS.search(sample), CYRILLIC_LETTERS.search(sample)
        if has_latin and has_cyrillic:
            return "LATIN" if _length(LATIN_LETTERS, sample) > _length(CYRILLIC_LETTERS, sample) else "CYRILLIC"
        if has_latin or has_cyrillic:
            return "LATIN" if has_latin else "CYRILLIC"
    counts: Counter[str] = Counter()
    for run in LETTERS.findall(sample):
        counts[_script_of_letter(run[0])] += len(run)
    return counts.most_common(1)[0][0] if counts else ""


def _length(letters: re.Pattern[str], text: str) -> int:
    return sum(map(len, letters.findall(text)))


def _script_of_letter(letter: str) -> str:
    if letter < "\u0250":
        return "LATIN"
    if "\u0400" <= letter <= "\u052f":
        return "CYRILLIC"
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0]


def _best(sample: str, languages: tuple[str, ...], otherwise: str) -> str:
    words = [run.lower() for run in LETTERS.findall(sample)]
    letters = Counter("".join(words))
    total = max(1, sum(letters.values()))

    def score(language: str) -> float:
        known = WORDS[language]
        by_word = sum(word in known for word in words) / max(1, len(words))
        by_letter = sum(letters[letter] for letter in TELLING[language]) / total
        against = sum(letters[letter] for letter in NEVER_IN.get(language, "")) / total
        return by_word + 3 * by_letter - 5 * against

    scores = {language: score(language) for language in languages}
    best = max(languages, key=scores.__getitem__)
    return best if scores[best] > 0.02 else otherwise
