"""Words that change what a claim claims: not, may, about, all, said, according to; found by the lists of a language."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from app.claims.facts.marks import Mark, gap
from app.claims.lexicons import lexicon_of
from app.claims.lexicons.lexicon import CueKind, Lexicon
from app.claims.words import Token, TokenKind

PREFIX = 3
"""Letters by which entries with a star are looked up."""
STAR = 4
"""Letters that a star may stand for."""


class Cue(NamedTuple):
    """One cue in a claim: its kind, its sense (two forms of one sense are equal), and its tokens [first, end)."""

    kind: CueKind
    sense: str
    first: int
    end: int


class Entry(NamedTuple):
    """One entry of a lexicon: its words (the last may end in a star), and whether a number must follow."""

    words: tuple[str, ...]
    before_number: bool
    kind: CueKind
    sense: str


MARKS = {CueKind.SPEECH: Mark.SPEECH, CueKind.QUANTIFIER: Mark.QUANTIFIER}
ORDER = (
    CueKind.HEDGE,
    CueKind.CITING,
    CueKind.APPROXIMATION,
    CueKind.BOOSTER,
    CueKind.SPEECH,
    CueKind.QUANTIFIER,
    CueKind.NEGATION,
)
"""Where one word could be two cues, the kind named first wins; a longer entry always wins."""


def find_cues(text: str, tokens: Sequence[Token], marks: list[Mark], lexicon: Lexicon) -> list[Cue]:
    """The cues among the tokens, which are marked if they had no other part to play."""
    if not lexicon.cues:
        return []
    found = []
    end = 0
    for position, token in enumerate(tokens):
        if position < end or token.kind is not TokenKind.WORD or not may_begin(token.key, lexicon.language):
            continue
        cue = _cue_at(position, text, tokens, marks, lexicon)
        if cue is None:
            continue
        found.append(cue)
        end = cue.end
        for place in range(cue.first, end):
            if marks[place] is Mark.PLAIN:
                marks[place] = MARKS.get(cue.kind, Mark.CUE)
    return found


@lru_cache(16384)
def may_begin(word: str, language: str) -> bool:
    """Whether a cue may begin with this lower-case word, which of most words is not so."""
    endings = lexicon_of(language).negation_endings
    if endings and word.endswith(endings):
        return True
    whole, begun = _index(language)
    return word in whole or any(matches(entry.words[0], word) for entry in begun.get(word[:PREFIX], ()))


def _cue_at(position: int, text: str, tokens: Sequence[Token], marks: list[Mark], lexicon: Lexicon) -> Cue | None:
    token = tokens[position]
    if token.kind is not TokenKind.WORD or marks[position] in (Mark.TIME, Mark.LINK):
        return None
    if token.key in lexicon.ambiguous_months and token.text[:1].isupper() and position:
        return None
    if lexicon.negation_endings and token.key.endswith(lexicon.negation_endings):
        return Cue(CueKind.NEGATION, "not", position, position + 1)
    whole, begun = _index(lexicon.language)
    for entry in (*whole.get(token.key, ()), *begun.get(token.key[:PREFIX], ())):
        end = position + len(entry.words)
        if (
            end <= len(tokens)
            and _stands(entry, position, text, tokens, marks)
            and Mark.TIME not in marks[position:end]
        ):
            return Cue(entry.kind, entry.sense, position, end)
    return None


def _stands(entry: Entry, position: int, text: str, tokens: Sequence[Token], marks: list[Mark]) -> bool:
    end = position + len(entry.words)
    if not all(matches(word, token.key) for word, token in zip(entry.words, tokens[position:end], strict=True)):
        return False
    if any(gap(text, tokens, place).strip() for place in range(position, end - 1)):
        return False
    return not entry.before_number or (end < len(tokens) and marks[end] is Mark.NUMBER)


def matches(entry_word: str, key: str) -> bool:
    """Whether a lower-case word is the word of an entry; a star stands for up to four letters, alone for any word."""
    if entry_word == "*":
        return True
    if entry_word.endswith("*"):
        return key.startswith(entry_word[:-1]) and len(key) <= len(entry_word) - 1 + STAR
    return key == entry_word


@lru_cache(64)
def _index(language: str) -> tuple[dict[str, list[Entry]], dict[str, list[Entry]]]:
    whole: dict[str, list[Entry]] = defaultdict(list)
    begun: dict[str, list[Entry]] = defaultdict(list)
    cues = lexicon_of(language).cues
    entries = [
        _entry(form, kind, sense) for kind in ORDER for sense, forms in cues.get(kind, {}).items() for form in forms
    ]
    for entry in sorted(entries, key=lambda entry: -len(entry.words)):
        first = entry.words[0]
        if first.endswith("*"):
            begun[first[:PREFIX]].append(entry)
        else:
            whole[first].append(entry)
    return dict(whole), dict(begun)


def _entry(form: str, kind: CueKind, sense: str) -> Entry:
    words = tuple(form.split())
    before_number = words[-1] == "#"
    return Entry(words[:-1] if before_number else words, before_number, kind, sense)
