"""What a word of a claim was understood as, so that no word is judged twice."""

from collections.abc import Sequence
from enum import StrEnum

from app.claims.words import Token, TokenKind


class Mark(StrEnum):
    """The part a token plays in its claim."""

    PLAIN = "plain"
    NUMBER = "number"
    TIME = "time"
    LINK = "link"
    CODE = "code"
    CUE = "cue"
    SPEECH = "speech"
    QUANTIFIER = "quantifier"
    SAME = "same"
    """Only spelled, joined or split differently in the other wording."""
    SOURCE = "source"
    """Names who said it."""
    JUDGED = "judged"
    """Part of a facet found already."""


def first_marks(tokens: Sequence[Token]) -> list[Mark]:
    """The marks that follow from the kinds of the tokens alone."""
    marks = {TokenKind.LINK: Mark.LINK, TokenKind.CODE: Mark.CODE}
    return [marks.get(token.kind, Mark.PLAIN) for token in tokens]


def gap(text: str, tokens: Sequence[Token], position: int) -> str:
    """What stands between the token at ``position`` and the next one: spaces and punctuation."""
    return text[tokens[position].end : tokens[position + 1].start]
