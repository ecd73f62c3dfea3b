"""One wording cut into claims: its clean text, and for each sentence its place, its match key and its language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from app.claims.clean import CleanText, KeyMaker, clean, match_key
from app.claims.languages import is_all_in_script_of, paragraph_language
from app.claims.segment import may_have_rare_marks, paragraph_sentences, paragraphs
from app.domain.claims import Span

LONGEST_SENTENCE = 20_000
"""A longer "sentence" (a table, minified code) is cut at this length, so that no step has to look at it as a whole."""


Cut = tuple[int, int, str, str, str]
"""A sentence of a paragraph: its beginning and end in the paragraph, its text, its match key, its language."""


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
        if self.clean.starts is None:
            return self.sentences[position].text
        return self.raw_of(self.spans[position])

    def raw_texts(self) -> list[str]:
        """All sentences as they were published, in order."""
        return [self.raw_text(position) for position in range(len(self.sentences))]

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
    _known: dict[str, tuple[Cut, ...]] = field(default_factory=dict)

    def document(self, raw: str) -> Document:
        """Cut a raw text. A paragraph in another script than the statement's language is read in its own language.

        Raises:
            app.domain.errors.InvalidInput: the text is no Unicode text.
        """
        cleaned = clean(raw)
        places = [(start, cleaned.text[start:end]) for start, end in paragraphs(cleaned.text)]
        self._learn(dict.fromkeys(paragraph for _, paragraph in places if paragraph not in self._known))
        sentences = tuple(
            Sentence(start + first, start + last, text, key, language)
            for start, paragraph in places
            for first, last, text, key, language in self._known[paragraph]
        )
        return Document(cleaned, sentences, cleaned.raw_spans([(one.start, one.end) for one in sentences]))

    def _learn(self, fresh: Iterable[str]) -> None:
        """Cut paragraphs that were not seen before; what can be found out of all at once is."""
        together = "\n".join(fresh)
        keys = KeyMaker(together)
        in_own_language = is_all_in_script_of(self.language, together)
        may_be_rare = may_have_rare_marks(together)
        offset = 0
        for paragraph in fresh:
            language = self.language if in_own_language else paragraph_language(paragraph, self.language)
            spans = paragraph_sentences(paragraph, Span(0, len(paragraph)), language, may_be_rare=may_be_rare)
            makes = (keys, offset) if keys.is_quick else (KeyMaker(paragraph), 0)
            self._known[paragraph] = tuple(_cut(paragraph, language, spans, *makes))
            offset += len(paragraph) + 1


def _cut(paragraph: str, language: str, spans: Iterable[Span], keys: KeyMaker, offset: int) -> Iterator[Cut]:
    """The sentences of a paragraph with their keys; ``offset`` is where it begins in the text of ``keys``."""
    for first, last in spans:
        if last - first <= LONGEST_SENTENCE:
            yield first, last, paragraph[first:last], keys.key(offset + first, offset + last), language
            continue
        for start in range(first, last, LONGEST_SENTENCE):
            written = paragraph[start : min(start + LONGEST_SENTENCE, last)]
            yield start, start + len(written), written, match_key(written), language


def document_of(raw: str, language: str) -> Document:
    """Cut a single raw text, as :meth:`Cutter.document` does."""
    return Cutter(language).document(raw)
