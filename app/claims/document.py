"""One wording cut into claims: its clean text, and for each sentence its place, its match key and its language."""

from dataclasses import dataclass

from app.claims.clean import CleanText, clean, match_key
from app.claims.languages import paragraph_language
from app.claims.segment import paragraph_sentences, paragraphs
from app.domain.claims import Span

LONGEST_SENTENCE = 20_000
"""A longer "sentence" (a table, minified code) is cut at this length, so that no step has to look at it as a whole."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One claim of one wording; offsets are into the clean text."""

    start: int
    end: int
    text: str
    key: str
    language: str


@dataclass(frozen=True, slots=True)
class Document:
    """One wording, clean and cut."""

    clean: CleanText
    sentences: tuple[Sentence, ...]

    @classmethod
    def of(cls, raw: str, language: str) -> "Document":
        """Cut a raw text. A paragraph in another script than the statement's language is read in its own language.

        Raises:
            app.domain.errors.InvalidInput: the text is no Unicode text.
        """
        cleaned = clean(raw)
        sentences = []
        for paragraph in paragraphs(cleaned.text):
            written = cleaned.text[paragraph.start : paragraph.end]
            own = paragraph_language(written, language)
            for span in paragraph_sentences(cleaned.text, paragraph, own):
                sentences += [_sentence(cleaned.text, piece, own) for piece in _pieces(span)]
        return cls(cleaned, tuple(sentences))

    def raw_span(self, position: int) -> Span:
        """Where one sentence stands in the raw text."""
        sentence = self.sentences[position]
        return self.clean.raw_span(sentence.start, sentence.end)

    def raw_text(self, position: int) -> str:
        """One sentence as it was published."""
        return self.raw_of(self.raw_span(position))

    def raw_of(self, span: Span) -> str:
        """The raw text at a raw span."""
        return self.clean.raw[span.start : span.end]

    def stretch(self, positions: tuple[int, ...]) -> tuple[int, str]:
        """Neighbouring sentences as one clean text, with the offset at which it begins."""
        start = self.sentences[positions[0]].start
        return start, self.clean.text[start : self.sentences[positions[-1]].end]


def _pieces(span: Span) -> list[Span]:
    return [
        Span(start, min(start + LONGEST_SENTENCE, span.end)) for start in range(span.start, span.end, LONGEST_SENTENCE)
    ]


def _sentence(text: str, span: Span, language: str) -> Sentence:
    written = text[span.start : span.end]
    return Sentence(span.start, span.end, written, match_key(written), language)
