"""In which ways two wordings of one claim differ: every facet with its places and its data.

Values are compared as values, cues as cues; each word is judged once. What no rule explains is `wording`.
"""

from app.claims.facets.attribution import attribution
from app.claims.facets.order import exchanged
from app.claims.facets.pair import Finding, Pair
from app.claims.facets.quotation import quotation
from app.claims.facets.remainder import remainder
from app.claims.facets.stance import stance
from app.claims.facets.surface import inflection, respelled, same_words, spelling
from app.claims.facets.values import values
from app.claims.facts.reading import Reading
from app.domain.claims import FacetKind


def classify(before: Reading, after: Reading, capitals: frozenset[str]) -> list[Finding]:
    """The facets between two readings, one per kind, never empty. Spans are offsets into the texts of the readings."""
    if [token.key for token in before.tokens] == [token.key for token in after.tokens]:
        return [same_words(before.text, after.text)]
    pair = Pair.of(before, after, capitals)
    spelled = list(respelled(pair))
    found = [*values(pair), *stance(pair)]
    others = (attribution(pair), spelling(pair, spelled), quotation(before.text, after.text))
    found += [finding for finding in others if finding]
    found += remainder(pair)
    if not found:
        found = [exchanged(pair) or inflection(pair) or _reordered()]
    return _merged(found)


def _reordered() -> Finding:
    """The same families in another order, or function words exchanged: wording without content words."""
    return Finding(FacetKind.WORDING, data={"before": [], "after": []})


def _merged(found: list[Finding]) -> list[Finding]:
    """Findings of one kind made one, in the order of their first."""
    by_kind: dict[FacetKind, Finding] = {}
    for finding in found:
        earlier = by_kind.get(finding.kind)
        by_kind[finding.kind] = _both(earlier, finding) if earlier else finding
    return list(by_kind.values())


def _both(one: Finding, other: Finding) -> Finding:
    data = dict(one.data)
    for name, value in other.data.items():
        data[name] = data[name] + value if isinstance(data.get(name), list) else value
    return Finding(
        one.kind, tuple(sorted({*one.before, *other.before})), tuple(sorted({*one.after, *other.after})), data
    )
