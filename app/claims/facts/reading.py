"""One claim read closely: its words, and for each word what it was understood as."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.claims.facts.cues import Cue, find_cues
from app.claims.facts.dates import find_moments
from app.claims.facts.marks import Mark, first_marks
from app.claims.facts.moments import Moment
from app.claims.facts.numbers import Quantity, find_quantities
from app.claims.lexicons import lexicon_of
from app.claims.lexicons.lexicon import CueKind, Lexicon
from app.claims.words import Token, TokenKind, tokenize


@dataclass(slots=True)
class Reading:
    """One side of a claim. ``marks`` runs beside ``tokens`` and changes while facets are found."""

    text: str
    lexicon: Lexicon
    tokens: Sequence[Token]
    marks: list[Mark]
    moments: list[Moment]
    quantities: list[Quantity]
    cues: list[Cue]

    @property
    def language(self) -> str:
        """The language it was read in."""
        return self.lexicon.language

    def words(self, first: int, end: int) -> str:
        """The text as written from the token ``first`` up to the token before ``end``."""
        return self.text[self.tokens[first].start : self.tokens[end - 1].end]

    def cues_of(self, kind: CueKind) -> list[Cue]:
        """Its cues of one kind that are not merely spelled differently in the other wording."""
        return [cue for cue in self.cues if cue.kind is kind and Mark.SAME not in self.marks[cue.first : cue.end]]

    def is_function_word(self, position: int) -> bool:
        """Whether the token is a word without content of its own: an article, a preposition."""
        return self.tokens[position].key in self.lexicon.function_words

    def is_content(self, position: int) -> bool:
        """Whether the token is a word with content that is no cue of negation, doubt or approximation."""
        return (
            self.tokens[position].kind is TokenKind.WORD
            and not self.is_function_word(position)
            and self.marks[position] in (Mark.PLAIN, Mark.SOURCE, Mark.SPEECH, Mark.QUANTIFIER)
        )


def read(text: str, language: str) -> Reading:
    """Read one claim in a language; what needs word lists stays empty where there are none."""
    lexicon = lexicon_of(language)
    tokens = tokenize(text)
    marks = first_marks(tokens)
    moments = find_moments(text, tokens, marks, lexicon)
    quantities = find_quantities(text, tokens, marks, lexicon)
    cues = find_cues(text, tokens, marks, lexicon)
    return Reading(text, lexicon, tokens, marks, moments, quantities, cues)
