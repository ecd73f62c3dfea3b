"""Claims of our own making, as many as wanted: rare and frequent words, set phrases, forms of words, boilerplate.

The words are invented: stems of syllables with Ukrainian endings. How often each is used falls with its rank (Zipf),
three words in ten come as set phrases, and one claim in eight is one of 150 that everybody repeats.
"""

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate

CONSONANTS = tuple("б в г д ж з к л м н п р с т х ц ч ш ст пр тр кр гр вл зв сл".split(" "))
VOWELS = tuple("а о у е и і".split(" "))
PARADIGMS = (
    ("", "а", "у", "ом", "и", "ів", "ами", "ах"),
    ("ий", "ого", "ому", "им", "і", "их", "ими"),
    ("ити", "ив", "ила", "или", "ить", "ять"),
)
SHORT = ("у", "на", "і", "з", "до", "за", "по")
STEMS, PHRASES, REPEATED = 20_000, 4_000, 150
SHARE_OF_PHRASES, SHARE_OF_SHORT, SHARE_OF_NUMBERS, SHARE_REPEATED = 0.30, 0.10, 0.05, 0.12


class Newsroom:
    """Writes claims. The same seed writes the same ones."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        self.words = [self._forms() for _ in range(STEMS)]
        self._ranks = list(accumulate(1 / (rank + 8) for rank in range(STEMS)))
        self.forms_of = {form: forms for forms in reversed(self.words) for form in forms}
        self._phrases = [[self._word() for _ in range(self.random.choice((2, 2, 3, 3, 4)))] for _ in range(PHRASES)]
        self._phrase_ranks = list(accumulate(1 / (rank + 5) for rank in range(PHRASES)))
        self._repeated = [self._sentence() for _ in range(REPEATED)]

    def claims(self, count: int) -> Iterator[list[str]]:
        """The words of so many claims, in lower case."""
        for _ in range(count):
            if self.random.random() < SHARE_REPEATED:
                yield self.random.choice(self._repeated)
            else:
                yield self._sentence()

    def another(self, words: Sequence[str]) -> list[str]:
        """One word in ten exchanged for another, at least one."""
        changed = list(words)
        for _ in range(max(1, len(words) // 10)):
            changed[self.random.randrange(len(words))] = self._word()
        return changed

    def inflected(self, words: Sequence[str]) -> list[str]:
        """Three words in ten in another form."""
        return [
            self.random.choice(self.forms_of[word]) if word in self.forms_of and self.random.random() < 0.3 else word
            for word in words
        ]

    def part(self, words: Sequence[str], length: int) -> list[str]:
        """So many neighbouring words."""
        start = self.random.randrange(max(1, len(words) - length + 1))
        return list(words[start : start + length])

    def _forms(self) -> tuple[str, ...]:
        syllables = self.random.choice((2, 2, 3, 3))
        parts = (self.random.choice(CONSONANTS) + self.random.choice(VOWELS) for _ in range(syllables))
        stem = "".join(parts) + self.random.choice(CONSONANTS)
        return tuple(stem + ending for ending in self.random.choice(PARADIGMS))

    def _word(self) -> str:
        return self.random.choice(self.words[bisect(self._ranks, self.random.random() * self._ranks[-1])])

    def _sentence(self) -> list[str]:
        length = min(70, max(3, int(self.random.lognormvariate(2.7, 0.55))))
        words: list[str] = []
        while len(words) < length:
            chance = self.random.random()
            if chance < SHARE_OF_PHRASES:
                rank = bisect(self._phrase_ranks, self.random.random() * self._phrase_ranks[-1])
                words += self._phrases[rank]
            elif chance < SHARE_OF_PHRASES + SHARE_OF_SHORT:
                words.append(self.random.choice(SHORT))
            elif chance < SHARE_OF_PHRASES + SHARE_OF_SHORT + SHARE_OF_NUMBERS:
                words.append(str(self.random.randint(1, 999)))
            else:
                words.append(self._word())
        return words[:length]


def written(words: Sequence[str]) -> str:
    """A claim as it stands in a text."""
    return " ".join(words).capitalize() + "."
