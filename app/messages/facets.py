"""How a claim differs, said in words: a number changed: 5 → 500; certainty lowered; a negation added."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from app.domain.claims import FacetKind
from app.domain.headlines import shorten
from app.domain.words import Words, msgid

LONGEST = 160
Facts = Mapping[str, Any]


def facet_told(kind: FacetKind, found: Facts, words: Words) -> str:
    """One facet as a phrase. ``found`` is its data (docs/claims.md); what it lacks is not said."""
    return SAYERS[kind](found, words)


def _plainly(message: str) -> Callable[[Facts, Words], str]:
    return lambda _, words: words.text(message)


def _steps(changed: str, removed: str, added: str, neither: str) -> Callable[[Facts, Words], str]:
    """A facet that has words before and after: what is said if both are there, one of them, or none."""

    def say(found: Facts, words: Words) -> str:
        old, new = _listed(found.get("before")), _listed(found.get("after"))
        message = (changed if new else removed) if old else (added if new else neither)
        return words.text(message, old=old, new=new)

    return say


def _quantity(found: Facts, words: Words) -> str:
    if found.get("exchanged"):
        return words.text("numbers changed places: {old}", old=_listed(found.get("before")))
    return NUMBERS(found, words)


def _entity(found: Facts, words: Words) -> str:
    if found.get("exchanged"):
        return words.text("names changed places: {old}", old=_listed(found.get("before")))
    return NAMES(found, words)


def _time(found: Facts, words: Words) -> str:
    match found.get("precision"):
        case "finer":
            return FINER(found, words)
        case "coarser":
            return COARSER(found, words)
        case _:
            return TIMES(found, words)


def _polarity(found: Facts, words: Words) -> str:
    how = found.get("how") or []
    told = [words.text(POLARITIES[one]) for one in how if one in POLARITIES]
    return "; ".join(told) or words.text("a negation changed")


def _certainty(found: Facts, words: Words) -> str:
    lowered = found.get("direction") == "lowered"
    said = words.text("certainty lowered") if lowered else words.text("certainty raised")
    return said + _cues(found, words)


def _scope(found: Facts, words: Words) -> str:
    return words.text("scope changed") + _cues(found, words)


def _cues(found: Facts, words: Words) -> str:
    """The words that tell it: ``: “reportedly” added``."""
    removed, added = _listed(found.get("removed")), _listed(found.get("added"))
    told = [words.text("“{words}” removed", words=removed)] if removed else []
    told += [words.text("“{words}” added", words=added)] if added else []
    return f": {', '.join(told)}" if told else ""


def _attribution(found: Facts, words: Words) -> str:
    source = shorten(str(found.get("source") or ""), LONGEST)
    match found.get("change"):
        case "removed":
            return words.text("who is said to have said it was removed: {source}", source=source)
        case "added":
            return words.text("who is said to have said it was added: {source}", source=source)
        case _:
            return SOURCES(found, words)


def _quotation(found: Facts, words: Words) -> str:
    if found.get("change") == "removed":
        return words.text("no longer in quotation marks")
    return words.text("now in quotation marks")


def _spelling(found: Facts, words: Words) -> str:
    pairs = [pair for pair in found.get("pairs") or [] if isinstance(pair, list) and len(pair) == 2]
    told = ", ".join(f"{old} → {new}" for old, new in pairs)
    return words.text("spelling: {pairs}", pairs=shorten(told, LONGEST)) if told else words.text("spelling")


def _listed(value: object) -> str:
    """The words of a field, which is a list or one text, as one short line."""
    several = value if isinstance(value, Sequence) and not isinstance(value, str) else [value or ""]
    return shorten(", ".join(map(str, several)), LONGEST)


NUMBERS: Final = _steps(
    msgid("a number changed: {old} → {new}"),
    msgid("a number removed: {old}"),
    msgid("a number added: {new}"),
    msgid("a number changed"),
)
TIMES: Final = _steps(
    msgid("a date or time changed: {old} → {new}"),
    msgid("a date or time removed: {old}"),
    msgid("a date or time added: {new}"),
    msgid("a date or time changed"),
)
FINER: Final = _steps(
    msgid("a date or time made more exact: {old} → {new}"),
    msgid("a date or time removed: {old}"),
    msgid("a date or time added: {new}"),
    msgid("a date or time made more exact"),
)
COARSER: Final = _steps(
    msgid("a date or time made less exact: {old} → {new}"),
    msgid("a date or time removed: {old}"),
    msgid("a date or time added: {new}"),
    msgid("a date or time made less exact"),
)
NAMES: Final = _steps(
    msgid("a name changed: {old} → {new}"),
    msgid("a name removed: {old}"),
    msgid("a name added: {new}"),
    msgid("a name changed"),
)
SOURCES: Final = _steps(
    msgid("who is said to have said it changed: {old} → {new}"),
    msgid("who is said to have said it was removed: {old}"),
    msgid("who is said to have said it was added: {new}"),
    msgid("who is said to have said it changed"),
)
POLARITIES: Final[Mapping[str, str]] = {
    "negation_added": msgid("a negation added"),
    "negation_removed": msgid("a negation removed"),
    "opposite": msgid("a word turned into its opposite"),
}
SAYERS: Final[Mapping[FacetKind, Callable[[Facts, Words], str]]] = {
    FacetKind.FORMAT: _plainly(msgid("only spaces, capitals or punctuation differ")),
    FacetKind.SPELLING: _spelling,
    FacetKind.INFLECTION: _plainly(msgid("only the forms of words differ")),
    FacetKind.NOTATION: _steps(
        msgid("the same written otherwise: {old} → {new}"),
        msgid("the same written otherwise: {old}"),
        msgid("the same written otherwise: {new}"),
        msgid("the same written otherwise"),
    ),
    FacetKind.QUANTITY: _quantity,
    FacetKind.TIME: _time,
    FacetKind.ENTITY: _entity,
    FacetKind.POLARITY: _polarity,
    FacetKind.CERTAINTY: _certainty,
    FacetKind.ATTRIBUTION: _attribution,
    FacetKind.SCOPE: _scope,
    FacetKind.DETAIL_REMOVED: _steps(
        msgid("a detail removed: {old}"), msgid("a detail removed: {old}"), msgid("a detail removed"),
        msgid("a detail removed"),
    ),
    FacetKind.DETAIL_ADDED: _steps(
        msgid("a detail added: {new}"), msgid("a detail added"), msgid("a detail added: {new}"),
        msgid("a detail added"),
    ),
    FacetKind.LINK: _steps(
        msgid("a link changed: {old} → {new}"),
        msgid("a link removed: {old}"),
        msgid("a link added: {new}"),
        msgid("a link changed"),
    ),
    FacetKind.QUOTATION: _quotation,
    FacetKind.WORDING: _steps(
        msgid("words changed: {old} → {new}"),
        msgid("words removed: {old}"),
        msgid("words added: {new}"),
        msgid("the order of words changed"),
    ),
}  # fmt: skip
"""How each facet is said. A test holds the table to the list of facets."""
