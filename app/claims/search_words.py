"""What somebody searches for, read: words that must be there, phrases, words that must not; and where they stand.

    відступ "під Бахмутом" -навчання  ─▶  one word, one phrase, and a word that is not wanted
All forms of a word are one, by the stems that quotes are looked up by. All words have to stand in one sentence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

from app.claims.clean import clean
from app.claims.quoting import FIRST_UNSPACED, digest, stem_digest
from app.claims.stemming import STEMMERS
from app.claims.words import Token, TokenKind, tokenize
from app.domain.claims import Span
from app.domain.errors import InvalidInput
from app.domain.search_terms import short_term

LONGEST_SEARCH = 300
MOST_WORDS = 16
FULL_SCORE = 1_000_000
READ_IN_THEIR_OWN_WAY = frozenset((*STEMMERS, *SUPPORTED_LANGUAGES))
"""Languages whose words have stems or a dictionary; in all others a word is what is written."""
OPENING, CLOSING = '"“”„«', '"“”»'
PARTS = re.compile(
    rf"(?P<minus>(?<!\S)[-−](?=\S))?(?:[{OPENING}](?P<phrase>[^{OPENING}{CLOSING}]*)[{CLOSING}]"
    rf"|(?P<word>[^\s{OPENING}{CLOSING}]+))"
)


@dataclass(frozen=True, slots=True)
class SearchWord:
    """One word. A short one ("на", "EU") is in no stems; ``term`` is that of an abbreviation."""

    key: str
    kind: TokenKind
    is_short: bool
    is_abbreviation: bool
    term: int

    @classmethod
    def of(cls, token: Token) -> "SearchWord":
        """A word of a search, or of a wording."""
        is_short = token.kind is TokenKind.WORD and _is_short(token.key)
        term = short_term(token.text) if is_short else 0
        return cls(token.key, token.kind, is_short, is_short and token.text.isupper(), term)

    def stem(self, language: str) -> int:
        """Its digest where it is read in a language."""
        return _stem(self.key, self.kind, language)


Phrase = tuple[SearchWord, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """The same search in one language: rows of digests."""

    wanted: tuple[tuple[int, ...], ...]
    unwanted: tuple[tuple[int, ...], ...]
    stems: frozenset[int]
    """Those that have to be among the stems of a wording."""
    rows: tuple[tuple[int, ...], ...]
    """Those of phrases, which have to be neighbours there; what is short in a phrase is no stem."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it was understood. A single word is a phrase of one; ``ignored`` words are not looked for."""

    wanted: tuple[Phrase, ...]
    unwanted: tuple[Phrase, ...]
    ignored: tuple[str, ...]
    _in_language: dict[str, _Read] = field(default_factory=dict, compare=False)

    @property
    def words(self) -> tuple[SearchWord, ...]:
        """The words that have to be there, by which an index is asked."""
        telling = (word for phrase in self.wanted for word in phrase if not word.is_short or len(phrase) == 1)
        return tuple(dict.fromkeys(telling))

    def terms(self, languages: Iterable[str]) -> tuple[frozenset[int], ...]:
        """For each of the words under which terms it may be kept in wordings of these languages."""
        known = tuple(languages)
        return tuple(
            frozenset((word.term,) if word.is_short else (word.stem(language) for language in known))
            for word in self.words
        )

    def may_hold(self, stems: Sequence[int], language: str) -> bool:
        """Whether a wording with these stems may hold all words; :meth:`places` says whether it does."""
        read = self._read(language)
        return read.stems.issubset(stems) and all(next(_runs(stems, one), None) is not None for one in read.rows)

    def places(self, text: str, language: str, stems: Sequence[int] = ()) -> tuple[Span, ...] | None:
        """Where the words stand in a text; None where one is missing, or one that is not wanted is there.

        ``stems`` are those that the text is kept with: its words are not read again then.

        Raises:
            InvalidInput: the text holds an unpaired surrogate.
        """
        read, cleaned = self._read(language), clean(text)
        tokens = tokenize(cleaned.text)
        row = _row(tokens, language, stems)
        if any(next(_runs(row, phrase), None) is not None for phrase in read.unwanted):
            return None
        found: set[int] = set()
        for phrase in read.wanted:
            starts = list(_runs(row, phrase))
            if not starts:
                return None
            found.update(start + step for start in starts for step in range(len(phrase)))
        return cleaned.raw_spans([(tokens[place].start, tokens[place].end) for place in sorted(found)])

    def score(self, stems: Sequence[int], language: str) -> int:
        """0 to a million: how close the words stand together, and how much of the wording they are."""
        wanted = self._read(language).stems
        if not wanted or not stems:
            return 0
        close = len(wanted) / _narrowest(stems, wanted)
        return round(FULL_SCORE * (0.7 * close + 0.3 * min(1.0, len(wanted) / len(stems))))

    def _read(self, language: str) -> _Read:
        read = self._in_language.get(language)
        if read is None:
            rows = [
                tuple(tuple(word.stem(language) for word in phrase) for phrase in some)
                for some in (self.wanted, self.unwanted)
            ]
            telling = [tuple(word.stem(language) for word in one if not word.is_short) for one in self.wanted]
            stems = frozenset(stem for one in telling for stem in one)
            neighbours = tuple(one for one in telling if len(one) > 1)
            read = self._in_language[language] = _Read(rows[0], rows[1], stems, neighbours)
        return read


def read_search(text: str) -> Search:
    """What somebody searches for.

    Raises:
        InvalidInput: it is empty, too long, holds control characters, too many words, or none to look for.
    """
    if len(text) > LONGEST_SEARCH:
        raise InvalidInput(f"A search may be {LONGEST_SEARCH:,} characters long; this has {len(text):,}.", pointer="?q")
    if any((ord(letter) < 32 and not letter.isspace()) or 127 <= ord(letter) < 160 for letter in text):
        raise InvalidInput("The search holds control characters.", pointer="?q")
    wanted, unwanted = _parts(clean(text).text)
    short = [phrase for phrase in wanted if len(phrase) == 1 and phrase[0].is_short]
    is_all_short = len(short) == len(wanted)
    ignored = () if is_all_short else tuple(one for one in short if not one[0].is_abbreviation)
    kept = tuple(dict.fromkeys(one for one in wanted if one not in ignored))
    if not kept:
        raise InvalidInput("The search holds no word to look for that must be there.", pointer="?q")
    if sum(map(len, (*kept, *unwanted))) > MOST_WORDS:
        raise InvalidInput(f"A search may have {MOST_WORDS} words.", pointer="?q")
    if all(word.is_short for phrase in kept for word in phrase) and any(len(phrase) > 1 for phrase in kept):
        raise InvalidInput("A phrase needs a word of three letters or more.", pointer="?q")
    return Search(kept, tuple(dict.fromkeys(unwanted)), tuple(dict.fromkeys(one[0].key for one in ignored)))


def _parts(text: str) -> tuple[list[Phrase], list[Phrase]]:
    """Phrases that are wanted and that are not. Loose words in a row are read together, so that "1 000" is one."""
    wanted: list[Phrase] = []
    unwanted: list[Phrase] = []
    loose: list[str] = []

    def settle() -> None:
        wanted.extend((word,) for word in _words(" ".join(loose)))
        loose.clear()

    for found in PARTS.finditer(text):
        phrase = _words(found["phrase"] if found["word"] is None else found["word"])
        if found["minus"] or found["word"] is None:
            settle()
            (unwanted if found["minus"] else wanted).extend([phrase] if phrase else [])
        else:
            loose.append(found["word"])
    settle()
    return wanted, unwanted


def _stem(key: str, kind: TokenKind, language: str) -> int:
    if kind is not TokenKind.WORD:
        return _digest(key)
    return _digest(f"short {key}") if _is_short(key) else stem_digest(key, language)


def _row(tokens: Sequence[Token], language: str, stems: Sequence[int]) -> list[int]:
    """The stems of all tokens; of those that are not short they may be known."""
    are_short = [token.kind is TokenKind.WORD and _is_short(token.key) for token in tokens]
    if len(stems) != len(tokens) - sum(are_short):
        return [_stem(token.key, token.kind, language) for token in tokens]
    known = iter(stems)
    return [
        _stem(token.key, token.kind, language) if is_short else next(known)
        for token, is_short in zip(tokens, are_short, strict=True)
    ]


def _is_short(key: str) -> bool:
    return len(key) <= 2 and key < FIRST_UNSPACED


_digest = lru_cache(16_384)(digest)


def _words(text: str) -> Phrase:
    return tuple(SearchWord.of(token) for token in tokenize(text))


def _runs(row: Sequence[int], phrase: Sequence[int]) -> Iterator[int]:
    """Where a phrase begins in a row."""
    length = len(phrase)
    for start, one in enumerate(row):
        if one == phrase[0] and (length == 1 or tuple(row[start : start + length]) == phrase):
            yield start


def _narrowest(row: Sequence[int], wanted: frozenset[int]) -> int:
    """How many neighbours have all of the wanted ones among them; far more than there are where not all are there."""
    last: dict[int, int] = {}
    best = 100 * (len(row) + 1)
    for place, one in enumerate(row):
        if one in wanted:
            last[one] = place
            if len(last) == len(wanted):
                best = min(best, place - min(last.values()) + 1)
    return best
