"""What Walkback knows of each language: one file per language, all of them in the table below.

Adding a language is adding a file and a line here. A language that is not in the table is compared all the same;
the facets that need word lists stay silent for it.
"""

from app.claims.lexicons import ar, de, en, es, fr, pl, ru, uk
from app.claims.lexicons.lexicon import CueKind, Lexicon
from app.domain.claims import FacetKind

LEXICONS: dict[str, Lexicon] = {
    "en": en.LEXICON,
    "uk": uk.LEXICON,
    "ru": ru.LEXICON,
    "de": de.LEXICON,
    "fr": fr.LEXICON,
    "es": es.LEXICON,
    "pl": pl.LEXICON,
    "ar": ar.LEXICON,
}

WRITTEN_IN_CYRILLIC = frozenset({"be", "bg", "kk", "ky", "mk", "mn", "sr", "tg"})


def lexicon_of(language: str) -> Lexicon:
    """The lexicon of a language (ISO 639-1); an empty one where there is none."""
    return LEXICONS.get(language) or Lexicon(language)


def abbreviations_of(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Abbreviations that never end a sentence, and those that may; a related language's where there is no list."""
    lexicon = LEXICONS.get(language)
    if lexicon is not None and lexicon.never_final:
        return lexicon.never_final, lexicon.maybe_final
    if language in WRITTEN_IN_CYRILLIC:
        both = (LEXICONS["uk"], LEXICONS["ru"])
        return both[0].never_final | both[1].never_final, both[0].maybe_final | both[1].maybe_final
    return LEXICONS["en"].never_final, LEXICONS["en"].maybe_final


NEEDS_CUES = {
    FacetKind.POLARITY: CueKind.NEGATION,
    FacetKind.CERTAINTY: CueKind.HEDGE,
    FacetKind.ATTRIBUTION: CueKind.SPEECH,
    FacetKind.SCOPE: CueKind.QUANTIFIER,
}
"""The facets that are found by word lists, and stay silent without them."""


def facets_supported(language: str) -> tuple[FacetKind, ...]:
    """The facets that can be told in a language."""
    cues = lexicon_of(language).cues
    return tuple(kind for kind in FacetKind if kind not in NEEDS_CUES or NEEDS_CUES[kind] in cues)
