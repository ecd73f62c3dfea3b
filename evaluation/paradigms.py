"""Pinned phrases in all their inflected forms, made from paradigms written by hand, and sentences they must not match.

A gold file holds one entry a line:

* ``adjective CLASS GENDER`` and six endings; ``noun WORD GENDER`` and six singular forms, ";", six plural ones
  (``-`` where a number does not exist), in the order nominative, genitive, dative, accusative, instrumental, locative;
* ``phrase STEM CLASS NOUN`` and ``fixed NOUN WORD``: a phrase to pin, the second with a word that never changes;
* ``forms PHRASE : FORM / FORM``: a phrase with its forms as they stand; ``not PHRASE : TEXT``: no match there;
* ``carrier TEXT`` with ``{}`` for the phrase, one for each case in turn; ``between STEM CLASS`` or ``between WORD``:
  the one extra word that may stand inside a phrase.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

GOLD = Path(__file__).parent / "gold"
PLURAL = "p"
ACCUSATIVE = 3
EVERY_WITH_EXTRA_WORD = 3


@dataclass(frozen=True, slots=True)
class PinCase:
    """A text, the phrase that is looked for in it, and whether it stands there."""

    language: str
    phrase: str
    text: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun in six cases of singular and plural; an empty tuple where it has no such number."""

    gender: str
    singular: tuple[str, ...]
    plural: tuple[str, ...]

    @property
    def is_animate(self) -> bool:
        """Whether its accusative is its genitive, so that the adjective's is too."""
        forms = self.singular if self.gender == "m" else self.plural
        return bool(forms) and forms[ACCUSATIVE] == forms[1]

    @property
    def numbers(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The gender to agree with, and the forms, of each number that exists."""
        for gender, forms in ((self.gender, self.singular), (PLURAL, self.plural)):
            if forms:
                yield gender, forms

    @property
    def name(self) -> str:
        """The form under which it stands in a dictionary."""
        return (self.singular or self.plural)[0]


@dataclass(slots=True)
class Grammar:
    """What a gold file says, collected line by line."""

    language: str
    endings: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    nouns: dict[str, Noun] = field(default_factory=dict)
    carriers: list[str] = field(default_factory=list)
    between: tuple[str, ...] = ()
    phrases: list[tuple[str, list[tuple[str, int]]]] = field(default_factory=list)
    """Each phrase with its forms and the case of each (0 to 5), a form with an extra word inside among them."""
    foreign: list[tuple[str, str]] = field(default_factory=list)

    def adjective(self, stem: str, kind: str, gender: str, case: int, *, animate: bool) -> str:
        """One form of an adjective. An animate accusative is the genitive."""
        takes_genitive = animate and case == ACCUSATIVE and gender in {"m", PLURAL}
        return stem + self.endings[kind, gender][1 if takes_genitive else case]

    def agreeing(self, stem: str, kind: str, noun: Noun) -> list[tuple[str, int]]:
        """All forms of adjective and noun, every third with the extra word between them."""
        forms = []
        for gender, nouns in noun.numbers:
            for case, written in enumerate(nouns):
                first = self.adjective(stem, kind, gender, case, animate=noun.is_animate)
                forms.append((f"{first} {written}", case))
                if len(forms) % EVERY_WITH_EXTRA_WORD == 0 and len(self.between) == 2:
                    extra = self.adjective(*self.between, gender, case, animate=noun.is_animate)
                    forms.append((f"{first} {extra} {written}", case))
        return forms

    def read(self, line: str) -> None:
        """Take in one line. Raises KeyError or ValueError for a line that does not follow the format."""
        word, _, rest = line.partition(" ")
        match word:
            case "adjective":
                kind, gender, *endings = rest.split()
                self.endings[kind, gender] = tuple(endings)
            case "noun":
                name, gender, forms = rest.split(" ", 2)
                singular, plural = (tuple(half.split()) if half.strip() != "-" else () for half in forms.split(";"))
                self.nouns[name] = Noun(gender, singular, plural)
            case "carrier":
                self.carriers.append(rest)
            case "between":
                self.between = tuple(rest.split())
            case "phrase":
                stem, kind, name = rest.split()
                noun = self.nouns[name]
                gender = noun.gender
                dictionary_form = self.adjective(stem, kind, gender, 0, animate=False)
                self.phrases.append((f"{dictionary_form} {noun.name}", self.agreeing(stem, kind, noun)))
            case "fixed":
                name, fixed = rest.split()
                forms_of = [
                    (f"{written} {fixed}", case)
                    for _, nouns in self.nouns[name].numbers
                    for case, written in enumerate(nouns)
                ]
                self.phrases.append((f"{name} {fixed}", forms_of))
            case "forms":
                phrase, _, written_forms = rest.partition(" : ")
                self.phrases.append(
                    (phrase, [(form, number) for number, form in enumerate(written_forms.split(" / "))])
                )
            case "not":
                phrase, _, text = rest.partition(" : ")
                self.foreign.append((phrase, text))
            case _:
                raise ValueError(f"unknown entry in a gold file: {line}")

    def cases(self) -> Iterator[PinCase]:
        """Every form in a sentence, then texts that hold the words and not the phrase."""
        for number, (phrase, forms) in enumerate(self.phrases):
            for form, case in forms:
                yield self.case(phrase, self.carriers[case % len(self.carriers)].format(form), stands=True)
            for text in self.scattered(number, forms[-1][0]):
                yield self.case(phrase, text, stands=False)
        for phrase, text in self.foreign:
            yield self.case(phrase, text, stands=False)

    def case(self, phrase: str, text: str, *, stands: bool) -> PinCase:
        """A case of this language."""
        return PinCase(self.language, phrase, text, stands)

    def scattered(self, number: int, form: str) -> Iterator[str]:
        """Each word alone, the words across a sentence end, and in the wrong order: no match in any."""
        first, *_, last = form.split()
        carrier = self.carriers[number % len(self.carriers)]
        yield carrier.format(first)
        yield carrier.format(last)
        yield f"{carrier.format('…').removesuffix('.')} {first}. {last.capitalize()} {carrier.format('…').lower()}"
        yield carrier.format(f"{last} — {first}")


def read_cases(language: str, folder: Path = GOLD) -> tuple[PinCase, ...]:
    """All cases of one language."""
    grammar = Grammar(language)
    for line in (folder / f"phrases_{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            grammar.read(line)
    return tuple(grammar.cases())
