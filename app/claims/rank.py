"""How much an edit matters: a score between 0 and 1 out of facets, size and how checkable the claim is.

The score is 1 − Π(1 − w) over the facets and the size of the edit: independent reasons add up and never pass 1. It is
scaled by check-worthiness (after ClaimBuster, Hassan et al. 2017): numbers and names weigh more than slogans. The
weights were set on one half of the labelled corpora of docs/accuracy.md; the other half is what is reported there.
"""

import math
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Indel

from app.claims.facets.pair import Finding
from app.claims.words import Token, TokenKind, tokenize
from app.domain.claims import SURFACE_FACETS, Action, FacetKind

WEIGHTS = {
    FacetKind.POLARITY: 0.85,
    FacetKind.QUANTITY: 0.7,
    FacetKind.ENTITY: 0.55,
    FacetKind.CERTAINTY: 0.45,
    FacetKind.ATTRIBUTION: 0.6,
    FacetKind.TIME: 0.55,
    FacetKind.SCOPE: 0.42,
    FacetKind.QUOTATION: 0.3,
    FacetKind.LINK: 0.3,
    FacetKind.INFLECTION: 0.06,
    FacetKind.NOTATION: 0.05,
    FacetKind.SPELLING: 0.03,
    FacetKind.FORMAT: 0.02,
}
WHOLE_CLAIM = {Action.REMOVED: 0.75, Action.RESTORED: 0.5, Action.ADDED: 0.35}
MOVED, REGROUPED = 0.1, 0.05
PINNED, CONTEXT_OF_PIN = 0.9, 0.4
"""Least score of a claim whose pinned phrase came or went, and of one that was reworded around it."""
SHARE_CHANGED, WORD_CHANGED = 0.4, 0.012
"""What the share of changed words of a claim, and each changed word, add beside the facets."""
DETAIL = (0.25, 0.15, 0.92)
WORDING = (0.14, 0.08, 0.85)
"""Facets that weigh by their words: a beginning, so much for each word, and never more than the last."""
ONE_ROOT = 2.5
"""Two words of one root ("описується", "описано") count as so many words less."""
LONE_NUMBER = 0.6
"""A number that came or went, and did not become another."""
PRECISION = 0.35
"""A date that only says more, or less, than before."""
LEAD = 1.15
"""The first claim of a text of several is what people read."""
LEAD_FROM = 3
NUMBERS = frozenset({TokenKind.NUMBER, TokenKind.PERCENT, TokenKind.CLOCK, TokenKind.ISO_DATE, TokenKind.DOTTED_DATE})


def edit_score(found: Sequence[Finding], before: Sequence[Token], after: Sequence[Token]) -> float:
    """The score of one edited claim from its facets and its tokens."""
    kept = 1.0
    for finding in found:
        kept *= 1 - _weight(finding)
    kinds = {finding.kind for finding in found}
    if not kinds <= SURFACE_FACETS:
        changed = Indel.distance([token.key for token in before], [token.key for token in after])
        kept *= 1 - SHARE_CHANGED * changed / max(1, len(before) + len(after))
        kept *= math.exp(-WORD_CHANGED * changed)
    score = 1 - kept
    if kinds - SURFACE_FACETS - {FacetKind.WORDING}:
        score *= 0.6 + 0.4 * check_worthiness(before, ends_in_question=False)
    return score


def claim_score(action: Action, text: str) -> float:
    """The score of a claim that came, went or came back as a whole."""
    return WHOLE_CLAIM[action] * (0.35 + 0.65 * text_worthiness(text))


def text_worthiness(text: str) -> float:
    """How checkable a claim is, from .25 to 1."""
    return check_worthiness(tokenize(text), ends_in_question=text.rstrip().endswith("?"))


def check_worthiness(tokens: Iterable[Token], *, ends_in_question: bool) -> float:
    """How checkable a claim is, from .25 to 1: numbers and names make it so; slogans and link footers are not."""
    listed = list(tokens)
    words = [token for token in listed if token.kind is TokenKind.WORD]
    if not words:
        return 0.3
    has_number = any(token.kind in NUMBERS for token in listed)
    has_name = any(token.text[:1].isupper() for token in words[1:])
    score = 0.45 + 0.2 * has_number + 0.15 * has_name + min(0.2, len(words) / 60)
    if ends_in_question:
        score -= 0.2
    if len(words) <= 3 and not has_number:
        score -= 0.25
    if len(words) < 8 and any(token.kind in (TokenKind.LINK, TokenKind.TAG) for token in listed):
        score -= 0.2
    return max(0.25, min(1.0, score))


def _weight(finding: Finding) -> float:
    match finding.kind:
        case FacetKind.QUANTITY:
            return _quantity_weight(finding)
        case FacetKind.DETAIL_REMOVED:
            return _by_words(DETAIL, len(finding.data["before"]))
        case FacetKind.DETAIL_ADDED:
            return _by_words(DETAIL, len(finding.data["after"]))
        case FacetKind.WORDING:
            words = len(finding.data["before"]) + len(finding.data["after"])
            spared = ONE_ROOT * len(finding.data.get("one_root", ())) + finding.data.get("among_corrections", False)
            return _by_words(WORDING, words - spared)
        case FacetKind.TIME if "precision" in finding.data:
            return PRECISION
        case _:
            return WEIGHTS[finding.kind]


def _by_words(weights: tuple[float, float, float], words: float) -> float:
    beginning, each, most = weights
    return min(most, beginning + each * words)


def _quantity_weight(finding: Finding) -> float:
    if not (finding.data["before"] and finding.data["after"]):
        return LONE_NUMBER
    ratios = finding.data.get("ratio")
    if not ratios or None in ratios:
        return WEIGHTS[FacetKind.QUANTITY]
    steps = max(abs(math.log2(ratio)) if ratio > 0 else 2.0 for ratio in ratios)
    return max(0.35, min(0.9, 0.45 + 0.25 * steps))
