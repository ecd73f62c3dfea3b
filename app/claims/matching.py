"""Two documents aligned, and what is needed of their words on the way: families of the claims without an exact twin."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.claims.align import Alignment, align
from app.claims.align import Families as FamiliesByPosition
from app.claims.deadline import OutOfTime
from app.claims.document import Document
from app.claims.words import Families, Token, TokenKind, tokenize


@dataclass(slots=True)
class Vocabulary:
    """Word families over the claims that are compared, and the words seen with a capital inside a sentence."""

    families: Families = field(default_factory=Families)
    capitals: set[str] = field(default_factory=set)

    def learn(self, text: str, language: str) -> Sequence[Token]:
        """Make families of the words of one claim; returns its tokens."""
        tokens = tokenize(text)
        self.families.add((token.key, language) for token in tokens if token.kind is TokenKind.WORD)
        self.capitals.update(token.key for token in tokens[1:] if token.text[:1].isupper())
        return tokens

    def numbers(self, tokens: Sequence[Token]) -> tuple[int, ...]:
        """The families of tokens, as numbers; to be asked when everything has been learned."""
        return tuple(self.families.number_of(token) for token in tokens)


def aligned(old: Document, new: Document, vocabulary: Vocabulary, out_of_time: OutOfTime) -> Alignment:
    """Which claim of the old document is which claim of the new one.

    The documents are always aligned in one order, whichever came first, so that swapping the wordings swaps added and
    removed and nothing else.
    """
    if (len(new.sentences), new.clean.text) < (len(old.sentences), old.clean.text):
        return aligned(new, old, vocabulary, out_of_time).turned()

    def families_of(left_old: Sequence[int], left_new: Sequence[int]) -> tuple[FamiliesByPosition, FamiliesByPosition]:
        tokens = [
            {
                place: vocabulary.learn(document.sentences[place].text, document.sentences[place].language)
                for place in left
            }
            for document, left in ((old, left_old), (new, left_new))
        ]
        numbers = [{place: vocabulary.numbers(listed) for place, listed in side.items()} for side in tokens]
        return numbers[0], numbers[1]

    keys = [[sentence.key for sentence in document.sentences] for document in (old, new)]
    return align(keys[0], keys[1], families_of, out_of_time=out_of_time)
