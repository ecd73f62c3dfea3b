"""One wording cut into claims: its clean text, and for each sentence its place, its match key and its language."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from app.claims.clean import CleanText, KeyMaker, clean, match_key
from app.claims.languages import paragraph_language
from app.claims.segment import paragraph_sentences, paragraphs
from app.domain.claims import Span

LONGEST_SENTENCE = 20_000
"""A longer "sentence" (a table, minified code) is cut at this length, so that no step has to look at it as a whole."""


class Sentence(NamedTuple):
    """One claim of one wording; offsets are into the clean text."""

    start: int
    end: int
    text: str
    key: str
    language: str


@dataclass(frozen=True, slots=True)
class Document:
    """One wording, clean and cut. ``spans`` are the places of its sentences in the raw text."""

    clean: CleanText
    sentences: tuple[Sentence, ...]
    spans: tuple[Span, ...]

    def raw_text(self, position: int) -> str:
        """One sentence as it was published."""
        return self.raw_of(self.spans[position])

    def raw_of(self, span: Span) -> str:
        """The raw text at a raw span."""
        return self.clean.raw[span.start : span.end]

    def stretch(self, positions: tuple[int, ...]) -> tuple[int, str]:
        """Neighbouring sentences as one clean text, with the offset at which it begins."""
        start = self.sentences[positions[0]].start
        return start, self.clean.text[start : self.sentences[positions[-1]].end]


@dataclass(slots=True)
class Cutter:
    """Cuts the wordings of one statement. A paragraph or a sentence in several of them is looked at once."""

    language: str
    _known: dict[str, tuple[Sentence, ...]] = field(default_factory=dict)

    def document(self, raw: str) -> Document:
        """Cut a raw text. A paragraph in another script than the statement's language is read in its own language.

        Raises:
            app.domain.errors.InvalidInput: the text is no Unicode text.
        """
        cleaned = clean(raw)
        sentences = tuple(
            Sentence(start + first, start + last, text, key, language)
            for start, end in paragraphs(cleaned.text)
            for first, last, text, key, language in self._cut(cleaned.text[start:end])
        )
        return Document(cleaned, sentences, tuple(cleaned.raw_span(one.start, one.end) for one in sentences))

    def _cut(self, paragraph: str) -> tuple[Sentence, ...]:
        known = self._known.get(paragraph)
        if known is None:
            language = paragraph_language(paragraph, self.language)
            known = self._known[paragraph] = tuple(self._sentences(paragraph, language))
        return known

    def _sentences(self, paragraph: str, language: str) -> Iterator[Sentence]:
        keys = KeyMaker(paragraph)
        for span in paragraph_sentences(paragraph, Span(0, len(paragraph)), language):
            for start in range(span.start, span.end, LONGEST_SENTENCE):
                end = min(start + LONGEST_SENTENCE, span.end)
                written = paragraph[start:end]
                key = keys.key(start, end) if span.end - span.start <= LONGEST_SENTENCE else match_key(written)
                yield Sentence(start, end, written, key, language)


def document_of(raw: str, language: str) -> Document:
    """Cut a single raw text, as :meth:`Cutter.document` does."""
    return Cutter(language).document(raw)
